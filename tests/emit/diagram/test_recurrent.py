"""Recurrents: rolled, with dashed edges back to their states, and unrolled in time."""

from __future__ import annotations

import json
import shutil
import subprocess
import sysconfig
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from lego import draw as draw_spec
from lego import load, parse
from lego.diagnostics import Problem
from lego.emit.diagram import Group, Picture, diagram_source, picture, render
from lego.graph import Graph
from tests.conftest import Golden
from tests.emit.diagram.specs import net

LSTM = """\
lstm:
  recurrent:
    over: T
    state: {h: [N, 8], c: {shape: [N, 8], init: learned}}
    graph:
      x: {Linear: 32, from: input}
      r: {Linear: {out_features: 32, bias: false}, from: h}
      gates: {Add, from: [x, r]}
      parts: {Chunk: {chunks: 4, dim: -1}}
      i: {Sigmoid, from: parts.0}
      f: {Sigmoid, from: parts.1}
      g: {Tanh, from: parts.2}
      o: {Sigmoid, from: parts.3}
      keep: {Mul, from: [f, c]}
      add: {Mul, from: [i, g]}
      c_new: {Add, from: [keep, add]}
      t: Tanh
      h_new: {Mul, from: [o, t]}
    next: {h: h_new, c: c_new}
    outputs: h_new
head: {Linear: 3}
"""

CELL = """\
rnn:
  from: x
  recurrent:
    over: T
    state: {state}
    graph:
      fc: {{Linear: 16, from: input}}
      new: {{Add, from: [{reads}]}}
    next: {next}
    {more}
"""


def lstm() -> Graph:
    return net(LSTM, inputs="{x: [N, T, 5]}", name="lstm")


def rnn(more: str = "outputs: new", *, delay: int = 1, states: int = 1, around: bool = False, after: str = "") -> Graph:
    """A net with one recurrent: `states` states, the first with a delay, and, with `around`, a value from outside."""
    names = [f"s{number}" for number in range(states)]
    state = ", ".join(f"{name}: {{shape: [N, 16], delay: {delay if name == 's0' else 1}}}" for name in names)
    reads = ", ".join(["fc", *names, *(["m"] if around else [])])
    following = ", ".join(f"{name}: new" for name in names)
    text = CELL.format(state=f"{{{state}}}", reads=reads, next=f"{{{following}}}", more=more)
    return net(text + after, inputs="{x: [N, T, 16], m: [N, 16], n: {shape: [N], dtype: int64, range: [1, 9]}}")


def of_style(drawn: Picture, style: str) -> set[tuple[str, str, str]]:
    return {(edge.source, edge.target, edge.label) for edge in drawn.edges if edge.style == style}


def group(drawn: Picture, name: str) -> Group:
    [found] = [group for group in drawn.groups if group.name == name]
    return found


def positions(source: str) -> dict[str, tuple[float, float]]:
    engine = shutil.which("graphviz-pure", path=sysconfig.get_path("scripts"))
    assert engine is not None
    done = subprocess.run([engine, "-Kdot", "-Tjson"], input=source.encode(), capture_output=True, check=True)
    objects = [item for item in json.loads(done.stdout)["objects"] if "pos" in item]
    return {item["name"]: tuple(map(float, item["pos"].split(","))) for item in objects}  # type: ignore[misc]


# -- rolled ------------------------------------------------------------------------------------------------------------


def test_a_cell_stands_in_its_recurrents_frame() -> None:
    drawn = picture(lstm())
    [frame] = drawn.groups
    assert (frame.name, frame.lines) == ("lstm", ("recurrent over T",))
    assert [box.name for box in drawn.boxes if box.form == "state"] == ["h[t-1]", "c[t-1]"]
    assert of_style(drawn, "back") == {
        ("lstm.cell.h_new", "lstm.cell.h[t-1]", "t-1"),
        ("lstm.cell.c_new", "lstm.cell.c[t-1]", "t-1"),
    }
    flow = of_style(drawn, "flow")
    assert ("x", "lstm.cell.input[]", "") in {(edge[0].removeprefix("input "), *edge[1:]) for edge in flow}
    assert ("lstm.cell.input[]", "lstm.cell.x", "[N, 5]") in flow
    assert ("lstm.cell.h_new", "head", "[N, T, 8]") in flow


