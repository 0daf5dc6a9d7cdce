"""Reports to draw: one image denied, one admitted, one that nobody can judge, one that attacks its reader."""

from collections.abc import Sequence

import msgspec

from pratique.purl import purl
from pratique.records.advisory import AdvisorySource, Epss, Exploited, Rating, Severity
from pratique.records.file import Unknown
from pratique.records.finding import Finding, Misconfigured, Vulnerable
from pratique.records.image import ImageConfig, LayerRef, Manifest, Platform
from pratique.records.inventory import Inventory, LayerNote, LinkedFile, Origin, Placed, PlacedUnknown, RemovedDatabase
from pratique.records.package import Channel, Distro, Package
from pratique.records.report import Provenance, Report
from pratique.records.verdict import Outcome, Verdict

DEBIAN = Distro("debian", "12", "Debian GNU/Linux 12 (bookworm)", (), "bookworm", "cpe:2.3:o:debian:debian_linux:12")
ALPINE = Distro("alpine", "3.20.3", "Alpine Linux v3.20")
STATUS = "var/lib/dpkg/status"
SITE = "usr/local/lib/python3.11/site-packages"
JAR = "app/checkout.jar!/BOOT-INF/lib"
HEX = "4f9a0c1b2d3e8f7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a"


def layers(*notes: tuple[str, bool]) -> tuple[LayerNote, ...]:
    return tuple(
        LayerNote(
            index=index,
            diff_id=f"sha256:{index:064x}",
            digest=f"sha256:{index + 4096:064x}",
            instruction=instruction,
            size=(index + 1) * 1_048_576,
            files=(index + 1) * 117,
            base_image=base,
        )
        for index, (instruction, base) in enumerate(notes)
    )


def manifest(
    reference: str, notes: tuple[LayerNote, ...], names: tuple[str, ...] = (), warnings: tuple[str, ...] = ()
) -> Manifest:
    return Manifest(
        reference=reference,
        digest=f"sha256:{HEX}",
        config_digest=f"sha256:{HEX[::-1]}",
        config=ImageConfig(
            Platform("linux", "amd64"), tuple(note.diff_id for note in notes), created="2026-03-01T10:00:00Z"
        ),
        layers=tuple(LayerRef(note.index, note.diff_id, note.digest, note.size) for note in notes),
        names=names,
        warnings=warnings,
    )


def inventory(
    distro: Distro | None,
    notes: tuple[LayerNote, ...],
    packages: tuple[Placed, ...],
    unknowns: tuple[PlacedUnknown, ...] = (),
    removed: tuple[RemovedDatabase, ...] = (),
) -> Inventory:
    config = ImageConfig(Platform("linux", "amd64"), tuple(note.diff_id for note in notes))
    return Inventory(
        f"sha256:{HEX}", f"sha256:{HEX[::-1]}", config, distro, notes, packages, unknowns, removed, "f00dcafe"
    )


def named(
    manifest: Manifest,
    inventory: Inventory,
    findings: tuple[Finding, ...],
    gaps: tuple[str, ...],
    verdict: Verdict,
    provenance: Provenance,
    unjudged: tuple[str, ...] = (),
) -> Report:
    """A report whose packages have their URLs, as an inventory gives them."""

    def of(placed: Placed) -> Placed:
        return msgspec.structs.replace(placed, purl=purl(placed.fact, inventory.distro))

    return Report(
        manifest,
        msgspec.structs.replace(inventory, packages=tuple(map(of, inventory.packages))),
        tuple(
            msgspec.structs.replace(each, placed=of(each.placed)) if isinstance(each, Vulnerable) else each
            for each in findings
        ),
        gaps,
        verdict,
        provenance,
        unjudged,
    )


def deb(name: str, version: str, layer: int, source: str = "", source_version: str = "") -> Placed:
    package = Package(
        "deb", name, version, "amd64", source, source_version, vendor="Debian Maintainers <debian@example.org>"
    )
    return Placed(package, STATUS, 0, Origin(layer))


