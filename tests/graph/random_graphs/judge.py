"""What lego says of a document, against what torch does with the module that is built of it."""

from __future__ import annotations

import random
import warnings
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

import lego
from lego.catalogue import Layer
from lego.graph import Call, Frame, Graph, Shared
from lego.shapes import TensorType, evaluate, symbols

Seen = tuple[tuple[int, ...], str]
"""Shape and dtype of a tensor."""

REFUSALS = (RuntimeError, ValueError, IndexError, AssertionError, TypeError, NotImplementedError, ZeroDivisionError)
"""What torch raises on inputs that do not fit."""


def bodies(frame: Frame, prefix: str = "") -> Iterator[tuple[str, Call]]:
    """Every call in a frame and in those inside it, by its path."""
    for call in frame.calls:
        yield f"{prefix}{call.name}", call
        if isinstance(call.target, Frame):
            yield from bodies(call.target, f"{prefix}{call.name}.")


def sizes(graph: Graph, choose: random.Random) -> dict[str, int] | None:
    """Values of the symbols that satisfy what the graph asks of them; None where none were found."""
    names = sorted({name for type in graph.inputs.values() for name in type.shape.symbols})
    for above in (3, 6, 12, 40, 0):
        values = {name: graph.requires.get(name, 1) + choose.randint(0, above) for name in names}
        if all(evaluate(size, values) >= 1 for size in graph.root.requires):
            return values
    return None


def expected(type: TensorType, values: Mapping[str, int]) -> Seen:
    return tuple(evaluate(size, values) for size in type.shape), f"torch.{type.dtype}"


def seen(value: Any) -> list[Seen]:
    """Shapes and dtypes of the tensors in what a module gives."""
    if isinstance(value, torch.Tensor):
        return [(tuple(value.shape), str(value.dtype))]
    items = value.values() if isinstance(value, dict) else value if isinstance(value, tuple | list) else ()
    return [one for item in items for one in seen(item)]


def takes_any_values(graph: Graph) -> bool:
    """Whether none of its layers looks at values: at indices, classes, or probabilities."""
    calls = [call for _, call in bodies(graph.root)]
    return not any(
        call.body.family in _LOOKING or type(call.body).__name__ in _LOOKING
        for call in calls
        if isinstance(call.body, Layer)
    )


def needs_values(graph: Graph) -> bool:
    """Whether a layer cannot run without values."""
    return any(type(call.body).__name__ in _NEEDING for _, call in bodies(graph.root))


_NEEDING = {"AdaptiveLogSoftmaxWithLoss", "CTCLoss"}
"""The targets say which clusters are asked; torch has no meta kernel."""

_LOOKING = {"loss", "classification", "ranking", "sparse", "unpooling", "Gather", "OneHot"}


def feed(graph: Graph, values: Mapping[str, int], device: str) -> list[torch.Tensor]:
    """An input of each type, with values in its range."""
    return [_tensor(type, expected(type, values)[0], device) for type in graph.inputs.values()]


def _tensor(type: TensorType, shape: tuple[int, ...], device: str) -> torch.Tensor:
    dtype = getattr(torch, type.dtype)
    if dtype.is_floating_point:
        return torch.rand(shape, dtype=dtype, device=device)
    return torch.randint(*(type.range or (0, 2)), shape, device=device).to(dtype)


def watch(module: nn.Module) -> dict[str, list[Seen]]:
    """What the first run of each module inside gives, by its path; filled when the module runs."""
    found: dict[str, list[Seen]] = {}

    def note(path: str, output: Any) -> None:
        found.setdefault(path, seen(output))

    for path, one in module.named_modules():
        if path:
            one.register_forward_hook(lambda _one, _args, output, path=path: note(path, output))
    return found


class WithoutValues(TorchDispatchMode):
    """A tensor on the meta device, asked whether it is true, says no: losses look for bad values so."""

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if function is torch.ops.aten._local_scalar_dense.default and args[0].is_meta:
            return False
        return function(*args, **(kwargs or {}))


def compare(spec: lego.Spec, values: Mapping[str, int], device: str) -> int:
    """Torch gives the inferred types, on every edge that can be seen: the number of these edges."""
    graph = spec.graph
    module = lego.build(spec, device=device, seed=0).eval()
    inside = watch(module)
    with warnings.catch_warnings(), torch.no_grad(), WithoutValues():
        warnings.simplefilter("ignore")
        outputs = module(*feed(graph, values, device))
    root = graph.root
    said = {name: expected(root.type_of(ref), values) for name, ref in root.outputs}
    assert {name: seen(value)[0] for name, value in outputs.items()} == said
    shown = {name.partition(".")[0] for name in said}
    for path, call in bodies(root):
        if path in inside and not isinstance(call.target, Shared):
            types = call.outputs if isinstance(call.target, Layer) else call.target.output_types()
            given = [one for one in inside[path]]
            assert (path, given) == (path, [expected(type, values) for type in types])
            shown.add(path)
    return sum(source in shown for source, _ in graph.nx.edges())


class Empty(TorchFunctionMode):
    """Notices tensors without elements."""

    found = False

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = function(*args, **(kwargs or {}))
        self.found = self.found or any(0 in shape for shape, _ in _results(result))
        return result


def _results(result: Any) -> list[Seen]:
    return seen(result) if isinstance(result, torch.Tensor | tuple | list) else []


def refused(spec: lego.Spec, values: Mapping[str, int]) -> bool:
    """Whether torch raises, or gives a tensor without elements somewhere; at the ends of the ranges, if need be."""
    modes = product(("meta", "cpu"), (False, True))
    return any(_refused(spec, values, device, training) for device, training in modes)


def _refused(spec: lego.Spec, values: Mapping[str, int], device: str, training: bool) -> bool:
    module = lego.build(spec, device=device).train(training)
    types = spec.graph.inputs.values()
    largest = [type._replace(range=type.range and (type.range[1] - 1, type.range[1])) for type in types]
    tensors = [_tensor(type, expected(type, values)[0], device) for type in largest]
    with warnings.catch_warnings(), torch.no_grad(), WithoutValues(), Empty() as empty:
        warnings.simplefilter("ignore")
        try:
            module(*tensors)
        except REFUSALS:
            return True
    return empty.found


def too_small(graph: Graph, values: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """Values of the symbols that break a requirement, by as little as may be."""
    for name, least in graph.requires.items():
        below = {**values, name: least - 1}
        if any(symbols(size) and evaluate(size, below) < 1 for size in graph.root.requires):
            yield below


def keys(graph: Graph) -> dict[str, tuple[int, ...]]:
    """The keys of `state_dict` that the paths promise, and the shapes of what is there."""
    found: dict[str, tuple[int, ...]] = {}
    for path, call in bodies(graph.root):
        if isinstance(call.target, Layer):
            kept = call.target.weights() | call.target.buffers()
            found |= {f"{path}.{name}" if name else path: shape for name, shape in kept.items()}
    return found