def test_starts_are_told() -> None:
    drawn = picture(lstm())
    h, c = [box for box in drawn.boxes if box.form == "state"]
    assert (h.lines, c.lines) == (("zeros at the start",), ())
    assert ("lstm.initial.c", c.id, "start [N, 8]") in of_style(drawn, "flow")
    assert h.tooltip == ("lstm.cell.h", "state: [N, 8]", "from 1 step before", "zeros at the start")
    given = net(
        CELL.format(state="{s: {shape: [N, 16], init: m}}", reads="fc, s", next="{s: new}", more=""),
        inputs="{x: [N, T, 16], m: [N, 16]}",
    )
    assert ("input m", "rnn.cell.s[t-1]", "start [N, 16]") in of_style(picture(given), "flow")


def test_a_longer_delay_and_the_other_way_are_told() -> None:
    assert {label for *_, label in of_style(picture(rnn(delay=2, states=2)), "back")} == {"t-1", "t-2"}
    drawn = picture(rnn("reverse: true", delay=2))
    assert of_style(drawn, "back") == {("rnn.cell.new", "rnn.cell.s0[t+2]", "t+2")}
    assert drawn.groups[0].lines == ("recurrent over T, from the last to the first",)


def test_of_two_directions_the_first_is_drawn_open() -> None:
    drawn = picture(rnn("bidirectional: true"))
    assert [(group.name, group.lines) for group in drawn.groups] == [
        ("rnn", ("recurrent over T, in both directions",)),
        ("cell", ("over T, from the first to the last",)),
    ]
    [folded] = [box for box in drawn.boxes if box.form == "block"]
    assert (folded.name, folded.lines[0]) == ("cell_reverse", "over T, from the last to the first")
    assert (folded.id, folded.id, "t+1") in of_style(drawn, "back")
    assert len(picture(rnn("bidirectional: true"), detail="full").groups) == 3


def test_a_folded_recurrent_has_a_loop() -> None:
    drawn = picture(rnn(delay=2, states=2), depth=0)
    [box] = [box for box in drawn.boxes if box.form == "block"]
    assert box.lines == ("recurrent over T", "2 layers · 272 parameters")
    assert of_style(drawn, "back") == {("rnn", "rnn", "t-2, t-1")}


def test_constants_enter_from_outside_and_lengths_too() -> None:
    drawn = picture(rnn("lengths: n", around=True))
    assert {("input m", "rnn.cell.new", ""), ("input n", "rnn.cell.lengths[]", "")} <= of_style(drawn, "flow")


def test_what_comes_out_at_the_end_is_told() -> None:
    drawn = picture(
        rnn("outputs: {from: new, step: last}", after="a: {Add, from: [rnn, m]}\nb: {Add, from: [rnn.s0, a]}")
    )
    labels = {edge.label for edge in drawn.edges if edge.source == "rnn.cell.new" and edge.style != "back"}
    assert labels == {"last [N, 16]", "last s0 [N, 16]"}


def test_a_state_may_become_what_a_step_is_given() -> None:
    drawn = picture(
        net(
            "r: {recurrent: {over: T, state: {old: [N, 16]}, graph: {d: {Sub: null, from: [input, old]}}, "
            "next: {old: input}}}",
            inputs="{x: [N, T, 16]}",
        )
    )
    assert of_style(drawn, "back") == {("r.cell.input[]", "r.cell.old[t-1]", "t-1")}


NESTED = """\
outer:
  recurrent:
    over: {steps: 4}
    state: {s: [N, 16]}
    graph:
      inner:
        from: input
        recurrent:
          over: T
          state: {h: {shape: [N, 16], init: s}}
          graph: {sum: {Add: null, from: [input, h]}}
          next: {h: sum}
          outputs: {from: sum, step: last}
    next: {s: inner}
"""


def test_nested_recurrents() -> None:
    drawn = picture(net(NESTED, inputs="{x: [N, T, 16]}"))
    assert [(group.name, group.lines) for group in drawn.groups] == [
        ("outer", ("recurrent for 4 steps",)),
        ("inner", ("recurrent over T",)),
    ]
    inner = "outer.cell.inner.cell"
    assert of_style(drawn, "back") == {
        (f"{inner}.sum", f"{inner}.h[t-1]", "t-1"),
        (f"{inner}.sum", "outer.cell.s[t-1]", "t-1"),
    }
    folded = picture(net(NESTED, inputs="{x: [N, T, 16]}"), depth=1)
    assert ("outer.cell.inner", "outer.cell.inner", "t-1") in of_style(folded, "back")


