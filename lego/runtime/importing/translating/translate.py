"""A forward pass in layers of the catalogue: each call of torch becomes the steps that compute the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from torch import nn
from torch.overrides import resolve_name  # pyright: ignore[reportUnknownVariableType]

from lego.diagnostics import Diagnostic, Note, Problem, SpecError
from lego.runtime.importing.calls import Call, Frame, Trace, Value
from lego.runtime.importing.steps import Steps
from lego.runtime.importing.tracing.structure import leaves, mapped
from lego.runtime.importing.translating.functions import find_rule
from lego.runtime.importing.translating.modules import use_of
from lego.runtime.importing.translating.writer import Writer
from lego.shapes import TensorType


def translate(trace: Trace) -> Steps:
    """The steps of a trace.

    Raises:
        SpecError: calls that cannot be carried over, all of them, each at the line of the user's Python.
    """
    writer = Writer(trace.frames, tuple(trace.inputs.values()))
    diagnostics: list[Diagnostic] = []
    for call in trace.calls:
        count = len(writer.steps)
        try:
            _translate(writer, call)
        except Problem as problem:
            del writer.steps[count:]
            diagnostics.append(_told(problem, call).at(call.span, call.path))
            for value in tensors_in(call.result):  # so that what follows is judged by itself
                writer.bind(value, Value(value.type))
    if diagnostics:
        raise SpecError(diagnostics)
    output = _output(writer, trace)
    _store_unread(writer, trace)
    return _in_terms_of_steps(writer, trace, output)


def _translate(writer: Writer, call: Call) -> None:
    if all(0 in value.type.shape for value in tensors_in(call.result)):
        return  # nobody can read it
    writer.begin(call)
    made = _module(writer, call) if isinstance(call.target, nn.Module) else _function(writer, call)
    traced, found = tensors_in(call.result), tensors_in(made)
    if len(traced) > len(found):
        raise Problem("not-importable", f"its layers give {len(found)} tensors, but torch gives {len(traced)}")
    for one, other in zip(traced, found, strict=False):
        _check(one.type, writer.found(other).type)
        writer.bind(one, writer.found(other))


def _check(traced: TensorType, made: TensorType) -> None:
    if (traced.shape, traced.dtype) != (made.shape, made.dtype):
        notes = [Note("torch", str(traced)), Note("lego", str(made))]
        raise Problem("not-importable", "its layers give another shape or dtype than torch does", notes=notes)


def _told(problem: Problem, call: Call) -> Problem:
    """The problem with what was called; that of a shape rule is evidence only."""
    reason = problem.message
    message = f"{called(call)} cannot be carried over: {reason}"
    return Problem("not-importable", message, notes=problem.notes, help=problem.help)


def called(call: Call) -> str:
    """What a call calls, as a user knows it: `torch.fft.rfft2`, `Conv2d`."""
    target: Any = call.target
    if isinstance(target, nn.Module):
        return type(target).__name__
    name = str(resolve_name(target) or getattr(target, "__name__", target))
    for long, short in (("torch.nn.functional.", "F."), ("torch.Tensor.", "Tensor.")):
        name = name.replace(long, short)
    return name.removesuffix(".__get__")


# -- one call ----------------------------------------------------------------------------------------------------------


def _module(writer: Writer, call: Call) -> Any:
    assert isinstance(call.target, nn.Module)
    use = use_of(call)
    inside = isinstance(call.frame.module, nn.Sequential)  # where numbers of neighbours count
    if _does_nothing(use.layer, use.arguments) and not inside:
        return use.reads[0]
    frozen = [not parameter.requires_grad for parameter in call.target.parameters()]
    made = writer.placed(use.layer, use.reads, use.arguments, call.path, call.path, bool(frozen) and all(frozen))
    _check_weights(writer, call, call.target)
    return made


def _does_nothing(layer: str, arguments: dict[str, Any]) -> bool:
    return layer == "Identity" or (layer in ("Dropout", "StochasticDepth") and arguments.get("p") == 0.0)


def _check_weights(writer: Writer, call: Call, module: nn.Module) -> None:
    """What the layer has in `state_dict` is what the module has."""
    prefix = f"{call.path}."
    wanted = {prefix + key: tuple(tensor.shape) for key, tensor in module.state_dict().items()}
    has = {key: shape for key, shape in writer.keys.items() if key.startswith(prefix)}
    if wanted != has:
        differing = sorted(key for key in wanted.keys() | has.keys() if wanted.get(key) != has.get(key))
        notes = [
            Note(key, f"{wanted.get(key, 'none')} in the module, {has.get(key, 'none')} in the layer")
            for key in differing[:4]
        ]
        raise Problem("not-importable", "the module has other weights than its layer", notes=notes)


def _function(writer: Writer, call: Call) -> Any:
    assert not isinstance(call.target, nn.Module)
    rule = find_rule(call.target)
    if rule is None:
        help = "write it with what `lego layers` lists, or make it a module of its own, known by `lego.register`"
        raise Problem("not-importable", "the catalogue has no layer for it", help=help)
    try:
        return rule(writer, *call.arguments, **_named(call))
    except TypeError as error:
        raise Problem(
            "not-importable", "it is called in a way that is not known", notes=[Note("reason", str(error))]
        ) from None


def _named(call: Call) -> dict[str, Any]:
    """Keywords by torch's names, of which some have numpy's, too."""
    names = {"axis": "dim", "x": "input", "self": "input", "keepdims": "keepdim"}
    return {names.get(name, name): value for name, value in call.keywords.items()}


# -- the whole ---------------------------------------------------------------------------------------------------------


def _output(writer: Writer, trace: Trace) -> Any:
    """What the model returns, as results of steps; what it returns as it was given has a step, too."""
    writer.end()
    inputs = set(trace.inputs.values())

    def made(value: Value) -> Value:
        found = writer.tensor(value)
        return writer.one("Identity", found) if found in inputs else found

    return _exchanged(trace.output, made)


def _store_unread(writer: Writer, trace: Trace) -> None:
    """Weights that nothing read stay where they are, so that `state_dict` is the same."""
    for path, weight in trace.unread.items():
        if path not in writer.keys and weight.kind != "constant":
            writer.weight(weight)


def _in_terms_of_steps(writer: Writer, trace: Trace, output: Any) -> Steps:
    """Frames whose inputs and outputs are results of steps; weights and data that went in or out are none."""
    there = {*trace.inputs.values(), *(result for step in writer.steps for result in step.results)}

    def known(value: Value) -> Value | None:
        found = writer.found(value)
        return found if found in there else None

    frames: dict[Frame, Frame] = {}
    for frame in trace.frames:
        inputs = {name: known(value) for name, value in frame.inputs.items()}
        frames[frame] = replace(
            frame,
            parent=None if frame.parent is None else frames[frame.parent],
            inputs={name: value for name, value in inputs.items() if value is not None},
            outputs=[_exchanged(one, known) for one in frame.outputs],
        )
    steps = tuple(replace(step, frame=frames[step.frame]) for step in writer.steps)
    return Steps(trace.inputs, steps, tuple(frames.values()), output)


def tensors_in(structure: Any) -> list[Value]:
    """The tensors in what a call gave, in order."""
    return [one for one in leaves(structure) if isinstance(one, Value)]


def _exchanged(structure: Any, function: Callable[[Value], Any]) -> Any:
    """The structure with something else for each tensor."""
    return mapped(structure, lambda one: function(one) if isinstance(one, Value) else one)
