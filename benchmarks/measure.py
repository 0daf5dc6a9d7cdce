"""One process at a time, from its start to its end: wall time, processor time, peak of memory.

The peak that Linux reports for a process is never below that of the process it was started from, so the measuring
process stays small and loads nothing it doesn't need.
"""

import os
import statistics
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

MIB = 1 << 20
KIB = 1 << 10


@dataclass(frozen=True, slots=True)
class Sample:
    wall: float
    """Seconds."""
    cpu: float
    """Seconds of user and system time, children included."""
    peak: int
    """Bytes of resident memory."""
    code: int
    """Exit code."""


def measure(command: tuple[str, ...], out: Path, environment: Mapping[str, str]) -> Sample:
    """Standard output goes to a file, standard error to another one beside it (`.err`)."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(out), flags, 0o644),
        (os.POSIX_SPAWN_OPEN, 2, f"{out}.err", flags, 0o644),
    ]
    start = time.perf_counter()
    process = os.posix_spawn(command[0], command, dict(environment), file_actions=actions)
    _, status, usage = os.wait4(process, 0)
    wall = time.perf_counter() - start
    peak = usage.ru_maxrss * KIB
    return Sample(wall, usage.ru_utime + usage.ru_stime, peak, os.waitstatus_to_exitcode(status))


def median(samples: Iterable[Sample]) -> Sample:
    """Of each figure on its own; the exit code is the worst."""
    rows = list(samples)
    return Sample(
        statistics.median(row.wall for row in rows),
        statistics.median(row.cpu for row in rows),
        round(statistics.median(row.peak for row in rows)),
        max((row.code for row in rows), key=abs),
    )
