"""Which of several platforms is meant."""

import os

import pytest

from pratique.errors import NoSuchInputError, UsageError
from pratique.image.platform import choose, host_platform, parse_platform
from pratique.records.image import Platform


def at(text: str) -> Platform | None:
    return parse_platform(text) if text else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("linux/amd64", "linux/amd64"),
        ("Linux/X86_64", "linux/amd64"),
        ("linux/aarch64", "linux/arm64"),
        ("linux/arm/v7", "linux/arm/v7"),
        ("windows/amd64", "windows/amd64"),
        ("linux/loongarch64", "linux/loong64"),
    ],
)
def test_spellings(text: str, expected: str) -> None:
    assert str(parse_platform(text)) == expected


@pytest.mark.parametrize("text", ["", "amd64", "linux/", "/amd64", "linux//v7", "linux/arm/v7/x", "linux/arm/"])
def test_what_is_no_platform(text: str) -> None:
    with pytest.raises(UsageError, match="is not os/arch") as caught:
        parse_platform(text)
    assert "linux/arm64" in caught.value.advice


def test_the_host_is_linux_on_its_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    def uname(machine: str) -> None:
        result = os.uname_result(("Darwin", "host", "1", "1", machine))
        monkeypatch.setattr(os, "uname", lambda: result)

    for machine, expected in (
        ("x86_64", "linux/amd64"),
        ("aarch64", "linux/arm64"),
        ("armv7l", "linux/arm/v7"),
        ("armv6l", "linux/arm/v6"),
        ("i686", "linux/386"),
        ("riscv64", "linux/riscv64"),
        ("s390x", "linux/s390x"),
    ):
        uname(machine)
        assert str(host_platform()) == expected


ARM = ["linux/amd64", "linux/arm/v5", "linux/arm/v6", "linux/arm/v7", "linux/arm64/v8", "linux/386"]


@pytest.mark.parametrize(
    ("offers", "wanted", "expected"),
    [
        (ARM, "linux/amd64", "linux/amd64"),
        (ARM, "linux/arm/v7", "linux/arm/v7"),
        (ARM, "linux/arm/v6", "linux/arm/v6"),
        (ARM, "linux/arm/v8", "linux/arm/v7"),
        (ARM, "linux/arm", "linux/arm/v7"),
        (ARM, "linux/arm64", "linux/arm64/v8"),
        (ARM, "linux/arm64/v8", "linux/arm64/v8"),
        (ARM, "linux/386", "linux/386"),
        (["linux/arm/v5", "linux/arm/v6"], "linux/arm/v7", "linux/arm/v6"),
        (["linux/arm/v8", "linux/arm/v5", "linux/arm/v6"], "linux/arm", "linux/arm/v6"),
        (["linux/arm/v8"], "linux/arm", "linux/arm/v8"),
        (["linux/arm/v6", "linux/arm"], "linux/arm/v7", "linux/arm"),
        (["linux/arm64"], "linux/arm64/v8", "linux/arm64"),
        (["linux/amd64/v3", "linux/amd64"], "linux/amd64", "linux/amd64"),
        (["windows/amd64", "linux/amd64"], "linux/amd64", "linux/amd64"),
        (["", "linux/amd64"], "linux/amd64", "linux/amd64"),
        (["", "linux/amd64"], "linux/s390x", ""),
        (["linux/amd64", "linux/amd64"], "linux/amd64", "linux/amd64"),
    ],
)
def test_the_nearest_that_runs_there(offers: list[str], wanted: str, expected: str) -> None:
    numbered = [(at(offer), (number, offer)) for number, offer in enumerate(offers)]
    assert choose(numbered, at(wanted), "image") == (offers.index(expected), expected)


@pytest.mark.parametrize(
    ("offers", "wanted"),
    [
        (ARM, "linux/s390x"),
        (ARM, "windows/amd64"),
        (["linux/arm/v7", "linux/arm/v8"], "linux/arm/v6"),
        (["linux/amd64/v3"], "linux/amd64/v2"),
        (["linux/arm64/v8"], "linux/arm/v8"),
        ([], "linux/amd64"),
    ],
)
def test_none_that_runs_there(offers: list[str], wanted: str) -> None:
    with pytest.raises(NoSuchInputError, match=f"image.tar has no image for {wanted}") as caught:
        choose([(at(offer), offer) for offer in offers], at(wanted), "image.tar")
    for offer in offers:
        assert offer in caught.value.advice
    assert "--platform" in caught.value.advice


def test_without_a_wish_the_host_s_or_the_only_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "uname", lambda: os.uname_result(("Linux", "host", "1", "1", "aarch64")))
    assert choose([(at(offer), offer) for offer in ARM], None, "image") == "linux/arm64/v8"
    assert choose([(at("windows/amd64"), "only")], None, "image") == "only"
    with pytest.raises(NoSuchInputError, match="no image for linux/arm64"):
        choose([(at("linux/amd64"), "a"), (at("linux/386"), "b")], None, "image")
