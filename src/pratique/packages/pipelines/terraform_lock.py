"""`.terraform.lock.hcl`: the providers that Terraform and OpenTofu have chosen (Terraform, "Dependency Lock File").

HCL, written by machine: blocks `provider "HOST/NAMESPACE/TYPE" {` with one attribute on each line.
"""

import re
from collections.abc import Iterator

from pratique.limits import BROKEN_TOLD_MOST
from pratique.records.facts import Found
from pratique.records.file import File, Unknown
from pratique.records.package import Package

_NAME = "terraform-lock"


def parse(file: File) -> Iterator[Found | Unknown]:
    """The providers, named by their addresses."""
    text = bytes(file.data).decode(errors="replace")
    block = re.compile(r'[ \t]*provider[ \t]+"([^"]*)"[ \t]*\{')
    attribute = re.compile(r'[ \t]*version[ \t]*=[ \t]*"([^"]*)"')
    name, start, broken = "", 0, list[int]()
    for number, line in enumerate(text.split("\n"), 1):
        begun = block.match(line)
        if begun:
            if name:
                broken.append(start)
            name, start = begun[1], number
        told = attribute.match(line, begun.end() if begun else 0)
        if name and told:
            yield Found(file.path, start, Package("terraform", name, told[1], declared=True))
            name = ""
    if name:
        broken.append(start)
    for number in broken[:BROKEN_TOLD_MOST]:
        yield Unknown(file.path, _NAME, f"line {number}: provider without version")
    if len(broken) > BROKEN_TOLD_MOST:
        yield Unknown(file.path, _NAME, f"{len(broken) - BROKEN_TOLD_MOST} more providers without version")
