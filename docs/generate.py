"""Write the generated pages anew (`make docs`), or say which are out of date (`--check`)."""

import argparse
import os
import sys
from pathlib import Path

from pratique.cli import COMMANDS
from pratique.cli.run import parser
from pratique.packages.registry import ANALYZERS
from pratique.records.analyzer import MIB, Analyzer

DOCS = Path(__file__).parent
_NOTICE = "<!-- Written by `make docs`. Do not edit. -->\n"


def formats() -> str:
    """The table of analyzers, from their claims."""
    lines = [
        "# Formats",
        "",
        _NOTICE,
        "Every analyzer, and the files it claims. A file above the largest size is reported as unread.",
        "",
        "| analyzer | version | claims | largest |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {analyzer.name} | {analyzer.version} | {_claims(analyzer)} | {_size(analyzer.claims.largest)} |"
        for analyzer in ANALYZERS
    ]
    return "\n".join(lines) + "\n"


def _claims(analyzer: Analyzer) -> str:
    claims = analyzer.claims
    parts = [f"`{path}`" for path in sorted(claims.paths)]
    parts += [f"`{folder}/*`" for folder in sorted(claims.folders)]
    parts += [f"`**/{name}`" for name in sorted(claims.names)]
    parts += [f"`**/*{suffix}`" for suffix in sorted(claims.suffixes)]
    parts += [f"files that begin with `{magic.hex(' ')}`" for magic in sorted(claims.magic)]
    return ", ".join(parts)


def _size(size: int) -> str:
    return f"{size // MIB:,} MiB" if size >= MIB else f"{size // 1024:,} KiB"


def command_line() -> str:
    """What --help says, for every command."""
    os.environ["COLUMNS"] = "100"
    os.environ["NO_COLOR"] = "1"
    top = parser()
    pages = [f"# Command line\n\n{_NOTICE}\n```\n{top.format_help()}```\n"]
    for action in top._actions:  # argparse shows its subparsers nowhere else
        if isinstance(action, argparse._SubParsersAction):
            pages += [f"\n## pratique {name}\n\n```\n{action.choices[name].format_help()}```\n" for name in COMMANDS]
    return "".join(pages)


def main() -> int:
    """Exit code 1 if `--check` finds a page out of date."""
    pages = {"formats.md": formats()}
    if sys.version_info < (3, 13):  # argparse words its help differently from then on
        pages["command-line.md"] = command_line()
    stale = [name for name, text in pages.items() if not (DOCS / name).exists() or (DOCS / name).read_text() != text]
    if "--check" in sys.argv:
        if stale:
            print(f"out of date, run `make docs`: {', '.join(stale)}")
        return 1 if stale else 0
    for name in stale:
        (DOCS / name).write_text(pages[name])
        print(f"written: docs/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
