"""All passes in a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from torch import nn

from lego.runtime.importing.placing import place
from lego.runtime.importing.tracing import InputLike, trace
from lego.runtime.importing.translating import tensors_in, translate
from lego.shapes import Shape
from lego.spec import Document, fold


class Imported(NamedTuple):
    """A document, and the shapes of the model's outputs as torch has them, in their order."""

    document: Document
    shapes: tuple[Shape, ...]


def import_module(model: nn.Module, inputs: Mapping[str, InputLike], name: str = "") -> Imported:
    """The document of a model, as it is in evaluation.

    Args:
        model: It stays as it is.
        inputs: What its inputs are, by name; see `trace`.
        name: The document's name; that of the model's class unless given.

    Raises:
        SpecError: all that cannot be carried over, each at the line of the user's Python.
    """
    traced = trace(model, inputs)
    outputs = tensors_in(traced.output)
    document = fold(place(translate(traced), name))
    return Imported(document, tuple(value.type.shape for value in outputs))
