"""The packages that have vulnerabilities, as lines: which version to go to, which layer brought them."""

from collections.abc import Sequence

from pratique.records.advisory import Rating
from pratique.records.finding import Misconfigured, Vulnerable
from pratique.records.inventory import LayerNote
from pratique.report.image_lines import counted, layer_parts
from pratique.report.plan import Upgrade, alike, tally
from pratique.report.terminal import Line, Page, Part, cells, clip_middle, fit, flow, measure, wrap

WIDE = 110
"""Cells from which vulnerabilities stand beside their package instead of below it."""
_OVERHANG = 2
"""Lines that vulnerabilities may go on below what stands beside them; longer lists go below it."""
EPSS_HIGH = 0.1
"""Chance of exploitation from which it is worth a word; one vulnerability in twenty reaches it."""
STYLES = {
    Rating.CRITICAL: "bold white on red",
    Rating.HIGH: "bold red",
    Rating.MEDIUM: "yellow",
    Rating.UNKNOWN: "magenta",
    Rating.LOW: "cyan",
    Rating.NEGLIGIBLE: "dim",
}

_FOLDED = (Rating.LOW, Rating.NEGLIGIBLE)
_INDENT = 12
"""Blanks before what stands below a severity; `NEGLIGIBLE` has ten letters."""
_NAME_WIDEST = 60
"""Cells of the column of names at most."""


def word(rating: Rating) -> str:
    """What people read: an unknown severity is one that nobody has rated."""
    return "unrated" if rating is Rating.UNKNOWN else rating.word


