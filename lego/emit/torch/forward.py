"""The forward of a frame: one statement a call, and every value let go after its last reader."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from lego.catalogue import Layer, literal
from lego.emit.torch.container import container, reach
from lego.emit.torch.names import unique, variable
from lego.emit.torch.sizes import RuntimeSizes
from lego.graph import Call, Frame, Ref, Shared
from lego.shapes import TensorType

_PLAIN = ("x", "y")
"""What values are called before they are called after their nodes."""


@dataclass(frozen=True, slots=True)
class Forward:
    """The parts of a method: parameters (inputs, then borrowed modules, then flags) and statements."""

    tensors: tuple[str, ...]
    modules: tuple[str, ...]
    lines: tuple[str, ...]
    flags: tuple[str, ...] = ()
    further: tuple[tuple[str, Forward], ...] = ()
    """More methods, by name."""


def write_forward(frame: Frame) -> Forward:
    """The forward of a frame; its `x` is written over unless a size is to be read off it later."""
    writer = Statements(frame, keep_input=False)
    written = writer.forward()
    return Statements(frame, keep_input=True).forward() if writer.reads_sizes else written


class Statements:
    """One statement a call of a frame.

    Args:
        owner: The frame whose class has the modules; the frame itself unless it is a part of that one.
        ports: Names of the inputs, where they have some already.
        taken: Names that stand for something else.
        at_hand: Further tensors that sizes may be read off.
        keep_input: Never write over `x`.
        release: Let every value go after its last reader; not needed where all end soon.
    """

    def __init__(
        self,
        frame: Frame,
        *,
        owner: Frame | None = None,
        ports: Sequence[str] | None = None,
        taken: Iterable[str] = (),
        at_hand: Iterable[tuple[str, TensorType]] = (),
        keep_input: bool = True,
        release: bool = True,
    ) -> None:
        self.frame = frame
        self.owner = owner or frame
        self.release = release
        self.child = reach(self.owner)
        self.weight = weight_of(self.owner)
        self.reads_sizes = False
        self.taken: set[str] = set(taken)
        self.at_hand = tuple(at_hand)
        self.ports = tuple(ports) if ports is not None else tuple(self.fresh(port.name) for port in frame.ports)
        self.borrowed = tuple(self.fresh(f"{name}_module") for name in self.owner.borrowed)
        self.names: dict[Ref, str] = {Ref(-1, index): name for index, name in enumerate(self.ports)}
        self.aliases: dict[Ref, Ref] = {}
        self.fixed: set[Ref] = {ref for ref, name in self.names.items() if keep_input or name != "x"}
        """Values whose names are never written again: inputs and parameters."""
        self.lines: list[str] = []

    def forward(self) -> Forward:
        """All of it, with a `return`."""
        self._find_aliases()
        loop = self._loop()
        if loop:
            return Forward(self.ports, self.borrowed, loop)
        self._statements()
        self._result()
        return Forward(self.ports, self.borrowed, tuple(self.lines))

    def part(self) -> list[str]:
        """The statements alone; gives the names of the outputs."""
        self._find_aliases()
        self._statements()
        return [self.names[self._root(ref)] for _, ref in self.frame.outputs]

    def _statements(self) -> None:
        last = self._last_readers()
        for index, call in enumerate(self.frame.calls):
            if Ref(index, 0) not in self.aliases:
                self._statement(index, call, last)

    def _loop(self) -> tuple[str, ...]:
        """A chain of three or more modules that all read the same besides is a loop over them."""
        frame = self.frame
        if frame.kind != "repeat" or container(frame) != "nn.ModuleList" or len(frame.calls) < 3 or frame.borrowed:
            return ()
        previous = Ref(-1, 0)
        for index, call in enumerate(frame.calls):
            others = call.inputs[1:]
            same = others == frame.calls[0].inputs[1:] and all(ref is not None and ref.call < 0 for ref in others)
            if call.inputs[0] != previous or previous in others or not same or not _is_plain_call(call):
                return ()
            previous = Ref(index, 0)
        if [ref for _, ref in frame.outputs] != [previous]:
            return ()
        first, *rest = [self.ports[ref.output] for ref in frame.calls[0].inputs if ref is not None]
        step = f"    {first} = layer({', '.join([first, *rest])})"
        return ("for layer in self:", step, f"return {first}")

    # -- which value is needed until when ------------------------------------------------------------------------------

    def _find_aliases(self) -> None:
        """Calls that give their input as it is (Identity) need no statement."""
        for index, call in enumerate(self.frame.calls):
            if len(call.inputs) == len(call.outputs) == 1 and call.inputs[0] is not None and self._is_identity(call):
                self.aliases[Ref(index, 0)] = self._root(call.inputs[0])

    def _is_identity(self, call: Call) -> bool:
        body = call.body
        if not isinstance(body, Layer) or body.construct() is not None or call.inputs[0] is None:
            return False
        sizes = RuntimeSizes([("x", self.frame.type_of(call.inputs[0])), *self._port_types()])
        return body.call("", ("x",), sizes) == "x"

    def _root(self, ref: Ref) -> Ref:
        return self.aliases.get(ref, ref)

    def _last_readers(self) -> dict[Ref, int]:
        last: dict[Ref, int] = {}
        for index, call in enumerate(self.frame.calls):
            if Ref(index, 0) not in self.aliases:
                last |= {self._root(ref): index for ref in call.inputs if ref is not None}
        last |= {self._root(ref): len(self.frame.calls) for _, ref in self.frame.outputs}
        return last

    # -- statements ----------------------------------------------------------------------------------------------------

    def _statement(self, index: int, call: Call, last: dict[Ref, int]) -> None:
        text = self._expression(call)
        results = [Ref(index, number) for number in range(len(call.outputs))]
        if text.startswith("self.") and text.removeprefix("self.").isidentifier():  # a parameter needs no other name
            self.names[results[0]] = text
            self.fixed.add(results[0])
            return
        ending = {root: self.names[root] for root in self._ending(index, call, last)}
        targets = [self._target(ref, call, ending.values(), last) for ref in results]
        left = call.body.join_outputs(targets) if isinstance(call.body, Layer) else ", ".join(targets)
        self.lines.append(f"{left} = {text}")
        unread = [name for ref, name in zip(results, targets, strict=True) if ref not in last and name != "_"]
        done = [name for root, name in ending.items() if name not in targets and root.call >= 0] + unread
        self.taken.difference_update(done)
        if done and self.release and index < len(self.frame.calls) - 1:
            self.lines.append(f"del {', '.join(done)}")

    def _ending(self, index: int, call: Call, last: dict[Ref, int]) -> list[Ref]:
        """The inputs that nothing reads after this call, and whose names may be used again."""
        roots = dict.fromkeys(self._root(ref) for ref in call.inputs if ref is not None)
        return [root for root in roots if last[root] == index and root not in self.fixed]

    def _target(self, ref: Ref, call: Call, ending: Collection[str], last: dict[Ref, int]) -> str:
        """The variable of a result: `x` or `y` where its value ends here or it is free, else the node's name."""
        if ref not in last and len(call.outputs) > 1:
            return "_"
        several = sum(Ref(ref.call, number) in last for number in range(len(call.outputs))) > 1
        plain = (
            [] if several or not self.release else [name for name in _PLAIN if name in ending or name not in self.taken]
        )
        name = plain[0] if plain and plain[0] in ending else self.fresh(plain[0] if plain else _called(call, ref))
        self.names[ref] = name
        return name

    def fresh(self, name: str) -> str:
        """A variable of this name, or one like it that is free."""
        found = unique(variable(name), self.taken)
        self.taken.add(found)
        return found

    # -- expressions ---------------------------------------------------------------------------------------------------

    def _expression(self, call: Call) -> str:
        inputs = tuple(None if ref is None else self.names[self._root(ref)] for ref in call.inputs)
        module = self._module(call)
        body = call.body
        if isinstance(body, Frame):
            given = [name for name in inputs if name is not None]
            flags = ["reverse=True"] if call.scan is not None and call.scan.reverse and _has_both(self.frame) else []
            text = f"{module}({', '.join([*given, *map(self._lender, call.lends), *flags])})"
            if body.form == "mapping" and len(call.outputs) > 0:
                text += ".values()" if len(call.outputs) > 1 else f"[{literal(body.outputs[0][0])}]"
            elif body.form == "list" and len(call.outputs) == 1:
                text += "[0]"
        else:
            sizes = self._sizes(call)
            text = body.call(module, inputs, sizes)
            self.reads_sizes |= sizes.asked
            if not body.output_names() and len(call.outputs) == 1:
                text += "[0]"  # such a layer gives a tuple, however many
        if call.node.checkpoint and text.startswith(f"{module}(") and module:
            return f"checkpoint({module}, {text[len(module) + 1 :].removesuffix(')')}, use_reentrant=False)"
        return text

    def _module(self, call: Call) -> str:
        if isinstance(call.target, Shared):
            return self._lender(call.target.call)
        if isinstance(call.target, Layer) and call.target.construct() is None:
            return ""
        return self.child(call.name)

    def _lender(self, lender: int) -> str:
        return self.child(self.owner.calls[lender].name) if lender >= 0 else self.borrowed[~lender]

    def _sizes(self, call: Call) -> RuntimeSizes:
        own = [(self.names[self._root(ref)], self.frame.type_of(ref)) for ref in call.inputs if ref is not None]
        return RuntimeSizes([*own, *self._port_types()], self.weight)

    def _port_types(self) -> Iterator[tuple[str, TensorType]]:
        for name, port in zip(self.ports, self.frame.ports, strict=True):
            yield name, port.type
        yield from self.at_hand

    # -- the result ----------------------------------------------------------------------------------------------------

    def _result(self) -> None:
        outputs = [(name, self.names[self._root(ref)]) for name, ref in self.frame.outputs]
        match self.frame.form:
            case "one":
                result = outputs[0][1]
            case "list":
                result = ", ".join(text for _, text in outputs) + ("," if len(outputs) == 1 else "")
            case "mapping":
                result = "{" + ", ".join(f"{literal(name)}: {text}" for name, text in outputs) + "}"
        last = self.lines[-1] if self.lines else ""
        if last.startswith(f"{result} = "):
            self.lines[-1] = f"return {last.removeprefix(f'{result} = ')}"
        else:
            self.lines.append(f"return {result}")


def weight_of(frame: Frame) -> str | None:
    """A weight of a frame's own modules, which has the floating dtype of the whole."""
    for call in frame.calls:
        if isinstance(call.target, Layer) and call.target.weights():
            weight = next(iter(call.target.weights()))
            return reach(frame)(call.name) + (f".{weight}" if weight else "")
    return None


def _has_both(frame: Frame) -> bool:
    """Whether a recurrent runs in both directions, which are one class."""
    return sum(call.scan is not None for call in frame.calls) > 1


def _is_plain_call(call: Call) -> bool:
    """A block with one output, called without further ado."""
    body = call.target
    return isinstance(body, Frame) and body.form == "one" and not call.node.checkpoint and not call.lends


def _called(call: Call, ref: Ref) -> str:
    """A variable named after a node: its first output simply so, others with the output's name."""
    output = call.output_names[ref.output]
    base = call.name or output
    base = f"x{base}" if base.isdigit() else base.replace("-", "_")
    if len(call.outputs) == 1 or not call.name:
        return base
    return base if ref.output == 0 and not output.isdigit() else f"{base}_{output}"
