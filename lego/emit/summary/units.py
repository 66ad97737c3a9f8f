"""Counts as people read them."""

from __future__ import annotations

from lego.shapes import Size, floor_div


def counted(count: int) -> str:
    """`11,689,512`."""
    return f"{count:,}"


def scaled(size: Size) -> str:
    """`1.81 G`; of a symbolic size its factor: `1.81 G·N`."""
    return _in_units(size, 1000, ("", " k", " M", " G", " T", " P"))


def binary(size: Size) -> str:
    """`23.1 MiB`."""
    return _in_units(size, 1024, (" B", " KiB", " MiB", " GiB", " TiB", " PiB"))


def _in_units(size: Size, base: int, units: tuple[str, ...]) -> str:
    if isinstance(size, int):
        return _number(size, base, units)
    if len(size.terms) > 1 or size.constant:
        return f"{size}{units[0]}"
    [factor] = size.terms.values()
    return f"{_number(factor, base, units)}·{floor_div(size, factor)}"


def _number(count: int, base: int, units: tuple[str, ...]) -> str:
    value = float(count)
    index = 0
    while value >= base and index < len(units) - 1:
        value /= base
        index += 1
    return (
        f"{count}{units[0]}"
        if index == 0
        else f"{value:.3g}{units[index]}"
        if value < 999.5
        else f"{value:.0f}{units[index]}"
    )
