"""Counts as people read them."""

from __future__ import annotations

from lego.shapes import Size, floor_div, symbols

_THOUSANDS = ("", " k", " M", " G", " T", " P")
_BYTES = (" B", " KiB", " MiB", " GiB", " TiB", " PiB")


def counted(count: int) -> str:
    """`11,689,512`."""
    return f"{count:,}"


def scaled(size: Size, widest: int = 16) -> str:
    """`1.81 G`; of a symbolic size its factor, `1.81 G·N`, or what it depends on where that is longer than `widest`."""
    return _in_units(size, 1000, _THOUSANDS, widest)


def binary(size: Size, widest: int = 16) -> str:
    """`23.1 MiB`; symbolic sizes as in `scaled`."""
    return _in_units(size, 1024, _BYTES, widest)


def _in_units(size: Size, base: int, units: tuple[str, ...], widest: int) -> str:
    if isinstance(size, int):
        return _number(size, base, units)
    text = f"{size}{units[0]}"
    if len(size.terms) == 1 and not size.constant:
        [factor] = size.terms.values()
        text = f"{_number(factor, base, units)}·{floor_div(size, factor)}"
    return text if len(text) <= widest else f"by {', '.join(sorted(symbols(size)))}"


def _number(count: int, base: int, units: tuple[str, ...]) -> str:
    """Three digits and a unit, four where 1,000 to 1,023 bytes need them."""
    value = float(count)
    index = 0
    while value >= base and index < len(units) - 1:
        value /= base
        index += 1
    return f"{value:.{3 if value < 999.5 else 4}g}{units[index]}"
