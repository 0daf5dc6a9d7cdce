"""Modules that `make install` put on the disk: its diary `perllocal.pod` (ExtUtils::Command::MM, perllocal_install).

A chapter each time, `C<Module> L<NAME|NAME>` in its title and `C<VERSION: 1.05>` in its list; the last one of a module
holds. Distributions of Module::Build and Debian's packages write none.
"""

import re
from collections.abc import Iterator

from pratique.formats.texts import text_of
from pratique.packages.perl.names import distribution_of
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package

_CHAPTER = r"^=head2 [^\n]{0,80}C<Module> L<([\w:-]{1,200})\|"
_VERSION = r"^C<VERSION: ([^>\s]{1,80})>"


def parse(file: File) -> Iterator[Found]:
    """The distributions of the modules, each as it was installed last."""
    modules: dict[str, tuple[int, str]] = {}
    module, begun = "", 0
    for number, line in enumerate(text_of(file.data).split("\n"), 1):
        if line.startswith("="):
            chapter = re.match(_CHAPTER, line)
            if chapter or line.startswith("=head"):
                module, begun = chapter[1] if chapter else "", number
        elif module and (version := re.match(_VERSION, line)):
            modules.pop(module, None)
            modules[module] = (begun, version[1])
    for name, (line_number, told) in modules.items():
        yield Found(file.path, line_number, Package("cpan", distribution_of(name), told))
