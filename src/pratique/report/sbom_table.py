"""What is in an image, as a compact list."""

from pratique.records.image import Manifest
from pratique.records.inventory import Inventory, LayerNote, Placed
from pratique.report.image_lines import about, counted, layer_parts, unread
from pratique.report.plan import layers_by_index, package_key
from pratique.report.terminal import Page, cells, clip_middle

_NAME_WIDEST = 0.45
_VERSION_WIDEST = 0.3
"""Shares of the page that the columns may take."""
_INSTRUCTION_NARROWEST = 24
"""Cells below which instructions do not stand beside packages but once at the end."""


def render_sbom_table(
    manifest: Manifest,
    inventory: Inventory,
    *,
    width: int = 80,
    colour: bool = False,
    ascii: bool = False,  # noqa: A002
    all: bool = False,  # noqa: A002
) -> str:
    """One line for each package: name, version, type, layer and its instruction; `all`: also removed packages."""
    page = Page(width, only_ascii=ascii)
    about(page, [(" SBOM ", "bold white on blue")], manifest, inventory)
    visible = [each for each in inventory.packages if all or (each.origin.hidden_by is None and each.counts)]
    visible.sort(key=package_key)
    page.blank()
    if visible:
        _list(page, inventory, visible)
    else:
        page.put(("No packages were found.", "bold yellow"), indent=1)
    for count, what in () if all else _folded(inventory):
        page.put((f"+ {counted(count, 'package')} {what}; --all lists them", "dim"), indent=1)
    if visible and not _inline(page, visible):
        _layers(page, layers_by_index(inventory), visible)
    unread(page, manifest, inventory, ())
    return page.render(colour=colour)


def _folded(inventory: Inventory) -> list[tuple[int, str]]:
    """How many packages are not listed, and why."""
    there = [each for each in inventory.packages if each.origin.hidden_by is None]
    counts = [
        (sum(each.origin.hidden_by is not None for each in inventory.packages), "that later layers removed"),
        (
            sum(each.fact.declared and not each.left_out for each in there),
            "that lock files and SBOMs in the image declare",
        ),
        (sum(bool(each.left_out) for each in there), "left out: the same thing by another name, or no longer in use"),
    ]
    return [(count, what) for count, what in counts if count]


def _columns(page: Page, packages: list[Placed]) -> tuple[int, int, int]:
    """Widths of names, versions and types."""
    name = max(cells(page.show(each.fact.name)) for each in packages)
    version = max(cells(page.show(each.fact.version)) for each in packages)
    return (
        min(max(name, len("PACKAGE")), int(page.width * _NAME_WIDEST)),
        min(max(version, len("VERSION")), int(page.width * _VERSION_WIDEST)),
        max(len(each.fact.type) for each in packages),
    )


def _inline(page: Page, packages: list[Placed]) -> bool:
    """Whether there is room for instructions beside the packages."""
    taken = sum(_columns(page, packages)) + 3 * len("  ") + len("LAYER")
    return page.width - 1 - taken - len("  ") >= _INSTRUCTION_NARROWEST


def _list(page: Page, inventory: Inventory, packages: list[Placed]) -> None:
    layers = layers_by_index(inventory)
    more = page.signs.more
    one, two, three = _columns(page, packages)
    inline = _inline(page, packages)
    page.put((_row(("PACKAGE", one), ("VERSION", two), ("TYPE", three), ("LAYER", 5)), "dim"), indent=1)
    last = None
    for each in packages:
        index, hidden = each.origin.layer, each.origin.hidden_by
        row = _row(
            (clip_middle(page.show(each.fact.name), one, more), one),
            (clip_middle(page.show(each.fact.version), two, more), two),
            (each.fact.type, three),
            (f"{index if index >= 0 else '':>5}", 5),
        )
        note = layers.get(index)
        what = page.flat(note.instruction) if inline and note and index != last else ""
        if hidden is not None:
            what = f"removed in {hidden}"
        elif each.left_out:
            what = page.flat(f"left out: {each.left_out}")
        elif each.fact.declared:
            what = page.flat(f"declared in {each.path}")
        page.put((f"{row}  ", ""), (what, "dim"), indent=1)
        last = index


def _layers(page: Page, layers: dict[int, LayerNote], packages: list[Placed]) -> None:
    """The instructions, where there is no room for them beside each package."""
    page.heading("Layers")
    for index in sorted({each.origin.layer for each in packages}):
        page.put(*layer_parts(page, index, layers, page.width - 1), indent=1)


def _row(*columns: tuple[str, int]) -> str:
    return "  ".join(text + " " * (width - cells(text)) for text, width in columns)