def language(kind: str, name: str, version: str, path: str, layer: int, licence: str = "MIT") -> Placed:
    return Placed(Package(kind, name, version, licenses=(licence,)), path, 3, Origin(layer))


def vulnerable(
    placed: Placed,
    cve: str,
    rating: Rating,
    *fixed: str,
    ident: str = "",
    epss: float = 0.0,
    kev: bool = False,
    suppressed: str = "",
    score: float = 0.0,
) -> Vulnerable:
    return Vulnerable(
        id=ident or cve,
        aliases=(cve,) if ident else (),
        placed=placed,
        severity=Severity(rating, "nvd" if score else "debian", score),
        fixed_versions=fixed,
        summary=f"What {cve} is about",
        reasons=(f"{placed.fact.version} is below {fixed[0] if fixed else 'every known version'}",),
        urls=(f"https://vulnerability.example/{cve}",),
        published="2024-05-01T00:00:00Z",
        exploited=Exploited(cve, "2021-12-10", "2021-12-24", ransomware=True) if kev else None,
        epss=Epss(cve, epss, min(epss + 0.04, 1.0)) if epss else None,
        suppressed=suppressed,
    )


def provenance(*advisories: AdvisorySource, baseline: bool = False) -> Provenance:
    return Provenance(
        tool="pratique 0.1.0",
        analyzers=("dpkg/1", "python-metadata/1", "jar/1", "npm-package/1"),
        fingerprint="f00dcafe",
        scanned="2026-03-11T09:30:00Z",
        advisories=advisories,
        baseline=baseline,
    )


def source(ecosystem: str, count: int, newest: str, fetched: str) -> AdvisorySource:
    return AdvisorySource(ecosystem, count, newest, fetched, f"https://feeds.example/{ecosystem}")


FRESH = (
    source("Debian", 13_282, "2026-03-09T08:00:00Z", "2026-03-09T09:00:00Z"),
    source("PyPI", 2_270, "2026-03-08T21:14:00Z", "2026-03-09T09:00:00Z"),
    source("Maven", 5_383, "2026-03-09T02:00:00Z", "2026-03-09T09:00:00Z"),
    source("npm", 4_185, "2026-03-07T12:00:00Z", "2026-03-11T08:00:00Z"),
    source("Go", 3_703, "2026-02-21T12:00:00Z", "2026-02-21T13:00:00Z"),
    source("KEV", 1_404, "2026-03-06T00:00:00Z", "2026-03-10T06:00:00Z"),
    source("EPSS", 271_556, "2026-03-10T00:00:00Z", "2026-03-10T06:00:00Z"),
)
POLICY = "deny vulnerabilities that are exploited, or critical with a known fix"

SHOP = layers(
    ("ADD rootfs.tar.xz /", True),
    ("RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates tzdata", True),
    ("RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*", False),
    ("RUN pip install --no-cache-dir -r /tmp/requirements.txt", False),
    ("COPY --from=build /src/target/checkout-1.4.2.jar /app/checkout.jar", False),
    ("COPY --from=node /web/node_modules /app/web/node_modules", False),
    ("COPY bin/health /usr/local/bin/health", False),
    ("RUN rm -rf /app/web/node_modules/.cache /srv/cache/.npm", False),
)


