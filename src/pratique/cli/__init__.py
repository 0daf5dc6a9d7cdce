"""The command line: one file per command, and this table of them. Only the chosen command is imported."""

import os
import sys

COMMANDS = {
    "scan": "may this image sail? find, judge, answer by exit code",
    "sbom": "list everything that is in an image",
    "files": "list the files of the final image and the layer each comes from",
    "db": "fetch advisories, or tell which there are",
    "versions": "compare versions as a package manager does",
    "completion": "print a completion script for your shell",
}
"""Name -> one line. Each lives in `pratique.cli.NAME` with `add_arguments(parser)` and `run(arguments) -> int`."""

EXIT_CODES = "exit codes: 0 admit, 1 deny, 2 usage, 3 unknown, 4 input missing, unreadable or corrupt"


def main() -> None:
    """Run one command; the exit code is the answer."""
    words = sys.argv[1:]
    if words == ["--version"]:
        from pratique import __version__

        try:
            print(f"pratique {__version__}", flush=True)
        except OSError:
            os._exit(4)
        sys.exit(0)
    from pratique.cli.run import run

    code = run(words)
    sys.stdout.flush()
    sys.stderr.flush()
    # Nothing is left to be done: taking a few hundred modules and all records apart would take longer than some scans.
    os._exit(code)
