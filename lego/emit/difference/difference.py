"""The difference itself: immutable, and as plain data for programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from lego.shapes import Size

Kind = Literal["added", "removed", "moved", "changed"]


class Edit(NamedTuple):
    """One thing that is not the same in both; None where it is not there at all.

    Attributes:
        what: An argument's name, or `layer`, `from`, `init`, `freeze`, `checkpoint`, `share`, `shape`.
        before: What it was.
        after: What it is.
    """

    what: str
    before: str | None
    after: str | None

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return self._asdict()


class Change(NamedTuple):
    """A node that is not the same in both.

    Attributes:
        kind: What has become of it.
        path: Its path, in the second spec where it has one there.
        layer: The name of its layer or block, with its arguments where it was added or removed.
        was: Its path in the first spec, where it was moved.
        edits: What is different by itself.
        follows: What is different because of something else: shapes, and arguments that are written as before.
        block: The innermost block that it stands in, if any, and its path there.
        parts: How many layers stand in it, where it is a block that was added, removed or moved.
    """

    kind: Kind
    path: str
    layer: str
    was: str = ""
    edits: tuple[Edit, ...] = ()
    follows: tuple[Edit, ...] = ()
    block: tuple[str, str] = ("", "")
    parts: int = 0

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "kind": self.kind,
            "path": self.path,
            "layer": self.layer,
            "was": self.was or None,
            "edits": [edit.to_json() for edit in self.edits],
            "follows": [edit.to_json() for edit in self.follows],
        }


class Carried(NamedTuple):
    """The weights of the second spec, and those of them that the first has under the same key and of the same shape.

    Attributes:
        keys: Keys of `state_dict` that carry over.
        of_keys: All keys.
        elements: Numbers in those that carry over.
        of_elements: Numbers in all.
    """

    keys: int
    of_keys: int
    elements: int
    of_elements: int

    @property
    def share(self) -> float:
        """The part of the numbers that carry over; 1 where there are none."""
        return self.elements / self.of_elements if self.of_elements else 1.0

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {**self._asdict(), "share": self.share}


@dataclass(frozen=True)
class Difference:
    """What tells a second spec from a first; `str` gives a text.

    Attributes:
        names: Names of the documents.
        equal: They mean the same: equal digests.
        params: Parameters of the document that have other values.
        inputs: Inputs that differ.
        outputs: Outputs that differ.
        ties: Tied weights that differ.
        changes: Nodes with something different of their own, in the order of execution.
        followers: Nodes that differ only because of what is above.
        reordered: Nodes of both run in another order.
        parameters: Learned numbers of both.
        macs: Multiply-accumulates of both; symbolic where sizes are.
        weights: What carries over.
    """

    names: tuple[str, str]
    equal: bool
    params: tuple[Edit, ...]
    inputs: tuple[Edit, ...]
    outputs: tuple[Edit, ...]
    ties: tuple[Edit, ...]
    changes: tuple[Change, ...]
    followers: tuple[Change, ...]
    reordered: bool
    parameters: tuple[int, int]
    macs: tuple[Size, Size]
    weights: Carried

    def __bool__(self) -> bool:
        """Whether there is a difference."""
        return not self.equal

    def __str__(self) -> str:
        from lego.emit.difference.text import difference_text

        return difference_text(self)

    def to_json(self) -> dict[str, Any]:
        """Plain data for programs; symbolic sizes are texts."""
        before, after = (size if isinstance(size, int) else str(size) for size in self.macs)
        lists = {name: getattr(self, name) for name in ("params", "inputs", "outputs", "ties", "changes", "followers")}
        return {
            "names": list(self.names),
            "equal": self.equal,
            **{name: [one.to_json() for one in found] for name, found in lists.items()},
            "reordered": self.reordered,
            "parameters": list(self.parameters),
            "macs": [before, after],
            "weights": self.weights.to_json(),
        }