def deny() -> Report:
    log4j = language(
        "maven",
        "org.apache.logging.log4j:log4j-core",
        "2.14.1",
        f"{JAR}/log4j-core-2.14.1.jar",
        4,
        "Apache-2.0",
    )
    requests = language("pypi", "requests", "2.25.1", f"{SITE}/requests-2.25.1.dist-info/METADATA", 3)
    yaml = language("pypi", "PyYAML", "5.3", f"{SITE}/PyYAML-5.3.dist-info/METADATA", 3)
    word_wrap = language("npm", "word-wrap", "1.2.3", "app/web/node_modules/word-wrap/package.json", 5)
    angular = language("npm", "@angular/core", "10.0.0", "app/web/node_modules/@angular/core/package.json", 5)
    crypto = language("golang", "golang.org/x/crypto", "v0.0.0-20210921155107-089bfa567519", "usr/local/bin/health", 6)
    curl = deb("curl", "7.88.1-10+deb12u4", 2)
    libc = deb("libc6", "2.36-9+deb12u4", 0, "glibc")
    ssl = deb("libssl3", "3.0.11-1~deb12u2", 0, "openssl")
    openssl = deb("openssl", "3.0.11-1~deb12u2", 0)
    zlib = deb("zlib1g", "1:1.2.13.dfsg-1", 0, "zlib")
    perl = deb("perl-base", "5.36.0-7+deb12u1", 0, "perl")
    tar = deb("tar", "1.34+dfsg-1.2", 0)
    coreutils = deb("coreutils", "9.1-1", 0)
    tz = deb("tzdata", "2024a-0+deb12u1", 1)
    cache = Placed(Package("npm", "tough-cookie", "2.5.0"), "srv/cache/.npm/tough-cookie/package.json", 2, Origin(5, 7))
    findings: tuple[Finding, ...] = (
        vulnerable(
            log4j,
            "CVE-2021-44228",
            Rating.CRITICAL,
            "2.15.0",
            ident="GHSA-jfh8-c2jp-5v3q",
            epss=0.9447,
            kev=True,
            score=10.0,
        ),
        vulnerable(
            log4j, "CVE-2021-45046", Rating.CRITICAL, "2.16.0", ident="GHSA-7rjr-3q55-vv33", epss=0.9434, score=9.0
        ),
        vulnerable(log4j, "CVE-2021-45105", Rating.HIGH, "2.17.0", ident="GHSA-p6xc-xr62-6r2g", epss=0.6723, score=8.6),
        vulnerable(log4j, "CVE-2021-44832", Rating.MEDIUM, "2.17.1", ident="GHSA-8489-44mv-ggj8", score=6.6),
        vulnerable(yaml, "CVE-2020-14343", Rating.CRITICAL, "5.4", ident="GHSA-8q59-q68h-6hv4", score=9.8),
        vulnerable(requests, "CVE-2023-32681", Rating.MEDIUM, "2.31.0", ident="GHSA-j8r2-6x86-q33q", score=6.1),
        vulnerable(requests, "CVE-2024-35195", Rating.MEDIUM, "2.32.0", ident="GHSA-9wx4-h78v-vm56", score=5.6),
        vulnerable(requests, "CVE-2024-47081", Rating.MEDIUM, ident="GHSA-9hjg-9r4m-mvj7", score=5.3),
        vulnerable(word_wrap, "CVE-2023-26115", Rating.MEDIUM, "1.2.4", ident="GHSA-j8xg-fqg3-53r7", score=5.3),
        vulnerable(
            angular,
            "CVE-2021-4231",
            Rating.LOW,
            "10.2.5",
            "11.0.5",
            "11.1.0-next.3",
            ident="GHSA-c75v-2vq8-878f",
        ),
        vulnerable(crypto, "CVE-2023-48795", Rating.MEDIUM, "v0.17.0", ident="GO-2023-2402", epss=0.5412),
        vulnerable(crypto, "CVE-2024-45337", Rating.CRITICAL, "v0.31.0", ident="GO-2024-3321", epss=0.3309),
        vulnerable(crypto, "CVE-2022-27191", Rating.HIGH, "v0.0.0-20220314234659-1baeb1ce4c0b"),
        vulnerable(
            curl, "CVE-2023-46218", Rating.MEDIUM, "7.88.1-10+deb12u5", ident="DEBIAN-CVE-2023-46218", score=6.5
        ),
        vulnerable(curl, "CVE-2024-2379", Rating.NEGLIGIBLE, ident="DEBIAN-CVE-2024-2379"),
        vulnerable(
            libc,
            "CVE-2024-2961",
            Rating.HIGH,
            "2.36-9+deb12u6",
            ident="DEBIAN-CVE-2024-2961",
            epss=0.9301,
            score=7.3,
        ),
        vulnerable(libc, "CVE-2024-33599", Rating.HIGH, "2.36-9+deb12u7", ident="DEBIAN-CVE-2024-33599", score=7.6),
        vulnerable(libc, "CVE-2024-33600", Rating.MEDIUM, "2.36-9+deb12u7", ident="DEBIAN-CVE-2024-33600", score=5.3),
        vulnerable(libc, "CVE-2019-1010022", Rating.NEGLIGIBLE, ident="DEBIAN-CVE-2019-1010022"),
        vulnerable(libc, "CVE-2018-20796", Rating.NEGLIGIBLE, ident="DEBIAN-CVE-2018-20796"),
        vulnerable(ssl, "CVE-2024-5535", Rating.UNKNOWN, "3.0.15-1~deb12u1", ident="DEBIAN-CVE-2024-5535"),
        vulnerable(ssl, "CVE-2023-5678", Rating.UNKNOWN, "3.0.13-1~deb12u1", ident="DEBIAN-CVE-2023-5678"),
        vulnerable(openssl, "CVE-2024-5535", Rating.UNKNOWN, "3.0.15-1~deb12u1", ident="DEBIAN-CVE-2024-5535"),
        vulnerable(openssl, "CVE-2023-5678", Rating.UNKNOWN, "3.0.13-1~deb12u1", ident="DEBIAN-CVE-2023-5678"),
        vulnerable(zlib, "CVE-2023-45853", Rating.CRITICAL, ident="DEBIAN-CVE-2023-45853", score=9.8),
        vulnerable(perl, "CVE-2023-31484", Rating.HIGH, ident="DEBIAN-CVE-2023-31484", score=8.1),
        vulnerable(perl, "CVE-2023-47038", Rating.HIGH, "5.36.0-7+deb12u2", ident="DEBIAN-CVE-2023-47038", score=7.8),
        vulnerable(tar, "CVE-2005-2541", Rating.LOW, ident="DEBIAN-CVE-2005-2541"),
        vulnerable(coreutils, "CVE-2016-2781", Rating.LOW, ident="DEBIAN-CVE-2016-2781"),
        vulnerable(coreutils, "CVE-2017-18018", Rating.NEGLIGIBLE, ident="DEBIAN-CVE-2017-18018"),
        Misconfigured(
            "runs-as-root",
            "The image runs as root",
            Severity(Rating.MEDIUM, "pratique"),
            "",
            -1,
            ("the configuration names no user",),
            "End the Dockerfile with a USER instruction that names an unprivileged user.",
        ),
        vulnerable(
            cache, "CVE-2023-26136", Rating.CRITICAL, "4.1.3", suppressed="in packages that a later layer removed"
        ),
        vulnerable(tz, "CVE-2020-0001", Rating.HIGH, suppressed="not affected: vulnerable code not present (VEX)"),
        vulnerable(ssl, "CVE-2020-0002", Rating.HIGH, suppressed="not affected: vulnerable code not present (VEX)"),
    )
    packages = tuple({each.placed: None for each in findings if isinstance(each, Vulnerable)})
    return named(
        manifest("registry.example/shop/checkout:1.4.2", SHOP, names=("registry.example/shop/checkout:1.4.2",)),
        inventory(
            DEBIAN,
            SHOP,
            packages,
            (
                PlacedUnknown(
                    Unknown(f"{JAR}/vendor.jar", "jar", "the archive ends in the middle of an entry"), Origin(4)
                ),
            ),
        ),
        findings,
        ("npm: 3 packages have versions that no scheme can place",),
        Verdict(
            Outcome.DENY,
            (
                "1 vulnerability is known to be exploited: CVE-2021-44228 in org.apache.logging.log4j:log4j-core",
                "3 more critical vulnerabilities have a known fix: CVE-2021-45046, CVE-2020-14343, CVE-2024-45337",
            ),
            POLICY,
        ),
        provenance(*FRESH),
    )


