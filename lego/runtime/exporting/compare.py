"""Whether what was exported gives what the module gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import nn
from torch.utils._pytree import tree_leaves

from lego.graph import Graph
from lego.runtime.exporting.failure import Failure, failure_of
from lego.runtime.exporting.quiet import quiet
from lego.runtime.exporting.sizes import Sizes, beyond, example, shown

_TOLERANCE = 1e-3
"""Of the largest value of an output."""


def compared_sizes(smallest: Mapping[str, int]) -> tuple[Sizes, ...]:
    """Where to compare: at the smallest sizes, and at some that no tracing has seen; once without symbols."""
    return (dict(smallest), beyond(smallest, 2)) if smallest else ({},)


def check_equal(graph: Graph, module: nn.Module, other: Callable[..., object], smallest: Mapping[str, int]) -> None:
    """Run both at two sizes.

    Raises:
        Failure: the other one fails, or gives other values, shapes or dtypes.
    """
    for sizes in compared_sizes(smallest):
        inputs = example(graph, sizes)
        at = f" at {shown(sizes)}" if sizes else ""
        try:
            with quiet(), torch.no_grad():
                found = tensors(other(*inputs))
        except Exception as error:  # guards, the kernels of another runtime
            raise Failure(f"what was exported fails{at}: {failure_of(error).reason}") from None
        with torch.no_grad():
            expected = tensors(module(*inputs))
        for name, one, wanted in zip(graph.outputs, found, expected, strict=True):
            if not _equal(one, wanted):
                raise Failure(f"what was exported gives another `{name}` than torch{at}")


def tensors(outputs: object) -> list[torch.Tensor]:
    """The outputs of a module, in order."""
    return [one for one in tree_leaves(outputs) if isinstance(one, torch.Tensor)]


def _equal(found: torch.Tensor, expected: torch.Tensor) -> bool:
    if found.shape != expected.shape or found.dtype != expected.dtype:
        return False
    if not expected.is_floating_point():
        return torch.equal(found, expected)
    finite = expected[expected.isfinite()].abs()
    largest = float(finite.max()) if finite.numel() else 1.0
    return torch.allclose(found, expected, rtol=_TOLERANCE, atol=_TOLERANCE * largest, equal_nan=True)
