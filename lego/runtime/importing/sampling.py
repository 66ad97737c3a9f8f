"""At which sizes a model is looked at: such as it takes, and such as tell formulas from each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count

from lego.runtime.dry_run import Sample
from lego.shapes import TensorType, evaluate, symbols

_BATCHES = (2, 3, 5, 4, 7, 6)
_TYPICAL = {"image": (224, 256, 299, 384, 128, 64, 32, 28, 512), "sequence": (16, 64, 128, 8, 256, 512)}
_OFFSETS = (-1, 32, -27, 26, -2, 11, -3, 5, 37, -6, 19, 2, 13, -4, 8, 45, -10, 3, 23, -5, 17)
"""What is added to a typical size: neighbours tell how divisions round."""
MOST_SAMPLES = 24


def bases(types: Mapping[str, TensorType], sizes: Mapping[str, int]) -> Iterator[Sample]:
    """Samples to begin with, likely ones first; `sizes` are values of symbols that are known to do."""
    kinds = _kinds(types)
    most = max(map(len, _TYPICAL.values()))
    for attempt in range(most if set(kinds.values()) - {"batch"} else 1):
        sample = {name: _base(types, name, kind, attempt) for name, kind in kinds.items()}
        yield sample | {name: size for name, size in sizes.items() if kinds[name] != "batch"}


def others(base: Sample, types: Mapping[str, TensorType]) -> Iterator[Sample]:
    """More samples for a model that takes this one."""
    kinds = _kinds(types)
    for step in count():
        yield {
            name: _BATCHES[(step + 1) % len(_BATCHES)] + step // len(_BATCHES) * 6
            if kind == "batch"
            else max(1, base[name] + _shift(types, name, step + 3 * index))
            for index, (name, kind) in enumerate(kinds.items())
        }


def enough(types: Mapping[str, TensorType]) -> int:
    """How many samples there must be at least."""
    number = len(_kinds(types))
    return 1 if number == 0 else number + 2


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


def _shift(types: Mapping[str, TensorType], name: str, step: int) -> int:
    offset = _OFFSETS[step % len(_OFFSETS)] + step // len(_OFFSETS)
    return offset if _factor(types, name) == 1 else (step + 2) // 2 * (1 if step % 2 else -1)