def test_recurrents_one_after_the_other_fold_into_one() -> None:
    two = "".join(
        CELL.format(state="{s: [N, 16]}", reads="fc, s", next="{s: new}", more="").replace("rnn", name)
        for name in ("one", "two")
    )
    text = two.replace("  from: x\n", "")
    assert [group.name for group in picture(net(text, inputs="{x: [N, T, 16]}")).groups] == ["one – two"]
    other = text.replace("next: {s: new}\n", "next: {s: new}\n    reverse: true\n", 1)
    assert [group.name for group in picture(net(other, inputs="{x: [N, T, 16]}")).groups] == ["one", "two"]


# -- unrolled ----------------------------------------------------------------------------------------------------------


def passes(drawn: Picture, call: str = "cell") -> set[tuple[str, str, str]]:
    """Which step passes which state on to which."""
    lead = f"rnn unrolled {call} "
    edges = [edge for edge in drawn.edges if edge.style == "flow" and edge.source.startswith(lead)]
    return {(e.source[len(lead) :], e.target[len(lead) :], e.label) for e in edges if e.target.startswith(lead)}


def test_states_pass_from_step_to_step() -> None:
    drawn = picture(rnn(states=2), unroll=3)
    chain = ["start", "1", "2", "…", "T", "end"]
    assert passes(drawn) == {(*pair, state) for pair in pairwise(chain) for state in ("s0", "s1")}
    [row] = group(drawn, "rnn unrolled").rows
    assert [id.split()[-1] for id in row] == chain
    assert {box.name for box in drawn.boxes if box.form == "step"} == {"rnn"}
    assert group(drawn, "rnn unrolled").lines == ("recurrent over T", "the same weights in each step")
    texts = [box.name for box in drawn.boxes if box.id.startswith("rnn unrolled") and box.form == "value"]
    assert texts == ["output[1]", "output[2]", "output[T]", "…", "input[1]", "input[2]", "input[T]"]


def test_a_delay_of_two_passes_a_step_by() -> None:
    assert passes(picture(rnn(delay=2), unroll=4)) == {
        ("start", "1", "s0"), ("start", "2", "s0"), ("1", "3", "s0"), ("2", "…", "s0"), ("3", "…", "s0"),
        ("…", "T", "s0"), ("T", "end", "s0"),
    }  # fmt: skip


def test_steps_taken_backwards_pass_to_the_left() -> None:
    drawn = picture(rnn("reverse: true"), unroll=3)
    chain = ["start", "T", "…", "2", "1", "end"]
    assert passes(drawn) == {(*pair, "s0") for pair in pairwise(chain)}
    [row] = group(drawn, "rnn unrolled").rows
    assert [id.split()[-1] for id in row] == chain[::-1]


def test_both_directions_have_a_row_each_and_are_merged() -> None:
    drawn = picture(rnn("bidirectional: true"), unroll=2)
    assert passes(drawn) == {("start", "1", "s0"), ("1", "…", "s0"), ("…", "T", "s0"), ("T", "end", "s0")}
    assert ("start", "T", "s0") in passes(drawn, "cell_reverse")
    assert len(group(drawn, "rnn unrolled").rows) == 2
    assert [box.name for box in drawn.boxes if box.id.startswith("rnn unrolled merge")] == ["||", "||"]


def test_all_of_few_steps_are_drawn() -> None:
    cell = "over: {steps: 3}, state: {s0: [N, 16]}, graph: {a: {Add: null, from: [s0, x]}}, next: {s0: a}"
    text = f"rnn: {{recurrent: {{{cell}}}}}"
    drawn = picture(net(text, inputs="{x: [N, 16]}"), unroll=5)
    assert passes(drawn) == {("start", "1", "s0"), ("1", "2", "s0"), ("2", "3", "s0"), ("3", "end", "s0")}
    assert not [box for box in drawn.boxes if box.name == "…"]


def test_one_step_stands_for_all() -> None:
    drawn = picture(rnn(), unroll=1)
    assert passes(drawn) == {("start", "t", "s0"), ("t", "end", "s0")}
    assert [box.name for box in drawn.boxes if box.form == "state" and "unrolled" in box.id] == ["s0[t-1]", "s0[t]"]


