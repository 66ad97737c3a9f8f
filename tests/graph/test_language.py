"""What a good spec means: the promises of the language, one by one."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import pytest

from lego.api import load, parse
from lego.diagnostics import SpecError
from lego.graph import Frame, Graph, Shared, sites


def net(graph: str, inputs: str = "{x: [N, 16]}", head: str = "", **params: Any) -> Graph:
    """The checked graph of a document with this `graph`."""
    body = indent(dedent(graph).strip("\n"), "  ")
    return parse(f"lego: 1\ninputs: {inputs}\n{dedent(head).strip()}\ngraph:\n{body}\n", **params).graph


def paths(graph: Graph) -> list[str]:
    return [site.path for site in sites(graph.root)]


def shapes(graph: Graph) -> dict[str, str]:
    return {site.path: str(site.call.outputs[0].shape) for site in sites(graph.root)}


def reads(graph: Graph) -> dict[str, list[str]]:
    """What each layer reads, in the order of its slots."""
    edges = sorted(graph.nx.edges(data=True), key=lambda edge: edge[2]["slot"])
    return {node: [source for source, target, _ in edges if target == node] for node in graph.nx}


def output(graph: Graph) -> str:
    [shape] = graph.outputs.values()
    return str(shape)


def codes(text: str, **params: Any) -> list[str]:
    with pytest.raises(SpecError) as raised:
        parse(text, **params)
    return [one.code for one in raised.value.diagnostics]


def test_null_is_a_value_where_torch_takes_none() -> None:
    [site] = sites(net("{bn: {BatchNorm1d: {momentum: ~}}}").root)
    assert site.call.body.momentum is None


# -- names and paths -------------------------------------------------------------------------------------------------


def test_a_list_is_numbered_and_a_mapping_named() -> None:
    assert paths(net("[{Linear: 8}, ReLU, [{Linear: 4}, {Linear: 2}]]")) == ["0", "1", "2.0", "2.1"]
    assert paths(net("{fc: {Linear: 8}, body: [ReLU]}")) == ["fc", "body.0"]


def test_a_lone_name_is_a_graph_of_one_node() -> None:
    assert paths(net("body: {skip: Tanh}")) == ["body.0", "body.merge"]


def test_names_may_be_digits_and_words_of_the_language() -> None:
    graph = net("{0: {Linear: 8}, split: ReLU, skip: {Linear: 4}, 07: Tanh}")
    assert paths(graph) == ["0", "split", "skip", "07"]


def test_the_parts_of_composites_stand_under_it() -> None:
    graph = net(
        """
        body:
          skip:
            graph: {fc: {Linear: 8}}
            shortcut: {Linear: 8}
            merge: {Concat: 1}
        both:
          split: {branches: {a: [{Linear: 4}], b: [{Linear: 4}, ReLU]}, merge: Add}
        experts:
          split: {copies: 2, graph: [{Linear: 4}], merge: {Stack: 1}}
        """
    )
    assert paths(graph) == [
        *("body.fc", "body.shortcut", "body.merge"),
        *("both.a.0", "both.b.0", "both.b.1", "both.merge"),
        *("experts.0.0", "experts.1.0", "experts.merge"),
    ]


def test_repeat_and_each_always_add_an_index() -> None:
    assert paths(net("{one: {Linear: 16, repeat: 1}, each: {Linear: $item, each: [8]}}")) == ["one.0", "each.0"]


def test_items_of_a_list_keep_their_number() -> None:
    graph = net("[{Linear: 8}, {Dropout: 0.5, when: $deep}, {Linear: 4}]", head="params: {deep: false}")
    assert paths(graph) == ["0", "2"]


# -- from ------------------------------------------------------------------------------------------------------------


def test_a_node_reads_the_one_before_and_the_first_the_input() -> None:
    assert reads(net("{a: ReLU, b: Tanh}"))["a"] == ["x"]
    assert reads(net("{a: ReLU, b: Tanh}"))["b"] == ["a"]


def test_the_forms_of_from() -> None:
    graph = net(
        """
        a: {Linear: 16, from: x}
        b: {Add: ~, from: [x, a]}
        c: {MultiheadAttention: {num_heads: 4}, from: {value: b, key: a, query: input}}
        """
    )
    assert reads(graph)["b"] == ["x", "a"]
    assert reads(graph)["c"] == ["x", "a", "b"]


def test_a_node_may_read_a_later_one() -> None:
    graph = net("{sum: {Add: ~, from: [x, fc]}, act: ReLU, fc: {Linear: 16, from: x}}", head="outputs: act")
    assert reads(graph)["sum"] == ["x", "fc"]
    assert paths(graph).index("fc") < paths(graph).index("sum")


def test_input_is_that_of_the_innermost_graph() -> None:
    graph = net("{fc: {Linear: 4}, body: [ReLU, {Add: ~, from: [0, input]}]}")
    assert reads(graph)["body.1"] == ["body.0", "fc"]


def test_bodies_see_the_names_around_them() -> None:
    graph = net(
        """
        fc: {Linear: 4}
        act: ReLU
        body: {skip: [Tanh, [Sigmoid, {Add: ~, from: [0, fc]}]], from: act}
        """
    )
    assert reads(graph)["body.1.1"] == ["body.1.0", "fc"]


def test_inner_names_hide_outer_ones() -> None:
    assert reads(net("{a: ReLU, body: {Sequential: {a: Tanh, b: {Neg: ~, from: a}}}}"))["body.b"] == ["body.a"]


def test_picks() -> None:
    graph = net(
        """
        parts: {Chunk: {chunks: 2, dim: 1}}
        first: {Linear: 4, from: parts}
        second: {Linear: 4, from: parts.1}
        both: {Pair: ~, from: {b: first, a: second}}
        end: {Add: ~, from: [both.mean, both]}
        """,
        head="""
        blocks:
          Pair:
            inputs: [a, b]
            graph: {sum: {Add: ~, from: [a, b]}, scaled: {Mul: 0.5}}
            outputs: {total: sum, mean: scaled}
        """,
    )
    assert [edge[2]["output"] for edge in graph.nx.in_edges("second", data=True)] == [1]
    assert reads(graph)["both.sum"] == ["second", "first"]
    assert reads(graph)["end"] == ["both.scaled", "both.sum"]


def test_a_split_without_merge_gives_its_branches() -> None:
    graph = net(
        "{two: {split: {branches: {a: [{Linear: 4}], b: [{Linear: 8}]}, merge: none}}, end: {Neg: ~, from: two.b}}"
    )
    assert output(graph) == "[N, 8]"


# -- blocks and their inputs -----------------------------------------------------------------------------------------


def test_the_shapes_of_inputs_bind_symbols() -> None:
    head = """
        blocks:
          Heads:
            params: {heads: 4}
            inputs: {x: [B, L, F]}
            graph: {split: {Reshape: [B, L, $heads, "$(features // heads)"]}}
        """
    assert output(net("{h: Heads}", "{x: [N, T, 16]}", head)) == "[N, T, 4, 4]"


def test_multiples_are_solved_by_exact_division(tmp_path: Path) -> None:
    (tmp_path / "half.yaml").write_text(
        "lego: 1\nparams: {planes: 4}\ninputs: {image: [N, C, 32*h, 32*w]}\ngraph:\n"
        "  conv: {Conv2d: {out_channels: $planes, kernel_size: 32, stride: 32}}\n"
        "  flat: {Reshape: [N, $planes, h*w]}\n"
    )
    text = "lego: 1\ninputs: {i: [M, 3, 64, 32*k]}\ninclude: {half: half.yaml}\ngraph: {down: {half: 8}}\n"
    (tmp_path / "net.yaml").write_text(text)
    graph = load(tmp_path / "net.yaml").graph
    assert output(graph) == "[M, 8, 2*k]"
    (tmp_path / "net.yaml").write_text(text.replace("64", "80"))
    with pytest.raises(SpecError) as raised:
        load(tmp_path / "net.yaml")
    assert [one.code for one in raised.value.diagnostics] == ["shape-mismatch"]


def test_equal_uses_of_a_block_are_one_frame() -> None:
    head = "blocks: {Mlp: {params: {width: 16}, graph: [{Linear: $width}, ReLU]}}"
    graph = net("{a: Mlp, b: {Mlp: 16}, c: {Mlp: {width: 8}}}", head=head)
    first, second, third = (call.target for call in graph.root.calls)
    assert first is second
    assert first is not third


# -- when, repeat, each ----------------------------------------------------------------------------------------------


def test_what_is_left_out_gives_its_first_input() -> None:
    text = "{fc: {Linear: 16}, sum: {Add: ~, from: [fc, x], when: $residual}, act: ReLU}"
    assert reads(net(text, head="params: {residual: true}"))["act"] == ["sum"]
    assert reads(net(text, head="params: {residual: false}"))["act"] == ["fc"]


def test_when_is_evaluated_for_each_instance() -> None:
    graph = net("{fc: {Linear: 16, repeat: 3, when: $(index != 1)}}")
    assert paths(graph) == ["fc.0", "fc.2"]
    assert reads(graph)["fc.2"] == ["fc.0"]


def test_an_output_with_the_same_condition_is_dropped() -> None:
    text = "{fc: {Linear: 8}, aux: {Linear: 2, when: $aux}}"
    head = "params: {aux: false}\noutputs: {main: fc, side: {from: aux, when: $aux}}"
    assert list(net(text, head=head).outputs) == ["main"]
    assert list(net(text, head=head, aux=True).outputs) == ["main", "side"]


def test_repeat_chains_the_first_slot_and_keeps_the_others() -> None:
    head = "blocks: {Fuse: {inputs: [a, b], graph: {sum: {Add: ~, from: [a, b]}}}}"
    graph = net("{fc: {Linear: 16}, fuse: {Fuse: ~, from: [fc, x], repeat: 2}}", head=head)
    assert reads(graph)["fuse.0.sum"] == ["fc", "x"]
    assert reads(graph)["fuse.1.sum"] == ["fuse.0.sum", "x"]


def test_repeat_is_evaluated_once_and_the_rest_for_each() -> None:
    graph = net("{fc: {Linear: $(features // 2), repeat: $(features // 8)}}")
    assert shapes(graph) == {"fc.0": "[N, 8]", "fc.1": "[N, 4]"}


def test_loop_names() -> None:
    graph = net(
        "{stages: {Sequential: [{Linear: $item.planes}, {Linear: $(item.planes + index + count), repeat: 2}],"
        " each: [{planes: 4}, {planes: 8}]}}"
    )
    assert list(shapes(graph).values()) == ["[N, 4]", "[N, 6]", "[N, 7]", "[N, 8]", "[N, 10]", "[N, 11]"]


def test_loop_names_end_at_the_border_of_a_block() -> None:
    text = (
        "lego: 1\ninputs: {x: [N, 16]}\nblocks: {B: {graph: [{Linear: $(8 + index)}]}}\ngraph: {b: {B: ~, repeat: 2}}\n"
    )
    assert codes(text) == ["unknown-name"]


def test_zero_instances_are_a_node_left_out() -> None:
    graph = net("{fc: {Linear: 8, repeat: 0}, each: {Linear: 8, each: []}, act: ReLU}")
    assert reads(graph) == {"x": [], "act": ["x"]}


# -- expressions and parameters --------------------------------------------------------------------------------------


def test_what_expressions_see() -> None:
    graph = net(
        """
        conv: {Conv2d: {out_channels: $(2 * channels), kernel_size: 1}}
        body: [ReLU, {Conv2d: {out_channels: "$(input[1] + shape[1] + width)", kernel_size: 1}}]
        """,
        "{x: [N, 3, 8, 8]}",
        "params: {width: 1}",
    )
    assert output(graph) == "[N, 13, 8, 8]"


def test_a_dollar() -> None:
    assert parse("lego: 1\ndoc: $$x\nparams: {p: $$x}\ninputs: {x: [N]}\ngraph: [{ReLU: ~, doc: $$5}]\n").params == {}


def test_a_parameter_holds_a_layer_or_block() -> None:
    head = """
        params: {act: {LeakyReLU: 0.1}, norm: BatchNorm1d, block: {Mlp: {width: 4}}}
        blocks: {Mlp: {params: {width: 2, act: ReLU}, graph: [{Linear: $width}, $act]}}
        """
    graph = net("{a: $act, n: $norm, b: {$block: {width: 8, act: $act}}, c: $block}", head=head)
    layers = {site.path: site.call.body for site in sites(graph.root)}
    assert vars(layers["a"])["negative_slope"] == 0.1
    assert vars(layers["b.1"])["negative_slope"] == 0.1
    assert type(layers["c.1"]).__name__ == "ReLU"
    assert shapes(graph)["b.0"] == "[N, 8]" and shapes(graph)["c.0"] == "[N, 4]"


def test_arguments_of_a_parameter_mean_what_they_do_where_they_are_written() -> None:
    head = """
        params: {width: 4}
        blocks:
          Wrap:
            params: {inner: ~, width: 32}
            graph: {wide: {Linear: $width}, inner: $inner}
        """
    graph = net("{a: {Wrap: {inner: {Linear: $width}}}, b: {Wrap: {inner: {Linear: $(channels // 2)}}}}", head=head)
    assert shapes(graph)["a.inner"] == "[N, 4]"
    assert shapes(graph)["b.inner"] == "[N, 16]"


def test_a_parameter_passes_through_an_include(tmp_path: Path) -> None:
    (tmp_path / "parts.yaml").write_text(
        "lego: 1\nblocks:\n  Outer: {params: {act: ReLU}, graph: {body: {Inner: {act: $act}}}}\n"
        "  Inner: {params: {act: ~}, graph: [{Linear: 8}, $act]}\n"
    )
    (tmp_path / "net.yaml").write_text(
        "lego: 1\ninputs: {x: [N, 16]}\ninclude: {parts: parts.yaml}\n"
        "blocks: {Own: {graph: [Tanh]}}\ngraph: {a: {parts.Outer: {act: Own}}, b: parts.Outer}\n"
    )
    assert paths(load(tmp_path / "net.yaml").graph) == ["a.body.0", "a.body.1.0", "b.body.0", "b.body.1"]


# -- composites ------------------------------------------------------------------------------------------------------


def test_a_skip_is_long_only_with_the_key_graph() -> None:
    assert paths(net("body: {skip: {fc: {Linear: 16}}}")) == ["body.fc", "body.merge"]
    assert reads(net("body: {skip: {graph: {fc: {Linear: 16}}, merge: Mul}}"))["body.merge"] == ["x", "body.fc"]


def test_a_merge_may_be_a_block() -> None:
    head = "blocks: {Gate: {inputs: [a, b], graph: {product: {Mul: ~, from: [a, b]}}}}"
    graph = net("body: {skip: {graph: Sigmoid, merge: Gate}}", head=head)
    assert reads(graph)["body.merge.product"] == ["x", "body.0"]


def test_a_shortcut_may_be_left_out() -> None:
    text = "body: {skip: {graph: [{Linear: $width}], shortcut: {Linear: $width, when: $(features != width)}}}"
    assert "body.shortcut" in paths(net(text, head="params: {width: 8}"))
    assert "body.shortcut" not in paths(net(text, head="params: {width: 16}"))


@pytest.mark.parametrize(
    ("by", "parts"), [("{Chunk: {chunks: 2, dim: 1}}", "[N, 8]"), ("{Split: {split_size: [4, 12], dim: 1}}", "")]
)
def test_a_split_by_parts(by: str, parts: str) -> None:
    graph = net(f"two: {{split: {{branches: {{a: ReLU, b: Tanh}}, by: {by}, merge: {{Concat: 1}}}}}}")
    assert output(graph) == "[N, 16]"
    assert shapes(graph)["two.a.0"] == (parts or "[N, 4]")
    assert reads(graph)["two.b.0"] == ["two.by"]


def test_copies_have_weights_of_their_own_and_an_index() -> None:
    graph = net("heads: {split: {copies: 3, graph: {fc: {Linear: $(4 + index)}}, merge: {Concat: 1}}}")
    assert shapes(graph) == {
        "heads.0.fc": "[N, 4]",
        "heads.1.fc": "[N, 5]",
        "heads.2.fc": "[N, 6]",
        "heads.merge": "[N, 15]",
    }


def test_share_runs_a_module_again() -> None:
    graph = net(
        """
        encode: {Sequential: {fc: {Linear: 8}, act: ReLU}, from: a}
        again: {share: encode, from: b}
        third: {share: again, from: a}
        inside: {skip: {graph: {more: {share: encode, from: b}}, shortcut: {Linear: 8}}, from: b}
        """,
        "{a: [N, 16], b: [M, 16]}",
        "outputs: [again, third, inside]",
    )
    again = graph.root.calls[1].target
    assert isinstance(again, Shared) and again.call == 0
    assert isinstance(graph.root.calls[2].target, Shared) and graph.root.calls[2].target.call == 0
    assert [str(shape) for shape in graph.outputs.values()] == ["[M, 8]", "[N, 8]", "[M, 8]"]
    assert isinstance(again.target, Frame)


# -- shapes ----------------------------------------------------------------------------------------------------------


def test_what_the_net_asks_of_its_symbols() -> None:
    graph = net("[{Conv2d: {out_channels: 4, kernel_size: 33}}]", "{x: [N, 3, H, W]}")
    assert graph.requires == {"H": 33, "W": 33}


def test_a_multiple_comes_out_of_strides() -> None:
    text = "[{Conv2d: {out_channels: 8, kernel_size: 3, stride: 2, padding: 1}, repeat: 5}]"
    assert output(net(text, "{x: [N, 3, 32*h, 32*w]}")) == "[N, 8, h, w]"


def test_nothing_reads_it_is_a_warning() -> None:
    warnings = net("{a: {Linear: 8}, b: {Linear: 8, from: x}}").warnings
    assert [(one.code, one.severity) for one in warnings] == [("unused", "warning")]
    assert net("{a: {Chunk: {chunks: 2, dim: 1}}, b: {Neg: ~, from: a.1}}").warnings == ()
