"""Shapes over symbols from runs at chosen sizes: `fit` finds the formulas that they follow."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from random import Random
from typing import cast

from lego.diagnostics import Note, Problem
from lego.runtime.dry_run import DryRun, Inputs, Sample, reason_note, sizes_at
from lego.runtime.fit import LARGEST_DIVISOR, fit
from lego.shapes import Dim, Shape, Size, TensorType, substitute, symbol


def infer_types(dry: DryRun, inputs: Inputs) -> tuple[TensorType, ...]:
    """The types of the outputs, symbols included.

    Raises:
        Problem: `shape-mismatch` where the module refuses the input, `unresolved-dim` where its outputs follow no
            formula that we know.
    """
    names = symbols_of(inputs)
    samples = samples_of(names)
    try:
        found = _found(dry, inputs, samples)
        types = _formulas(inputs, found) if names else found[0][1]
    except Problem:
        raise
    except Exception as error:  # whatever a module does with what it does not take
        raise _refused(dry, inputs, samples[0], error) from None
    if types is None:
        raise _unresolved(dry, inputs, found)
    return types


Found = list[tuple[Sample, tuple[TensorType, ...]]]


def _found(dry: DryRun, inputs: Inputs, samples: Sequence[Sample]) -> Found:
    """The types at samples, and where the module takes them, at extremes; raises what the module raises."""
    found = [(sample, dry.types(inputs, sample)) for sample in samples]
    names = symbols_of(inputs)
    for sample in _extremes(names) if names else ():
        with suppress(Exception):  # too small, or too large: what works in between has its shape there
            found.append((sample, dry.types(inputs, sample)))
    if names and _formulas(inputs, found) is None:
        found += [(sample, dry.types(inputs, sample)) for sample in _steps(names)]
    return found


def _formulas(inputs: Inputs, found: Found) -> tuple[TensorType, ...] | None:
    """The types that were found at samples as types over the symbols; None where one has no formula."""
    samples = [sample for sample, _ in found]
    variables = variables_of(inputs)
    outputs: list[TensorType] = []
    for same in zip(*(types for _, types in found), strict=True):
        first = same[0]
        if any((len(one.shape), one.dtype) != (len(first.shape), first.dtype) for one in same):
            return None
        sizes: list[Size] = []
        for values in zip(*(one.shape for one in same), strict=True):
            size = fit(variables, samples, cast("tuple[int, ...]", values))
            if size is None:
                return None
            sizes.append(size)
        outputs.append(TensorType(Shape(sizes), first.dtype))
    return tuple(outputs)


def symbols_of(inputs: Inputs) -> list[str]:
    return sorted({name for type in inputs if type is not None for name in type.shape.symbols})


def variables_of(types: Inputs) -> list[Dim]:
    """What sizes may depend on: the sizes of the inputs, then their symbols."""
    sizes = [size for type in types if type is not None for size in type.shape if isinstance(size, Dim)]
    return list(dict.fromkeys([*sizes, *map(symbol, symbols_of(types))]))


# Where symbols are tried. The first sizes have nothing in common with each other, or with what a module is made of.


def samples_of(names: Sequence[str]) -> list[Sample]:
    draw = Random(0)
    return [{name: draw.randrange(24, 96) for name in names} for _ in range(8)] if names else [{}]


def _extremes(names: Sequence[str]) -> list[Sample]:
    return [dict.fromkeys(names, 1), dict.fromkeys(names, 2), {name: 1000 + 37 * i for i, name in enumerate(names)}]


def _steps(names: Sequence[str]) -> list[Sample]:
    """Sizes in a row, which tell how a division rounds."""
    return [{name: 30 + 5 * i + step for i, name in enumerate(names)} for step in range(2 * LARGEST_DIVISOR)]


# -- what went wrong ---------------------------------------------------------------------------------------------------


def _refused(dry: DryRun, inputs: Inputs, sample: Sample, error: Exception) -> Problem:
    tried = " and ".join(str(Shape(sizes_at(type, sample))) for type in inputs if type is not None)
    notes = [*([Note("tried", tried)] if sample else []), reason_note(error)]
    message = f"{dry.name} does not take {_listed(inputs)}"
    return Problem("shape-mismatch", message, notes=notes, help=_multiples_help(dry, inputs))


def _unresolved(dry: DryRun, inputs: Inputs, found: Found) -> Problem:
    name = dry.name
    notes = [Note(_sample_text(sample), _listed(types)) for sample, types in found[:3]]
    multiples = _multiples_help(dry, inputs)
    if multiples is not None:
        message = f"the sizes that {name} gives follow no one formula, but for multiples they do"
        return Problem("shape-mismatch", message, notes=notes, help=multiples)
    which = " and ".join(f"`{one}`" for one in symbols_of(inputs))
    message = f"the sizes that {name} gives follow no formula of {which} that could be found"
    help = f"give {which} a number in the inputs, or write {name} as a lego.Layer with a shape rule"
    return Problem("unresolved-dim", message, notes=notes, help=help)


def _multiples_help(dry: DryRun, inputs: Inputs) -> str | None:
    multiples = _multiples(dry, inputs)
    declared = " and ".join(f"{name} as {multiple}*{name.lower()}" for name, multiple in multiples.items())
    return f"declare {declared}" if declared else None


def _multiples(dry: DryRun, inputs: Inputs) -> dict[str, int]:
    """What each symbol would have to be a multiple of, for the outputs to have formulas; if there is such a number."""
    names = symbols_of(inputs)
    for multiple in (2, 3, 4, 7, 8, 14, 16, 32, 64) if names else ():
        wanted = dict.fromkeys(names, multiple)
        if not _works(dry, inputs, wanted):
            continue
        for name in names:  # which of them need it
            fewer = {one: multiple for one in wanted if one != name}
            wanted = fewer if _works(dry, inputs, fewer) else wanted
        return wanted
    return {}


def _works(dry: DryRun, inputs: Inputs, multiples: dict[str, int]) -> bool:
    sizes = {name: multiple * symbol(name) for name, multiple in multiples.items()}
    scaled = tuple(
        None if type is None else type._replace(shape=Shape(substitute(size, sizes) for size in type.shape))
        for type in inputs
    )
    try:
        found = _found(dry, scaled, samples_of(symbols_of(scaled)))
    except Exception:  # it does not
        return False
    return _formulas(scaled, found) is not None


def _listed(types: Inputs) -> str:
    return " and ".join(str(type) for type in types if type is not None)


def _sample_text(sample: Sample) -> str:
    return ", ".join(f"{name} = {value}" for name, value in sample.items())
