"""The layers of an image, read in parallel; what is known by digest is not read again."""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator

import msgspec

from pratique.errors import InputError, PratiqueError
from pratique.formats.tar import TarReader, Window
from pratique.image.layer import unpack, verified_digest
from pratique.image.source import Image
from pratique.records.facts import LayerFacts, Listing
from pratique.records.file import Unknown
from pratique.scan.analyze import analyze_layer
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
    """As many threads as processors: inflating and hashing release the interpreter's lock."""
    # The largest first, so that no thread is left alone with it at the end; a shared stream is read in its order.
    blobs = image.blobs
    queue = deque(
        sorted(pending.items(), key=lambda item: blobs[item[1]].start if image.sequential else -blobs[item[1]].size)
    )
    results: dict[str, LayerFacts] = {}
    failures: list[BaseException] = []
    finished = threading.Semaphore(0)

    def work() -> None:
        try:
            for digest, index in _taken(queue, watch):
                results[digest] = _read_one(image, index, watch)
                if cache is not None:
                    cache.put("facts", digest, fingerprint, results[digest])
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
                watch.report(f"reading layers: {len(results)} of {len(pending)}, {watch.read >> 20:,} MiB unpacked")
                if watch.clock() > watch.deadline:
                    watch.stopped = True
    except BaseException:  # Ctrl-C, or nobody listens to the report: the threads must not go on alone.
        watch.stopped = True
        raise
    if failures:
        raise failures[0]
    return results


def _taken(queue: deque[tuple[str, int]], watch: Watch) -> Iterator[tuple[str, int]]:
    """Layers to read, until another thread took the last one or there is no use in going on."""
    while not watch.stopped:
        try:
            layer = queue.popleft()
        except IndexError:
            return
        yield layer


def _read_one(image: Image, index: int, watch: Watch) -> LayerFacts:
    try:
        return analyze_layer(lambda: _reader(image, index, watch))
    except InputError as error:
        raise type(error)(f"layer {index}: {error}", error.advice) from None


def _reader(image: Image, index: int, watch: Watch) -> TarReader:
    layer = unpack(image.blobs[index], image.manifest.layers[index])
    return TarReader(_watching(layer.windows, watch), layer.whole)


def _watching(windows: Iterator[Window], watch: Watch) -> Iterator[Window]:
    for window in windows:
        watch.read += len(window)
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