def admit() -> Report:
    notes = layers(("ADD alpine-minirootfs-3.20.3-x86_64.tar.gz /", False), ("COPY server /server", False))
    busybox = Placed(
        Package("apk", "busybox", "1.36.1-r29", "x86_64", licenses=("GPL-2.0-only",)),
        "lib/apk/db/installed",
        41,
        Origin(0),
        needs=(1,),
    )
    musl = Placed(
        Package("apk", "musl", "1.2.5-r0", "x86_64", licenses=("MIT",)), "lib/apk/db/installed", 512, Origin(0)
    )
    stdlib = Placed(Package("golang", "stdlib", "1.22.9"), "server", 0, Origin(1))
    redis = Placed(
        Package("generic", "redis", "7.2.4"), "opt/redis-server", 0, Origin(1), evidence=("opt/redis-sentinel",)
    )
    lock = "srv/Cargo.lock"
    serde = Placed(Package("cargo", "serde", "1.0.197", declared=True), lock, 9, Origin(1), needs=(5,))
    insta = Placed(Package("cargo", "insta", "1.36.1", declared=True, development=True), lock, 3, Origin(1))
    program = Placed(
        Package("generic", "busybox", "1.36.1"), "bin/busybox", 0, Origin(0), "apk/busybox",
        left_out="a file of apk/busybox",
    )  # fmt: skip
    found = inventory(ALPINE, notes, (busybox, musl, stdlib, redis, serde, insta, program))
    found = msgspec.structs.replace(
        found,
        linked=(LinkedFile("bin/busybox", ("lib/ld-musl-x86_64.so.1",)),),
        channels=(Channel("apk-repository", ("https://mirror.example/alpine/v3.20/main",)),),
    )
    return named(
        manifest("registry.example/tools/echo@sha256:" + HEX, notes),
        found,
        (vulnerable(busybox, "CVE-2023-42363", Rating.LOW, "1.36.1-r30", ident="ALPINE-CVE-2023-42363"),),
        (),
        Verdict(
            Outcome.ADMIT,
            ("3 packages of apk, golang were judged; 1 vulnerability counts, none breaks the policy",),
            POLICY,
        ),
        provenance(
            source("Alpine", 2_433, "2026-03-10T08:00:00Z", "2026-03-11T09:00:00Z"),
            source("Go", 3_703, "2026-03-10T12:00:00Z", "2026-03-10T08:00:00Z"),
        ),
        ("1 package of programs without a package manager, for which no feed publishes advisories: redis",),
    )


