"""A tiny bucket in OSV's layout: real vulnerabilities, told in our own words."""

import copy
import io
import zipfile
from pathlib import Path
from typing import Any

import msgspec

Record = dict[str, Any]

LOG4SHELL = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"


def record(own: str, modified: str, ecosystem: str, name: str, events: list[dict[str, str]], **more: Any) -> Record:
    """A record with one package and one range."""
    affected = {
        "package": {"ecosystem": ecosystem, "name": name},
        "ranges": [{"type": "ECOSYSTEM", "events": events}],
    }
    return {"schema_version": "1.7.0", "id": own, "modified": modified, "affected": [affected], **more}


def pairs(*bounds: str) -> list[dict[str, str]]:
    """Events of intervals: introduced, fixed, introduced, fixed, ..."""
    return [{"fixed" if index % 2 else "introduced": version} for index, version in enumerate(bounds)]


RECORDS: dict[str, list[Record]] = {
    "PyPI": [
        record(
            "PYSEC-2019-13", "2021-07-15T02:22:10Z", "PyPI", "Django",
            pairs("1.11", "1.11.23", "2.1", "2.1.11", "2.2", "2.2.4"),
            aliases=["GHSA-6r97-cj55-9hrq", "CVE-2019-14234"],
            details="Keys of JSON fields reach the SQL of a query unescaped.\nMore follows.",
        ),
        record(
            "GHSA-6r97-cj55-9hrq", "2024-09-18T19:54:25.123456Z", "PyPI", "django",
            pairs("1.11a1", "1.11.23", "2.1a1", "2.1.11", "2.2a1", "2.2.4"),
            aliases=["CVE-2019-14234"],
            summary="SQL injection through keys of JSONField in Django",
            severity=[{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
            published="2019-08-16T00:32:25Z",
        ),
        record(
            "PYSEC-2018-28", "2021-06-10T06:51:37Z", "PyPI", "requests", pairs("0", "2.20.0"),
            aliases=["CVE-2018-18074", "GHSA-x84v-xcm2-53pg"],
            details="A redirect from https to http carries the login along.",
        ),
    ],
    "Maven": [
        record(
            "GHSA-jfh8-c2jp-5v3q", "2025-05-09T13:13:16.169937Z", "Maven", "org.apache.logging.log4j:log4j-core",
            pairs("2.13.0", "2.15.0", "0", "2.3.1", "2.4", "2.12.2"),
            aliases=["CVE-2021-44228"],
            summary="Lookups in log messages load code over JNDI",
            severity=[{"type": "CVSS_V3", "score": LOG4SHELL}],
        ),
    ],
    "Debian": [
        record(
            "DEBIAN-CVE-2021-44228", "2021-12-11T00:00:00Z", "Debian:11", "apache-log4j2",
            pairs("0", "2.15.0-1~deb11u1"), upstream=["CVE-2021-44228"],
        ),
        record(
            "DEBIAN-CVE-2019-14234", "2019-08-08T00:00:00Z", "Debian:10", "python-django",
            pairs("0", "1:1.11.23-1~deb10u1"), upstream=["CVE-2019-14234"],
        ),
        record(
            "DSA-5020-1", "2021-12-11T00:00:00Z", "Debian:11", "apache-log4j2",
            pairs("0", "2.15.0-1~deb11u1"),
            upstream=["CVE-2021-44228", "DEBIAN-CVE-2021-44228"], summary="apache-log4j2 - security update",
        ),
    ],
    "Go": [
        record(
            "GO-2022-0493", "2024-05-20T16:03:47Z", "Go", "golang.org/x/sys",
            pairs("0", "0.0.0-20220412211240-33da011f77ad"),
            aliases=["CVE-2022-29526", "GHSA-p782-xgp4-8hr8"], summary="Faccessat looks at the wrong group",
        ),
        record(
            "GO-2021-0001", "2021-01-01T00:00:00Z", "Go", "example.org/gone", pairs("0"),
            withdrawn="2022-01-01T00:00:00Z",
        ),
    ],
}  # fmt: skip

KEV = {
    "title": "Known exploited vulnerabilities",
    "catalogVersion": "2025.08.25",
    "dateReleased": "2025-08-25T17:04:19.9796Z",
    "count": 1,
    "vulnerabilities": [
        {
            "cveID": "CVE-2021-44228",
            "vendorProject": "Apache",
            "product": "Log4j2",
            "dateAdded": "2021-12-10",
            "dueDate": "2021-12-24",
            "knownRansomwareCampaignUse": "Known",
        }
    ],
}

EPSS = (
    "#model_version:v2025.03.14,score_date:2025-09-01T00:00:00+0000\n"
    "cve,epss,percentile\n"
    "CVE-2021-44228,0.94358,0.99957\n"
    "CVE-2019-14234,0.10200,0.92870\n"
)


class Mirror:
    """The bucket in a folder; change `records`, then `publish`."""

    def __init__(self, folder: Path, *, singles: bool = True) -> None:
        self.folder = folder
        self.singles = singles
        self.records = copy.deepcopy(RECORDS)
        folder.mkdir(parents=True, exist_ok=True)
        for kind, name, content in (
            ("kev", "known_exploited_vulnerabilities.json", msgspec.json.encode(KEV)),
            ("epss", "epss_scores-current.csv", EPSS.encode()),
        ):
            (folder / kind).mkdir(exist_ok=True)
            (folder / kind / name).write_bytes(content)
        self.publish()

    def publish(self) -> None:
        """Write everything anew."""
        (self.folder / "ecosystems.txt").write_text("".join(f"{name}\n" for name in self.records))
        for name, records in self.records.items():
            folder = self.folder / name
            folder.mkdir(exist_ok=True)
            for old in folder.iterdir():
                old.unlink()
            (folder / "all.zip").write_bytes(zipped({f"{one['id']}.json": encoded(one) for one in records}))
            lines = sorted((f"{one['modified']},{one['id']}\n" for one in records), reverse=True)
            (folder / "modified_id.csv").write_text("".join(lines))
            if self.singles:
                for one in records:
                    (folder / f"{one['id']}.json").write_bytes(encoded(one))

    def of(self, own: str) -> Record:
        """The record with this id."""
        return next(one for records in self.records.values() for one in records if one["id"] == own)


def encoded(one: Record) -> bytes:
    return msgspec.json.encode(one)


def zipped(members: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return content.getvalue()
