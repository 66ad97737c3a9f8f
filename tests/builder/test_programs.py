"""Random programs: what Python writes is what YAML reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import lego
from lego import layers as L


@lego.block
def wide(x, factor: int, act: Any = L.ReLU, twice: bool = False):
    y = act()(L.Linear(factor * x.features)(x))
    if twice:
        y = L.LayerNorm()(y)
    return L.Linear(x.shape[1])(L.Identity()(x)) + L.Linear(8)(y)


@lego.block
def joined(x, y, sign: int = 1):
    return x - sign * y, x * y


Program = Any
"""A chain of steps on tensors [N, 8], each a name with what it holds."""

NUMBERS = st.integers(0, 5)
SIMPLE = st.one_of(
    st.tuples(st.sampled_from(["linear", "relu", "drop", "shared", "abs"])),
    st.tuples(st.just("binary"), st.sampled_from("+-*"), NUMBERS),
    st.tuples(st.just("number"), st.sampled_from("+-*r"), st.sampled_from([1, 2.5, -3])),
    st.tuples(st.just("wide"), st.integers(1, 3), st.booleans(), st.sampled_from([L.ReLU, L.GELU, L.LeakyReLU(0.1)])),
    st.tuples(st.just("joined"), NUMBERS, st.booleans()),
    st.tuples(st.just("where"), NUMBERS),
    st.tuples(st.just("named"), st.integers(0, 1000)),
    st.tuples(st.just("index")),
)


def _around(inner: st.SearchStrategy[Program]) -> st.SearchStrategy[Program]:
    body = st.lists(inner, min_size=1, max_size=4)
    return st.one_of(
        st.tuples(st.just("skip"), body, st.booleans()),
        st.tuples(st.just("repeat"), st.integers(1, 3), body, st.booleans()),
        st.tuples(st.just("each"), st.lists(st.integers(1, 3), min_size=1, max_size=3), body),
        st.tuples(st.just("split"), st.lists(body, min_size=2, max_size=3)),
        st.tuples(st.just("copies"), st.integers(2, 3), body),
        st.tuples(st.just("sequential"), body),
    )


PROGRAMS = st.lists(st.recursive(SIMPLE, _around, max_leaves=8), min_size=1, max_size=6)


class Run:
    """Writes a program; every tensor that is in sight may be read again."""

    def __init__(self, width: Any) -> None:
        self.width = width
        self.shared = L.Linear(8)
        self.used: set[int] = set()

    def body(self, steps: list[Program], seen: list[Any], turn: Any = None) -> Callable[[Any], Any]:
        def written(x: Any) -> Any:
            inside = [*seen, x]
            for at, step in enumerate(steps):
                x = self.step(x, step, inside, turn, at)
                inside.append(x)
            return x

        return written

    def step(self, x: Any, step: Program, seen: list[Any], turn: Any, at: int) -> Any:
        kind, *given = step
        return getattr(self, f"_{kind}")(x, seen, turn, *given)

    def _linear(self, x: Any, seen: list[Any], turn: Any) -> Any:
        return L.Linear(8)(L.Linear(2 * self.width)(x))

    def _relu(self, x: Any, seen: list[Any], turn: Any) -> Any:
        return L.ReLU(doc="rectified")(x)

    def _drop(self, x: Any, seen: list[Any], turn: Any) -> Any:
        return L.Dropout(0.5)(x)

    def _abs(self, x: Any, seen: list[Any], turn: Any) -> Any:
        return L.Abs()(-x)

    def _shared(self, x: Any, seen: list[Any], turn: Any) -> Any:
        return self.shared(x)

    def _binary(self, x: Any, seen: list[Any], turn: Any, sign: str, which: int) -> Any:
        other = seen[which % len(seen)]
        return {"+": lambda: x + other, "-": lambda: other - x, "*": lambda: x * other}[sign]()

    def _number(self, x: Any, seen: list[Any], turn: Any, sign: str, number: float) -> Any:
        forms = {"+": lambda: x + number, "-": lambda: x - number, "*": lambda: number * x, "r": lambda: number - x}
        return forms[sign]()

    def _wide(self, x: Any, seen: list[Any], turn: Any, factor: int, twice: bool, act: Any) -> Any:
        return wide(x, factor * self.width, act=act, twice=twice)

    def _joined(self, x: Any, seen: list[Any], turn: Any, which: int, first: bool) -> Any:
        outputs = joined(x, seen[which % len(seen)], sign=2)
        return outputs[0] if first else outputs[1]

    def _where(self, x: Any, seen: list[Any], turn: Any, which: int) -> Any:
        other = seen[which % len(seen)]
        return L.Where()(x < other, x, other)

    def _named(self, x: Any, seen: list[Any], turn: Any, number: int) -> Any:
        name = f"n{number}_{len(self.used)}"
        self.used.add(len(self.used))
        return L.Tanh(name=name)(x)

    def _index(self, x: Any, seen: list[Any], turn: Any) -> Any:
        return x if turn is None else turn * x

    def _skip(self, x: Any, seen: list[Any], turn: Any, body: Any, projected: bool) -> Any:
        return lego.skip(self.body(body, seen, turn), shortcut=L.Linear(8) if projected else None)(x)

    def _repeat(self, x: Any, seen: list[Any], turn: Any, times: int, body: Any, known: bool) -> Any:
        def one(x: Any, index: Any) -> Any:
            return self.body(body, seen, int(index) + 1 if known else index + 1)(x)

        return lego.repeat(times, one)(x)

    def _each(self, x: Any, seen: list[Any], turn: Any, items: list[int], body: Any) -> Any:
        return lego.repeat(items, lambda x, item: self.body(body, seen, item)(x))(x)

    def _split(self, x: Any, seen: list[Any], turn: Any, bodies: Any) -> Any:
        return lego.split([self.body(one, seen, turn) for one in bodies], merge=L.Add())(x)

    def _copies(self, x: Any, seen: list[Any], turn: Any, copies: int, body: Any) -> Any:
        return lego.split(copies=copies, body=lambda x, index: self.body(body, seen, index)(x), merge=L.Add())(x)

    def _sequential(self, x: Any, seen: list[Any], turn: Any, body: Any) -> Any:
        return L.Sequential(self.body(body, seen, turn))(x)


@settings(max_examples=80)
@given(program=PROGRAMS)
def test_yaml_reads_what_python_writes(program: Program) -> None:
    @lego.net(x=["N", 8])
    def net(x, width: int = 2):
        run = Run(width)
        run.shared(x)
        return run.body(program, [], None)(x)

    spec = net(width=3)
    again = lego.parse(spec.to_yaml())
    assert again.document == spec.document
    assert spec.graph.outputs == again.graph.outputs
    assert lego.source(spec).partition("\n\n")[2] == lego.source(again).partition("\n\n")[2]
