"""From two graphs to their difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import prod

from lego.emit.difference.difference import Carried, Change, Difference, Edit, Kind
from lego.emit.difference.items import edits_of
from lego.emit.difference.moved import differs, moves, outermost, renamed
from lego.graph import Costs, Frame, Graph, Item, digest, flat, parameters_of, state_shapes
from lego.shapes import Size, substitute


def compare(
    first: Graph, second: Graph, values: tuple[Mapping[str, Size], Mapping[str, Size]] = ({}, {})
) -> Difference:
    """What tells the second graph from the first; `values` are sizes in place of the symbols of each, for the MACs."""
    before, after = flat(first.root), flat(second.root)
    nodes = _Nodes(before.items, after.items)
    found = list(nodes.changes())
    changes = [change for change in found if change.edits or change.kind != "changed"]
    followers = [change for change in found if not change.edits and change.kind == "changed"]
    outputs = [renamed(path, nodes.moved) for path in before.outputs]
    params = tuple(_edits(parameters_of(first.root), parameters_of(second.root)))
    inputs = tuple(_ordered(_inputs(first), _inputs(second)))
    if not (params or inputs or changes):
        changes, followers = followers[:1], followers[1:]  # a cause that no node has written: the first stands for it
    costs = Costs(), Costs()
    macs = substitute(costs[0].macs(first.root), values[0]), substitute(costs[1].macs(second.root), values[1])
    return Difference(
        names=(first.name, second.name),
        equal=digest(first) == digest(second),
        params=params,
        inputs=inputs,
        outputs=tuple(_ordered(_outputs(first, outputs), _outputs(second, after.outputs))),
        ties=tuple(_edits(costs[0].tied(first.root), costs[1].tied(second.root))),
        changes=tuple(changes),
        followers=tuple(followers),
        reordered=nodes.reordered,
        parameters=(costs[0].parameters(first.root), costs[1].parameters(second.root)),
        macs=macs,
        weights=_carried(first, second),
    )


class _Nodes:
    """The items of both, paired by their paths, moved ones too."""

    def __init__(self, before: tuple[Item, ...], after: tuple[Item, ...]) -> None:
        self.before = before
        self.after = after
        first, second = ({item.path: item for item in items} for items in (before, after))
        self.removed = outermost(before, second)
        self.added = outermost(after, first)
        self.moved = moves(self.removed, self.added)
        self.pairs = {renamed(path, self.moved): item for path, item in first.items()}

    @property
    def reordered(self) -> bool:
        """Whether what is in both runs in another order."""
        kept = {item.path for item in self.after if item.path in self.pairs}
        order = [path for path in self.pairs if path in kept]
        return order != [item.path for item in self.after if item.path in kept]

    def changes(self) -> Iterator[Change]:
        """All that is different in nodes: as the first graph runs what is gone, as the second what is there."""
        gone = {item.path for item in self.removed} - set(self.moved)
        yield from (_alone("removed", item) for item in self.removed if item.path in gone)
        new = {item.path for item in self.added} - set(self.moved.values())
        origins = {path: was for was, path in self.moved.items()}
        inside = ""
        for item in self.after:
            if inside and item.path.startswith(inside):
                continue
            other = self.pairs.get(item.path)
            inside = f"{item.path}." if item.is_block and differs(item, other) else ""
            if item.path in new:
                yield _alone("added", item)
            elif other is not None:
                if item.path in origins:
                    yield _alone("moved", item)._replace(was=origins[item.path])
                edits, follows = edits_of(other, item, self.moved)
                if edits or follows:
                    yield Change("changed", item.path, item.kind, "", edits, follows, _block(item))


def _alone(kind: Kind, item: Item) -> Change:
    """An item that is in one of the graphs, with what is inside it."""
    body = item.call.body
    parts = body.size if item.is_block and isinstance(body, Frame) else 0
    arguments = ", ".join(f"{name}: {value}" for name, value in item.arguments.items() if item.kind != "scan")
    layer = f"{item.kind}({arguments})" if arguments else item.kind
    return Change(kind, item.path, layer, block=_block(item), parts=parts)


def _block(item: Item) -> tuple[str, str]:
    name, prefix = item.around.block
    return (name, item.path.removeprefix(prefix)) if name else ("", "")


def _edits(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Edit]:
    for name in dict.fromkeys([*before, *after]):
        if before.get(name) != after.get(name):
            yield Edit(name, before.get(name), after.get(name))


def _ordered(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Edit]:
    """Edits of what has an order, which is one of them where the names are the same."""
    yield from _edits(before, after)
    orders = [", ".join(names) for names in (before, after)]
    if before.keys() == after.keys() and orders[0] != orders[1]:
        yield Edit("order", *orders)


def _inputs(graph: Graph) -> dict[str, str]:
    order = {name: str(type) for name, type in graph.inputs.items()}
    ranges = {name: type.range for name, type in graph.inputs.items()}
    return {name: f"{text} in {list(bounds)}" if (bounds := ranges[name]) else text for name, text in order.items()}


def _outputs(graph: Graph, paths: Iterable[str]) -> dict[str, str]:
    """What each output is, by its key, or its number in a tuple."""
    root = graph.root
    names = [name for name, _ in root.outputs]
    if root.form != "mapping":
        names = ["output" if root.form == "one" else str(number) for number in range(len(names))]
    texts = (f"{path} {root.type_of(ref)}" for path, (_, ref) in zip(paths, root.outputs, strict=True))
    return {"form": root.form, **dict(zip(names, texts, strict=True))}


def _carried(first: Graph, second: Graph) -> Carried:
    before, after = state_shapes(first), state_shapes(second)
    sizes = {key: prod(stored.shape) for key, stored in after.items()}
    kept = [key for key, stored in after.items() if key in before and before[key].shape == stored.shape]
    return Carried(len(kept), len(after), sum([sizes[key] for key in kept]), sum(sizes.values()))
