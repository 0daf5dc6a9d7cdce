"""Parse, run the one command, and turn whatever goes wrong into one line with advice and the right exit code."""

import argparse
import contextlib
import gc
import importlib
import os
import sys

from pratique import __version__
from pratique.cli import COMMANDS, EXIT_CODES
from pratique.cli.screen import columns
from pratique.errors import PratiqueError

_INTERRUPTED = 130


class _Parser(argparse.ArgumentParser):
    """Asks the terminal for its width without shutil (see `pratique.cli.screen`)."""

    def _get_formatter(self) -> argparse.HelpFormatter:
        return self.formatter_class(prog=self.prog, width=columns() - 2)  # type: ignore[call-arg]


def parser(only: str | None = None) -> argparse.ArgumentParser:
    """The parser with the arguments of one command, or of all."""
    top = _Parser(
        prog="pratique",
        description="Container image scanner: may this image sail?",
        epilog=f"{EXIT_CODES}. `pratique COMMAND --help` tells more.",
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"pratique {__version__}")
    commands = top.add_subparsers(
        title="commands", metavar="COMMAND", dest="command", required=True, prog="pratique", parser_class=_Parser
    )
    for name, summary in COMMANDS.items():
        if only in COMMANDS and name != only:
            continue
        command = commands.add_parser(
            name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.", epilog=EXIT_CODES, allow_abbrev=False
        )
        if only in (None, name):
            module = importlib.import_module(f"pratique.cli.{name}")
            module.add_arguments(command)
            command.set_defaults(run=module.run)
    return top


def run(words: list[str]) -> int:
    """Exit code of one command."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # Closed by whoever started us; the exit code is the answer all the same.
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w"))
    code = _answer(words)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:  # It was complained about, or cannot be: the interpreter must not fail on it once more.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return code


def _answer(words: list[str]) -> int:
    gc.disable()  # A run is short and makes a great many records, none of them in circles.
    chosen = next((word for word in words if not word.startswith("-")), "")
    try:
        arguments = parser(chosen).parse_args(words)
        code: int = arguments.run(arguments)
        sys.stdout.flush()
    except PratiqueError as error:
        _complain(str(error), error.advice)
        return error.exit_code
    except BrokenPipeError:
        return 3  # Whoever read it has had enough.
    except KeyboardInterrupt:
        _complain("interrupted", "")
        return _INTERRUPTED
    except OSError as error:
        _complain(f"{error.filename or 'input or output'}: {error.strerror or error}", "")
        return 4
    except Exception as error:
        if os.environ.get("PRATIQUE_DEBUG"):
            import traceback

            traceback.print_exc()
        _complain(
            f"a fault in pratique itself: {type(error).__name__}: {error}",
            "please report it with what PRATIQUE_DEBUG=1 prints; nothing was judged",
        )
        return 3
    return code


def _complain(message: str, advice: str) -> None:
    from pratique.cli.outlet import one_line

    text = f"pratique: {one_line(message)}" + (f" ({one_line(advice)})" if advice else "")
    with contextlib.suppress(OSError):  # The exit code says it, too.
        print(text, file=sys.stderr, flush=True)
