"""Where models come from, as their folders tell."""

import re

_HUB = r"(?:^|/)models--([^/]+)--([^/]+)/snapshots/([^/]+)/"


def of_hub(path: str) -> tuple[str, str] | None:
    """`OWNER/NAME` and commit of a model in the cache of Hugging Face's client; None: it is not there."""
    match = re.search(_HUB, path)
    return (f"{match[1]}/{match[2]}", match[3]) if match else None


def title_of(path: str) -> str:
    """A name for a model that has none: its file's without the ending, or for `model.safetensors` its folder's."""
    folder, _, name = path.rpartition("/")
    stem = name.rpartition(".")[0] or name
    plain = re.sub(r"-\d{5}-of-\d{5}$", "", stem)
    above = folder.rpartition("/")[2]
    return above if plain in {"model", "pytorch_model", "adapter_model", "diffusion_pytorch_model"} and above else plain
