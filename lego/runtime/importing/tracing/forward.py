"""One forward pass of a model at one sample."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn

from lego.diagnostics import Note, Problem, SpecError
from lego.runtime.dry_run import Sample, reason_note, sizes_at
from lego.runtime.importing.tracing.inputs import Handover
from lego.runtime.importing.tracing.run import Run, Seen
from lego.runtime.importing.tracing.spots import begins, raising, span_of
from lego.runtime.importing.tracing.structure import mapped
from lego.runtime.importing.tracing.swapped import floating_dtype, meta_twin, swapped, undisturbed
from lego.runtime.importing.tracing.tracer import Tracer, seeing_modules
from lego.shapes import DTYPES, TensorType

_DTYPES: dict[str, torch.dtype] = {name: vars(torch)[name] for name in DTYPES}


@dataclass(frozen=True, slots=True, eq=False)
class Forward:
    """A model, the types of its inputs, how they are handed over, and its weights by their paths."""

    model: nn.Module
    types: dict[str, TensorType]
    way: Handover
    weights: dict[str, Seen]

    def run(self, sample: Sample, *, training: bool = False) -> Run:
        """What the pass does at one sample.

        Raises:
            SpecError: it fails, or needs values; at the line of the user's Python.
        """
        try:
            return self._run(sample, training)
        except SpecError:
            raise
        except Exception as error:  # whatever a model does
            raise self._failed(sample, error) from error

    def _run(self, sample: Sample, training: bool) -> Run:
        run = Run(sample, {})
        tracer = Tracer(self.model, run)
        twins = self._twins(tracer)
        given: dict[str, torch.Tensor] = {}
        for name, type in self.types.items():
            given[name] = torch.empty(sizes_at(type, sample), dtype=_DTYPES[type.dtype], device="meta")
            run.inputs[name] = Seen(tuple(given[name].shape), type.dtype, "input", name)
            tracer.tensors.add(given[name], run.inputs[name])
        with undisturbed(), swapped(self.model, twins, training=training), seeing_modules(tracer), tracer:
            output = self.way.call(self.model, given)
        run.output = mapped(output, tracer.tensors.seen_or_itself)
        return run

    def _twins(self, tracer: Tracer) -> dict[int, torch.Tensor]:
        """What stands for each weight; the weight itself, where it is met, stands for the same."""
        floating = floating_dtype(self.weights)
        twins: dict[int, torch.Tensor] = {}
        for seen in self.weights.values():
            assert seen.tensor is not None
            twin = twins[id(seen.tensor)] = meta_twin(seen.tensor, floating)
            tracer.tensors.add(seen.tensor, seen, twin)
            tracer.tensors.add(twin, seen)
        return twins

    def _failed(self, sample: Sample, error: Exception) -> SpecError:
        tried = [Note(name, str(sizes_at(type, sample)), "tried") for name, type in self.types.items()]
        message = f"forward of {type(self.model).__name__} fails on inputs of these sizes"
        spot = raising(error.__traceback__)
        problem = Problem("not-importable", message, notes=[*tried, reason_note(error)])
        return SpecError([problem.at(begins(self.model) if spot is None else span_of(spot))])
