"""What a spec, and whoever trains it, want of a source of data."""

from __future__ import annotations

from dataclasses import dataclass

from lego.graph import Graph
from lego.shapes import Shape, TensorType


@dataclass(frozen=True)
class Wanted:
    """What a source is asked for.

    Attributes:
        graph: The spec's inputs and outputs.
        target: Name of the column (or array) that is learned; None: the source's own way to find it.
        classes: Names of the classes that a net has learned, in the order of their numbers; none of them where it has
            learned values; None: as the source has it.
        labelled: Whether there has to be a target. Samples without have one of shape [n, 0].
    """

    graph: Graph
    target: str | None = None
    classes: tuple[str, ...] | None = None
    labelled: bool = True

    @property
    def inputs(self) -> dict[str, TensorType]:
        """Name and type of each input."""
        return self.graph.inputs

    @property
    def only(self) -> tuple[str, TensorType] | None:
        """The input of a spec that has one."""
        inputs = list(self.inputs.items())
        return inputs[0] if len(inputs) == 1 else None

    @property
    def answer(self) -> Shape | None:
        """The shape of the answer: the first output that counts samples."""
        first = next(iter(self.inputs.values())).shape
        return next((shape for shape in self.graph.outputs.values() if shape[:1] == first[:1]), None)


def features(shape: Shape) -> Shape:
    """The dims of one sample."""
    return Shape(shape[1:])
