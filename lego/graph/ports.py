"""The names of a recurrent's sequences, states and outputs: which of them would mean two things."""

from __future__ import annotations

from collections.abc import Iterator

from lego.diagnostics import Problem, Span
from lego.spec import Node, Recurrent, check_node_name


def misnamed(node: Node, what: Recurrent) -> Iterator[tuple[Problem, Span]]:
    """What is wrong with the names of a recurrent node, and where."""
    sequences = node.reads.spans if node.reads is not None else {}
    yield from _sequences(sequences)
    for state in what.state:
        if state.name in sequences:
            yield Problem("bad-name", f"`{state.name}` is a sequence already", help="rename the state"), state.span
    yield from _finals(what)


def _sequences(spans: dict[str, Span]) -> Iterator[tuple[Problem, Span]]:
    """They are inputs of the graph, of which the first is also called `input`."""
    for name, span in spans.items():
        if name == "input" and name != next(iter(spans)):
            help = "put it first, or choose another name"
            yield Problem("bad-name", "`input` is the first input of a graph", help=help), span
        elif name != "input":
            try:
                check_node_name(name)
            except Problem as problem:
                yield problem, span


def _finals(what: Recurrent) -> Iterator[tuple[Problem, Span]]:
    """The last values of the states are outputs beside those that the graph gives."""
    states = [state.name for state in what.state]
    back = [f"{name}_reverse" for name in states] if what.bidirectional is not None else []
    alone = what.outputs is None or what.outputs.form == "one"
    for state in what.state:
        if state.name in back or (alone and state.name == "output"):
            message = f"another output of the recurrent is called `{state.name}`, as the last value of this state"
            yield Problem("bad-name", message, help="rename the state"), state.span
    for output in () if alone or what.outputs is None else what.outputs.entries:
        key = output.key
        if key in states or key in back:
            message = f"the output `{key}` and the last value of the state `{key}` would have one name"
            help = f"write `outputs: {{{key}_all: {output.reference}}}`, say"
            yield Problem("bad-name", message, help=help), output.reference.span
