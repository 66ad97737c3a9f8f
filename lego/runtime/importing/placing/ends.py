"""Inputs and outputs of the document, and weights with several names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, cast

from torch import nn

from lego.diagnostics import Span
from lego.runtime.importing.calls import Frame, Value, Weight
from lego.runtime.importing.placing.parts import refused
from lego.runtime.importing.placing.scope import Scope
from lego.runtime.importing.steps import Step
from lego.runtime.importing.translating.stored import dtype_name, stored_arguments
from lego.shapes import Dim, Shape, TensorType
from lego.spec import Argument, Input, Output, Outputs, Tie


def input_of(name: str, value: Value, span: Span) -> Input:
    """An input of the document."""
    type_ = value.type
    shape = [str(size) if isinstance(size, Dim) else size for size in type_.shape]
    range_ = None if type_.range is None else Argument(list(type_.range), span)
    dims = (span,) * len(shape)
    return Input(name=name, shape=Argument(shape, span), dtype=type_.dtype, range=range_, span=span, dims=dims)


# -- outputs -----------------------------------------------------------------------------------------------------------


def outputs_of(output: Any, scope: Scope, last: str, span: Span) -> Outputs | None:
    """The outputs as the model returns them: a tensor, a list or a mapping; what is nested lies flat.

    Raises:
        SpecError: the model returns no tensor.
    """
    found = dict(_flat("", output))
    if not found:
        raise refused("the model returns no tensor", span)
    references = {key: scope.reference(value, span) for key, value in found.items()}
    if isinstance(output, Value):
        if scope.values.get(output) == (last, None):
            return None
        form = "one"
    else:
        form = "mapping" if _named(output) is not None else "list"
    named = form == "mapping"
    entries = tuple(Output(key=key if named else str(one), reference=one) for key, one in references.items())
    return Outputs(form=form, entries=entries)


def _flat(key: str, output: Any) -> Iterator[tuple[str, Value]]:
    """All tensors in what a model returns, by key."""
    if isinstance(output, Value):
        yield key, output
        return
    for name, part in (_named(output) or _numbered(output)).items():
        yield from _flat(f"{key}_{name}" if key else name, part)


def _numbered(output: Any) -> dict[str, Any]:
    """The parts of a list or tuple."""
    parts = cast("list[Any]", output) if isinstance(output, list | tuple) else []
    return {str(index): part for index, part in enumerate(parts)}


def _named(output: Any) -> dict[str, Any] | None:
    """The parts of what has names for them."""
    if isinstance(output, Mapping):
        return {str(name): part for name, part in cast("Mapping[Any, Any]", output).items()}
    if hasattr(output, "_fields"):
        return dict(zip(output._fields, output, strict=True))
    if is_dataclass(output) and not isinstance(output, type):
        return {field.name: getattr(output, field.name) for field in fields(output)}
    return None


# -- weights -----------------------------------------------------------------------------------------------------------


def unread(model: Frame, steps: Iterable[Step]) -> Iterator[Step]:
    """A step for each weight of the model that no step has: `state_dict` is to have the same keys."""
    paths = {step.path for step in steps if step.path}
    for key, tensor in model.module.state_dict(keep_vars=True).items():
        parts = key.split(".")
        if paths.isdisjoint(".".join(parts[:end]) for end in range(1, len(parts) + 1)):
            type_ = TensorType(Shape(tuple(tensor.shape)), dtype_name(tensor))
            kind = "parameter" if isinstance(tensor, nn.Parameter) else "buffer"
            layer, arguments, frozen = stored_arguments(Weight(type_, key, tensor, kind))
            written = {name: _listed(value) for name, value in arguments.items()}
            yield Step(layer, written, (), (Value(type_),), model, key, parts[-1], model.span, frozen)


def _listed(value: Any) -> Any:
    return [_listed(item) for item in cast("tuple[Any, ...]", value)] if isinstance(value, tuple) else value


def ties_of(model: nn.Module, span: Span) -> tuple[Tie, ...]:
    """Parameters that have several paths."""
    firsts: dict[int, str] = {}
    ties: list[Tie] = []
    for path, parameter in model.named_parameters(remove_duplicate=False):
        first = firsts.setdefault(id(parameter), path)
        if first != path:
            ties.append(Tie(path, first, span, span))
    return tuple(ties)
