"""The pass that fills graphs in: names become values, arguments become layers, every value gets its type.

One pass in dependency order. What a block gives depends on its arguments and input types alone, so equal uses of a
block are looked at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from lego.catalogue import Applied, Layer, apply, create
from lego.diagnostics import Note, Problem
from lego.graph import composites
from lego.graph.arguments import arguments_of, target_of
from lego.graph.blocks import block_slots, fill, frame_key, parameters, unknown_parameters
from lego.graph.builder import Read, Unknown, Value
from lego.graph.context import Bound, Context, Place
from lego.graph.frame import Call, Frame, Initial, Shared
from lego.graph.initial import Rule, choose, initial_of, misnamed
from lego.graph.mismatch import with_evidence
from lego.graph.recurrent import recurrent
from lego.graph.share import check_shared, inputs_text, nothing_to_share, same_modules
from lego.graph.slots import bind_slots, place_of
from lego.graph.wiring import Wiring, layer_of, reads_nothing
from lego.shapes import Shape, TensorType
from lego.spec import (
    Copies,
    Definition,
    Graph,
    Limits,
    Node,
    Recurrent,
    Sequential,
    Share,
    Skip,
    Split,
    Unreadable,
    Use,
)


class Elaborator(Context):
    """Fills in the graphs of one spec; what is wrong is collected."""

    def __init__(self, wiring: Wiring, limits: Limits) -> None:
        super().__init__(wiring, limits)
        self.recursive: set[int] = set()
        """Blocks (by `id`) that contain themselves, which has been told."""
        self._frames: dict[tuple[Any, ...], Frame | None] = {}
        self._open: list[tuple[Any, ...]] = []
        """The keys of the frames of blocks in the making, outermost first."""
        self._kept: list[object] = []
        """What the keys of frames hold by identity, kept alive for as long as they."""
        self._layers: dict[tuple[int, str, str, str], Layer] = {}
        """The layers of uses without expressions, by package (its `id`), name and arguments."""
        self._applied: dict[tuple[Layer, tuple[TensorType | None, ...]], Applied] = {}

    # -- graphs and nodes --------------------------------------------------------------------------------------------

    def graph(self, place: Place, graph: Graph) -> Value:
        builder = place.builder
        nodes = graph.nodes
        if id(graph) in self.wiring.tangled:
            builder.values |= dict.fromkeys((node.name for node in nodes), None)
        for position in self.wiring.order(graph):
            node = nodes[position]
            try:
                bound = self._bound(place, node, nodes[position - 1].name if position else None)
                builder.values[node.name] = self.node(place, node, bound)
            except Unknown:
                builder.values[node.name] = None
        last = builder.values[nodes[-1].name]
        if last is None:
            raise Unknown
        return last

    def _bound(self, place: Place, node: Node, previous: str | None) -> Bound:
        """What a node reads: what `from` says, or the node before it, or the graph's first input."""
        builder = place.builder
        if node.reads is not None:
            path = builder.join(node.name)
            positional: list[Read] = []
            slots: dict[str, Read] = {}
            for reference in node.reads.positional:
                with self.at(reference.span, path):
                    positional.append(builder.read(reference))
            for slot, reference in node.reads.slots.items():
                with self.at(reference.span, path):
                    slots[slot] = builder.read(reference)
            return Bound(tuple(positional), slots or None, node.reads)
        if previous is None:
            first = builder.input
            return Bound((first,)) if first is not None else Bound()
        value = builder.values[previous]
        if value is None:
            raise Unknown
        if not value.reads:
            with self.at(node.span, builder.join(node.name)):
                return Bound((value.first,))
        return Bound(value.reads[:1])

    def node(self, place: Place, node: Node, bound: Bound) -> Value:
        place = _ruled(place, node, bound)
        if node.repeat is not None or node.each is not None:
            return composites.repeated(self, place, node, bound)
        return self.instance(place, node, node.name, bound)

    def instance(self, place: Place, node: Node, name: str, bound: Bound) -> Value:
        what = node.what
        place = _ruled(place, node, bound)
        if node.when is not None:
            path = place.builder.join(node.name)
            if not self.truth(node.when, place.names(bound.first), path):
                return composites.left_out(Bound() if reads_nothing(what, place.scope.package) else bound)
        if type(what) is Use:
            return self._use(place, node, what, name, bound)
        with self.at(node.span, place.builder.join(name)):
            if isinstance(what, Use):
                raise Unknown  # `Unreadable`
            if isinstance(what, Share):
                return self._share(place, node, what, name, bound)
            return _FILL[type(what)](self, place, node, what, name, bound)

    # -- layers and blocks by name -----------------------------------------------------------------------------------

    def _use(self, place: Place, node: Node, use: Use, name: str, bound: Bound) -> Value:
        static = self._static(use, place)
        if static is not None:
            return self._call(place, node, name, static, bound)
        path = _path(place, name)
        with self.at(use.span, path):
            target, base = target_of(use, place, bound)
        arguments = base | arguments_of(self, use, target, place, bound, path)
        if isinstance(target, Definition):
            return self._block(place, node, name, target, arguments, bound)
        return self.layer(place, node, name, target, arguments, bound)

    def _static(self, use: Use, place: Place) -> Layer | None:
        """The layer of a use without expressions, which is the same everywhere."""
        written = repr(use.primary and use.primary.value), repr([(k, v.value) for k, v in use.arguments.items()])
        package = place.scope.package
        key = (id(package), use.name, *written)
        found = self._layers.get(key)
        if found is not None or any("$" in text for text in written):
            return found
        kind = layer_of(use, package)
        if kind is None or (kind.shape_arguments() and use.arguments) or (kind.shape_arguments() and use.primary):
            return None
        values = {name: argument.value for name, argument in use.arguments.items()}
        if use.primary is not None:
            primary = kind.primary()
            if primary is None:
                return None
            values = {primary: use.primary.value}
        created = create(kind, values)
        if isinstance(created, Layer):
            self._layers[key] = created
            return created
        return None

    # -- layers ------------------------------------------------------------------------------------------------------

    def layer(
        self,
        place: Place,
        node: Node,
        name: str,
        target: type[Layer],
        arguments: dict[str, Any],
        bound: Bound,
    ) -> Value:
        created = create(target, arguments)
        if isinstance(created, Layer):
            return self._call(place, node, name, created, bound)
        written = node.what if isinstance(node.what, Use) else None
        for argument, problem, _ in created:
            span = node.span
            if argument is not None and written is not None and written.primary is not None:
                span = written.primary.span
            elif written is not None and argument in written.arguments:
                span = written.arguments[argument].span
            self.say(problem, span, _path(place, name))
        raise Unknown

    def _call(self, place: Place, node: Node, name: str, layer: Layer, bound: Bound) -> Value:
        """Run a layer's shape rule on what the node reads."""
        builder = place.builder
        try:
            reads = bind_slots(type(layer).__name__, layer.slots, bound)
        except Problem as problem:
            self.say(problem, place_of(problem, layer.slots, bound) or node.span, _path(place, name))
            raise Unknown from None
        try:
            applied = self._apply(layer, tuple([read and read.type for read in reads]))
        except Problem as problem:
            told = with_evidence(problem, layer, builder, reads, self.inputs)
            self.say(told, node.span, _path(place, name))
            raise Unknown from None
        initial = self._initials(applied.layer, place, name) if place.rules else ()
        if applied.requires:
            builder.requires.update(applied.requires)
        inputs = tuple([read and read.ref for read in reads])
        self.count(builder.size, node.span, builder.path)
        return builder.add(Call(name, applied.layer, inputs, applied.outputs, applied.names, node, initial), 1)

    def _initials(self, layer: Layer, place: Place, name: str) -> tuple[tuple[str, Initial], ...]:
        """How the weights of a layer start, where an `init` says so; a problem stands on the initialiser."""
        path = _path(place, name)
        found: list[tuple[str, Initial]] = []
        for rule in place.rules:
            self.reach.note(rule.init, layer)
            for span, problem in misnamed(layer, rule):
                self.say(problem, span, path)
        for weight, shape in layer.weights().items():
            choice = choose(layer, weight, shape, place.rules)
            if choice is not None:
                with suppress(Unknown), self.at(choice[0].span, path):
                    found.append((weight, initial_of(layer, weight, shape, *choice)))
        return tuple(found)

    def _apply(self, layer: Layer, types: tuple[TensorType | None, ...]) -> Applied:
        key = (layer, types)
        found = self._applied.get(key)
        if found is None:
            found = apply(layer, types)
            for shape in (*(type.shape for type in found.outputs), *map(Shape, found.layer.weights().values())):
                self.check_size(shape)
            self._applied[key] = found
        return found

    # -- blocks ------------------------------------------------------------------------------------------------------

    def _block(
        self, place: Place, node: Node, name: str, definition: Definition, given: dict[str, Any], bound: Bound
    ) -> Value:
        builder = place.builder
        path = _path(place, name)
        block = definition.block
        if id(block) in self.recursive or type(block.graph.nodes[0].what) is Unreadable:
            raise Unknown
        self._check_parameters(definition, given, node, path)
        slots = block_slots(block)
        try:
            reads = [read for read in bind_slots(definition.name, slots, bound) if read is not None]
        except Problem as problem:
            self.say(problem, place_of(problem, slots, bound) or node.span, path)
            raise Unknown from None
        with self.at(node.span, path):
            values = parameters(self, definition, given, path)
            frame = self._frame(place, definition, values, reads, path)
        call = Call(
            name=name,
            target=frame,
            inputs=tuple(read.ref for read in reads),
            outputs=frame.output_types(),
            output_names=tuple(key for key, _ in frame.outputs),
            node=node,
        )
        builder.requires |= frame.requires
        self.count(builder.size + frame.size, node.span, path)
        return builder.add(call, frame.size)

    def _check_parameters(self, definition: Definition, given: dict[str, Any], node: Node, path: str) -> None:
        wrong = list(unknown_parameters(definition.name, definition.block.params, given))
        for argument, problem in wrong:
            use = node.what
            at = use.arguments[argument].span if isinstance(use, Use) and argument in use.arguments else node.span
            self.say(problem, at, path)
        if wrong:
            raise Unknown

    def _frame(
        self, place: Place, definition: Definition, values: dict[str, Any], reads: Sequence[Read], path: str
    ) -> Frame:
        types = [read.type for read in reads]
        key = frame_key(definition, values, types, place.rules)
        if key in self._open:
            message = f"{definition.name} comes to stand in itself, with the same parameters"
            raise Problem("recursion", message, help="use `repeat` for a chain")
        if key not in self._frames:
            level = self.deeper(place.builder)
            self._frames[key] = None  # stays so where something inside is wrong
            self._kept.append((values, place.rules))
            self._open.append(key)
            try:
                frame = fill(self, definition, "block", path, values, types, place.rules, level=level)
            except Problem:
                del self._frames[key]  # told of each use, for it is the use that is wrong
                raise
            finally:
                self._open.pop()
            self._frames[key] = frame
        frame = self._frames[key]
        if frame is None:
            raise Unknown
        return frame

    # -- share -------------------------------------------------------------------------------------------------------

    def _share(self, place: Place, node: Node, what: Share, name: str, bound: Bound) -> Value:
        """Another node's module on this node's input: elaborated again there, and found to be the same module."""
        builder = place.builder
        lender = builder.lender(what.of.name)
        if lender is None:
            with self.at(what.of.span, builder.join(name)):
                raise nothing_to_share(builder, what.of.name)
        original = builder.lent(lender).body
        if isinstance(original, Layer):
            check_shared(original, what.of.name, bound, self._apply)
            value = self._call(place, node, name, original, bound)
        else:
            value = self._again(place, builder.lent(lender), original, name, node, bound)
        again = builder.calls[-1]
        builder.calls[-1] = again._replace(target=Shared(lender, again.body), initial=())
        return value

    def _again(self, place: Place, call: Call, original: Frame, name: str, node: Node, bound: Bound) -> Value:
        template = call.node.model_copy(update={"span": node.span, "when": None})
        value = self.node(place, template.model_copy(update={"name": name}), bound)
        again = place.builder.calls[-1].body
        if not (isinstance(again, Frame) and same_modules(original, again)):
            message = f"`{call.name}` would need other weights for this input"
            notes = [
                Note(call.name, inputs_text(original)),
                Note(name, ", ".join(str(read.type) for read in bound.reads())),
            ]
            raise Problem("shape-mismatch", message, notes=notes, help="sizes that decide weights must agree")
        return value


_FILL: dict[type, Callable[..., Value]] = {
    Sequential: composites.sequential,
    Skip: composites.skip,
    Split: composites.split,
    Copies: composites.copies,
    Recurrent: recurrent,
}


def _ruled(place: Place, node: Node, bound: Bound) -> Place:
    """The place of a node with its own `init`, once."""
    if node.init is None or (place.rules and place.rules[0].init is node.init):
        return place
    rule = Rule(node.init, place.names(bound.first), own=isinstance(node.what, Use))
    return Place(place.builder, place.scope, (rule, *place.rules))


def _path(place: Place, name: str) -> str:
    """The path of a node; what merges the sides of a composite is told of under the composite's own."""
    builder = place.builder
    return builder.path if name == "merge" and builder.kind in ("skip", "split") else builder.join(name)
