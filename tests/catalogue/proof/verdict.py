"""One example: what lego says of it, and what torch says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import einops
from hypothesis import strategies as st

from lego.catalogue import INFERRED as DECIDED
from lego.catalogue import Applied, Layer, apply
from lego.diagnostics import Problem
from lego.shapes import TensorType
from tests.catalogue.oracle import Ran, filled, known, make, run, tensor_of
from tests.catalogue.proof.arguments import chance, draw_arguments
from tests.catalogue.proof.hints import INFERRED, hint_for
from tests.catalogue.proof.inputs import draw_inputs
from tests.catalogue.proof.reasons import BY_VALUES, CRASHES, IN_EVALUATION, ON_META


class Example(NamedTuple):
    """Arguments and inputs of a layer; where they have symbols, what these are."""

    layer: type[Layer]
    arguments: dict[str, Any]
    inputs: list[TensorType | None]
    values: Mapping[str, int] = {}

    def __repr__(self) -> str:
        values = f" with {self.values}" if self.values else ""
        return f"{self.layer.__name__}({self.arguments}) on ({', '.join(map(str, self.inputs))}){values}"


@st.composite
def examples(draw: st.DrawFn, family: list[type[Layer]]) -> Example:
    """A layer of a family, arguments and inputs."""
    layer = draw(st.sampled_from(family))
    hint = hint_for(layer)
    arguments = draw_arguments(draw, layer, hint.arguments)
    inputs = draw_inputs(draw, layer, arguments, hint)
    if chance(draw, 6):
        arguments = {**decided(layer, inputs), **arguments}
    return Example(layer, arguments, inputs)


def decided(layer: type[Layer], inputs: list[TensorType | None]) -> dict[str, Any]:
    """The arguments that the inputs decide."""
    shapes = [tensor.shape for tensor in inputs if tensor is not None]
    found: dict[str, Any] = {}
    for name, info in layer.model_fields.items():
        if DECIDED in info.metadata and name in INFERRED:
            try:
                found[name] = INFERRED[name](layer, *shapes)
            except (IndexError, TypeError):
                found[name] = 1
    return found


# -- lego --------------------------------------------------------------------------------------------------------------


def lego_says(example: Example) -> Applied | Problem:
    try:
        layer = make(example.layer.__name__, example.arguments)
        return apply(layer, filled(layer, example.inputs))
    except Problem as problem:
        return problem


# -- torch -------------------------------------------------------------------------------------------------------------


class Refusal(NamedTuple):
    """torch does not take it, or makes nothing of it: lego counts an empty tensor among the mistakes."""

    text: str


def torch_says(example: Example, said: Applied | Problem) -> Ran | Refusal:
    """What the layer's text does: of the layer that lego made of it, or else of the arguments as they are."""
    name = example.layer.__name__
    if name in CRASHES and isinstance(said, Problem):
        return Refusal("torch is not asked")
    layer = said.layer if isinstance(said, Applied) else unchecked(example)
    device = "meta" if name in ON_META else "cpu"
    try:
        if name in REFERENCES:
            REFERENCES[name](example)
        ran = run(layer, example.inputs, example.values, device, training=name not in IN_EVALUATION)
    except Exception as error:  # torch has no class for refusals
        return Refusal(f"{type(error).__name__}: {error}")
    return Refusal("an output is empty") if any(0 in tensor.shape for tensor in ran.outputs) else ran


def by_values(example: Example, refusal: Refusal) -> bool:
    """Whether torch refuses values, which types do not tell of."""
    text = BY_VALUES.get(example.layer.__name__)
    return text is not None and re.search(text, refusal.text) is not None


def _einops(verb: Callable[..., Any], *names: str) -> Callable[[Example], None]:
    """Einops itself on the input, with the pattern and these arguments in front."""

    def ask(example: Example) -> None:
        arguments = {name: value for name, value in example.arguments.items() if name not in ("rank", *names)}
        (tensor,) = example.inputs
        assert tensor is not None
        verb(tensor_of(known(tensor, example.values), "cpu"), *map(example.arguments.get, names), **arguments)

    return ask


REFERENCES = {
    "Rearrange": _einops(einops.rearrange, "pattern"),
    "Reduce": _einops(einops.reduce, "pattern", "reduction"),
    "Repeat": _einops(einops.repeat, "pattern"),
}
"""Who is asked besides torch."""


def unchecked(example: Example) -> Layer:
    """The layer with whatever arguments."""
    return example.layer.model_construct(**{**decided(example.layer, example.inputs), **example.arguments})
