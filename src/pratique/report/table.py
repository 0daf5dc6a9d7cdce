"""The report as people like to read it: the verdict first, then why, where, and what to do.

Same input, same text: width, colour and signs are arguments. Whatever comes from an image, a feed or a history
passes `Page.show` or `Page.flat`.
"""

from typing import TYPE_CHECKING, assert_never

from pratique.records.advisory import BASELINE, FOR_ALL, AdvisorySource, Rating
from pratique.records.report import Report
from pratique.records.verdict import Outcome
from pratique.report.image_lines import about, counted, unread
from pratique.report.plan import Plan, Upgrade, alike, layers_by_index, plan, tally
from pratique.report.terminal import Line, Page, Part, cells, clip, measure
from pratique.report.upgrade_lines import legend, misconfigurations, section

if TYPE_CHECKING:
    from datetime import date

STALE_DAYS = 7
"""Age from which advisories are called old; feeds change daily."""
_STEPS_MOST = 3
_REASONS_MOST = 5
"""Reasons why findings do not count that are told; the JSON tells all."""
_NAMED_MOST = 4
"""Packages that the last lines name."""
_COLUMNS = (
    ("critical", "bold red", (Rating.CRITICAL,)),
    ("high", "red", (Rating.HIGH,)),
    ("medium", "yellow", (Rating.MEDIUM,)),
    ("unrated", "magenta", (Rating.UNKNOWN,)),
    ("lower", "cyan", (Rating.LOW, Rating.NEGLIGIBLE)),
)
_ALWAYS = ("critical", "high")


def render_table(
    report: Report,
    *,
    width: int = 80,
    colour: bool = False,
    ascii: bool = False,  # noqa: A002
    all: bool = False,  # noqa: A002
) -> str:
    """The report for a terminal or a log, `width` cells wide at most.

    `colour` adds SGR sequences of the 16 standard colours, `ascii` does without any other sign, `all` lists low
    and negligible vulnerabilities instead of counting them.
    """
    page = Page(width, only_ascii=ascii)
    todo = plan(report)
    layers = layers_by_index(report.inventory)
    _banner(page, report)
    _reasons(page, report)
    _overview(page, report, todo)
    section(page, "Your layers" if todo.split else "Packages", todo.own, layers, everything=all)
    section(page, "Base image", todo.base, layers, everything=all)
    legend(page, [*todo.own, *todo.base])
    misconfigurations(page, todo.misconfigured, layers)
    unread(page, report.manifest, report.inventory, report.gaps, {each.path for each in todo.misconfigured})
    _suppressed(page, todo)
    _unjudged(page, report)
    _advisories(page, report)
    _last_word(page, report, todo)
    return page.render(colour=colour)


def _badge(page: Page, outcome: Outcome) -> tuple[Line, str, str]:
    """The verdict as a badge, its colour, and what its exit code says."""
    match outcome:
        case Outcome.ADMIT:
            text, colour, meaning = f" {page.signs.admit} ADMIT ", "green", "exit code 0: the policy admits it"
        case Outcome.DENY:
            text, colour, meaning = f" {page.signs.deny} DENY ", "red", "exit code 1: the policy denies it"
        case Outcome.UNKNOWN:
            text = f" {page.signs.unknown} UNKNOWN "
            colour, meaning = "yellow", "exit code 3: too much could not be told to admit it"
        case _:
            assert_never(outcome)
    ink = "black" if colour == "yellow" else "white"
    return [(text, f"bold {ink} on {colour}")], colour, meaning


def _banner(page: Page, report: Report) -> None:
    badge, colour, _ = _badge(page, report.verdict.outcome)
    page.rule(page.signs.heavy, colour)
    about(page, badge, report.manifest, report.inventory, report.provenance.scanned[:10])
    page.rule(page.signs.heavy, colour)


