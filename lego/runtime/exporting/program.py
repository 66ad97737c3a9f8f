"""torch.export with the symbols of the spec, in several ways, since none keeps all of them open for every net."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any, NamedTuple

import torch
import torch.fx.experimental._config as symbolic
from torch import nn
from torch.export import ExportedProgram

from lego.graph import Graph
from lego.runtime.exporting.failure import failure_of
from lego.runtime.exporting.quiet import quiet
from lego.runtime.exporting.sizes import (
    DynamicShapes,
    Sizes,
    dynamic_shapes,
    example,
    least_open_sizes,
    least_sizes,
    primes_beyond,
)


class Program(NamedTuple):
    """An exported module.

    Attributes:
        exported: What torch made of it.
        shapes: The axes that are open.
        smallest: The least value of each symbol that it takes.
    """

    exported: ExportedProgram
    shapes: DynamicShapes
    smallest: Sizes


class _Way(NamedTuple):
    """How to export.

    Attributes:
        general: Torch asks of no size whether it is 1, and so finds no reason to treat that apart.
        late: What torch asks of sizes is checked where the program runs.
        smallest: From which sizes on.
    """

    general: bool = False
    late: bool = False
    smallest: Callable[[Graph], Sizes] = least_sizes


_WAYS = (
    _Way(),  # recurrents need this one
    _Way(general=True),  # and images that one
    _Way(general=True, late=True),
    _Way(late=True, smallest=least_open_sizes),
)


def export_programs(graph: Graph, module: nn.Module) -> Iterator[Callable[[], Program]]:
    """What exports a module, one way after the other; each raises `Failure` where torch cannot."""
    return (partial(_export, graph, module, way) for way in _WAYS)


def _export(graph: Graph, module: nn.Module, way: _Way) -> Program:
    smallest = way.smallest(graph)
    shapes = dynamic_shapes(graph, smallest)
    traced = example(graph, primes_beyond(least_open_sizes(graph)))
    options: Any = symbolic
    config: AbstractContextManager[object] = options.patch(backed_size_oblivious=True) if way.general else nullcontext()
    try:
        with quiet(), torch.no_grad(), config:
            exported = torch.export.export(
                module, traced, dynamic_shapes=shapes, prefer_deferred_runtime_asserts_over_guards=way.late
            )
    except Exception as error:  # whatever stands in a forward can fail in its own way
        raise failure_of(error) from None
    return Program(exported, shapes, smallest)
