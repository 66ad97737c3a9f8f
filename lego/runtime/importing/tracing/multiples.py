"""Of what a model wants its sizes to be multiples, where it does not take any."""

from __future__ import annotations

from lego.diagnostics import SpecError
from lego.runtime.dry_run import Sample
from lego.runtime.importing.tracing.agreement import Unfitted, agree
from lego.runtime.importing.tracing.forward import Forward
from lego.runtime.importing.tracing.sampling import free_symbols
from lego.shapes import Shape, substitute, symbol

_TRIED = (2, 3, 4, 7, 8, 14, 16, 28, 32, 64)


def multiples(forward: Forward, base: Sample) -> str:
    """What to write for symbols with which a model does not do the same at all sizes, given a sample that it takes."""
    for multiple in _TRIED:
        wanted = dict.fromkeys(free_symbols(forward.types), multiple)
        if not wanted or not _works(forward, base, wanted):
            continue
        for name in wanted.copy():  # which of them need it
            fewer = {one: multiple for one in wanted if one != name}
            wanted = fewer if fewer and _works(forward, base, fewer) else wanted
        declared = " and ".join(f"{name} as {multiple}*{name.lower()}" for name in wanted)
        return f"declare {declared}"
    return f"give {' and '.join(f'`{name}`' for name in base)} a number in the inputs"


def _works(forward: Forward, base: Sample, wanted: dict[str, int]) -> bool:
    """Whether the model does the same at three sizes of which one is the base."""
    sizes = {name: multiple * symbol(name) for name, multiple in wanted.items()}
    types = {
        name: type._replace(shape=Shape(substitute(size, sizes) for size in type.shape))
        for name, type in forward.types.items()
    }
    scaled = Forward(forward.model, types, forward.way, forward.weights)
    start = {name: size // wanted.get(name, 1) for name, size in base.items()}
    try:
        runs = [scaled.run(_moved(start, step)) for step in (1, 2, 3, 5)]
        agree(forward.model, runs, types)
    except SpecError:
        return False
    except Unfitted:
        return True
    return True


def _moved(start: Sample, step: int) -> Sample:
    """Another sample; of sizes that are free those of several symbols move apart."""
    return {name: size + step + (index * step) % 3 for index, (name, size) in enumerate(start.items())}
