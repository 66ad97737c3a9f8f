"""What can be said of a graph before any shape is known: names, order, cycles, and what nothing reads.

Each graph of a document is looked at once, however often it is used, and whether it is used or not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from lego.catalogue import Layer, find_layer, is_layer, is_reserved, layer_fault, layer_names
from lego.diagnostics import Diagnostic, Problem, Span, did_you_mean
from lego.graph.cycles import cycles, in_order
from lego.graph.initial import all_initialisers, function_of
from lego.graph.ports import misnamed
from lego.spec import (
    COMPOSITES,
    Copies,
    Definition,
    Graph,
    Init,
    Input,
    Node,
    Outputs,
    Package,
    Recurrent,
    Reference,
    Sequential,
    Share,
    Skip,
    Split,
    Unreadable,
    Use,
)


@dataclass(slots=True)
class Wiring:
    """What was found.

    Attributes:
        orders: For the graphs (by `id`) whose nodes read later ones: positions in an order that works.
        tangled: Graphs (by `id`) with a cycle, which have no such order.
        uses: Which block names which (by `id`), and where first.
        diagnostics: Errors and warnings, not in order.
    """

    orders: dict[int, tuple[int, ...]] = field(default_factory=dict[int, "tuple[int, ...]"])
    tangled: set[int] = field(default_factory=set[int])
    uses: dict[tuple[int, int], Span] = field(default_factory=dict[tuple[int, int], Span])
    diagnostics: list[Diagnostic] = field(default_factory=list[Diagnostic])

    def order(self, graph: Graph) -> Iterable[int]:
        """Positions of the nodes in an order in which each reads earlier ones only."""
        return self.orders.get(id(graph)) or range(len(graph.nodes))


class _Names:
    """The values that a graph's references can name: its inputs, its nodes, and what stands around it, above."""

    def __init__(
        self, inputs: Iterable[str], nodes: Iterable[Node], outer: _Names | None = None, above: int = 0
    ) -> None:
        self.inputs = tuple(inputs) or ("input",)
        self.positions = {node.name: at for at, node in enumerate(nodes) if node.name not in self.inputs}
        self.outer = outer
        self.above = above
        self.read: set[str] = set()
        self.doubtful = False
        """Something here cannot be told: what seems unread may be meant there."""
        self.recurrent: Recurrent | None = None
        """Of which it is the graph of a step, which may read values of earlier ones."""
        self.users: dict[str, set[int]] = {}
        """Positions of the nodes that read each name: the edges of the graph."""

    def find(self, name: str, position: int, inside: bool = False) -> bool:
        """Note that the node at `position` reads `name`; `inside` where the reference stands in its body."""
        if name == "input":
            name = self.inputs[0]
        own = self.positions.get(name)
        if name in self.inputs or (own is not None and (not inside or own < position)):
            self.read.add(name)
            self.users.setdefault(name, set()).add(position)
            return True
        return self.outer is not None and self.outer.find(name, self.above, inside=True)

    def known(self, position: int, inside: bool = False) -> list[str]:
        """Every name that the node at `position` may read, for suggestions."""
        own = [name for name, at in self.positions.items() if at < position or (not inside and at > position)]
        outer = self.outer.known(self.above, inside=True) if self.outer is not None else []
        return list(dict.fromkeys([*self.inputs, *own, *outer]))

    def doubt(self) -> None:
        """Say of nothing in sight that it is unread."""
        self.doubtful = True
        if self.outer is not None:
            self.outer.doubt()


