"""At which sizes a model is looked at: such as it takes, and such as tell formulas from each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from random import Random

from lego.runtime.dry_run import Sample
from lego.shapes import TensorType, evaluate, symbols

_BATCHES = (2, 3, 5, 4, 7, 6)
_TYPICAL = {"image": (224, 256, 299, 384, 128, 64, 32, 28, 512), "sequence": (16, 64, 128, 8, 256, 512)}
_NEIGHBOURS = (-1, 1, -2)
"""What is added to a typical size, among numbers drawn: neighbours tell how divisions round."""
MOST_SAMPLES = 24


def bases(types: Mapping[str, TensorType], sizes: Mapping[str, int]) -> Iterator[Sample]:
    """Samples to begin with, likely ones first; `sizes` are values of symbols that are known to do."""
    kinds = _kinds(types)
    most = max(map(len, _TYPICAL.values()))
    for attempt in range(most if set(kinds.values()) - {"batch"} else 1):
        sample = {name: _base(types, name, kind, attempt) for name, kind in kinds.items()}
        yield sample | {name: size for name, size in sizes.items() if kinds[name] != "batch"}


def others(base: Sample, types: Mapping[str, TensorType]) -> Iterator[Sample]:
    """More samples for a model that takes this one, with nothing in common between sizes of different symbols."""
    draw = Random(0)
    kinds = _kinds(types)
    for step in count():
        yield {
            name: _BATCHES[(step + 1) % len(_BATCHES)] + step // len(_BATCHES) * 6
            if kind == "batch"
            else _moved(base[name], step + index, draw)
            for index, (name, kind) in enumerate(kinds.items())
        }


def _moved(size: int, step: int, draw: Random) -> int:
    drawn = draw.randint(size - size // 4, size + size // 2 + 2)
    return size + _NEIGHBOURS[step // 2 % 3] if step % 2 and size > 2 else drawn


def enough(types: Mapping[str, TensorType]) -> int:
    """How many samples there must be at least."""
    number = len(_kinds(types))
    return 1 if number == 0 else 2 * number + 1


def free_symbols(types: Mapping[str, TensorType]) -> list[str]:
    """The symbols of sizes of images and sequences."""
    return [name for name, kind in _kinds(types).items() if kind != "batch"]


def _kinds(types: Mapping[str, TensorType]) -> dict[str, str]:
    """What each symbol is the size of, by where it stands first."""
    found: dict[str, str] = {}
    for type in types.values():
        for place, size in enumerate(type.shape):
            for name in sorted(symbols(size)):
                found.setdefault(name, _kind(type, place))
    return found


def _kind(type: TensorType, place: int) -> str:
    if place == 0:
        return "batch"
    return "image" if place >= 2 and len(type.shape) >= 4 else "sequence"


def _base(types: Mapping[str, TensorType], name: str, kind: str, attempt: int) -> int:
    if kind == "batch":
        return _BATCHES[0]
    typical = _TYPICAL[kind][attempt % len(_TYPICAL[kind])]
    return max(1, typical // _factor(types, name))


def _factor(types: Mapping[str, TensorType], name: str) -> int:
    """How much larger the size is than its symbol."""
    for type in types.values():
        for size in type.shape:
            if name in symbols(size):
                return max(1, evaluate(size, dict.fromkeys(symbols(size), 8)) // 8)
    return 1
