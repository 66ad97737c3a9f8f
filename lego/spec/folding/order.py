"""One order for the elements of several sequences."""

from __future__ import annotations

from collections.abc import Sequence


def merged_order(sequences: Sequence[Sequence[str]]) -> list[str] | None:
    """All elements once, each sequence in its order; None where two of them disagree.

    What only later sequences have stands right behind the element that it follows there.
    """
    merged = list(sequences[0])
    known = set(merged)
    for sequence in dict.fromkeys(map(tuple, sequences[1:])):
        at = 0
        for name in sequence:
            if name not in known:
                merged.insert(at, name)
                known.add(name)
                at += 1
            else:
                position = merged.index(name)
                if position < at:
                    return None
                at = position + 1
    return merged
