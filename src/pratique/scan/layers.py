"""The layers of an image, read in parallel; what is known by digest is not read again."""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import TypeVar

import msgspec

from pratique.errors import InputError, PratiqueError
from pratique.formats.tar import TarReader, Window
from pratique.image.blob import Blob
from pratique.image.layer import is_packed, provable_apart, prove, unpack, verified_digest
from pratique.image.source import Image
from pratique.records.facts import LayerFacts, Listing
from pratique.records.file import Unknown
from pratique.store.cache import Cache

T = TypeVar("T")


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


def read_layers(
    image: Image, cache: Cache | None, fingerprint: str, watch: Watch, take: Callable[[list[LayerFacts]], T]
) -> T:
    """What `take` makes of the facts of every layer.

    It is asked as soon as all layers are read, while the last of them are still hashed, and its answer counts only when
    all are proved. Raises InputError for the first layer that cannot be read. A layer that is not done by the deadline
    has no facts but an Unknown, and is not stored.
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
    reading = _Reading(image, pending, cache, fingerprint, watch)
    try:
        early = take([(facts | reading.read)[digest] for digest in digests]) if reading.wait_for_all_read() else None
        reading.wait_for_the_end()
    except BaseException:  # Ctrl-C, or nobody listens to the report: the threads must not go on alone.
        watch.stopped = True
        raise
    if early is not None and reading.proved.issuperset(pending):
        return early
    facts |= {digest: read for digest, read in reading.read.items() if digest in reading.proved}
    return take([facts.get(digest) or _late(index) for index, digest in enumerate(digests)])


class _Reading:
    """The layers that are not known, read by as many threads as there are processors.

    Inflating and hashing release the interpreter's lock. Reading a layer and proving its digest are two tasks: a single
    layer then keeps two processors busy, and the last ones of many are shared out better. Facts are stored once both
    are done.
    """

    def __init__(
        self, image: Image, pending: dict[str, int], cache: Cache | None, fingerprint: str, watch: Watch
    ) -> None:
        self.read: dict[str, LayerFacts] = {}
        self.proved: set[str] = set()
        self._image, self._pending, self._watch = image, pending, watch
        self._cache, self._fingerprint = cache, fingerprint
        self._queue = deque(_tasks(image, pending))
        self._failures: list[BaseException] = []
        self._threads = 1 if image.sequential else min(len(self._queue), processors())
        self._working = self._threads
        self._walking = 0
        self._news = threading.Condition()
        for _ in range(self._threads):
            threading.Thread(target=self._work, daemon=True).start()

    def wait_for_all_read(self) -> bool:
        """Wait until every layer is read; False if that will not come to pass."""
        self._wait(lambda: len(self.read) == len(self._pending))
        return len(self.read) == len(self._pending) and not self._watch.stopped

    def wait_for_the_end(self) -> None:
        """Wait until every thread has ended; raise the first failure."""
        self._wait(lambda: False)
        if self._failures:
            raise self._failures[0]

    def _wait(self, come: Callable[[], bool]) -> None:
        watch = self._watch
        with self._news:
            while self._working and not come():
                if not self._news.wait(timeout=0.1):
                    watch.report(
                        f"reading layers: {len(self.read)} of {len(self._pending)}, {watch.read >> 20:,} MiB unpacked"
                    )
                if watch.clock() > watch.deadline:
                    watch.stopped = True

    def _work(self) -> None:
        try:
            while not self._watch.stopped and (task := self._take()) is not None:
                self._do(task)
                with self._news:
                    self._walking -= task.walks
                    self._news.notify()
        except _StoppedError:
            pass
        except BaseException as error:
            self._failures.append(error)
            self._watch.stopped = True
        finally:
            with self._news:
                self._working -= 1
                self._news.notify()

    def _take(self) -> "_Task | None":
        """The next task; None if another thread took the last one. One thread walks at a time, while others hash."""
        with self._news:
            if not self._queue:
                return None
            at = 0
            if self._walking:
                at = next((number for number, task in enumerate(self._queue) if not task.walks), 0)
            task = self._queue[at]
            del self._queue[at]
            self._walking += task.walks
            return task

    def _do(self, task: "_Task") -> None:
        digest = task.digest
        if task.read:
            self.read[digest] = _read(self._image, task, self._watch)
        if task.prove:
            if task.apart:
                _prove(self._image, task, self._watch)
            self.proved.add(digest)
        if self._cache is not None and digest in self.read and digest in self.proved:
            self._cache.put("facts", digest, self._fingerprint, self.read[digest])


class _Task(msgspec.Struct, frozen=True):
    """Something to do with one layer."""

    digest: str
    index: int
    read: bool
    prove: bool
    walks: bool = False
    """Reading it is a walk in Python alone, which holds the interpreter: two at once are no faster than one."""

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
    reads = [
        _Task(digest, index, read=True, prove=not apart[index], walks=apart[index] and not is_packed(blobs[index]))
        for digest, index in ordered
    ]
    proofs = [_Task(digest, index, read=False, prove=True) for digest, index in ordered if apart[index]]
    return reads[:1] + proofs[:1] + reads[1:] + proofs[1:]


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