def unknown() -> Report:
    notes = layers(
        ("", False),
        ("RUN rm -rf /var/lib/dpkg /var/lib/apt", False),
    )
    gone = tuple(
        Placed(each.fact, each.path, each.line, Origin(0, 1))
        for each in (deb("apt", "2.6.1", 0), deb("bash", "5.2.15-2+b2", 0), deb("dpkg", "1.21.22", 0))
    )
    return named(
        manifest("legacy.tar", notes, warnings=("the history names 7 layers, the manifest 2",)),
        inventory(
            Distro("tinyos", "7", "Tiny OS 7"),
            notes,
            gone,
            (
                PlacedUnknown(Unknown("", "scan", "the deadline of 60 seconds passed"), Origin(0)),
                PlacedUnknown(Unknown("opt/app/lib.jar", "jar", "the archive is encrypted"), Origin(0)),
            ),
            (RemovedDatabase("deb", STATUS, Origin(0, 1), 3),),
        ),
        (
            Misconfigured(
                "PRATIQUE-PACKAGE-DATABASE-REMOVED",
                "the dpkg package database was removed",
                Severity(Rating.HIGH, "pratique"),
                STATUS,
                1,
                (f"layer 1 took away {STATUS} with 3 packages",),
                "keep the package database in the image, or build on a base without a package manager",
            ),
        ),
        ("no advisories cover Tiny OS 7",),
        Verdict(
            Outcome.UNKNOWN,
            (f"the dpkg package database was removed: {STATUS}", "no advisories cover Tiny OS 7"),
            POLICY,
        ),
        provenance(
            source("baseline", 57, "2025-12-01T00:00:00Z", "2025-12-04T00:00:00Z"),
            baseline=True,
        ),
    )


