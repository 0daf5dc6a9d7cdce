"""What both tables say about the image itself: which one it is, and what of it could not be read."""

from collections.abc import Collection, Sequence

from pratique.lifecycle import end_of_life
from pratique.records.image import Manifest
from pratique.records.inventory import Inventory, LayerNote, Origin, PlacedUnknown
from pratique.report.native import removed
from pratique.report.terminal import Line, Page, Part, clip_middle, flow, measure

_DIGEST_SHORT = len("sha256:") + 12
"""As docker shows digests."""


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 layer`, `1,024 layers`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def about(page: Page, badge: Line, manifest: Manifest, inventory: Inventory, day: str = "") -> None:
    """Add the name of the image behind `badge`, and below it its kind; on a `day` whether it still gets fixes."""
    indent = measure(badge) + 2
    room = max(page.width - indent, 1)
    name = manifest.reference or "(no name)"
    page.put(*badge, ("  ", ""), (clip_middle(page.show(name), room, page.signs.more), "bold"))
    separator = f" {page.signs.dot} "
    for facts in (_kind(page, manifest, inventory), _size(inventory)):
        for line in flow([(separator, [(fact, "")]) for fact in facts], room, page.signs.more):
            page.put(*line, indent=indent)
    ended = _ended(inventory, day)
    if ended:
        page.paragraph(page.flat(ended), "bold yellow", indent=indent)


def _ended(inventory: Inventory, day: str) -> str:
    """What is to be said of a distribution that gets no more fixes; empty for the others."""
    cycle = end_of_life(inventory.distro) if inventory.distro and day else None
    if cycle is None or cycle.phase(day) == "supported":
        return ""
    if cycle.phase(day) == "extended":
        return f"fixes for everyone ended on {cycle.end}; those of {cycle.extension} go on until {cycle.extended}"
    return f"end of life: no fixes since {cycle.extended or cycle.end}; what is found from then on stays open"


def _kind(page: Page, manifest: Manifest, inventory: Inventory) -> list[str]:
    distro = inventory.distro
    system = "no known distribution"
    if distro is not None:
        system = page.flat(distro.name or f"{distro.id} {distro.version}")
    digest = page.show(manifest.digest[:_DIGEST_SHORT]) or "no digest"
    return [system, page.show(str(manifest.config.platform)), digest]


def _size(inventory: Inventory) -> list[str]:
    layers = counted(len(inventory.layers), "layer")
    own = sum(not note.base_image for note in inventory.layers)
    if 0 < own < len(inventory.layers):
        layers += f", {own:,} on top of the base image"
    installed = [placed for placed in inventory.packages if placed.counts]
    gone = sum(placed.origin.hidden_by is not None for placed in installed)
    packages = counted(len(installed) - gone, "package")
    return [layers, f"{packages}, {gone:,} more removed by later layers" if gone else packages]


def layer_parts(page: Page, index: int, layers: dict[int, LayerNote], room: int, *, short: bool = False) -> Line:
    """`layer 7  COPY target/app.jar /app/`, cut to `room` cells; only the number, if `short`."""
    note = layers.get(index)
    label: Part = (f"layer {index}" if index >= 0 else "no layer", "")
    if short or note is None or not note.instruction:
        return [label]
    left = room - measure([label]) - 2
    text = clip_middle(page.flat(note.instruction), left, page.signs.more) if left > 8 else ""
    return [label, (f"  {text}", "dim")]


def _still_there_first(row: tuple[str, str, Origin]) -> tuple[object, ...]:
    path, reason, origin = row
    return (origin.hidden_by is not None, path, reason, origin.layer, origin.hidden_by or 0)


def _vouched(unread: PlacedUnknown) -> str:
    return f"; belongs to {unread.owner}, which its distribution judges" if unread.owner else ""


def unread(
    page: Page, manifest: Manifest, inventory: Inventory, gaps: Sequence[str], told: Collection[str] = ()
) -> None:
    """Add everything that could not be read or was not looked at. Nothing is folded: silence would be a lie.

    `told` are paths of removed package databases that the page speaks of elsewhere.
    """
    rows = [
        (each.unknown.path, f"{each.unknown.reason} ({each.unknown.analyzer}){_vouched(each)}", each.origin)
        for each in inventory.unknowns
    ]
    rows += [
        (each.path, removed(each.type, each.packages), each.origin)
        for each in inventory.removed_databases
        if each.path not in told
    ]
    total = len(rows) + len(gaps) + len(manifest.warnings)
    if not total:
        return
    page.heading("Not read", f"{counted(total, 'thing')} this report cannot answer for")
    alarm: Part = (page.signs.alarm, "bold yellow")
    for gap in sorted(gaps):
        page.paragraph(page.flat(gap), "yellow", indent=1, bullet=alarm)
    for path, reason, origin in sorted(rows, key=_still_there_first):
        where = f"{page.show(path)}, layer {origin.layer}" if path else "the whole image"
        gone = "" if origin.hidden_by is None else f", removed by layer {origin.hidden_by}"
        page.paragraph(f"{where}{gone}: {page.flat(reason)}", indent=1, bullet=alarm)
    for warning in sorted(manifest.warnings):
        page.paragraph(page.flat(warning), indent=1, bullet=alarm)
