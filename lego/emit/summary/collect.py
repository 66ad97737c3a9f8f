"""From a graph to its summary: one walk in the order of execution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import NamedTuple

from lego.catalogue import Layer
from lego.emit.summary.summary import Entry, Summary, total
from lego.graph import Call, Costs, Frame, Graph, Shared, value_bytes
from lego.graph.steps import way_of
from lego.shapes import Shape, Size, TensorType, least, substitute, unsolved


def summarize(graph: Graph, values: Mapping[str, Size] | None = None) -> Summary:
    """The costs of a graph.

    Args:
        graph: A checked graph.
        values: Sizes in place of symbols; the others stay symbolic.
    """
    values = values or {}
    walk = _Walk(graph.root, values)
    requires = [substitute(size, values) for size in graph.root.requires]
    return Summary(
        name=graph.name,
        inputs={name: walk.type(type) for name, type in graph.inputs.items()},
        outputs={name: walk.shape(shape) for name, shape in graph.outputs.items()},
        children=tuple(walk.entries(graph.root, _Around())),
        requires=(
            *(f"{name} ≥ {value}" for name, value in least(requires).items()),
            *sorted(f"{size} ≥ 1" for size in unsolved(requires)),
        ),
    )


class _Around(NamedTuple):
    """What holds for all calls of a frame where it stands.

    Attributes:
        prefix: Of their paths.
        frozen: Its weights get no gradient.
        origin: Prefix of the paths of the modules that it runs, where they are another node's.
        lent: Paths of the modules lent to it.
        steps: How often it runs, in a recurrent.
    """

    prefix: str = ""
    frozen: bool = False
    origin: str | None = None
    lent: tuple[str, ...] = ()
    steps: Size = 1


class _Walk:
    def __init__(self, root: Frame, values: Mapping[str, Size]) -> None:
        self.values = values
        self.tied = Costs().tied(root)

    def entries(self, frame: Frame, around: _Around) -> Iterator[Entry]:
        """The calls of a frame."""
        modules: list[str] = []
        for call in frame.calls:
            path = f"{around.prefix}{call.name}"
            origin = None if around.origin is None else f"{around.origin}{call.name}"
            if isinstance(call.target, Shared):
                origin = _lender(call.target.call, modules, around.lent)
            modules.append(origin or path)
            frozen = around.frozen or call.node.freeze
            if isinstance(call.body, Frame):
                lent = tuple([_lender(lender, modules, around.lent) for lender in call.lends])
                steps = around.steps * (1 if call.scan is None else self.size(call.scan.length))
                inside = _Around(f"{path}.", frozen, None if origin is None else f"{origin}.", lent, steps)
                yield self._block(call, call.body, path, origin, inside)
            else:
                yield self._layer(frame, call, call.body, path, origin, around._replace(frozen=frozen))

    def _block(self, call: Call, body: Frame, path: str, origin: str | None, inside: _Around) -> Entry:
        children = tuple(self.entries(body, inside))
        return Entry(
            path=path,
            kind=body.label or body.kind,
            shapes=self.shapes(call.outputs),
            params=sum([child.params for child in children]),
            macs=total(child.macs for child in children),
            bytes=total(child.bytes for child in children),
            frozen=inside.frozen,
            shared_with=origin,
            lowering="" if call.scan is None else way_of(body, call.scan),
            children=children,
        )

    def _layer(self, frame: Frame, call: Call, layer: Layer, path: str, origin: str | None, around: _Around) -> Entry:
        params = 0
        if origin is None:
            for key, shape in layer.weights().items():
                weight = f"{path}.{key}" if key else path
                if weight in self.tied:
                    origin = self.tied[weight]
                else:
                    params += prod(shape)
        return Entry(
            path=path,
            kind=type(layer).__name__,
            shapes=self.shapes(call.outputs),
            params=params,
            macs=layer.macs(self.inputs(frame, call), tuple(map(self.type, call.outputs))) * around.steps,
            bytes=self.size(total(map(value_bytes, call.outputs))) * around.steps,
            frozen=around.frozen,
            shared_with=origin,
        )

    def inputs(self, frame: Frame, call: Call) -> tuple[TensorType | None, ...]:
        return tuple([None if ref is None else self.type(frame.type_of(ref)) for ref in call.inputs])

    # -- sizes given in place of symbols -------------------------------------------------------------------------------

    def size(self, size: Size) -> Size:
        return substitute(size, self.values) if self.values else size

    def shape(self, shape: Shape) -> Shape:
        return Shape(map(self.size, shape)) if self.values else shape

    def shapes(self, types: Sequence[TensorType]) -> tuple[Shape, ...]:
        return tuple([self.shape(type.shape) for type in types])

    def type(self, type: TensorType) -> TensorType:
        return type._replace(shape=self.shape(type.shape))


def _lender(index: int, modules: Sequence[str], lent: Sequence[str]) -> str:
    """The path of the module that a lender stands for; see `lego.graph.Shared`."""
    return modules[index] if index >= 0 else lent[~index]
