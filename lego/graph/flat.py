"""A graph as a flat list of what runs, however its document spells it: what digests and comparisons go by."""

from __future__ import annotations

from typing import Any, NamedTuple

from lego.catalogue import Layer, show
from lego.graph.frame import Call, Frame, Initial, Ref, Scan, Shared
from lego.graph.scope import Component
from lego.shapes import TensorType


class Around(NamedTuple):
    """What holds for all calls of a frame where it stands.

    Attributes:
        prefix: Of their paths.
        ports: What the inputs of the frame are: paths, as in `Item.reads`.
        lent: Paths of the modules lent to it.
        shares: Prefix of the paths of the modules that it runs, where they are another node's.
        frozen: Its weights get no gradient.
        checkpoint: The path of the node whose activations are computed again.
        block: The innermost block in use, and the prefix of its nodes.
    """

    prefix: str = ""
    ports: tuple[str, ...] = ()
    lent: tuple[str, ...] = ()
    shares: str | None = None
    frozen: bool = False
    checkpoint: str = ""
    block: tuple[str, str] = ("", "")


class Item(NamedTuple):
    """A layer, a recurrent's scan, or a block in use.

    Attributes:
        path: Its path.
        kind: The name of its layer or block; `scan`.
        arguments: Values by name as a spec writes them, those that are a layer's defaults left out.
        reads: What it reads, by slot: the path of a layer or input, `#1` after it for its second output.
        call: The call itself.
        shares: The path of the node whose module it runs; empty where it has one of its own.
        around: What holds around it.
    """

    path: str
    kind: str
    arguments: dict[str, str]
    reads: tuple[str, ...]
    call: Call
    shares: str
    around: Around

    @property
    def is_block(self) -> bool:
        """Whether it is a block in use, which itself runs nothing."""
        return isinstance(self.call.body, Frame) and self.call.scan is None

    @property
    def frozen(self) -> bool:
        """Whether its weights get no gradient."""
        return self.around.frozen or self.call.node.freeze

    @property
    def has_weights(self) -> bool:
        """Whether it is a layer with something to learn."""
        body = self.call.body
        return isinstance(body, Layer) and bool(body.weights())

    @property
    def checkpoint(self) -> str:
        """The path of the node whose activations are computed again, it among them; empty where they are kept."""
        return self.around.checkpoint or (self.path if self.call.node.checkpoint else "")

    @property
    def initial(self) -> dict[str, str]:
        """How its weights start, where the spec says so."""
        return {weight or "weight": _initial(one) for weight, one in self.call.initial}

    @property
    def outputs(self) -> tuple[TensorType, ...]:
        """Types of its outputs."""
        return self.call.outputs


class Flat(NamedTuple):
    """The items in the order of execution, a block before what is in it; and what each output is."""

    items: tuple[Item, ...]
    outputs: tuple[str, ...]


def flat(root: Frame) -> Flat:
    """The list of a document's own frame."""
    walk = _Walk()
    outputs = walk.run(root, Around(ports=tuple(port.name for port in root.ports)))
    return Flat(tuple(walk.items), tuple(outputs))


def arguments_of(layer: Layer) -> dict[str, str]:
    """The arguments of a layer that are not its defaults, as a spec writes them."""
    found: dict[str, str] = {}
    for name, info in type(layer).model_fields.items():
        value = show(vars(layer)[name])
        if info.is_required() or value != show(info.default):
            found[name] = value
    return found | {name: show(value) for name, value in sorted((layer.model_extra or {}).items())}


def parameters_of(frame: Frame) -> dict[str, str]:
    """The parameters of a document or block, as a spec writes them."""
    return {name: _shown(value) for name, value in frame.arguments.items()}


class _Walk:
    def __init__(self) -> None:
        self.items: list[Item] = []

    def run(self, frame: Frame, around: Around) -> list[str]:
        """Add the items of a frame; gives what its outputs are."""
        values: list[tuple[str, ...]] = []
        modules: list[str] = []

        def source(ref: Ref) -> str:
            return around.ports[ref.output] if ref.call < 0 else values[ref.call][ref.output]

        for call in frame.calls:
            path = f"{around.prefix}{call.name}"
            shares = _shares(call, around, modules)
            modules.append(shares or path)
            reads = tuple(["" if ref is None else source(ref) for ref in call.inputs])
            body = call.body
            if isinstance(body, Layer):
                self.items.append(Item(path, type(body).__name__, arguments_of(body), reads, call, shares, around))
                values.append(_numbered(path, len(call.outputs)))
            else:
                lent = tuple([modules[lender] if lender >= 0 else around.lent[~lender] for lender in call.lends])
                values.append(self._enter(call, body, Item(path, body.label, {}, reads, call, shares, around), lent))
        return [source(ref) for _, ref in frame.outputs]

    def _enter(self, call: Call, frame: Frame, item: Item, lent: tuple[str, ...]) -> tuple[str, ...]:
        """Add what is in a frame; gives what the outputs of its call are."""
        prefix = f"{item.path}."
        inside = Around(
            prefix=prefix,
            ports=tuple([one for one in item.reads if one]),
            lent=lent,
            shares=f"{item.shares}." if item.shares else None,
            frozen=item.frozen,
            checkpoint=item.checkpoint,
            block=(frame.label, prefix) if frame.kind == "block" else item.around.block,
        )
        if call.scan is not None:
            return self._scan(call, call.scan, frame, item, inside)
        if frame.kind == "block":
            self.items.append(item._replace(arguments=parameters_of(frame)))
        return tuple(self.run(frame, inside))

    def _scan(self, call: Call, scan: Scan, frame: Frame, item: Item, inside: Around) -> tuple[str, ...]:
        steps = [f"{name}@" if axis is not None else name for name, axis in zip(item.reads, scan.axes, strict=False)]
        states = [f"{inside.prefix}{state.name}" for state in scan.states]
        constant = item.reads[len(steps) + len(states) :]
        place = len(self.items)
        gives = self.run(frame, inside._replace(ports=(*steps, *states, *constant)))
        arguments = {
            "axes": show(scan.axes),
            "length": str(scan.length),
            "states": ", ".join(f"{one.name} {one.type} {one.start} {one.delay}" for one in scan.states),
            "stacked": show(scan.stacked),
            "reverse": show(scan.reverse),
            "lengths": show(scan.lengths),
            "gives": ", ".join(gives),
        }
        self.items.insert(place, item._replace(kind="scan", arguments=arguments))
        return _numbered(item.path, len(call.outputs))


def _shares(call: Call, around: Around, modules: list[str]) -> str:
    """The path of the node whose module a call runs, if not its own."""
    if isinstance(call.target, Shared):
        index = call.target.call
        return modules[index] if index >= 0 else around.lent[~index]
    return "" if around.shares is None else f"{around.shares}{call.name}"


def _numbered(path: str, count: int) -> tuple[str, ...]:
    return (path, *(f"{path}#{number}" for number in range(1, count)))


def _shown(value: Any) -> str:
    match value:
        case Component():
            return value.name if value.arguments is None else f"{{{value.name}: {show(value.arguments)}}}"
        case list():
            return f"[{', '.join(map(_shown, value))}]"  # pyright: ignore[reportUnknownArgumentType]
        case _:
            return show(value)


def _initial(one: Initial) -> str:
    return f"{one.function}({', '.join(f'{name}={show(value)}' for name, value in one.arguments)})"
