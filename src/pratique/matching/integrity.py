"""Signs that an image was tampered with so as to look clean."""

from pratique.records.advisory import Rating, Severity
from pratique.records.finding import Misconfigured
from pratique.records.inventory import Inventory

REMOVED_DATABASE = "PRATIQUE-PACKAGE-DATABASE-REMOVED"
_NAMES = {"deb": "dpkg", "rpm": "rpm", "apk": "apk"}


def removed_databases(inventory: Inventory) -> tuple[Misconfigured, ...]:
    """A package database that an upper layer deleted or emptied while the packages' files stay."""
    return tuple(
        Misconfigured(
            id=REMOVED_DATABASE,
            title=f"the {_NAMES.get(database.type, database.type)} package database was removed",
            severity=Severity(Rating.HIGH, "pratique"),
            path=database.path,
            layer=database.origin.hidden_by or 0,
            reasons=(
                f"layer {database.origin.hidden_by} took away {database.path} with {database.packages:,} packages; "
                f"they are judged by the state of the layer before",
            ),
            advice="keep the package database in the image, or build on a base without a package manager",
        )
        for database in inventory.removed_databases
    )
