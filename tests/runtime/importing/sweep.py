"""All classification models of torchvision and many of timm through `lego.from_torch`; writes docs/imported.md.

    python -m tests.runtime.importing.sweep results.jsonl docs/imported.md

Results that are in the first file already are not computed again.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.runtime.importing.zoo import Imported, tried
from tests.vision import torchvision

_TIMM = Path(__file__).with_name("timm_models.txt")
_HEAD = """# Models that were imported

Each of these models went through `lego.from_torch(model, image=["N", 3, size, size])`. Where it came in, the spec was
built, took the model's `state_dict` with `strict=True`, and gave the same values on random images: bit by bit or, where
marked with ~, up to rounding, because the original lays tensors out in memory in another way before it multiplies
them. Lines are those of the YAML.

`python -m tests.runtime.importing.sweep results.jsonl docs/imported.md` writes this page.
"""


def names() -> list[str]:
    """All of them: `torchvision/resnet18`, `timm/resnet18`."""
    of_torchvision = torchvision.models.list_models(module=torchvision.models)
    return [
        *(f"torchvision/{name}" for name in of_torchvision),
        *(f"timm/{name}" for name in _TIMM.read_text(encoding="utf-8").split()),
    ]


def main(results: Path, page: Path) -> None:
    """Try all models, then write the page."""
    found = {one.name: one for one in _read(results)}
    with results.open("a", encoding="utf-8") as file:
        for name in names():
            if name not in found:
                found[name] = tried(name)
                file.write(f"{json.dumps(found[name])}\n")
                file.flush()
    page.write_text(_page([found[name] for name in names()]), encoding="utf-8", newline="\n")


def _read(results: Path) -> Iterable[Imported]:
    lines = results.read_text(encoding="utf-8").splitlines() if results.exists() else ()
    return [Imported(*json.loads(line)) for line in lines]


def _page(found: list[Imported]) -> str:
    parts = [_HEAD]
    for package in ("torchvision", "timm"):
        own = [one._replace(name=one.name.partition("/")[2]) for one in found if one.name.startswith(f"{package}/")]
        came = [one for one in own if not one.reason]
        parts.append(f"## {package}: {len(came)} of {len(own)}\n")
        rows = [f"| {one.name} | {one.parameters:,} | {one.lines}{'' if one.exact else ' ~'} |" for one in came]
        parts.append("\n".join(["| model | parameters | lines |", "|---|--:|--:|", *rows]) + "\n")
        rows = [f"| {one.name} | {one.reason.replace('|', '/')} |" for one in own if one.reason]
        if rows:
            parts.append("\n".join(["| model | why it does not come in |", "|---|---|", *rows]) + "\n")
    return "\n".join(parts)


def came_in(page: Path) -> list[str]:
    """The models that a page says came in."""
    found: list[str] = []
    package = ""
    for line in page.read_text(encoding="utf-8").splitlines() if page.exists() else ():
        if line.startswith("## "):
            package = line.removeprefix("## ").partition(":")[0]
        elif line.startswith("| ") and line.count("|") == 4 and not line.startswith("| model"):
            found.append(f"{package}/{line.split('|')[1].strip()}")
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
