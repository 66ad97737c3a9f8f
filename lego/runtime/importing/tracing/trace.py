"""What the forward pass of a model does, for all sizes that its inputs may have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import islice

import torch
from torch import nn

from lego.diagnostics import Problem, SpecError
from lego.runtime.dry_run import Sample
from lego.runtime.importing.calls import Trace
from lego.runtime.importing.tracing.agreement import Unfitted, agree
from lego.runtime.importing.tracing.examples import with_symbols
from lego.runtime.importing.tracing.forward import Forward
from lego.runtime.importing.tracing.grafting import graft
from lego.runtime.importing.tracing.inputs import InputLike, handover, input_type
from lego.runtime.importing.tracing.multiples import multiples
from lego.runtime.importing.tracing.run import Run
from lego.runtime.importing.tracing.sampling import MOST_SAMPLES, bases, enough, others
from lego.runtime.importing.tracing.spots import begins, span_of
from lego.runtime.importing.tracing.swapped import weights_of
from lego.runtime.importing.tracing.unread import never_reached, unread
from lego.shapes import TensorType


def trace(model: nn.Module, inputs: Mapping[str, InputLike]) -> Trace:
    """What a model does in evaluation.

    Args:
        model: The model; afterwards it is as it was before, also where this fails.
        inputs: Its inputs by name: a shape as in a document, a mapping with `shape`, `dtype` and `range`, or an
            example, whose sizes become symbols where the model takes others. They are handed over by keyword where
            all names are parameters of `forward`, else in order.

    Raises:
        SpecError: `forward` fails, does not take these inputs, or does what depends on more than sizes; at the line of
            the user's Python.
    """
    try:
        types = {name: input_type(name, given) for name, given in inputs.items()}
        way = handover(model, list(inputs))
        weights = weights_of(model)
    except Problem as problem:
        raise SpecError([problem.at(begins(model))]) from None

    def traced(types: dict[str, TensorType], sizes: Sample) -> Trace:
        return _trace(Forward(model, types, way, weights), sizes)

    examples = {name: one for name, one in inputs.items() if isinstance(one, torch.Tensor)}
    try:
        found = with_symbols(types, examples, traced) if examples else traced(types, {})
    except SpecError as error:
        raise _helped(Forward(model, types, way, weights), error) from error.__cause__
    found = _with_training(Forward(model, {name: one.type for name, one in found.inputs.items()}, way, weights), found)
    return replace(found, unread=unread(found, weights))


def _trace(forward: Forward, sizes: Mapping[str, int], *, training: bool = False) -> Trace:
    """The pass at as many samples as its formulas need; `sizes` are values of symbols that the model takes."""
    runs = [_first(forward, sizes, training)]
    samples = others(runs[0].sample, forward.types)
    runs += _runs(forward, islice(samples, enough(forward.types) - 1), training)
    while True:
        try:
            return agree(forward.model, runs, forward.types)
        except Unfitted as unfitted:
            if len(runs) >= MOST_SAMPLES:
                raise _unresolved(unfitted) from None
            runs += _runs(forward, islice(samples, 1 + len(runs) // 4), training)


def _runs(forward: Forward, samples: Iterator[Sample], training: bool) -> list[Run]:
    return [forward.run(sample, training=training) for sample in samples]


def _first(forward: Forward, sizes: Mapping[str, int], training: bool) -> Run:
    """The pass at the first sample that the model takes."""
    failed: SpecError | None = None
    for sample in bases(forward.types, sizes):
        try:
            return forward.run(sample, training=training)
        except SpecError as error:
            failed = failed or error
    assert failed is not None
    raise failed


def _with_training(forward: Forward, found: Trace) -> Trace:
    """The trace with what only training does: auxiliary heads, whose weights are in `state_dict`."""
    if never_reached(found):
        with suppress(SpecError):  # then their weights stay unread
            return graft(found, _trace(forward, {}, training=True))
    return found


def _helped(forward: Forward, error: SpecError) -> SpecError:
    """The error with what to write for its symbols."""
    [diagnostic] = error.diagnostics
    if diagnostic.help is None and any(type.shape.symbols for type in forward.types.values()):
        with suppress(SpecError):  # the model takes no size at all
            return SpecError([replace(diagnostic, help=multiples(forward, _first(forward, {}, False).sample))])
    return error


def _unresolved(unfitted: Unfitted) -> SpecError:
    shown = ", ".join(map(str, unfitted.values[:4]))
    message = f"a size here follows no formula of the inputs' sizes that could be found: {shown}, …"
    return SpecError([Problem("unresolved-dim", message).at(span_of(unfitted.spot))])