class _Checker:
    def __init__(self, definition: Definition, wiring: Wiring) -> None:
        self.package = definition.home
        self.wiring = wiring
        self.own = definition.block

    # -- graphs ----------------------------------------------------------------------------------------------------

    def graph(self, graph: Graph, names: _Names, outputs: Outputs | None = None) -> None:
        nodes = graph.nodes
        self._unique(graph, names)
        later = False
        previous = names.inputs[0]
        for position, node in enumerate(nodes):
            later |= self._node(node, position, previous, names)
            previous = node.name
        self._outputs(outputs, names, nodes)
        if later:
            self._sort(graph, names)
        self._unused(nodes, names)

    def _unique(self, graph: Graph, names: _Names) -> None:
        for node in graph.nodes:
            if node.name in names.inputs and node.name != "input":
                states = names.recurrent.state if names.recurrent is not None else ()
                kind = "a state" if any(state.name == node.name for state in states) else "an input"
                message = f"`{node.name}` is {kind} already"
                self._say(Problem("bad-name", message, help="rename the node"), node.span)

    def _node(self, node: Node, position: int, previous: str, names: _Names) -> bool:
        """Check one node; whether it reads a later one."""
        later = False
        if node.reads is not None:
            for reference in node.reads.references():
                later |= self._reference(reference, position, names)
        elif not reads_nothing(node.what, self.package):
            names.read.add(previous)
        if node.init is not None:
            self.init(node.init)
        if type(node.what) is Use:
            self._use(node.what, node.name)
        else:
            self._what(node, position, names)
        return later

    def _reference(self, reference: Reference, position: int, names: _Names) -> bool:
        if not names.find(reference.name, position):
            names.doubt()
            self._say(self._unknown(reference, position, names), reference.span)
            return False
        return names.positions.get(reference.name, -1) >= position

    def _unknown(self, reference: Reference, position: int, names: _Names, also: Iterable[str] = ()) -> Problem:
        name = reference.name
        inner, outer = names, names.outer
        while outer is not None:
            if outer.positions.get(name) == inner.above:
                message = f"this stands in `{name}`, and would wait for it"
                return Problem("cycle", message, help="read `input`, what goes into it")
            if name in outer.positions:
                message = f"`{name}` stands below; a body sees what stands above it"
                return Problem("unknown-name", message, help="move it up")
            inner, outer = outer, outer.outer
        known = list(dict.fromkeys(["input", *names.known(position), *also]))
        help = did_you_mean(name, known) or self._elsewhere(name) or f"known here: {', '.join(known[:12])}"
        return Problem("unknown-name", f"there is no node or input `{name}`", help=help)

    def _elsewhere(self, name: str) -> str | None:
        """Advice where the name is known to the document, but not in sight."""
        around = self.package.document.graph
        if around is None or around is self.own.graph or all(node.name != name for node in around.nodes):
            return None
        return f"a block sees its own inputs and nodes only: declare `inputs: [input, {name}]`, and hand it in"

    def _outputs(self, outputs: Outputs | None, names: _Names, nodes: tuple[Node, ...]) -> None:
        if outputs is None:
            names.read.add(nodes[-1].name)
            return
        for output in outputs.entries:
            self._reference(output.reference, len(nodes), names)
        if not outputs.entries:
            names.doubt()

    def _sort(self, graph: Graph, names: _Names) -> None:
        """An order for a graph whose text is not in one; a cycle is an error that shows it."""
        count = len(graph.nodes)
        edges = [
            (names.positions[name], user)
            for name, users in names.users.items()
            for user in sorted(users)
            if name in names.positions and user < count
        ]
        edges += [(at - 1, at) for at, node in enumerate(graph.nodes) if at and node.reads is None]
        order = in_order(count, edges)
        if order is not None:
            self.wiring.orders[id(graph)] = order
        else:
            self.wiring.tangled.add(id(graph))
            for cycle in cycles(sorted(edges)):
                self._cycle([graph.nodes[position] for position in cycle], names.recurrent)

    def _cycle(self, nodes: list[Node], recurrent: Recurrent | None) -> None:
        path = " → ".join(node.name for node in [*nodes, nodes[0]])
        reads = nodes[0].reads.references() if nodes[0].reads is not None else ()
        last = nodes[-1].name
        span = next((one.span for one in reads if one.name == last), nodes[0].span)
        help = "a graph without recurrence has no cycle: read a value from before it instead"
        if recurrent is not None:
            help = f"let it cross a state: `state: {{s: […]}}`, `next: {{s: {last}}}`, and read `s` instead"
            states = [state for state, value in recurrent.following.items() if value.name == last]
            help = f"read the state `{states[0]}` instead: it is `{last}` of a step before" if states else help
        self._say(Problem("cycle", f"these nodes wait for each other: {path}", help=help), span)

    def _unused(self, nodes: tuple[Node, ...], names: _Names) -> None:
        for node in () if names.doubtful else nodes:
            if node.name not in names.read:
                self._warn(f"nothing reads `{node.name}`", node.span)

    # -- what nodes are --------------------------------------------------------------------------------------------

    def _what(self, node: Node, position: int, names: _Names) -> None:
        what = node.what
        if type(what) is Use:
            self._use(what)
            return
        match what:
            case Unreadable():
                names.doubt()
            case Sequential():
                self._body(what.graph, position, names)
            case Skip():
                self._body(what.graph, position, names)
                self._parts((what.shortcut, what.merge), position, names)
            case Split():
                for graph in what.branches.values():
                    self._body(graph, position, names)
                self._parts((what.by, what.merge), position, names)
            case Copies():
                self._body(what.graph, position, names)
                self._parts((what.by, what.merge), position, names)
            case Recurrent():
                self._recurrent(node, what, position, names)
            case Share():
                self._share(what, position, names)
            case _:
                raise AssertionError(what)

    def _body(self, graph: Graph, position: int, names: _Names) -> None:
        self.graph(graph, _Names((), graph.nodes, names, position))

    def _parts(self, nodes: Iterable[Node | None], position: int, names: _Names) -> None:
        """Nodes that a composite holds outside its graph: their wiring is its own."""
        for node in nodes:
            if node is None:
                continue
            if node.reads is not None:
                help = f"leave `from` out: the {node.name} reads what its composite gives it"
                self._say(Problem("bad-value", f"a {node.name} has no `from`", help=help), node.reads.span)
            loop = node.repeat or node.each
            if loop is not None and node.name != "shortcut":
                self._say(Problem("bad-value", f"a {node.name} is one node and does not repeat"), loop.span)
            self._what(node, position, names)

    def _recurrent(self, node: Node, what: Recurrent, position: int, names: _Names) -> None:
        """The graph of one step sees its sequences, its states, and what stands around; so do its ends."""
        for reference in (*(state.start for state in what.state), what.lengths):
            if isinstance(reference, Reference):
                self._around(reference, what, position, names)
        if isinstance(what.bidirectional, Node):
            self._parts((what.bidirectional,), position, names)
        sequences = tuple(node.reads.slots) if node.reads is not None and node.reads.slots else ("input",)
        for problem, span in misnamed(node, what):
            self._say(problem, span)
        own = _Names([*sequences, *(state.name for state in what.state)], what.graph.nodes, names, position)
        own.recurrent = what
        for reference in what.following.values():
            self._reference(reference, len(what.graph.nodes), own)
        self.graph(what.graph, own, what.outputs)
        for state in () if own.doubtful or id(what.graph) in self.wiring.tangled else what.state:
            if state.name not in own.read:
                self._warn(
                    f"nothing reads the state `{state.name}`", state.span, "read it in the graph, or take it out"
                )

    def _around(self, reference: Reference, what: Recurrent, position: int, names: _Names) -> None:
        """What a recurrent starts with and the lengths of its rows: values around it, given once for all steps."""
        if names.find(reference.name, position, inside=True):
            return
        names.doubt()
        also = () if reference is what.lengths else ("zeros", "ones", "learned")
        problem = self._unknown(reference, position, _Names((), (), names, position), also)
        if any(node.name == reference.name for node in what.graph.nodes):
            help = "name a value from around, which is given once for all steps"
            problem = Problem("unknown-name", f"`{reference.name}` stands inside the recurrent", help=help)
        self._say(problem, reference.span)

    def _share(self, share: Share, position: int, names: _Names) -> None:
        name = share.of.name
        if name in names.positions and names.positions[name] == position:
            self._say(Problem("recursion", f"`{name}` shares itself", help="name another node"), share.of.span)
        elif not names.find(name, position):
            self._say(self._unknown(share.of, position, names), share.of.span)

    def _use(self, use: Use, node: str = "") -> None:
        if is_reserved(use.name) or use.name.startswith("$"):
            return
        block = self.package.definition(use.name)
        if block is not None:
            self.wiring.uses.setdefault((id(self.own), id(block.block)), use.span)
        elif not is_layer(use.name):
            problem = unknown_layer(use.name, self.package)
            if node and self.package.definition(node) is not None:
                problem.help = f"`{node}` is a block, but keys are names of nodes: write a list, `[{{{node}: {{…}}}}]`"
            self._say(problem, use.span)

    # -- saying ----------------------------------------------------------------------------------------------------

    def _say(self, problem: Problem, span: Span) -> None:
        self.wiring.diagnostics.append(problem.at(span))

    def init(self, init: Init) -> None:
        """The names in an `init`."""
        for initialiser in all_initialisers(init):
            try:
                function_of(initialiser)
            except Problem as problem:
                self._say(problem, initialiser.span)

    def unread(self, inputs: Iterable[Input], names: _Names) -> None:
        """Inputs that no node reads."""
        for one in () if names.doubtful else inputs:
            if one.name not in names.read:
                self._warn(f"nothing reads the input `{one.name}`", one.span)

    def _warn(
        self, message: str, span: Span, help: str = "read it with `from`, name it in `outputs`, or take it out"
    ) -> None:
        self.wiring.diagnostics.append(Diagnostic("unused", message, span, "", "warning", help=help))


