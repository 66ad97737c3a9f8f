"""Which inputs a net has, and which of its outputs is the answer that is learned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from torch import Tensor, nn

from lego.graph import Graph


class Ports(NamedTuple):
    """The names of a net's inputs in order, and the answer's place among its outputs.

    Attributes:
        inputs: Their names.
        answer: Its place.
        outputs: The names of the outputs.
    """

    inputs: tuple[str, ...]
    answer: int
    outputs: tuple[str, ...]

    def answer_of(self, module: nn.Module, inputs: Any) -> Tensor:
        """What the net answers to inputs: by name, several in order, or a lone one."""
        if isinstance(inputs, Mapping):
            inputs = [inputs[name] for name in self.inputs]
        given = cast("list[Tensor]", list(inputs) if isinstance(inputs, list | tuple) else [inputs])  # pyright: ignore[reportUnknownArgumentType]
        output = module(*given)
        if isinstance(output, Mapping):
            return cast("Mapping[str, Tensor]", output)[self.outputs[self.answer]]
        return cast("tuple[Tensor, ...]", output)[self.answer] if isinstance(output, tuple) else output


def ports_of(graph: Graph) -> Ports:
    """Those of a graph: the answer is the first output that counts samples, as the inputs do."""
    shapes = list(graph.outputs.values())
    samples = next(iter(graph.inputs.values())).shape[:1]
    answer = next((place for place, shape in enumerate(shapes) if shape[:1] == samples), 0)
    return Ports(tuple(graph.inputs), answer, tuple(graph.outputs))