def section(
    page: Page, title: str, upgrades: Sequence[Upgrade], layers: dict[int, LayerNote], *, everything: bool
) -> None:
    """Add the packages of one part of the image, those with low vulnerabilities only as a number."""
    if not upgrades:
        return
    counts = tally(upgrades)
    note = f"{counted(counts.total, 'vulnerability', 'vulnerabilities')} in {counted(len(upgrades), 'package')}"
    page.heading(title, note)
    shown: list[Upgrade] = []
    folded: list[Upgrade] = []
    for each in upgrades:
        (shown if everything or each.exploited or each.worst not in _FOLDED else folded).append(each)
    room = max((page.width * 5 // 8 if page.width >= WIDE else page.width) - _INDENT, 1)
    column = _name_column(page, shown, room)
    last = None
    for upgrade, *others in alike(shown):
        same_layer = upgrade.placed.origin.layer == last
        head = _package(page, upgrade, column, room)
        if others:
            names = ", ".join(page.show(each.placed.fact.name) for each in others)
            head += _indented([[(line, "")] for line in wrap(f"also {names}", room)])
        where = _where(page, upgrade, layers, room, same_layer=same_layer)
        tokens = _tokens(page, upgrade, everything=everything)
        if same_layer and len(where) == 1 and len(where[0]) == 1:
            tokens.append((f" {page.signs.dot} ", [(where.pop()[0][0], "dim")]))
        _block(page, head, where, tokens, room)
        last = upgrade.placed.origin.layer
    if folded:
        packages = counted(len(folded), "package")
        page.put((f"+ {tally(folded).total:,} low or negligible in {packages}; --all lists them", "dim"), indent=1)


def misconfigurations(page: Page, found: Sequence[Misconfigured], layers: dict[int, LayerNote]) -> None:
    """Add what is wrong with the image itself."""
    if not found:
        return
    page.heading("The image itself", counted(len(found), "finding"))
    room = max(page.width - _INDENT, 1)
    for each in found:
        title = _sentence(page.flat(each.title))
        head = flow([("", [(title, "bold")]), ("  ", [(page.show(each.id), "dim")])], room, page.signs.more)
        page.put(*_severity(each.severity.rating), *head[0])
        for line in head[1:]:
            page.put(*line, indent=_INDENT)
        if each.path:
            page.put((clip_middle(page.show(each.path), room, page.signs.more), "dim"), indent=_INDENT)
        if each.layer >= 0:
            page.put(*layer_parts(page, each.layer, layers, room), indent=_INDENT)
        if each.advice:
            page.paragraph(_sentence(page.flat(each.advice)), indent=_INDENT)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def legend(page: Page, upgrades: Sequence[Upgrade]) -> None:
    """Explain the signs that were used."""
    findings = [each for upgrade in upgrades for each in upgrade.findings]
    signs = []
    if any(each.exploited for each in findings):
        signs.append(f"{page.signs.exploited} known to be exploited (CISA KEV)")
    if any(each.epss and each.epss.score >= EPSS_HIGH for each in findings):
        signs.append("EPSS: chance of it within 30 days")
    if signs:
        page.blank()
        page.paragraph(f" {page.signs.dot} ".join(signs), "dim", indent=1)


def _name_column(page: Page, upgrades: Sequence[Upgrade], room: int) -> int:
    """The width that puts the most packages on one line each, name and versions below one another."""
    rows = [(cells(page.show(each.placed.fact.name)), measure(_versions(page, each))) for each in upgrades]
    widths = sorted({name for name, _ in rows if name <= _NAME_WIDEST})
    fitting = [sum(name <= width and width + 2 + versions <= room for name, versions in rows) for width in widths]
    return widths[fitting.index(max(fitting))] if widths else 0


def _versions(page: Page, upgrade: Upgrade) -> Line:
    installed: Part = (page.show(upgrade.placed.fact.version) or "no version", "")
    if not upgrade.version:
        return [installed, (f" {page.signs.dot} no fix known", "dim")]
    return [installed, (f" {page.signs.arrow} ", "dim"), (page.show(upgrade.version), "bold green")]


def _severity(rating: Rating) -> Line:
    label = word(rating).upper()
    return [(f" {label} ", STYLES[rating]), (" " * (_INDENT - 2 - len(label)), "")]


def _block(page: Page, head: list[Line], where: list[Line], tokens: list[tuple[str, Line]], room: int) -> None:
    """Add one package: its line, its vulnerabilities beside or below it, and where it came from."""
    more = page.signs.more
    left = [*head, *_indented(where)]
    gutter = _INDENT + room + 2
    right = flow(tokens, max(page.width - gutter, 1), more)
    if page.width < WIDE or len(right) > len(left) + _OVERHANG:
        for line in [*head, *_indented(flow(tokens, max(page.width - _INDENT, 1), more)), *_indented(where)]:
            page.put(*line)
        return
    for number in range(max(len(left), len(right))):
        line = fit(left[number], gutter - 2, more) if number < len(left) else []
        if number < len(right):
            line += [(" " * (gutter - measure(line)), ""), *right[number]]
        page.put(*line)


def _indented(lines: list[Line]) -> list[Line]:
    return [[(" " * _INDENT, ""), *line] for line in lines]


def _package(page: Page, upgrade: Upgrade, column: int, room: int) -> list[Line]:
    """`CRITICAL  openssl  3.0.11 → 3.0.15`, on two lines where one is too narrow."""
    name = page.show(upgrade.placed.fact.name) or "(no name)"
    versions = _versions(page, upgrade)
    head: Line = [*_severity(upgrade.worst), (name, "bold")]
    blanks = max(column - cells(name), 0)
    if cells(name) + blanks + 2 + measure(versions) <= room:
        return [[*head, (" " * (blanks + 2), ""), *versions]]
    if measure(versions) <= room:
        return [head, *_indented([versions])]
    return [head, *_indented([versions[:1], [(versions[1][0].lstrip(), "dim"), *versions[2:]]])]


def _where(page: Page, upgrade: Upgrade, layers: dict[int, LayerNote], room: int, *, same_layer: bool) -> list[Line]:
    """The layer with its instruction, and the path where that tells more than the name of a package database."""
    placed = upgrade.placed
    hidden = placed.origin.hidden_by
    layer = layer_parts(page, placed.origin.layer, layers, room, short=same_layer or hidden is not None)
    if hidden is not None:
        layer.append((f"  layer {hidden} removes it", "yellow"))
    if placed.fact.type in {"deb", "rpm", "apk"}:
        return [layer]
    path = page.show(placed.path)
    if placed.owner:
        path += f" (of {page.show(placed.owner)})"
    if same_layer:
        left = max(room - measure(layer) - 2, 1)
        return [[*layer, (f"  {clip_middle(path, left, page.signs.more)}", "dim")]]
    return [layer, [(clip_middle(path, room, page.signs.more), "dim")]]


def _tokens(page: Page, upgrade: Upgrade, *, everything: bool) -> list[tuple[str, Line]]:
    """Ids, the worst first; a word wherever the severity falls, a number for what is folded or has no fix."""
    tokens: list[tuple[str, Line]] = []
    folded = 0
    rating = upgrade.worst
    dot = f" {page.signs.dot} "
    for finding in upgrade.findings:
        fresh = finding.severity.rating
        if not everything and fresh in _FOLDED and not finding.exploited and upgrade.worst not in _FOLDED:
            folded += 1
            continue
        token = _id(page, finding)
        if fresh is not rating:
            token = [(f"{word(fresh)} ", "dim"), *token]
        tokens.append((dot if fresh is not rating else "  ", token))
        rating = fresh
    if folded:
        tokens.append((dot, [(f"+{folded:,} low", "dim")]))
    missing = len(upgrade.findings) - upgrade.mends
    if upgrade.version and missing:
        tokens.append((dot, [(f"{missing:,} without a fix", "dim")]))
    return tokens


def _id(page: Page, finding: Vulnerable) -> Line:
    """The CVE where there is one: the name that people look up."""
    names = (finding.id, *finding.aliases)
    name = next((each for each in names if each.startswith("CVE-")), finding.id)
    token: Line = []
    if finding.exploited:
        token.append((f"{page.signs.exploited} ", "bold red"))
    token.append((page.show(name), "bold" if finding.exploited else ""))
    if finding.epss and finding.epss.score >= EPSS_HIGH:
        token.append((f" EPSS {int(finding.epss.score * 100)}%", "yellow"))
    return token
