"""What came of loading weights, for programs and, as text, for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lego.catalogue import Stored
from lego.runtime.weights.matching import Mismatch, shape_text
from lego.runtime.weights.moved import Move

_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Report:
    """What a module got from a checkpoint; `str` gives it in a few lines.

    Attributes:
        file: The checkpoint.
        loaded: The keys of the module that got their values, those of tied weights each.
        missing: The keys of the module that the checkpoint has not, with shape and dtype.
        unexpected: The names of the checkpoint that the module has not.
        mismatched: The keys that both have, with what does not fit.
        moves: Renamings of whole subtrees that would load more; nothing is renamed unasked.
        inside: Where in the checkpoint the tensors were found.
        unused: The rules of the map that changed no name.
    """

    file: str
    loaded: tuple[str, ...]
    missing: Mapping[str, Stored]
    unexpected: Mapping[str, Stored]
    mismatched: Mapping[str, Mismatch]
    moves: tuple[Move, ...] = ()
    inside: str = ""
    unused: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every tensor of the checkpoint has found its place, and every place its tensor."""
        return not (self.missing or self.unexpected or self.mismatched)

    @property
    def advice(self) -> str | None:
        """The map that would load more."""
        return map_of(self.moves) if self.moves else None

    def __str__(self) -> str:
        count = len(self.loaded) + len(self.missing) + len(self.mismatched)
        where = f" (under `{self.inside}`)" if self.inside else ""
        lines = [f"{self.file}{where}: {len(self.loaded)} of {count} tensors loaded"]
        lines += _line("missing", [f"{key} {shape_text(one)}" for key, one in self.missing.items()])
        lines += _line("unexpected", [f"{key} {shape_text(one)}" for key, one in self.unexpected.items()])
        lines += _line("mismatched", [f"{key} {difference(one)}" for key, one in self.mismatched.items()])
        lines += [f"  the map `{rule}` changed no name" for rule in self.unused]
        lines += [f"  help: {self.advice}".replace("\n", "\n        ")] if self.advice else []
        return "\n".join(lines)


def _line(kind: str, entries: list[str]) -> list[str]:
    return [f"  {kind:<10} {len(entries)}: {listed(entries)}"] if entries else []


def listed(entries: list[str]) -> str:
    """The first few of them."""
    return ", ".join(entries[:_SHOWN]) + (", …" if len(entries) > _SHOWN else "")


def difference(one: Mismatch) -> str:
    """`[10, 512], but [1000, 512] in the file`."""
    text = f"{shape_text(one.expected)}, but {shape_text(one.found)} in the file"
    return f"{text} ({one.remark})" if one.remark else text


def map_of(moves: Iterable[Move]) -> str:
    """How to ask for renamings, on the command line and in Python."""
    known = list(moves)
    options = " ".join(f"--map '{move.pattern}={move.new}'" for move in known)
    rules = ", ".join(f'r"{move.pattern}": "{move.new}"' for move in known)
    count = sum(move.names for move in known)
    return f"{count} more would load with {options}\nin Python: map={{{rules}}}"
