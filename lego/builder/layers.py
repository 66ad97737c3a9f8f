"""`lego.layers`: every layer of the catalogue as a class, its instances called on handles.

    L.Conv2d(16, 3, padding=1)(x)
    y, h, c = L.LSTM(64)(x)

Arguments stand in torch's order without those that the input decides, which may be given by name; a layer of which
nothing is required takes all of them in torch's order (`L.BatchNorm2d(64)`). What a type checker and an editor see of
this file is `layers.pyi`.
"""

from __future__ import annotations

from typing import Any as _Any


def __getattr__(name: str) -> _Any:
    from lego.builder.composites import Sequential
    from lego.builder.layer import layer_class

    if name.startswith("_"):
        raise AttributeError(name)
    return Sequential if name == "Sequential" else layer_class(name)


def __dir__() -> list[str]:
    from lego.catalogue import layer_names

    return [*layer_names(), "Sequential"]
