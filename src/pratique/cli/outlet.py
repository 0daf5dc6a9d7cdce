"""Where words for people go: progress and notices on stderr, reports on stdout or into a file."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator

from pratique.cli.screen import columns
from pratique.errors import InputError
from pratique.scan.settings import Outlet

_PATIENCE = 1.0
"""Seconds before the first line of progress."""
_PAUSE_ON_TERMINAL, _PAUSE_IN_LOG = 0.1, 5.0


def one_line(text: str) -> str:
    """Texts of images end up in errors: nothing in them may move the cursor or fake another line."""
    return "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in text)[:1000]


@contextlib.contextmanager
def outlet(*, quiet: bool = False) -> Iterator[Outlet]:
    """Clocks and stderr for one run. SOURCE_DATE_EPOCH sets the time that reports note."""
    progress = _Progress(quiet=quiet)
    try:
        yield Outlet(clock=time.monotonic, now=now(), progress=progress.show, notice=progress.notice)
    finally:
        progress.clear()


def now() -> str:
    """The time as RFC 3339, UTC."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    seconds = int(epoch) if epoch.isdigit() and len(epoch) < 12 else time.time()
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


class _Progress:
    """One line that is drawn over on a terminal, a line now and then in a log; nothing in the first second."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._terminal = sys.stderr.isatty()
        self._due = time.monotonic() + (_PATIENCE if self._terminal else _PAUSE_IN_LOG)
        self._drawn = False

    def show(self, line: str) -> None:
        """Say how far things are, if it is time to."""
        moment = time.monotonic()
        if self._quiet or moment < self._due:
            return
        self._due = moment + (_PAUSE_ON_TERMINAL if self._terminal else _PAUSE_IN_LOG)
        text = one_line(line)
        if self._terminal:
            width = columns() - 1
            print(f"\r\x1b[K{text[:width]}", end="", file=sys.stderr, flush=True)
            self._drawn = True
        else:
            print(f"pratique: {text}", file=sys.stderr, flush=True)

    def notice(self, line: str) -> None:
        """Say something that must be read."""
        self.clear()
        print(f"pratique: {one_line(line)}", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Wipe the line of progress."""
        if self._drawn:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            self._drawn = False


def write(data: bytes, output: str | None) -> None:
    """A whole report to stdout or, by way of a temporary name, into a file. InputError if it cannot be written."""
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        if os.path.exists(output) and not os.path.isfile(output):
            with open(output, "wb") as file:  # A pipe or device stays what it is; a folder is an error.
                file.write(data)
        else:
            _replace(os.path.realpath(output), data)
    except OSError as error:
        raise InputError(f"{output}: {error.strerror}", "choose another place with --output") from None


def _replace(output: str, data: bytes) -> None:
    """The old file or the whole new one."""
    folder, name = os.path.split(output)
    partial = f"{folder}/.{name}.{os.getpid()}.part"
    try:
        with open(partial, "wb") as file:
            file.write(data)
        os.replace(partial, output)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(partial)
        raise


def looks(output: str | None, width: int | None) -> tuple[int, bool, bool]:
    """Width, colour and plain ASCII for a table: as the terminal has it, COLUMNS, NO_COLOR and FORCE_COLOR."""
    terminal = output is None and sys.stdout.isatty()
    wide = width or (columns() if terminal or "COLUMNS" in os.environ else 100)
    forced = os.environ.get("FORCE_COLOR") not in (None, "", "0")
    colour = (terminal or forced) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    encoding = "utf-8" if output is not None else (sys.stdout.encoding or "ascii")
    return max(wide, 40), colour, not encoding.lower().startswith("utf")
