"""FIRST's EPSS scores: a comment line with the date, a header `cve,epss,percentile`, one line a CVE; often gzipped."""

import io
import re
from collections.abc import Iterator

from pratique.advisories.osv import is_id
from pratique.errors import UnreadableFileError
from pratique.records.advisory import Epss

DEFAULT_EPSS = "https://epss.cyentia.com/epss_scores-current.csv.gz"

LARGEST = 64 << 20
"""Bytes as they are fetched: 300,000 lines make 10 MB, 3 MB in gzip."""

UNPACKED_LARGEST = 256 << 20
"""Bytes after gzip: room for ten times as many CVEs."""

_DATE = re.compile(r"date:\s*(\d{4}-\d\d-\d\d[0-9T:.+Z-]{0,30})")


def parse(data: bytes) -> tuple[list[Epss], str, int]:
    """(scores, date of the model run, lines that could not be read). Raises UnreadableFileError."""
    lines = _lines(data)
    found: list[Epss] = []
    unreadable, date = 0, ""
    columns: tuple[int, int, int] | None = None
    for line in lines:
        if line.startswith("#"):
            match = _DATE.search(line)
            date = match[1] if match else date
        elif columns is None:
            columns = _columns(line)
        elif line:
            row = _row(line.split(","), columns)
            if row is None:
                unreadable += 1
            else:
                found.append(row)
    if not found:
        raise UnreadableFileError("it holds no EPSS scores")
    return found, date, unreadable


def _lines(data: bytes) -> Iterator[str]:
    if data[:2] == b"\x1f\x8b":
        import zlib

        inflate = zlib.decompressobj(31)
        try:
            data = inflate.decompress(data, UNPACKED_LARGEST)
        except zlib.error as error:
            raise UnreadableFileError("its gzip data is damaged") from error
        if not inflate.eof:
            raise UnreadableFileError("its gzip data is cut off, or unpacks to too much")
    for line in io.BytesIO(data):
        yield line[:512].decode("utf-8", "replace").strip()


def _columns(header: str) -> tuple[int, int, int]:
    names = [name.strip().lower() for name in header.split(",")]
    try:
        return names.index("cve"), names.index("epss"), names.index("percentile")
    except ValueError as error:
        raise UnreadableFileError("it has no header of EPSS") from error


def _row(fields: list[str], columns: tuple[int, int, int]) -> Epss | None:
    cve, score, percentile = columns
    try:
        row = Epss(fields[cve], float(fields[score]), float(fields[percentile]))
    except (IndexError, ValueError):
        return None
    return row if is_id(row.cve) and 0.0 <= row.score <= 1.0 and 0.0 <= row.percentile <= 1.0 else None
