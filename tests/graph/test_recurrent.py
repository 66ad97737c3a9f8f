"""What a recurrent means: what it scans, keeps and gives, and how the graph shows it."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import networkx as nx
import pytest

from lego.api import load, parse, summary
from lego.diagnostics import SpecError
from lego.graph import Graph, Shared, sites
from lego.graph.cost import macs

_CELL = """
    joined: {Concat: {dim: -1}, from: [input, h]}
    fc: {Linear: 8}
    h_new: Tanh
"""
_SPECS = Path(__file__).parents[2] / "specs"
_RECURRENT = sorted(path for path in _SPECS.glob("*.yaml") if "recurrent:" in path.read_text(encoding="utf-8"))


def rnn(
    parts: str = "",
    *,
    over: Any = "T",
    state: str = "{h: [N, 8]}",
    cell: str = _CELL,
    following: str = "{h: h_new}",
    wiring: str = "",
    around: str = "",
    inputs: str = "{x: [N, T, 6]}",
    head: str = "",
    before: str = "",
    **params: Any,
) -> Graph:
    """The checked graph of a document with the recurrent node `rnn`: an Elman network, but for what is said here."""
    block = f"over: {over}\nstate: {state}\ngraph:\n{_in(cell, 2)}next: {following}\n{dedent(parts)}"
    node = f"rnn:\n  recurrent:\n{_in(block, 4)}{_in(wiring, 2)}"
    nodes = _in(f"{dedent(before)}{node}{dedent(around)}", 2)
    return parse(f"lego: 1\n{dedent(head)}inputs: {inputs}\ngraph:\n{nodes}", **params).graph


def _in(text: str, by: int) -> str:
    return indent(dedent(text).strip("\n") + "\n", " " * by) if text.strip() else ""


def told(**given: Any) -> list[str]:
    with pytest.raises(SpecError) as raised:
        rnn(**given)
    return [f"{one.code}: {one.message}" for one in raised.value.diagnostics]


def shapes(graph: Graph) -> dict[str, str]:
    return {name: str(shape) for name, shape in graph.outputs.items()}


def paths(graph: Graph) -> list[str]:
    return [site.path for site in sites(graph.root)]


def weights(graph: Graph) -> list[str]:
    """Keys of state_dict, as far as layers decide them."""
    own = [site for site in sites(graph.root) if not isinstance(site.call.target, Shared)]
    return [f"{site.path}.{key}".rstrip(".") for site in own for key in site.call.body.weights()]


def back_edges(graph: Graph) -> dict[str, tuple[str, int]]:
    """What each state becomes, and how many steps later."""
    edges = graph.nx.edges(data=True)
    return {target: (source, data["delay"]) for source, target, data in edges if "delay" in data}


# -- over ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("over", "inputs", "shape"),
    [
        ("T", "{x: [N, T, 6]}", "[N, T, 8]"),
        ("T", "{x: [T, N, 6]}", "[T, N, 8]"),
        (1, "{x: [N, T, 6]}", "[N, T, 8]"),
        (-2, "{x: [N, T, 6]}", "[N, T, 8]"),
        (1, "{x: [N, 20, 6]}", "[N, 20, 8]"),
        ("2*t", "{x: [N, 2*t, 6]}", "[N, 2*t, 8]"),
        ('"$shape[1]"', "{x: [N, T, 6]}", "[N, T, 8]"),
        ("$(0 + 1)", "{x: [N, T, 6]}", "[N, T, 8]"),
        ("{steps: 5}", "{x: [N, 6]}", "[N, 5, 8]"),
        ("{steps: T}", "{x: [N, 6], memory: [N, T]}", "[N, T, 8]"),
        ("{steps: 2*T+1}", "{x: [N, 6], memory: [N, T]}", "[N, 2*T + 1, 8]"),
        ("{steps: $(2 * len(input))}", "{x: [N, 6]}", "[N, 4, 8]"),
    ],
)
def test_what_is_scanned(over: Any, inputs: str, shape: str) -> None:
    assert shapes(rnn(over=over, inputs=inputs)) == {"rnn": shape}


def test_outputs_are_stacked_where_their_sequence_has_its_steps() -> None:
    graph = rnn(over=2, inputs="{x: [N, 6, T]}", around="last: {Identity, from: rnn.h}", head="outputs: [rnn, last]\n")
    assert shapes(graph) == {"rnn": "[N, 8, T]", "last": "[N, 8]"}


def test_a_size_that_two_dims_have_is_named_by_its_index() -> None:
    [message] = told(inputs="{x: [N, T, T]}")
    assert message == "bad-value: over is `T`, but its input is [N, T, T]: that is dim 1 and dim 2"
    cell = "{h_new: {Add, from: [input, h]}}"
    graph = rnn(over=1, inputs="{x: [N, T, T]}", state="{h: [N, T]}", cell=cell)
    assert shapes(graph) == {"rnn": "[N, T, T]"}


def test_several_sequences_are_scanned_together_each_along_its_own_axis() -> None:
    graph = rnn(
        cell="{joined: {Concat: {dim: -1}, from: [a, b, h]}, h_new: {Linear: 8}}",
        wiring="from: {a: x, b: y}",
        inputs="{x: [T, N, 6], y: [N, T, 3]}",
    )
    assert shapes(graph) == {"rnn": "[T, N, 8]"}
    assert sorted(graph.nx.predecessors("rnn.cell.joined")) == ["rnn.cell.h", "x", "y"]


def test_the_first_sequence_is_also_called_input() -> None:
    cell = "{joined: {Concat: {dim: -1}, from: [input, b, h]}, h_new: {Linear: 8}}"
    inputs = "{x: [N, T, 6], y: [N, T, 3]}"
    for first in ("a", "input"):
        graph = rnn(cell=cell, wiring=f"from: {{{first}: x, b: y}}", inputs=inputs)
        assert shapes(graph) == {"rnn": "[N, T, 8]"}


def test_expressions_inside_see_one_step() -> None:
    cell = "{joined: {Concat: {dim: -1}, from: [input, h]}, h_new: {Linear: '$(input[-1] + len(shape))'}}"
    assert shapes(rnn(cell=cell)) == {"rnn": "[N, T, 8]"}


def test_an_empty_sequence_is_asked_not_to_be() -> None:
    before = "conv: {Conv1d: {out_channels: 6, kernel_size: 5}}\n"
    assert rnn(over=2, inputs="{x: [N, 4, L]}", before=before).requires == {"L": 5}
    assert rnn(over="{steps: T-3}", inputs="{x: [N, 6], memory: [N, T]}").requires == {"T": 4}


# -- states ----------------------------------------------------------------------------------------------------------


def test_where_states_start() -> None:
    graph = rnn(
        state="{h: [N, 8], b: {shape: [N, 8], init: ones}, c: {shape: [N, 8], init: learned}, "
        "d: {shape: [N, 8], init: start}}",
        cell="{h_new: {Add, from: [h, b, c, d]}, read: {Linear: 8, from: input}, out: {Add, from: [h_new, read]}}",
        following="{h: out, b: b, c: c, d: d}",
        inputs="{x: [N, T, 6], start: [N, 8]}",
    )
    starts = {node: data["start"] for node, data in graph.nx.nodes(data=True) if data["kind"] == "state"}
    assert starts == {
        "rnn.cell.h": "zeros",
        "rnn.cell.b": "ones",
        "rnn.cell.c": "given",
        "rnn.cell.d": "given",
    }
    assert weights(graph) == ["rnn.initial.c", "rnn.cell.read.weight", "rnn.cell.read.bias"]
    assert graph.nx.has_edge("start", "rnn.cell.d")


def test_a_learned_start_is_one_for_all_rows() -> None:
    graph = rnn(state="{h: {shape: [N, 8], init: learned}}")
    [start] = [site.call.body for site in sites(graph.root) if site.path == "rnn.initial.h"]
    assert start.weights() == {"": (1, 8)}
    both = rnn("bidirectional: true", state="{h: {shape: [N, 8], init: learned}}")
    assert [key for key in weights(both) if "initial" in key] == ["rnn.initial.h", "rnn.initial_reverse.h"]


def test_init_and_lengths_name_what_is_around() -> None:
    inputs = "{s: [N, 8], x: [N, T, 6], n: {shape: [N], dtype: int64}}"
    graph = rnn("lengths: n", state="{h: {shape: [N, 8], init: input}}", wiring="from: x", inputs=inputs)
    assert graph.nx.has_edge("s", "rnn.cell.h")


def test_a_state_has_a_dtype_a_range_and_a_delay() -> None:
    graph = rnn(
        over="{steps: 4}",
        state="{token: {shape: [N], dtype: int64, range: [0, 10], init: input, delay: $(1 + 1)}}",
        cell="{e: {Embedding: {num_embeddings: 10, embedding_dim: 6}, from: token}, s: {Linear: 10}, "
        "best: {ArgMax: -1}}",
        following="{token: best}",
        inputs="{first: {shape: [N], dtype: int64}}",
    )
    assert shapes(graph) == {"rnn": "[N, 4]"}
    assert back_edges(graph) == {"rnn.cell.token": ("rnn.cell.best", 2)}


def test_a_state_may_become_another() -> None:
    cell = "{joined: {Concat: {dim: -1}, from: [input, h, before]}, h_new: {Linear: 8}}"
    graph = rnn(state="{h: [N, 8], before: [N, 8]}", cell=cell, following="{h: h_new, before: h}")
    assert back_edges(graph) == {"rnn.cell.h": ("rnn.cell.h_new", 1), "rnn.cell.before": ("rnn.cell.h", 1)}


# -- what is around, and inside --------------------------------------------------------------------------------------


def test_names_from_around_are_the_same_in_each_step() -> None:
    cell = """
    query: {Unsqueeze: 1, from: h}
    read: {MultiheadAttention: {num_heads: 2, batch_first: true}, from: {query: query, key: memory, value: memory}}
    flat: {Squeeze: 1}
    joined: {Concat: {dim: -1}, from: [input, flat]}
    h_new: {Linear: 8}
    """
    graph = rnn(cell=cell, inputs="{x: [N, T, 6], memory: [N, S, 8]}")
    assert shapes(graph) == {"rnn": "[N, T, 8]"}
    assert graph.nx.has_edge("memory", "rnn.cell.read")


def test_a_recurrent_in_a_recurrent() -> None:
    cell = """
    lines:
      recurrent:
        over: T
        state: {line: {shape: [N, 8], init: h}}
        graph:
          joined: {Concat: {dim: -1}, from: [input, line]}
          fc: {Linear: 8}
        next: {line: fc}
    last: {Identity, from: lines.line}
    """
    graph = rnn(cell=cell, over="S", inputs="{x: [N, S, T, 6]}", following="{h: last}")
    assert shapes(graph) == {"rnn": "[N, S, 8]"}
    assert graph.nx.has_edge("rnn.cell.h", "rnn.cell.lines.cell.line")
    assert weights(graph) == ["rnn.cell.lines.cell.fc.weight", "rnn.cell.lines.cell.fc.bias"]
    assert str(macs(graph.root)) == "112*N*S*T"


def test_a_block_with_a_recurrent_at_two_sizes() -> None:
    graph = load(Path(__file__).with_name("recurrent.yaml")).graph
    assert shapes(graph)["small.all"] == "[N, T, 8]"
    assert shapes(graph)["small.back"] == "[N, 4]"
    assert shapes(graph)["wide"] == "[N, T, 16]"


@pytest.mark.parametrize(
    ("node", "shape", "first"),
    [
        ("skip: {rnn: {Elman: 6}}", "[N, T, 6]", "body.rnn.step.cell.fc.weight"),
        ("split: {branches: {a: [{Elman: 4}], b: [{Elman: 3}]}, merge: {Concat: -1}}", "[N, T, 7]",
         "body.a.0.step.cell.fc.weight"),
        ("split: {copies: 3, graph: [{Elman: 4}], merge: {Concat: -1}}", "[N, T, 12]", "body.0.0.step.cell.fc.weight"),
        ("{Elman: 5, repeat: 2}", "[N, T, 5]", "body.0.step.cell.fc.weight"),
        ("{Elman: $item, each: [5, 7]}", "[N, T, 7]", "body.0.step.cell.fc.weight"),
        ("{Elman: 5, when: $(features > 6)}", "[N, T, 6]", None),
    ],
)  # fmt: skip
def test_a_recurrent_in_other_composites(node: str, shape: str, first: str | None) -> None:
    text = """\
    lego: 1
    inputs: {x: [N, T, 6]}
    blocks:
      Elman:
        params: {hidden: ~}
        graph:
          step:
            recurrent:
              over: 1
              state: {h: ["$input[0]", $hidden]}
              graph:
                joined: {Concat: {dim: -1}, from: [input, h]}
                fc: {Linear: $hidden}
              next: {h: fc}
    """
    graph = parse(f"{dedent(text)}graph:\n  body: {node if node[0] == '{' else '{' + node + '}'}\n").graph
    assert list(shapes(graph).values()) == [shape]
    assert next(iter(weights(graph)), None) == first


def test_instances_read_the_sequence_of_the_one_before() -> None:
    cell = "{joined: {Concat: {dim: -1}, from: [a, b, h]}, h_new: {Linear: 8}}"
    graph = rnn(cell=cell, wiring="from: {a: x, b: y}\nrepeat: 2", inputs="{x: [N, T, 8], y: [N, T, 3]}")
    assert sorted(graph.nx.predecessors("rnn.1.cell.joined")) == ["rnn.0.cell.h_new", "rnn.1.cell.h", "y"]


def test_a_recurrent_that_is_left_out() -> None:
    graph = rnn(wiring="when: $deep", around="out: {Linear: 3}", head="params: {deep: false}\n")
    assert paths(graph) == ["out"]


def test_the_module_of_a_recurrent_runs_again_elsewhere() -> None:
    around = "again: {share: rnn, from: y}\n"
    inputs = "{x: [N, T, 6], y: [M, S, 6]}"
    graph = rnn(around=around, inputs=inputs, state='{h: ["$shape[0]", 8]}', over=1, head="outputs: [rnn, again]\n")
    assert shapes(graph) == {"rnn": "[N, T, 8]", "again": "[M, S, 8]"}
    assert isinstance(graph.root.calls[1].target, Shared)


def test_a_module_from_around_runs_in_each_step() -> None:
    cell = "{read: {share: proj, from: input}, h_new: {Add, from: [read, h]}}"
    graph = rnn(cell=cell, before="proj: {Linear: 6}\n", state="{h: [N, 6]}", wiring="from: x")
    assert weights(graph) == ["proj.weight", "proj.bias"]
    assert [site.path for site in sites(graph.root) if isinstance(site.call.target, Shared)] == ["rnn.cell.read"]


def test_weights_of_a_cell_are_tied_initialised_and_frozen_like_others() -> None:
    graph = rnn(
        wiring="freeze: true\ninit: {weight: orthogonal, bias: 0}",
        around="out: {Linear: {out_features: 8, bias: false}}\n",
        head="tie: {out.weight: rnn.cell.fc.weight}\n",
        cell="{fc: {Linear: {out_features: 8, bias: false}, from: input}, h_new: {Add, from: [fc, h]}}",
        inputs="{x: [N, T, 8]}",
    )
    assert graph.root.ties == (("out.weight", "rnn.cell.fc.weight"),)
    initial = {site.path: [one.function for _, one in site.call.initial] for site in sites(graph.root)}
    assert initial["rnn.cell.fc"] == ["orthogonal"]
    assert [call.node.freeze for call in graph.root.calls] == [True, False]


# -- directions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("both", "shape", "merges"),
    [
        ("true", "[N, T, 16]", ["rnn.merge"]),
        ("$wide", "[N, T, 16]", ["rnn.merge"]),
        ("$(not wide)", "[N, T, 8]", []),
        ("Add", "[N, T, 8]", ["rnn.merge"]),
        ("{Concat: 1}", "[N, 2*T, 8]", ["rnn.merge"]),
        ("{Stack: 0}", "[2, N, T, 8]", ["rnn.merge"]),
        ("{Bilinear: 5}", "[N, T, 5]", ["rnn.merge"]),
    ],
)
def test_both_directions(both: str, shape: str, merges: list[str]) -> None:
    graph = rnn(f"bidirectional: {both}", head="params: {wide: true}\n")
    assert shapes(graph) == {"rnn": shape}
    assert [path for path in paths(graph) if "merge" in path] == merges
    back = [key for key in weights(graph) if key.startswith("rnn.cell_reverse.")]
    assert bool(back) == bool(merges)


def test_each_direction_has_weights_and_final_states_of_its_own() -> None:
    graph = rnn(
        "bidirectional: true\noutputs: {all: h_new, end: {from: fc, step: last}}",
        around="pick: {Add, from: [rnn.h, rnn.h_reverse]}\n",
        head="outputs: [rnn.all, rnn.end, pick]\n",
    )
    assert shapes(graph) == {"rnn.all": "[N, T, 16]", "rnn.end": "[N, 16]", "pick": "[N, 8]"}
    assert weights(graph) == [f"rnn.{cell}.fc.{key}" for cell in ("cell", "cell_reverse") for key in ("weight", "bias")]
    assert list(back_edges(graph)) == ["rnn.cell.h", "rnn.cell_reverse.h"]


def test_reverse_is_a_flag() -> None:
    [ahead, back] = [rnn(f"reverse: {flag}").root.calls[0].body.calls[0].scan for flag in ("false", "$(1 < 2)")]
    assert (ahead.reverse, back.reverse) == (False, True)


# -- outputs ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outputs", "names", "found"),
    [
        ("h_new", ("output", "h"), ["[N, T, 8]", "[N, 8]"]),
        ("{from: h_new, step: last}", ("output", "h"), ["[N, 8]", "[N, 8]"]),
        ("[h_new, joined]", ("h_new", "joined", "h"), ["[N, T, 8]", "[N, T, 14]", "[N, 8]"]),
        ("{a: h_new, b: {from: joined, step: last}}", ("a", "b", "h"), ["[N, T, 8]", "[N, 14]", "[N, 8]"]),
        ("[h_new, {from: joined, step: last}]", ("h_new", "joined", "h"), ["[N, T, 8]", "[N, 14]", "[N, 8]"]),
        ("{a: h_new, b: {from: joined, when: $(1 > 2)}}", ("a", "h"), ["[N, T, 8]", "[N, 8]"]),
        ("h", ("output", "h"), ["[N, T, 8]", "[N, 8]"]),
        ("input", ("output", "h"), ["[N, T, 6]", "[N, 8]"]),
    ],
)
def test_outputs_and_then_final_states(outputs: str, names: tuple[str, ...], found: list[str]) -> None:
    [call] = rnn(f"outputs: {outputs}").root.calls
    assert call.output_names == names
    assert [str(type.shape) for type in call.outputs] == found


def test_picks_of_a_recurrent() -> None:
    around = "a: {Identity, from: rnn}\nb: {Identity, from: rnn.h}\nc: {Identity, from: rnn.1}\n"
    assert shapes(rnn(around=around, head="outputs: [a, b, c]\n")) == {"a": "[N, T, 8]", "b": "[N, 8]", "c": "[N, 8]"}


def test_lengths_go_with_every_direction() -> None:
    inputs = "{x: [N, T, 6], n: {shape: [N], dtype: int64}}"
    graph = rnn("lengths: n\nbidirectional: true", inputs=inputs)
    cells = [call for call in graph.root.calls[0].body.calls if call.scan is not None]
    assert [cell.scan.lengths for cell in cells] == [True, True]
    assert [cell.scan.reverse for cell in cells] == [False, True]


# -- the flat graph, costs ------------------------------------------------------------------------------------------


def test_states_are_nodes_and_back_edges_carry_their_delay() -> None:
    flat = rnn(state="{h: {shape: [N, 8], delay: 3}}").nx
    assert flat.nodes["rnn.cell.h"]["kind"] == "state"
    assert [str(type) for type in flat.nodes["rnn.cell.h"]["outputs"]] == ["[N, 8]"]
    [(_, _, back)] = [edge for edge in flat.edges(data=True) if "delay" in edge[2]]
    assert (back["delay"], str(back["shape"]), back["slot"]) == (3, "[N, 8]", 0)


@pytest.mark.parametrize("path", [*_RECURRENT, Path(__file__).with_name("recurrent.yaml")], ids=lambda path: path.stem)
def test_every_cycle_crosses_a_delay(path: Path) -> None:
    flat = load(path).graph.nx
    assert not nx.is_directed_acyclic_graph(flat)
    ahead = nx.MultiDiGraph((a, b) for a, b, data in flat.edges(data=True) if "delay" not in data)
    assert nx.is_directed_acyclic_graph(ahead)
    delayed = [(target, data["delay"]) for _, target, data in flat.edges(data=True) if "delay" in data]
    states = [node for node, data in flat.nodes(data=True) if data["kind"] == "state"]
    assert sorted(target for target, _ in delayed) == sorted(states)
    assert all(delay >= 1 for _, delay in delayed)


def test_macs_are_those_of_all_steps() -> None:
    assert str(macs(rnn().root)) == "112*N*T"
    assert str(macs(rnn("bidirectional: true").root)) == "224*N*T"
    text = "lego: 1\ninputs: {x: [N, T, 6]}\ngraph:\n  rnn:\n    recurrent:\n      over: T\n      state: {h: [N, 8]}\n"
    text += f"      graph:\n{_in(_CELL, 8)}      next: {{h: h_new}}\n"
    assert summary(parse(text), x=[2, 5, 6]).macs == 112 * 2 * 5


# -- the language page -----------------------------------------------------------------------------------------------

_PAGE = (Path(__file__).parents[2] / "docs" / "language.md").read_text(encoding="utf-8")
_SECTION = _PAGE.partition("### Recurrent blocks\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize(
    ("text", "found"),
    list(
        zip(
            [part.partition("```")[0] for part in _SECTION.split("```yaml\n")[1:]],
            [
                {"tags": "[N, T, 10]", "last": "[N, 64]", "last_back": "[N, 64]"},
                {"decoder.scores": "[N, 20, 1000]", "decoder.words": "[N, 20]"},
            ],
            strict=True,
        )
    ),
)
def test_the_examples_of_the_language_page(text: str, found: dict[str, str]) -> None:
    spec = parse(text)
    assert spec.warnings == ()
    assert shapes(spec.graph) == found
