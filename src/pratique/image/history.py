"""What the history of an image tells: the instruction behind each layer, and where the base image ends."""

import re
from collections.abc import Sequence

from pratique.records.image import History

_NOP = "#(nop)"
_WORD = re.compile(r"[A-Z]+\b")
_ARGUMENTS = re.compile(r"^\|\d+ (?:[^ =]+=.*? )??(?=/bin/)")
_SHELL = re.compile(r"^(?:/bin/(?:ba|a)?sh|/bin/bash) (?:-[a-z]+ )*-[a-z]*c ")


def instruction(entry: History) -> str:
    """The Dockerfile instruction as its author wrote it, as far as the builder kept it.

    The classic builder writes `/bin/sh -c #(nop) CMD [..]` and `|1 ARG=x /bin/sh -c command`, BuildKit
    `RUN /bin/sh -c command # buildkit`.
    """
    text = " ".join(entry.created_by.split())
    if _NOP in text:
        return text.partition(_NOP)[2].strip()
    text = text.removesuffix("# buildkit").strip()
    run = text.startswith("RUN ")
    command = _ARGUMENTS.sub("", text.removeprefix("RUN ") if run else text)
    shell = _SHELL.match(command)
    if run or shell:
        return f"RUN {command[shell.end() :] if shell else command}".strip()
    return text


def instructions(history: Sequence[History], layers: int) -> tuple[str, ...]:
    """One instruction per layer; empty texts where the history does not fit the layers (image-spec config.md)."""
    made = [instruction(entry) for entry in history if not entry.empty_layer]
    return tuple(made) if len(made) == layers else ("",) * layers


def base_layers(history: Sequence[History], layers: int) -> int:
    """How many layers came with the base image, as far as the history tells; 0: it does not tell.

    A base image ends with its own CMD or ENTRYPOINT; whatever makes a layer after that was built on top of it. An image
    whose own CMD stands before its own RUN is read wrong by this rule; builders write no better trace.
    """
    if sum(not entry.empty_layer for entry in history) != layers:
        return 0
    seen = 0  # own layers, counted from the top
    for entry in reversed(history):
        if not entry.empty_layer:
            seen += 1
        elif seen and instruction(entry).startswith(("CMD ", "ENTRYPOINT ")):
            return layers - seen
    return 0
