"""The layers of an image, read in parallel; what is known by digest is not read again."""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator

import msgspec

from pratique.errors import InputError, PratiqueError
from pratique.formats.tar import TarReader, Window
from pratique.image.blob import Blob
from pratique.image.layer import provable_apart, prove, unpack, verified_digest
from pratique.image.source import Image
from pratique.records.facts import LayerFacts, Listing
from pratique.records.file import Unknown
from pratique.store.cache import Cache


class Watch(msgspec.Struct):
    """What the reading threads and the one that waits for them tell each other."""

    clock: Callable[[], float]
    deadline: float
    """On the clock; reading stops there."""
    report: Callable[[str], None] = lambda _line: None
    """Called some times a second with a line on how far things are."""
    stopped: bool = False
    read: int = 0
    """Bytes unpacked."""


class _StoppedError(PratiqueError):
    """Raised in a reading thread when there is no more use in going on."""


def read_layers(image: Image, cache: Cache | None, fingerprint: str, watch: Watch) -> list[LayerFacts]:
    """The facts of every layer.

    Raises InputError for the first layer that cannot be read. A layer that is not done by the deadline has no facts but
    an Unknown, and is not stored.
    """
    digests = [verified_digest(layer) for layer in image.manifest.layers]
    facts: dict[str, LayerFacts] = {}
    pending: dict[str, int] = {}
    for index, digest in enumerate(digests):
        if digest in facts or digest in pending:
            continue
        known = cache.get("facts", digest, fingerprint, LayerFacts) if cache else None
        if known is None:
            pending[digest] = index
        else:
            facts[digest] = known
    if pending:
        facts |= _read_all(image, pending, cache, fingerprint, watch)
    return [facts.get(digest) or _late(index) for index, digest in enumerate(digests)]


def _read_all(
    image: Image, pending: dict[str, int], cache: Cache | None, fingerprint: str, watch: Watch
) -> dict[str, LayerFacts]:
    """As many threads as processors: inflating and hashing release the interpreter's lock.

    Reading a layer and proving its digest are two tasks: a single layer then keeps two processors busy, and the last
    ones of many are shared out better. Facts count, and are stored, once both are done.
    """
    queue = deque(_tasks(image, pending))
    read: dict[str, LayerFacts] = {}
    proved: set[str] = set()
    failures: list[BaseException] = []
    finished = threading.Semaphore(0)

    def work() -> None:
        try:
            for task in _taken(queue, watch):
                _do(image, task, watch, read, proved)
                if cache is not None and task.digest in read and task.digest in proved:
                    cache.put("facts", task.digest, fingerprint, read[task.digest])
        except _StoppedError:
            pass
        except BaseException as error:
            failures.append(error)
            watch.stopped = True
        finally:
            finished.release()

    threads = 1 if image.sequential else min(len(queue), processors())
    for _ in range(threads):
        threading.Thread(target=work, daemon=True).start()
    try:
        for _ in range(threads):
            while not finished.acquire(timeout=0.1):
                watch.report(f"reading layers: {len(read)} of {len(pending)}, {watch.read >> 20:,} MiB unpacked")
                if watch.clock() > watch.deadline:
                    watch.stopped = True
    except BaseException:  # Ctrl-C, or nobody listens to the report: the threads must not go on alone.
        watch.stopped = True
        raise
    if failures:
        raise failures[0]
    return {digest: facts for digest, facts in read.items() if digest in proved}


class _Task(msgspec.Struct, frozen=True):
    """Something to do with one layer."""

    digest: str
    index: int
    read: bool
    prove: bool

    @property
    def apart(self) -> bool:
        """Another task proves what this one reads, or the other way round."""
        return self.read != self.prove


def _tasks(image: Image, pending: dict[str, int]) -> list[_Task]:
    """The largest layers first, so that no thread is left alone with one at the end; proofs fill the gaps.

    A shared stream is read in its order, each layer once.
    """
    blobs, layers = image.blobs, image.manifest.layers
    if image.sequential:
        ordered = sorted(pending.items(), key=lambda item: blobs[item[1]].start)
        return [_Task(digest, index, read=True, prove=True) for digest, index in ordered]
    ordered = sorted(pending.items(), key=lambda item: -blobs[item[1]].size)
    apart = {index: provable_apart(blobs[index], layers[index]) for index in pending.values()}
    reads = [_Task(digest, index, read=True, prove=not apart[index]) for digest, index in ordered]
    proofs = [_Task(digest, index, read=False, prove=True) for digest, index in ordered if apart[index]]
    return reads[:1] + proofs[:1] + reads[1:] + proofs[1:]


def _taken(queue: deque[_Task], watch: Watch) -> Iterator[_Task]:
    """Tasks, until another thread took the last one or there is no use in going on."""
    while not watch.stopped:
        try:
            task = queue.popleft()
        except IndexError:
            return
        yield task


def _do(image: Image, task: _Task, watch: Watch, read: dict[str, LayerFacts], proved: set[str]) -> None:
    if task.read:
        read[task.digest] = _read(image, task, watch)
    if task.prove:
        if task.apart:
            _prove(image, task, watch)
        proved.add(task.digest)


def _read(image: Image, task: _Task, watch: Watch) -> LayerFacts:
    # Imported here, with every parser, while another thread hashes already.
    from pratique.scan.analyze import analyze_layer

    try:
        return analyze_layer(lambda: _reader(image, task, watch))
    except InputError as error:
        if task.apart:
            _prove(image, task, watch)  # Bytes that are not the layer's explain whatever else is wrong with them.
        raise type(error)(f"layer {task.index}: {error}", error.advice) from None


def _prove(image: Image, task: _Task, watch: Watch) -> None:
    """Hash a layer's blob."""
    try:
        for _ in _watching(prove(image.blobs[task.index], image.manifest.layers[task.index]), watch):
            pass
    except InputError as error:
        raise type(error)(f"layer {task.index}: {error}", error.advice) from None


def _reader(image: Image, task: _Task, watch: Watch) -> TarReader:
    # Watched on both sides: a bomb unpacks much out of little, a chain of empty members nothing out of much.
    blob = _WatchedBlob(image.blobs[task.index], watch)
    layer = unpack(blob, image.manifest.layers[task.index], proved_apart=task.apart)
    return TarReader(_counted(_watching(layer.windows, watch), watch), layer.whole)


class _WatchedBlob:
    """A blob that is not read on when there is no more use in it."""

    def __init__(self, blob: Blob, watch: Watch) -> None:
        self.start, self.size, self.mapped = blob.start, blob.size, blob.mapped
        self._blob, self._watch = blob, watch

    def chunks(self) -> Iterator[Window]:
        return _watching(self._blob.chunks(), self._watch)


def _counted(windows: Iterator[Window], watch: Watch) -> Iterator[Window]:
    for window in windows:
        watch.read += len(window)
        yield window


def _watching(windows: Iterator[Window], watch: Watch) -> Iterator[Window]:
    for window in windows:
        if watch.stopped:
            raise _StoppedError("stopped")
        yield window


def _late(index: int) -> LayerFacts:
    unknown = Unknown("", "deadline", f"time was up before layer {index} was read")
    return LayerFacts((), (unknown,), Listing("", b"", b"", b"", {}), 0)


def processors() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
