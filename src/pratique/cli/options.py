"""Options that several commands share."""

import argparse
import os

from pratique.errors import UsageError
from pratique.image.platform import parse_platform
from pratique.policy.judge import Policy
from pratique.records.advisory import Rating
from pratique.scan.settings import Settings
from pratique.store.cache import LARGEST, cache_folder

RATINGS = [rating.word for rating in Rating]


def add_image(parser: argparse.ArgumentParser) -> None:
    """Which image, and how it is read."""
    parser.add_argument(
        "reference",
        metavar="IMAGE",
        help="a docker or OCI archive, an OCI layout folder (PATH, PATH:TAG, PATH@DIGEST) or a root file system; "
        "docker-archive:, oci:, oci-archive: or dir: in front forces it",
    )
    parser.add_argument("--image", metavar="NAME", default="", help="which one of several images in an archive")
    parser.add_argument(
        "--platform", metavar="OS/ARCH[/VARIANT]", help="which one of several platforms (default: the host's)"
    )
    parser.add_argument(
        "--timeout", metavar="SECONDS", type=_seconds, default=600.0, help="give up reading after this (default: 600)"
    )
    parser.add_argument("--cache-dir", metavar="FOLDER", help="where facts of known layers lie")
    parser.add_argument("--no-cache", action="store_true", help="neither use nor store facts of layers")
    parser.add_argument("--quiet", "-q", action="store_true", help="no progress on stderr")


def add_report(parser: argparse.ArgumentParser) -> None:
    """What comes out, and where to."""
    parser.add_argument("--format", "-f", choices=["table", "json"], default="table", help="default: table")
    parser.add_argument("--output", "-o", metavar="FILE", help="write there and not to stdout")
    parser.add_argument("--width", metavar="COLUMNS", type=int, help="of the table (default: the terminal's)")


def add_database(parser: argparse.ArgumentParser) -> None:
    """Where the advisories are."""
    parser.add_argument("--db", metavar="FILE", help="the advisory database (default: in the cache folder)")
    parser.add_argument(
        "--source", metavar="URL|FOLDER", default="", help="a mirror in OSV's bucket layout (also: PRATIQUE_SOURCE)"
    )
    parser.add_argument("--offline", action="store_true", help="never use the network (also: PRATIQUE_OFFLINE=1)")


def database(arguments: argparse.Namespace) -> str:
    """--db, else PRATIQUE_DB, else the cache folder's."""
    given: str | None = arguments.db or os.environ.get("PRATIQUE_DB")
    return given or f"{getattr(arguments, 'cache_dir', None) or cache_folder()}/advisories.sqlite"


def source(arguments: argparse.Namespace) -> str:
    """--source, else PRATIQUE_SOURCE; empty: OSV's own bucket."""
    return str(arguments.source or os.environ.get("PRATIQUE_SOURCE", ""))


def offline(arguments: argparse.Namespace) -> bool:
    """--offline or PRATIQUE_OFFLINE."""
    return arguments.offline or os.environ.get("PRATIQUE_OFFLINE", "") not in ("", "0")


def image_settings(arguments: argparse.Namespace) -> Settings:
    """What `add_image` gathered."""
    size = os.environ.get("PRATIQUE_CACHE_SIZE", "")
    if size and not size.isdigit():
        raise UsageError(f"PRATIQUE_CACHE_SIZE is {size!r}", "give a number of MiB")
    return Settings(
        image=arguments.image,
        platform=parse_platform(arguments.platform) if arguments.platform else None,
        cache=None if arguments.no_cache else (arguments.cache_dir or cache_folder()),
        cache_largest=int(size) << 20 if size else LARGEST,
        timeout=arguments.timeout,
    )


def policy(arguments: argparse.Namespace) -> Policy:
    """The built-in policy, or the one that --fail-on and --ignore-unfixed make."""
    if arguments.fail_on is None:
        return Policy()
    return Policy(fail_on=rating(arguments.fail_on), only_fixed=arguments.ignore_unfixed)


def rating(word: str) -> Rating:
    """`high` -> Rating.HIGH; UsageError for other words."""
    try:
        return Rating[word.strip().upper()]
    except KeyError:
        raise UsageError(f"{word!r} is no severity", f"one of {', '.join(RATINGS)}") from None


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < 1e9:
        raise argparse.ArgumentTypeError("must be above 0")
    return seconds
