"""Package URLs: canonical out, strict in, and nothing that a hostile name can break."""

import re
import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pratique.errors import UsageError
from pratique.purl import InvalidPurlError, Purl, parse, purl
from pratique.records.package import Distro, Package

DEBIAN = Distro(id="debian", version="12")
CANONICAL = re.compile(
    r"pkg:[a-z][a-z0-9.-]*(/(?:[A-Za-z0-9._~:-]|%[0-9A-F]{2})+)+"
    r"(@(?:[A-Za-z0-9._~:-]|%[0-9A-F]{2})+)?"
    r"(\?[a-z_]+=(?:[A-Za-z0-9._~:/-]|%[0-9A-F]{2})+(&[a-z_]+=(?:[A-Za-z0-9._~:/-]|%[0-9A-F]{2})+)*)?"
)

PRINTED = [
    (
        Package("deb", "openssl", "3.0.11-1~deb12u2", "amd64"),
        DEBIAN,
        "pkg:deb/debian/openssl@3.0.11-1~deb12u2?arch=amd64&distro=debian-12",
    ),
    (
        Package("deb", "libssl3", "3.0.11-1+b1", "amd64", "openssl", "3.0.11-1"),
        DEBIAN,
        "pkg:deb/debian/libssl3@3.0.11-1%2Bb1?arch=amd64&distro=debian-12&upstream=openssl%403.0.11-1",
    ),
    (
        Package("deb", "bsdutils", "1:2.38.1-5", "amd64", "util-linux", "2.38.1-5"),
        DEBIAN,
        "pkg:deb/debian/bsdutils@1:2.38.1-5?arch=amd64&distro=debian-12&upstream=util-linux%402.38.1-5",
    ),
    (
        Package("deb", "python3-minimal", "3.11.2-1+b1", "amd64", "", "3.11.2-1"),
        None,
        "pkg:deb/python3-minimal@3.11.2-1%2Bb1?arch=amd64&upstream=python3-minimal%403.11.2-1",
    ),
    (
        Package("rpm", "vim-minimal", "2:8.2.2637-16.el9_0.2", "x86_64", "vim"),
        Distro(id="almalinux", version="9.0"),
        "pkg:rpm/almalinux/vim-minimal@8.2.2637-16.el9_0.2?arch=x86_64&distro=almalinux-9.0&epoch=2&upstream=vim",
    ),
    (
        Package("rpm", "GConf2", "3.2.6-22.el9", "x86_64"),
        Distro(id="rhel", version="9.3"),
        "pkg:rpm/redhat/GConf2@3.2.6-22.el9?arch=x86_64&distro=rhel-9.3",
    ),
    (
        Package("rpm", "zypper", "1.14.59-1", "x86_64"),
        Distro(id="opensuse-leap", version="15.5"),
        "pkg:rpm/opensuse/zypper@1.14.59-1?arch=x86_64&distro=opensuse-leap-15.5",
    ),
    (
        Package("rpm", "expat", "2.5.0-1.amzn2023", "x86_64"),
        Distro(id="amzn", version="2023"),
        "pkg:rpm/amzn/expat@2.5.0-1.amzn2023?arch=x86_64&distro=amzn-2023",
    ),
    (
        Package("apk", "busybox-binsh", "1.36.1-r29", "x86_64", "busybox"),
        Distro(id="alpine", version="3.20.3"),
        "pkg:apk/alpine/busybox-binsh@1.36.1-r29?arch=x86_64&distro=alpine-3.20.3&upstream=busybox",
    ),
    (Package("npm", "@Angular/core", "17.0.1"), DEBIAN, "pkg:npm/%40angular/core@17.0.1"),
    (Package("npm", "left-pad", "1.3.0"), None, "pkg:npm/left-pad@1.3.0"),
    (
        Package("maven", "org.apache.logging.log4j:log4j-core", "2.14.1"),
        DEBIAN,
        "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1",
    ),
    (Package("maven", "log4j", "1.2.17"), None, "pkg:maven/log4j@1.2.17"),
    (
        Package("golang", "github.com/BurntSushi/toml", "v1.3.2+incompatible"),
        None,
        "pkg:golang/github.com/burntsushi/toml@v1.3.2%2Bincompatible",
    ),
    (Package("golang", "stdlib", "1.22.1"), None, "pkg:golang/stdlib@1.22.1"),
    (Package("pypi", "Zope.Interface__x", "6.0"), None, "pkg:pypi/zope-interface-x@6.0"),
    (Package("cargo", "Inflector", "0.11.4"), None, "pkg:cargo/Inflector@0.11.4"),
    (Package("gem", "RedCloth", "4.3.2"), None, "pkg:gem/RedCloth@4.3.2"),
    (Package("composer", "Symfony/Yaml", "v6.4.0"), None, "pkg:composer/symfony/yaml@v6.4.0"),
    (Package("pypi", "nameless-version", ""), None, "pkg:pypi/nameless-version"),
    (Package("npm", "pkg@1?x=y#z", "1%20"), None, "pkg:npm/pkg%401%3Fx%3Dy%23z@1%2520"),
    (Package("npm", "../../etc/passwd", "\x1b[2J"), None, "pkg:npm/..%2F..%2Fetc%2Fpasswd@%1B%5B2J"),
    (Package("npm", "a\nb \u202e", "é"), None, "pkg:npm/a%0Ab%20%E2%80%AE@%C3%A9"),
    (Package("npm", "@scope/", "1"), None, "pkg:npm/%40scope%2F@1"),
    (Package("npm", "", "1"), None, ""),
    (Package("golang", "//", "1"), None, ""),
]


