"""CISA's catalogue of known exploited vulnerabilities (JSON schema of the catalogue, 2021 on)."""

import msgspec

from pratique.advisories.osv import is_id
from pratique.errors import UnreadableFileError
from pratique.records.advisory import Exploited

DEFAULT_KEV = "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json"

LARGEST = 64 << 20
"""Bytes. 1,400 entries make 1.3 MB."""


class _Entry(msgspec.Struct, rename="camel"):
    cve_id: str = msgspec.field(name="cveID")
    date_added: str
    due_date: str | None = None
    known_ransomware_campaign_use: str | None = None


class _Catalogue(msgspec.Struct, rename="camel"):
    vulnerabilities: list[msgspec.Raw]
    date_released: str = ""


_catalogue_decoder = msgspec.json.Decoder(_Catalogue)
_entry_decoder = msgspec.json.Decoder(_Entry)


def parse(data: bytes) -> tuple[list[Exploited], str, int]:
    """(entries, RFC 3339 time of release, entries that could not be read). Raises UnreadableFileError."""
    try:
        catalogue = _catalogue_decoder.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise UnreadableFileError("it is no KEV catalogue") from error
    found, unreadable = [], 0
    for raw in catalogue.vulnerabilities:
        try:
            entry = _entry_decoder.decode(raw)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            unreadable += 1
            continue
        if not is_id(entry.cve_id) or len(entry.date_added) > 10 or len(entry.due_date or "") > 10:
            unreadable += 1
            continue
        ransomware = (entry.known_ransomware_campaign_use or "").lower() == "known"
        found.append(Exploited(entry.cve_id, entry.date_added, entry.due_date or "", ransomware))
    if unreadable and not found:
        raise UnreadableFileError("none of its entries can be read")
    released = catalogue.date_released
    return found, released if len(released) <= 40 and released.isprintable() else "", unreadable
