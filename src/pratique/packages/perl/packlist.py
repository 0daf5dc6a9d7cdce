"""Files of a distribution of Perl: `auto/Foo/Bar/.packlist`, one absolute path a line (ExtUtils::Packlist).

A path may have attributes behind it, ` from=/usr/lib/x type=link`. The one that is not in a folder of `auto` is Perl's
own.
"""

import re
from collections.abc import Iterator

from pratique.formats.texts import text_of
from pratique.packages.perl.names import distribution_of
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import OwnedFiles


def parse(file: File) -> Iterator[Found]:
    """The files that the distribution owns."""
    _, auto, module = file.path.removesuffix("/.packlist").rpartition("/auto/")
    if not auto or not module:
        return
    paths = [
        re.split(" (?:from|type)=", line[1:], maxsplit=1)[0]
        for line in text_of(file.data).split("\n")
        if line.startswith("/")
    ]
    if paths:
        yield Found(file.path, 1, OwnedFiles("cpan", distribution_of(module.replace("/", "::")), "\n".join(paths)))
