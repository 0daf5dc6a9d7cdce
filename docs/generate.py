"""Write the generated pages anew (`make docs`), or say which are out of date (`--check`)."""

import argparse
import importlib
import os
import sys
from pathlib import Path

import msgspec

from pratique.cli import COMMANDS
from pratique.cli.run import parser
from pratique.packages.registry import ANALYZERS
from pratique.records.analyzer import MIB, Analyzer

DOCS = Path(__file__).parent
CASES = DOCS.parent / "tests" / "packages" / "testdata"
_NOTICE = "<!-- Written by `make docs`. Do not edit. -->\n"


_CLAIMS_SHOWN = 15

_WORDS = {
    "installed": "installed",
    "declared": "declared",
    "distro": "the distribution",
    "requires": "relations",
    "owned": "files",
    "licences": "licences",
    "licensed": "licences of others",
    "linked": "shared libraries",
    "channel": "channels",
}
"""What a kind of record is called, in the order of the page."""


def formats() -> str:
    """The table of analyzers: their claims, and what their test cases show that they give."""
    lines = [
        "# Formats",
        "",
        _NOTICE,
        "Every analyzer, the files it claims, and what it gives: packages installed or only declared, what they need",
        "(relations), which files they own, their licences. A file above the largest size is reported as unread.",
        "",
        "| analyzer | what it reads | claims | gives | largest |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {each.name} | {_about(each)} | {_claims(each)} | {_gives(each)} | {_size(each.claims.largest)} |"
        for each in ANALYZERS
    ]
    return "\n".join(lines) + "\n"


def _about(analyzer: Analyzer) -> str:
    """The first sentence of the module's docstring."""
    text = importlib.import_module(f"pratique.packages.{analyzer.module}").__doc__ or ""
    return " ".join(text.split("\n\n")[0].split()).rstrip(".").replace("|", "\\|")


def _gives(analyzer: Analyzer) -> str:
    """What the records of its cases are, the most telling first."""
    given: dict[str, set[str]] = {}
    for case in sorted((CASES / analyzer.name).glob("*/expected.json")):
        for record in msgspec.json.decode(case.read_bytes())["records"]:
            kind = record["fact"]
            if kind == "package":
                kind = "declared" if record.get("declared") else "installed"
            given.setdefault(kind, set()).add(record.get("type", ""))
            if record.get("licenses"):
                given.setdefault("licences", set())
    parts = []
    for kind, word in _WORDS.items():
        if kind in given:
            types = ", ".join(sorted(given[kind] - {""})) if kind in ("installed", "declared") else ""
            parts.append(f"{word} {types}".strip())
    return "; ".join(parts)


def _claims(analyzer: Analyzer) -> str:
    claims = analyzer.claims
    parts = [f"`{path}`" for path in sorted(claims.paths)]
    parts += [f"`{folder}/*`" for folder in sorted(claims.folders)]
    parts += [f"`**/{parent}/*`" for parent in sorted(claims.parents)]
    parts += [f"`**/{name}`" for name in sorted(claims.names)]
    parts += [f"`**/*{suffix}`" for suffix in sorted(claims.suffixes)]
    parts += [f"files that begin with `{magic.hex(' ')}`" for magic in sorted(claims.magic)]
    if len(parts) > _CLAIMS_SHOWN:
        parts = [*parts[:_CLAIMS_SHOWN], f"{len(parts) - _CLAIMS_SHOWN} more of the kind"]
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