def _reasons(page: Page, report: Report) -> None:
    _, colour, _ = _badge(page, report.verdict.outcome)
    for reason in report.verdict.reasons:
        page.paragraph(page.flat(reason), indent=1, bullet=(page.signs.bullet, colour))
    if report.verdict.policy:
        page.paragraph(f"policy: {page.flat(report.verdict.policy)}", "dim", indent=3)
    if report.provenance.baseline:
        page.blank()
        page.paragraph(
            "ONLY THE BUILT-IN BASELINE JUDGED THIS IMAGE. It knows a few grave vulnerabilities and no others: "
            "fetch advisories (pratique db update) before you trust this verdict.",
            "bold yellow",
            indent=1,
            bullet=(page.signs.alarm, "bold yellow"),
        )


def _overview(page: Page, report: Report, todo: Plan) -> None:
    """Counts by part of the image and severity; columns without a number are left out."""
    parts = [("Your layers", tally(todo.own)), ("Base image", tally(todo.base))]
    if not todo.split:
        parts = [("Vulnerabilities", tally([*todo.own, *todo.base]))]
    page.blank()
    if not any(counts.total for _, counts in parts):
        if _sure(report):
            page.put(("No known vulnerability counts against this image.", "green"), indent=1)
        else:
            page.put(("No vulnerability was found in what could be judged.", "yellow"), indent=1)
        return
    columns = [
        (title, style, [sum(counts.ratings[each] for each in ratings) for _, counts in parts])
        for title, style, ratings in _COLUMNS
    ]
    columns.append(("exploited", "bold red", [counts.exploited for _, counts in parts]))
    columns = [column for column in columns if any(column[2]) or column[0] in _ALWAYS]
    fixable = [f"{counts.fixable:,} of {counts.total:,}" for _, counts in parts]
    head: Line = [(f" {'':15}", ""), *((f"  {title}", "dim") for title, _, _ in columns), ("  with a fix", "dim")]
    for row, (name, _) in enumerate(parts):
        if measure(head) > page.width:
            some = ", ".join(f"{counts[row]:,} {title}" for title, _, counts in columns)
            page.paragraph(f"{name}: {some}; {fixable[row]} with a fix", indent=1)
            continue
        if row == 0:
            page.put(*head)
        cells_of = [_count(page, title, style, counts[row]) for title, style, counts in columns]
        page.put((f" {name:15}", "bold"), *cells_of, (f"  {fixable[row]:>10}", "green"))


def _sure(report: Report) -> bool:
    """Whether nothing found means nothing there, as far as anybody knows."""
    unread = report.inventory.unknowns or report.inventory.removed_databases or report.gaps
    return report.verdict.outcome is Outcome.ADMIT and not unread and not report.provenance.baseline


def _count(page: Page, title: str, style: str, number: int) -> Part:
    text = f"{number:,}" if number else page.signs.none
    return f"  {text:>{len(title)}}", style if number else "dim"


def _suppressed(page: Page, todo: Plan) -> None:
    if not todo.suppressed:
        return
    total = sum(count for _, count in todo.suppressed)
    why = "; ".join(f"{count:,} {page.flat(reason)}" for reason, count in todo.suppressed[:_REASONS_MOST])
    others = sum(count for _, count in todo.suppressed[_REASONS_MOST:])
    why += f"; {others:,} for other reasons" if others else ""
    page.heading("Not counted")
    page.paragraph(f"{counted(total, 'finding')}: {why}", "dim", indent=1)


def _unjudged(page: Page, report: Report) -> None:
    if report.unjudged:
        page.heading("Listed, not judged")
        for line in report.unjudged:
            page.paragraph(page.flat(line), "dim", indent=1)


