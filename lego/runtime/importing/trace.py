"""What the forward pass of a model does, for all sizes that its inputs may have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice

import torch
from torch import nn

from lego.diagnostics import Note, Problem, SpecError
from lego.runtime.dry_run import Sample, reason_note, sizes_at
from lego.runtime.importing.agreement import Unfitted, agree, begins
from lego.runtime.importing.calls import Trace
from lego.runtime.importing.inputs import Handover, InputLike, handover, input_type
from lego.runtime.importing.run import Run, Seen
from lego.runtime.importing.sampling import MOST_SAMPLES, bases, enough, others
from lego.runtime.importing.spots import raising, span_of
from lego.runtime.importing.structure import mapped
from lego.runtime.importing.swapped import floating_dtype, meta_twin, swapped, undisturbed, weights_of
from lego.runtime.importing.tensors import Tensors
from lego.runtime.importing.tracer import Tracer, seeing_modules
from lego.runtime.importing.unread import unread
from lego.shapes import DTYPES, TensorType

_DTYPES: dict[str, torch.dtype] = {name: vars(torch)[name] for name in DTYPES}


def trace(model: nn.Module, inputs: Mapping[str, InputLike]) -> Trace:
    """What a model does in evaluation.

    Args:
        model: The model; afterwards it is as it was before, also where this fails.
        inputs: Its inputs by name: a shape as in a document, a mapping with `shape`, `dtype` and `range`, or an
            example. They are handed over by keyword where all names are parameters of `forward`, else in order.

    Raises:
        SpecError: `forward` fails, does not take these inputs, or does what depends on more than sizes; at the line of
            the user's Python.
    """
    try:
        types = {name: input_type(name, given) for name, given in inputs.items()}
        way = handover(model, list(inputs))
    except Problem as problem:
        raise SpecError([problem.at(begins(model))]) from None
    return _Tracing(model, types, way).trace()


class _Tracing:
    def __init__(self, model: nn.Module, types: dict[str, TensorType], way: Handover) -> None:
        self.model = model
        self.types = types
        self.way = way
        self.weights = weights_of(model)

    def trace(self) -> Trace:
        runs = [self._first()]
        samples = others(runs[0].sample, self.types)
        runs += [self._run(sample) for sample in islice(samples, enough(self.types) - 1)]
        while True:
            try:
                found = agree(self.model, runs, self.types)
                return replace(found, unread=unread(found, self.weights))
            except Unfitted as unfitted:
                if len(runs) >= MOST_SAMPLES:
                    raise self._unresolved(unfitted) from None
                runs.append(self._run(next(samples)))

    def _first(self) -> Run:
        failed: SpecError | None = None
        for sample in bases(self.types):
            try:
                return self._run(sample)
            except SpecError as error:
                failed = failed or error
        assert failed is not None
        raise failed

    def _run(self, sample: Sample, *, training: bool = False) -> Run:
        try:
            return self._unguarded(sample, training)
        except SpecError:
            raise
        except Exception as error:  # whatever a model does
            spot = raising(error.__traceback__)
            tried = [Note(f"{name} tried", str(sizes_at(type, sample))) for name, type in self.types.items()]
            message = f"forward of {type(self.model).__name__} fails"
            problem = Problem("not-importable", message, notes=[*tried, reason_note(error)])
            raise SpecError([problem.at(span_of(spot))]) from error

    def _unguarded(self, sample: Sample, training: bool) -> Run:
        tensors = Tensors()
        floating = floating_dtype(self.weights)
        twins: dict[int, torch.Tensor] = {}
        for seen in self.weights.values():
            assert seen.tensor is not None
            twin = twins[id(seen.tensor)] = meta_twin(seen.tensor, floating)
            tensors.add(seen.tensor, seen, twin)
            tensors.add(twin, seen)
        given = {
            name: torch.empty(sizes_at(type, sample), dtype=_DTYPES[type.dtype], device="meta")
            for name, type in self.types.items()
        }
        run = Run(
            sample,
            {
                name: _input(name, type, one)
                for (name, type), one in zip(self.types.items(), given.values(), strict=True)
            },
        )
        for name, one in given.items():
            tensors.add(one, run.inputs[name])
        tracer = Tracer(self.model, run, tensors)
        with undisturbed(), swapped(self.model, twins, training=training), seeing_modules(tracer), tracer:
            output = self.way.call(self.model, given)
        run.output = mapped(output, tensors.seen_or_itself)
        return run

    def _unresolved(self, unfitted: Unfitted) -> SpecError:
        message = f"a size follows no formula of the inputs' sizes: {', '.join(map(str, unfitted.values[:4]))}, …"
        return SpecError([Problem("unresolved-dim", message).at(span_of(unfitted.spot))])


def _input(name: str, type: TensorType, tensor: torch.Tensor) -> Seen:
    return Seen(tuple(tensor.shape), type.dtype, "input", name)