EVIL = (
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "A" * 300,
    "|table|row|",
    "]]>",
    "-rf",
    "\x1b[2Jclear",
    "../../etc/passwd",
    "%s%s%n",
    "{{7*7}}",
    "a\nb",
    "\u202egpj",
    "'; DROP TABLE x;--",
    "pkg@1?x=y#z",
    "[red]markup[/red] :smile:",
    "\x9b31m\u2066\u200b\u0301\u200d",
    "寿司" * 40,
    "\ud800lone",
    "",
)
"""Names as they stand in images made to attack scanners."""


def hostile(texts: Sequence[str] = EVIL) -> Report:
    """Every text that can come from an image, a feed or a history is one of `texts`."""
    notes = layers(*((text, False) for text in texts))
    kinds = ("npm", "pypi", "maven", "golang", "deb")
    placed = tuple(
        Placed(
            Package(kinds[number % 5], text, text, text, text, text, (text,), text, text),
            text,
            number,
            Origin(number),
            text,
        )
        for number, text in enumerate(texts)
    )
    findings = tuple(
        Vulnerable(
            text,
            (text,),
            each,
            Severity(Rating(2 + number % 4), text, 5.0, text),
            (text,),
            text,
            (text,),
            (text,),
            text,
            Exploited(text, text, text) if number % 2 else None,
            Epss(text, 0.5, 0.5),
            text if number % 7 == 3 else "",
        )
        for number, (text, each) in enumerate(zip(texts, placed, strict=True))
    )
    unknowns = tuple(PlacedUnknown(Unknown(text, text, text), Origin(0)) for text in texts)
    wrong = tuple(Misconfigured(text, text, Severity(Rating.HIGH, text), text, 0, (text,), text) for text in texts)
    return named(
        manifest(
            "\x1b[31m<img src=x onerror=alert(1)>:1" + texts[0] + "a" * 100_000,
            notes,
            warnings=tuple(texts),
            names=tuple(texts),
        ),
        inventory(Distro(texts[-1], texts[0], texts[len(texts) // 2]), notes, placed, unknowns),
        (*findings, *wrong),
        tuple(texts),
        Verdict(Outcome.DENY, tuple(texts), texts[0]),
        provenance(*(AdvisorySource(text, 1, text, text, text) for text in texts)),
    )


def example() -> Report:
    """The small one that docs/json-schema.md shows."""
    notes = layers(("ADD rootfs.tar.xz /", True), ("RUN pip install requests==2.31.0", False))
    requests = Placed(
        Package("pypi", "requests", "2.31.0", licenses=("Apache-2.0",)),
        f"{SITE}/requests-2.31.0.dist-info/METADATA",
        3,
        Origin(1),
    )
    finding = Vulnerable(
        id="GHSA-9wx4-h78v-vm56",
        aliases=("CVE-2024-35195",),
        placed=requests,
        severity=Severity(Rating.MEDIUM, "GHSA-9wx4-h78v-vm56", 5.6, "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:H/I:H/A:N"),
        fixed_versions=("2.32.0",),
        summary="A session that once skipped the verification of certificates goes on skipping it",
        reasons=("package requests: GHSA-9wx4-h78v-vm56 (PyPI) affects versions before 2.32.0",),
        urls=("https://vulnerability.example/CVE-2024-35195",),
        published="2024-05-20T20:15:00Z",
        epss=Epss("CVE-2024-35195", 0.00053, 0.16251),
    )
    return named(
        manifest("registry.example/hello:1", notes, names=("registry.example/hello:1",)),
        inventory(
            DEBIAN,
            notes,
            (requests,),
            (PlacedUnknown(Unknown("opt/tool.jar", "jar", "the archive ends in the middle of an entry"), Origin(1)),),
        ),
        (finding,),
        (),
        Verdict(
            Outcome.UNKNOWN,
            ("could not read opt/tool.jar (the archive ends in the middle of an entry)",),
            "deny critical vulnerabilities with a known fix",
        ),
        provenance(source("PyPI", 2_270, "2026-03-08T21:14:00Z", "2026-03-09T09:00:00Z")),
    )


REPORTS = {"deny": deny, "admit": admit, "unknown": unknown, "hostile": hostile, "example": example}