def reads_nothing(what: object, package: Package) -> bool:
    """Layers without inputs (Parameter, Constant) do not read the node before them."""
    layer = layer_of(what, package) if isinstance(what, Use) else None
    return layer is not None and layer.slots == ()


def layer_of(use: Use, package: Package) -> type[Layer] | None:
    """The layer that a use names; a block of the document goes before what is installed."""
    return None if package.definition(use.name) is not None else find_layer(use.name)


def unknown_layer(name: str, package: Package) -> Problem:
    """The problem of a name that is no layer and no block."""
    first, dot, rest = name.partition(".")
    if name in package.includes:
        blocks = ", ".join(f"`{name}.{block}`" for block in package.includes[name].document.blocks)
        return Problem("unknown-layer", f"`{name}` has no graph of its own", help=f"its blocks are: {blocks}")
    fault = layer_fault(name)
    if fault is not None:
        return fault
    known = [*layer_names(), *package.names(), *COMPOSITES]
    last = rest.rpartition(".")[2]
    if last in layer_names():
        help = f"write `{last}`: a spec names layers, and no code"
    elif dot and first not in package.includes:
        help = f"include the document that has it: `include: {{{first}: {first}.yaml}}`"
    else:
        help = did_you_mean(name, known) or "`lego layers` lists all layers"
    return Problem("unknown-layer", f"there is no layer or block `{name}`", help=help)


def check_wiring(definitions: Iterable[Definition]) -> Wiring:
    """Look at every graph of these blocks."""
    wiring = Wiring()
    for definition in definitions:
        block = definition.block
        checker = _Checker(definition, wiring)
        names = _Names([one.name for one in block.inputs], block.graph.nodes)
        checker.graph(block.graph, names, block.outputs)
        checker.unread(block.inputs, names)
        if block.init is not None:
            checker.init(block.init)
    return wiring
