"""A document and all that it includes, as files that belong together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lego.spec.document import Include
from lego.spec.package import Package
from lego.spec.writing.document import to_yaml


def package_files(package: Package, params: Mapping[str, Any] | None = None) -> dict[str, str]:
    """Texts by relative path: the document as `spec.yaml`, with these params; the others in `include/`, once each."""
    names: dict[int, str] = {}
    included: list[Package] = []
    _collect(package, names, included)
    files = {"spec.yaml": _text(package, names, "include/", params)}
    return files | {f"include/{names[id(one)]}": _text(one, names, "", None) for one in included}


def _collect(package: Package, names: dict[int, str], found: list[Package]) -> None:
    """Name every included package by what it is first included as."""
    for name, one in package.includes.items():
        if id(one) not in names:
            taken = set(names.values())
            candidates = (f"{name}{number or ''}.yaml" for number in range(len(taken) + 1))
            names[id(one)] = next(candidate for candidate in candidates if candidate not in taken)
            found.append(one)
            _collect(one, names, found)


def _text(package: Package, names: dict[int, str], folder: str, params: Mapping[str, Any] | None) -> str:
    document = package.document
    include = {
        name: Include(folder + names[id(package.includes[name])], include.span)
        for name, include in document.include.items()
    }
    return to_yaml(document.model_copy(update={"include": include}), params)
