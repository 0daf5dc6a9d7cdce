"""What Ubuntu Pro gives an image: the state that its client keeps in `var/lib/ubuntu-advantage/status.json`.

The object that `pro status --format json` prints: `attached`, and `services` with `name` and `status`, which is one of
enabled, disabled, n/a, warning (ubuntu-pro-client, uaclient/status.py). Fixes of `esm-infra` and `esm-apps` come to
images with those services only.
"""

from collections.abc import Iterator

import msgspec

from pratique.errors import UnreadableFileError
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Channel

_SERVICES_MOST = 100
"""There are some twenty."""


class _Service(msgspec.Struct):
    name: str = ""
    status: str = ""


class _Status(msgspec.Struct):
    attached: bool = False
    services: list[_Service] = []


def parse(file: File) -> Iterator[Found]:
    """The services that are enabled; none of them where the image is attached and has none; nothing where it is not."""
    try:
        status = msgspec.json.decode(bytes(file.data), type=_Status)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableFileError(f"not the state of Ubuntu Pro: {error}") from error
    if status.attached:
        # `warning`: enabled, but not wholly as it should be
        enabled = {one.name for one in status.services if one.name and one.status in ("enabled", "warning")}
        yield Found(file.path, 1, Channel("ubuntu-pro", tuple(sorted(enabled)[:_SERVICES_MOST])))
