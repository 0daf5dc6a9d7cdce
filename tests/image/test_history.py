"""What the history tells of layers and of the base image."""

import time

import pytest

from pratique.image.history import base_layers, instruction, instructions
from pratique.records.image import History


@pytest.mark.parametrize(
    ("created_by", "expected"),
    [
        ("", ""),
        ("/bin/sh -c #(nop) ADD file:abc in / ", "ADD file:abc in /"),
        ('/bin/sh -c #(nop)  CMD ["bash"]', 'CMD ["bash"]'),
        ("/bin/sh -c apt-get update && apt-get install -y curl", "RUN apt-get update && apt-get install -y curl"),
        ("|1 VERSION=1.2 /bin/sh -c echo $VERSION", "RUN echo $VERSION"),
        ("|2 A=x y B=/bin/z /bin/sh -c make", "RUN make"),
        ("|0 /bin/sh -c make", "RUN make"),
        ("RUN |1 A=1 /bin/sh -c make # buildkit", "RUN make"),
        ("RUN /bin/sh -c apk add --no-cache curl # buildkit", "RUN apk add --no-cache curl"),
        ("RUN /bin/bash -o pipefail -c set -e # buildkit", "RUN /bin/bash -o pipefail -c set -e"),
        ("/bin/bash -e -c make", "RUN make"),
        ("COPY app /app # buildkit", "COPY app /app"),
        ("RUN make\t\\\n  install # buildkit", "RUN make \\ install"),
        ("mmdebstrap --variant=minbase", "mmdebstrap --variant=minbase"),
    ],
)
def test_instructions_as_their_authors_wrote_them(created_by: str, expected: str) -> None:
    assert instruction(History(created_by)) == expected


@pytest.mark.parametrize("text", ["|1 {}", "|9 {}", "/bin/sh {}", "/bin/sh -c {}", "RUN |1 {}"])
@pytest.mark.parametrize("unit", ["a= ", "a=a", "= ", "-c", "-c ", "/bin/"])
def test_a_hostile_history_takes_no_time(text: str, unit: str) -> None:
    for count in (27, 100_000):
        started = time.thread_time()
        instruction(History(text.format(unit * count)))
        assert time.thread_time() - started < 2


def layers(*created_by: str) -> list[History]:
    """Entries; those in brackets made no layer."""
    return [History(text.strip("[]"), empty_layer=text.startswith("[")) for text in created_by]


def test_one_instruction_a_layer_or_none_at_all() -> None:
    history = layers("ADD a", "[ENV B=b]", "RUN c", "[CMD d]")
    assert instructions(history, 2) == ("ADD a", "RUN c")
    assert instructions(history, 3) == ("", "", "")
    assert instructions([], 0) == ()


@pytest.mark.parametrize(
    ("history", "count", "base"),
    [
        (layers("ADD a", '[CMD ["sh"]]', "COPY b", "RUN c", '[CMD ["b"]]'), 3, 1),
        (layers("ADD a", "RUN b", "[ENTRYPOINT x]", "[ENV y=z]", "RUN c"), 3, 2),
        (layers("ADD a", "[CMD x]"), 1, 0),
        (layers("ADD a", "RUN b"), 2, 0),
        (layers("ADD a", "[CMD x]", "RUN b"), 3, 0),
        ([], 0, 0),
    ],
    ids=["base with CMD", "base with ENTRYPOINT", "a base itself", "no trace", "does not fit", "nothing"],
)
def test_where_the_base_image_ends(history: list[History], count: int, base: int) -> None:
    assert base_layers(history, count) == base