def _advisories(page: Page, report: Report) -> None:
    page.heading("Judged by")
    sources = sorted(report.provenance.advisories, key=lambda each: (each.ecosystem in FOR_ALL, each.ecosystem))
    if not sources:
        page.paragraph("No advisories judged this image.", "bold yellow", indent=1)
        return
    names = [clip(page.flat(each.ecosystem), page.width // 3, page.signs.more) for each in sources]
    counts = [f"{each.count:,}" for each in sources]
    widest, longest = max(map(cells, names)), max(map(len, counts))
    for each, name, count in zip(sources, names, counts, strict=True):
        age, old = _age(each, report.provenance.scanned)
        line: Line = [
            (f" {name}{' ' * (widest - cells(name))}  {count:>{longest}}", ""),
            (" entries   " if each.ecosystem in {"EPSS", "KEV"} else " advisories", ""),
            (f"  newest {page.show(each.newest[:10]) or 'unknown'}", "dim"),
            (f"  {age}{f' {page.signs.alarm}' if old else ''}", "bold yellow" if old else "dim"),
        ]
        if measure(line) > page.width:  # the age matters most
            del line[1:3]
        page.put(*line)


def _day(text: str) -> "date":
    """The day of an RFC 3339 time in UTC. Raises ValueError, or OverflowError at the ends of the calendar."""
    from datetime import UTC, datetime

    moment = datetime.fromisoformat(text[:40])
    return (moment.astimezone(UTC) if moment.tzinfo else moment).date()


def _age(source: AdvisorySource, scanned: str) -> tuple[str, bool]:
    """How old advisories were at the time of the scan, and whether that is old."""
    done = "reviewed" if source.ecosystem == BASELINE else "fetched"
    try:
        days = (_day(scanned) - _day(source.fetched)).days
    except (ValueError, OverflowError):
        return f"{done} at an unknown time", True
    if days < 0:
        return f"{done} after the scan", True
    ago = {0: "today", 1: "yesterday"}.get(days, f"{days:,} days ago")
    return f"{done} {ago}", days > STALE_DAYS


def _last_word(page: Page, report: Report, todo: Plan) -> None:
    badge, colour, meaning = _badge(page, report.verdict.outcome)
    page.blank()
    page.rule(page.signs.heavy, colour)
    page.put(*badge, (f"  {meaning}", "bold"))
    for step in _steps(report, todo)[:_STEPS_MOST]:
        page.paragraph(page.flat(step), indent=1, bullet=(page.signs.arrow, colour))


def _steps(report: Report, todo: Plan) -> list[str]:
    """What to do next, the most useful first."""
    outcome = report.verdict.outcome
    steps = []
    if report.provenance.baseline:
        steps.append("Fetch advisories (pratique db update) and scan again.")
    if outcome is Outcome.UNKNOWN and (report.inventory.unknowns or report.gaps):
        steps.append("Mend what is listed under Not read, or admit the image by hand knowing of it.")
    if todo.own:
        steps.append(_own_step(todo.own))
    base = tally(todo.base)
    if base.fixable:
        share = f"{base.fixable:,} of its {base.total:,} vulnerabilities can be fixed"
        steps.append(f"Build on a newer base image: {share}.")
    if todo.misconfigured:
        first = todo.misconfigured[0]
        advice = first.advice or first.title
        steps.append(f"{advice[:1].upper()}{advice[1:]}")
    if outcome is Outcome.ADMIT:
        return [
            "Nothing has to be done." if not steps else "Nothing has to be done; this would be better still:",
            *steps,
        ]
    return steps or ["See the reasons above."]


def _own_step(upgrades: tuple[Upgrade, ...]) -> str:
    fixable = [group[0] for group in alike(each for each in upgrades if each.version)]
    if not fixable:
        return f"No fix is known for {counted(len(upgrades), 'package')} of yours: remove or replace what you can."
    some = ", ".join(f"{_name(each)} to {each.version[:80]}" for each in fixable[:_NAMED_MOST])
    more = len(fixable) - _NAMED_MOST
    rest = f" and {counted(more, 'more package')}" if more > 0 else ""
    return f"Upgrade {some}{rest}."


def _name(upgrade: Upgrade) -> str:
    return upgrade.placed.fact.name[:80]