@pytest.mark.parametrize(("package", "distro", "expected"), PRINTED)
def test_prints_the_canonical_form(package: Package, distro: Distro | None, expected: str) -> None:
    assert purl(package, distro) == expected
    if expected:
        assert str(parse(expected)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "PKG://DEB/Debian/Curl@7.50.3-1?Arch=i386&distro=jessie&empty=",
            Purl("deb", "curl", "debian", "7.50.3-1", (("arch", "i386"), ("distro", "jessie"))),
        ),
        ("pkg:npm/%40angular/animation@12.3.1", Purl("npm", "animation", "@angular", "12.3.1")),
        ("pkg:npm/@angular/animation@12.3.1", Purl("npm", "animation", "@angular", "12.3.1")),
        ("pkg:npm/@babel/core", Purl("npm", "core", "@babel")),
        ("pkg:npm/core@2.0.1#/a/./../b/", Purl("npm", "core", "", "2.0.1", (), "a/b")),
        ("pkg:generic/x@feature/foo", Purl("generic", "x", "", "feature/foo")),
        ("pkg:generic//a//b//c//@1+2", Purl("generic", "c", "a/b", "1+2")),
        (
            "pkg:npm/p@1?vcs_url=git://host/p.git%404345",
            Purl("npm", "p", "", "1", (("vcs_url", "git://host/p.git@4345"),)),
        ),
        ("pkg:generic/a@1:2", Purl("generic", "a", "", "1:2")),
        ("pkg:generic/a@1%3a2", Purl("generic", "a", "", "1:2")),
    ],
)
def test_parses(text: str, expected: Purl) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pkg:",
        "pkg:npm",
        "pkg:npm/",
        "npm/left-pad@1.0",
        "pkg:EnterpriseLibrary.Common@6.0.1304",
        "pkg%3Amaven/org.apache.commons/io",
        "pkg:n&g?inx/nginx@0.8.9",
        "pkg:3nginx/nginx@0.8.9",
        "pkg:nginx:a/nginx@0.8.9",
        "pkg:maven/@1.3.4",
        "pkg:npm/foobar@",
        "pkg:npm/my artifact@1",
        "pkg:npm/café@1",
        "pkg:npm/a\x1bb@1",
        "pkg:npm/a%2@1",
        "pkg:npm/a%zz@1",
        "pkg:npm/a%@1",
        "pkg:npm/a%+1@1",
        "pkg:npm/a%FF@1",
        "pkg:npm/a%2Fb/c@1",
        "pkg:npm/a@1?in%20production=true",
        "pkg:npm/a@1?1a=true",
        "pkg:npm/a@1?arch",
        "pkg:npm/a@1?arch=x&ARCH=y",
        "pkg:npm/a@1?a=b?c=d",
        "pkg:npm/a@1#b#c",
        "pkg:npm/a@1#b%2Fc",
    ],
)
def test_refuses(text: str) -> None:
    with pytest.raises(InvalidPurlError) as caught:
        parse(text)
    assert isinstance(caught.value, UsageError)
    assert "\n" not in str(caught.value)


TEXTS = st.text(max_size=30) | st.sampled_from(
    ["@a/b", "a:b", "g/h/i", "%41", "\ud800", "..", "/", "@/", ":", "İ", "a" * 5000]
)
TYPES = st.sampled_from(["deb", "rpm", "apk", "pypi", "npm", "golang", "maven", "cargo", "gem", "composer", "generic"])


@settings(deadline=None, max_examples=200)
@given(
    st.builds(Package, TYPES, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS),
    st.none() | st.builds(Distro, TEXTS, TEXTS),
)
@example(Package("rpm", "a", "1:", "", "b"), Distro(id="a/../b", version="/"))
def test_any_package_makes_a_canonical_purl_that_parses_back(package: Package, distro: Distro | None) -> None:
    text = purl(package, distro)
    if not text:
        assert not package.name.strip("/")
        return
    assert CANONICAL.fullmatch(text), text
    parsed = parse(text)
    assert str(parsed) == text
    assert parsed.type == package.type
    version = package.version.encode("utf-8", "replace").decode()
    qualifiers = dict(parsed.qualifiers)
    if package.type == "rpm" and "epoch" in qualifiers:
        version = version.partition(":")[2]
    assert parsed.version == version
    if package.type in {"deb", "rpm", "apk"}:
        assert qualifiers.get("arch", "") == package.arch.encode("utf-8", "replace").decode()
    else:
        assert not qualifiers


@settings(deadline=None, max_examples=200)
@given(
    st.text(max_size=60) | st.text(alphabet=string.ascii_letters + "%@?#&=/:.-240", max_size=60).map("pkg:npm/".__add__)
)
def test_any_text_parses_or_is_refused(text: str) -> None:
    try:
        parsed = parse(text)
    except InvalidPurlError:
        return
    assert parse(str(parsed)) == parsed
