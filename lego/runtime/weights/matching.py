"""Which tensor of a checkpoint goes where in a module, by name and shape."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from lego.catalogue import Stored
from lego.shapes import Shape


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A tensor that does not fit: what the module has, what was found, and what explains it."""

    expected: Stored
    found: Stored
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Matching:
    """What fits and what does not.

    Attributes:
        loaded: The keys of the module that get a value, those of tied weights each.
        given: Those of them that have one of their own in the checkpoint.
        missing: What the module has and the checkpoint has not.
        unexpected: What the checkpoint has and the module has not.
        mismatched: What both have, and what does not fit.
    """

    loaded: tuple[str, ...]
    given: tuple[str, ...]
    missing: dict[str, Stored]
    unexpected: dict[str, Stored]
    mismatched: dict[str, Mismatch]


def match(
    expected: Mapping[str, Stored],
    found: Mapping[str, Stored],
    groups: Mapping[str, int],
    optional: Collection[str] = (),
    aliases: Collection[str] = (),
) -> Matching:
    """Compare a module with a checkpoint.

    Args:
        expected: What the module's `state_dict` holds.
        found: What the checkpoint holds, under the names that a map has made.
        groups: A number for each key of the module; equal ones are one tensor, and one key of them is enough.
        optional: Keys that older checkpoints lack, which keep what they start with.
        aliases: Names of the checkpoint that are not missed by a module without them.
    """
    both = [key for key in expected if key in found]
    mismatched = {
        key: Mismatch(expected[key], found[key], _remark(expected[key], found[key]))
        for key in both
        if not _fits(expected[key], found[key])
    }
    given = tuple(key for key in both if key not in mismatched)
    filled = {groups[key] for key in given}
    loaded = tuple(key for key in expected if groups[key] in filled and key not in mismatched)
    known = {*filled, *(groups[key] for key in mismatched)}
    missing = {key: one for key, one in expected.items() if groups[key] not in known and key not in optional}
    unexpected = {key: one for key, one in found.items() if key not in expected and key not in aliases}
    return Matching(loaded, given, missing, unexpected, mismatched)


def _fits(expected: Stored, found: Stored) -> bool:
    return expected.shape == found.shape and kind_of(expected.dtype) == kind_of(found.dtype)


def kind_of(dtype: str) -> str:
    """What may be converted into what: precision may change, the kind of number may not."""
    if "complex" in dtype or dtype == "bool":
        return dtype.rstrip("0123456789")
    return "floating" if "float" in dtype else "integer"


def _remark(expected: Stored, found: Stored) -> str:
    if expected.shape == found.shape:
        return f"{found.dtype} is not converted to {expected.dtype}"
    if len(found.shape) == 2 and found.shape == expected.shape[::-1]:
        return "it is transposed there"
    return ""


def shape_text(stored: Stored) -> str:
    """`[64, 3, 7, 7]`, with the dtype where that is no floating one."""
    shape = str(Shape(stored.shape))
    return shape if kind_of(stored.dtype) == "floating" else f"{shape} {stored.dtype}"
