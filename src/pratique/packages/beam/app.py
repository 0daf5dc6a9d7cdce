"""Applications of Erlang and Elixir: `lib/NAME-VERSION/ebin/NAME.app`, in OTP itself and in releases (OTP, app(4)).

What belongs to Erlang/OTP or Elixir has a name of theirs and is of the type `otp`; everything else nearly always comes
from Hex, under the same name.
"""

from collections.abc import Iterator

from pratique.errors import UnreadableFileError
from pratique.formats.texts import text_of
from pratique.packages.beam.terms import Term, terms
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package, Requires

_PLATFORM = """
    asn1 common_test compiler cosEvent cosEventDomain cosFileTransfer cosNotification cosProperty cosTime
    cosTransactions crypto debugger dialyzer diameter edoc eldap erl_docgen erl_interface erts et eunit ftp gs hipe ic
    inets jinterface kernel megaco mnesia observer odbc orber os_mon otp_mibs ose parsetools percept public_key reltool
    runtime_tools sasl snmp ssh ssl stdlib syntax_tools test_server tftp tools typer webtool wx xmerl
    eex elixir ex_unit hex iex logger mix rebar
"""
_OTP = frozenset(_PLATFORM.split())
"""Applications of Erlang/OTP since R16, of Elixir, and the two tools that are installed with it."""


def parse(file: File) -> Iterator[Found]:
    """The application of a `.app` in a folder `ebin`."""
    if not f"/{file.path}".rpartition("/")[0].endswith("/ebin"):
        return
    line, (name, properties) = _application(text_of(file.data))
    version = properties.get("vsn", "")
    if not isinstance(version, str) or not version:
        raise UnreadableFileError("application without vsn")
    kind = "otp" if name in _OTP else "hex"
    yield Found(file.path, line, Package(kind, name, version, licenses=_names(properties.get("licenses"))))
    optional = _names(properties.get("optional_applications"))
    wanted = (*_names(properties.get("applications")), *_names(properties.get("included_applications")))
    needs = tuple(each for each in dict.fromkeys(wanted) if each not in optional)
    if needs:
        yield Found(file.path, line, Requires(kind, name, version, needs))


def _application(text: str) -> tuple[int, tuple[str, dict[str, Term]]]:
    """The line, the name and the properties of the first term."""
    line, term = next(terms(text), (0, ""))
    if isinstance(term, tuple) and len(term) == 3:
        label, name, pairs = term
        if label == "application" and isinstance(name, str) and isinstance(pairs, list):
            return line, (name, dict(_pairs(pairs)))
    raise UnreadableFileError("no application")


def _pairs(entries: list[Term]) -> Iterator[tuple[str, Term]]:
    for entry in entries:
        if isinstance(entry, tuple) and len(entry) == 2 and isinstance(entry[0], str):
            yield entry[0], entry[1]


def _names(term: "Term | None") -> tuple[str, ...]:
    return tuple(each for each in term if isinstance(each, str)) if isinstance(term, list) else ()
