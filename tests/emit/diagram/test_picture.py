"""What is drawn: folding, skips, shapes on edges."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from lego import load
from lego.emit.diagram import Picture, picture
from tests.emit.diagram.specs import RESIDUAL, net

SPECS = sorted((Path(__file__).parents[3] / "specs").glob("*.yaml"))


def names(drawn: Picture) -> list[str]:
    return [box.name for box in drawn.boxes if box.form != "fork"]


def edges(drawn: Picture, style: str) -> set[tuple[str, str]]:
    """The edges of a style, by the names of what they join."""
    by_id = {box.id: box.name for box in drawn.boxes}
    return {(by_id[edge.source], by_id[edge.target]) for edge in drawn.edges if edge.style == style}


def labels(drawn: Picture) -> list[str]:
    return [edge.label for edge in drawn.edges if edge.label]


# -- repetition --------------------------------------------------------------------------------------------------------


def test_a_repeat_is_drawn_once() -> None:
    drawn = picture(net("tower: {Residual, repeat: 12}", blocks=RESIDUAL))
    [group] = drawn.groups
    assert (group.name, group.lines) == ("tower", ("Residual × 12",))
    assert names(drawn) == ["x", "fc1", "act", "fc2", "+", "tower"]
    assert drawn.shown == 4
    assert drawn.caption[-1].endswith("4 of 48 nodes shown")


def test_equal_blocks_side_by_side_are_drawn_once_whatever_their_names() -> None:
    drawn = picture(net("a: Residual\nb: {Residual: {planes: 16}}\nc: Residual", blocks=RESIDUAL))
    [group] = drawn.groups
    assert (group.name, group.lines) == ("a – c", ("Residual × 3",))


def test_instances_that_differ_in_numbers_list_them() -> None:
    block = "Wide:\n  params: {width: ~}\n  graph:\n    fc: {Linear: $width}\n    act: ReLU\n"
    drawn = picture(net("tower: {Wide: $item, each: [64, 128, 256]}", blocks=block))
    [group] = drawn.groups
    assert group.lines == ("Wide × 3", "[N, 64] → [N, 128] → [N, 256]")
    assert drawn.boxes[1].lines == ("Linear 64 → 128 → 256",)


def test_a_long_list_of_numbers_is_cut_in_the_middle() -> None:
    drawn = picture(net("tower: {Linear: $(item), each: [1, 2, 3, 4, 5, 6]}"))
    assert drawn.boxes[1].lines == ("Linear 1 → 2 → … → 6 × 6",)


def test_a_block_with_other_wiring_is_another_one() -> None:
    graph = "a: Residual\nb: {Plain: 16}"
    plain = RESIDUAL.replace("Residual", "Plain").replace("[input, fc2]", "[act, fc2]")
    drawn = picture(net(graph, blocks=RESIDUAL + plain))
    assert [group.name for group in drawn.groups] == ["a", "b"]


def test_a_value_read_further_down_is_not_folded_away() -> None:
    drawn = picture(net("a: Residual\nb: Residual\nc: {Add, from: [a, b]}", blocks=RESIDUAL))
    assert [group.name for group in drawn.groups] == ["a"]
    assert [box.name for box in drawn.boxes if box.form == "block"] == ["b"]


def test_a_block_is_drawn_in_detail_where_it_first_stands() -> None:
    drawn = picture(net("a: Residual\nmid: Tanh\nb: {Residual: {planes: 16}}", blocks=RESIDUAL))
    assert [group.name for group in drawn.groups] == ["a"]
    [folded] = [box for box in drawn.boxes if box.form == "block"]
    assert (folded.name, folded.lines) == ("b", ("Residual planes 16", "4 layers · 544 parameters"))
    full = picture(net("a: Residual\nmid: Tanh\nb: Residual", blocks=RESIDUAL), detail="full")
    assert [group.name for group in full.groups] == ["a", "b"]


def test_parallel_copies_are_drawn_once() -> None:
    drawn = picture(net("experts: {split: {copies: 4, graph: [{Linear: 16}, ReLU], merge: Add}}"))
    [group] = drawn.groups
    assert group.lines == ("× 4",)
    assert edges(drawn, "flow") == {("x", "0"), ("0", "1"), ("1", "+"), ("+", "experts")}


# -- skips -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("merge", ["Add", "Mul", "{Concat: 1}"])
def test_a_skip_wired_by_hand_is_drawn_like_the_composite(merge: str) -> None:
    kind, _, argument = merge.strip("{}").partition(": ")
    by_hand = f"fc: {{Linear: 16}}\nact: ReLU\nmerge: {{{kind}: {argument or 'null'}, from: [x, act]}}"
    composite = f"body: {{skip: {{graph: {{fc: {{Linear: 16}}, act: ReLU}}, merge: {merge}}}}}"
    one, other = picture(net(by_hand)), picture(net(composite))
    for style in ("skip", "flow"):
        assert {e for e in edges(one, style) if "merge" not in e} == {e for e in edges(other, style) if "body" not in e}
    assert len(edges(one, "skip")) == 1
    assert [box.form for box in one.boxes] == [box.form for box in other.boxes]


def test_branches_are_no_skips() -> None:
    graph = "split: {split: {branches: {a: [{Linear: 8}], b: [{Linear: 4}]}, merge: {Concat: 1}}}"
    drawn = picture(net(graph))
    assert edges(drawn, "skip") == set()
    assert edges(drawn, "flow") == {("x", "a.0"), ("x", "b.0"), ("a.0", "||"), ("b.0", "||"), ("||", "split")}


def test_a_skip_over_a_projection_has_no_arc() -> None:
    drawn = picture(net("body: {skip: {graph: [{Linear: 8}, ReLU], shortcut: {Linear: 8}}}"))
    assert edges(drawn, "skip") == set()
    assert ("shortcut", "+") in edges(drawn, "flow")


def test_a_skip_into_a_folded_block_is_an_arc() -> None:
    join = "Join:\n  inputs: [deep, short]\n  graph:\n    cat: {Concat: 1, from: [deep, short]}\n    fc: {Linear: 16}"
    drawn = picture(net("fc: {Linear: 16}\njoin: {Join, from: [fc, x]}", blocks=join), depth=0)
    assert edges(drawn, "skip") == {("x", "join")}


def test_what_enters_a_group_in_several_ways_enters_it_once() -> None:
    drawn = picture(net("pre: Tanh\nblock: Residual", blocks=RESIDUAL))
    [fork] = [box for box in drawn.boxes if box.form == "fork"]
    assert drawn.groups[0].items[0] == fork
    assert [edge.target for edge in drawn.edges if edge.source == "pre"] == [fork.id]
    assert {edge.style for edge in drawn.edges if edge.source == fork.id} == {"flow", "skip"}


# -- shapes ------------------------------------------------------------------------------------------------------------


def test_shapes_stand_where_they_change() -> None:
    drawn = picture(net("a: {Linear: 8}\nb: ReLU\nc: {Linear: 8}\nd: {Linear: 4}\ne: ReLU"))
    assert labels(drawn) == ["[N, 8]", "[N, 4]"]


def test_shapes_stand_where_a_value_branches() -> None:
    drawn = picture(net("a: ReLU\nb: Tanh\nc: {Add, from: [a, b]}"))
    by_ends = {(edge.source, edge.target): edge.label for edge in drawn.edges}
    assert by_ends["a", "b"] == "[N, 16]"
    assert by_ends["a", "c"] == by_ends["b", "c"] == ""


def test_integers_say_so() -> None:
    graph = net(
        "e: {Embedding: {num_embeddings: 9, embedding_dim: 4}}\nact: ReLU", inputs="{t: {shape: [N, T], dtype: int64}}"
    )
    drawn = picture(graph)
    assert drawn.boxes[0].lines == ("[N, T] int64",)
    assert labels(drawn) == ["[N, T, 4]"]


# -- shared weights ----------------------------------------------------------------------------------------------------


def test_shared_weights_are_joined() -> None:
    drawn = picture(net("a: {Linear: 16}\nb: ReLU\nc: {share: a}"))
    assert edges(drawn, "shared") == {("a", "c")}
    assert drawn.caption[-1] == "272 parameters · depth 2 · 3 nodes"


def test_ties_are_joined_though_what_they_name_is_folded() -> None:
    [gpt2] = [path for path in SPECS if path.stem == "gpt2"]
    assert edges(picture(load(gpt2).graph), "shared") == {("wte", "lm_head")}


# -- how much is shown -------------------------------------------------------------------------------------------------


def test_depth_limits_the_frames_inside_each_other() -> None:
    blocks = RESIDUAL + "Stage: {graph: {one: Residual, two: Tanh}}\n"
    graph = net("stage: Stage", blocks=blocks)
    assert [group.name for group in picture(graph).groups] == ["stage", "one"]
    assert [group.name for group in picture(graph, depth=1).groups] == ["stage"]
    assert picture(graph, depth=0).groups == ()
    assert names(picture(graph, depth=0)) == ["x", "stage", "stage"]


def test_an_overview_has_stages_only() -> None:
    graph = "stem: {Linear: 16}\nnorm: LayerNorm\nact: ReLU\nbody: {Residual, repeat: 3}\nhead: {Linear: 2}"
    drawn = picture(net(graph, blocks=RESIDUAL), detail="overview")
    assert names(drawn) == ["x", "stem", "body", "head", "head"]
    assert drawn.boxes[1].lines == ("Linear 16", "LayerNorm", "ReLU")


def test_a_long_chain_folds_into_its_period() -> None:
    drawn = picture(net("\n".join(f"- {{Linear: 16}}\n- {kind}" for kind in ["ReLU"] * 500)))
    assert [(group.name, group.lines) for group in drawn.groups] == [("0 – 999", ("× 500",))]
    assert drawn.caption[-1].endswith("2 of 1,000 nodes shown")


def test_what_does_not_repeat_is_left_out_in_the_middle() -> None:
    kinds = ["Neg", "Exp", "Abs", "Sin", "Cos"]
    chain = [kinds[(number * number // 7) % 5] for number in range(2000)]
    drawn = picture(net("\n".join(f"- {kind}" for kind in chain)))
    assert drawn.shown <= 60
    [gap] = [box for box in drawn.boxes if box.kind == "gap"]
    assert gap.lines[0].endswith("more layers")
    assert len(edges(drawn, "flow")) == drawn.shown + 1


@pytest.mark.parametrize("detail", ["overview", "block"])
@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_every_spec_keeps_to_the_budget(path: Path, detail: str) -> None:
    drawn = picture(load(path).graph, detail=detail)  # type: ignore[arg-type]
    assert 0 < drawn.shown <= {"overview": 15, "block": 60}[detail]
    ids = [box.id for box in drawn.boxes]
    assert len(set(ids)) == len(ids)
    order = {id: number for number, id in enumerate(ids)}
    assert all(order[edge.source] < order[edge.target] for edge in drawn.edges if edge.style != "back")
    reached = {edge.target for edge in drawn.edges} | {edge.source for edge in drawn.edges}
    assert reached == set(ids)


@pytest.mark.parametrize(
    ("name", "depth"), [("resnet18", 18), ("resnet50", 50), ("vgg16", 16), ("densenet121", 121), ("googlenet", 22)]
)
def test_depth_is_what_papers_count(name: str, depth: int) -> None:
    [path] = [path for path in SPECS if path.stem == name]
    assert f" · depth {depth} · " in picture(load(path).graph).caption[-1]


def test_the_stages_of_resnet() -> None:
    [path] = [path for path in SPECS if path.stem == "resnet18"]
    drawn = picture(load(path).graph)
    assert [(group.name, group.lines[0]) for group in drawn.groups] == [
        ("layer1", "BasicBlock × 2"),
        ("layer2 – layer4", "× 3"),
        ("0", "BasicBlock"),
    ]
    assert len(edges(drawn, "skip")) == 1
    signs = [box.name for box in drawn.boxes if box.form == "merge"]
    assert signs == ["+", "+"]


def test_boxes_are_drawn_in_the_order_of_execution() -> None:
    drawn = picture(net("\n".join(f"n{number}: {{Linear: {number + 1}}}" for number in range(5))))
    assert all(
        (one.id, other.id) in {(e.source, e.target) for e in drawn.edges} for one, other in pairwise(drawn.boxes)
    )