def test_equal_recurrents_are_unrolled_once() -> None:
    drawn = picture(
        net(NESTED + NESTED.replace("outer:", "again:").replace("over: T", "over: 1"), inputs="{x: [N, T, 16]}"),
        unroll=2,
        depth=0,
    )
    assert [group.name for group in drawn.groups] == ["outer unrolled", "outer.cell.inner unrolled"]


@pytest.mark.parametrize("direction", ["TB", "LR"])
@pytest.mark.parametrize("more", ["outputs: new", "reverse: true", "bidirectional: true"])
@pytest.mark.parametrize("steps", [2, 3, 10])
def test_the_engine_keeps_steps_in_the_order_of_time(direction: Any, more: str, steps: int) -> None:
    graph = rnn(more, delay=2, states=2, around=True)
    found = positions(diagram_source(graph, unroll=steps, direction=direction))
    rows = group(picture(graph, unroll=steps), "rnn unrolled").rows
    for row in rows:
        x, y = zip(*(found[id] for id in row), strict=True)
        along, across = (x, y) if direction == "TB" else ([-value for value in y], x)
        assert list(along) == sorted(along)
        assert len(set(across)) == 1


def test_inputs_stand_below_and_outputs_above() -> None:
    found = positions(diagram_source(rnn(), unroll=3))
    height = {name.removeprefix("rnn unrolled "): y for name, (_, y) in found.items()}
    assert height["input input[2][]"] < height["cell 2"] < height["output output[2][]"]


@pytest.mark.parametrize("steps", [0, -1, 11])
def test_steps_have_bounds(steps: int) -> None:
    with pytest.raises(Problem) as caught:
        picture(rnn(), unroll=steps)
    assert (caught.value.code, caught.value.message) == (
        "bad-value",
        f"unroll is a number of steps from 1 to 10, found {steps}",
    )


def test_a_net_without_recurrents_says_so() -> None:
    with pytest.raises(Problem) as caught:
        picture(net("fc: {Linear: 2}"), unroll=3)
    assert caught.value.message == "nothing can be unrolled: the net has no recurrent"
    assert caught.value.help is not None and "leave out `unroll`" in caught.value.help


def test_of_many_recurrents_those_that_fit_are_unrolled() -> None:
    cells = [
        f"r{number}: {{recurrent: {{over: T, state: {{s: [N, 16]}}, graph: "
        f"[{', '.join(['{Add: null, from: [input, s]}', *['Tanh'] * number])}], next: {{s: {number}}}}}}}"
        for number in range(8)
    ]  # fmt: skip
    drawn = picture(net("\n".join(cells), inputs="{x: [N, T, 16]}"), unroll=10)
    assert sum(group.name.endswith("unrolled") for group in drawn.groups) == 6
    assert drawn.caption[-1].endswith("6 of 8 recurrents unrolled")


@pytest.mark.parametrize("name", ["tagger", "seq2seq_greedy", "rcnn96"])
def test_specs_are_whole_when_unrolled(name: str) -> None:
    drawn = picture(load(Path(__file__).parents[3] / "specs" / f"{name}.yaml").graph, unroll=3)
    ids = [box.id for box in drawn.boxes]
    assert len(set(ids)) == len(ids)
    assert {end for edge in drawn.edges for end in (edge.source, edge.target)} == set(ids)
    assert drawn.shown <= 60


# -- texts and files ---------------------------------------------------------------------------------------------------


def test_texts(golden: Golden) -> None:
    golden("emit/diagram-lstm.dot", diagram_source(lstm()))
    golden("emit/diagram-lstm-unrolled.dot", diagram_source(lstm(), unroll=3))


def test_texts_are_the_same_each_time() -> None:
    assert render(diagram_source(lstm(), unroll=3), "svg") == render(diagram_source(lstm(), unroll=3), "svg")


def test_the_file_shows_dashes_and_delays(tmp_path: Path) -> None:
    spec = parse(
        "lego: 1\nname: n\ninputs: {x: [N, T, 5]}\ngraph:\n" + "".join(f"  {line}\n" for line in LSTM.splitlines())
    )
    draw_spec(spec, tmp_path / "lstm.svg", unroll=3)
    svg = (tmp_path / "lstm.svg").read_text()
    assert "stroke-dasharray" in svg and "t&#45;1" in svg and "lstm unrolled" in svg
