"""Networks of torchvision, folded: whole texts, which mean the same as before; and what does not fold."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

import lego
from lego.diagnostics import Source
from lego.spec import Document, fold, parse, read, to_yaml
from tests.conftest import Golden
from tests.spec import unfolded
from tests.spec.test_folding_law import meaning

NETWORKS = [unfolded.resnet50, unfolded.mobilenet_v3, unfolded.efficientnet, unfolded.swin, unfolded.densenet]


@pytest.mark.parametrize("write", NETWORKS, ids=lambda write: write.__name__)
def test_networks_read_as_a_person_would_write_them(write: Callable[[], str], golden: Golden) -> None:
    document = lego.parse(write()).document
    folded = fold(document)
    golden(f"folding/{write.__name__}.yaml", to_yaml(folded))
    assert fold(folded) == folded
    if write is not unfolded.densenet:  # whose joins have other names
        assert meaning(folded) == meaning(document)


def test_joins_move_without_weights_or_order() -> None:
    before = meaning(lego.parse(unfolded.densenet()).document)[0]
    after = meaning(fold(lego.parse(unfolded.densenet()).document))[0]
    without = [[(path, *facts) for path, *facts in nodes if facts[0] != "Concat"] for nodes in (before, after)]
    assert without[0] == without[1]
    assert [facts for _, *facts in before] == [facts for _, *facts in after]


def reread(text: str) -> Document:
    return parse(read(Source("<written>", dedent(text))))


def folded(blocks: str, graph: str, inputs: str = "{x: [N, 8]}") -> Document:
    """A document of these blocks, folded; it means the same."""
    document = reread(f"lego: 1\ninputs: {inputs}\nblocks: {blocks}\ngraph: {graph}\n")
    found = fold(document)
    assert meaning(found) == meaning(document)
    assert fold(found) == found
    return found


def graph_of(document: Document) -> str:
    return to_yaml(document).partition("\ngraph:")[2].strip()


def test_values_by_index() -> None:
    def chain(*values: object) -> str:
        blocks = [f"A_{at}: {{graph: {{drop: {{Dropout: {value}}}, act: Tanh}}}}" for at, value in enumerate(values)]
        uses = ", ".join(f"A_{at}" for at in range(len(values)))
        return graph_of(folded(f"{{{', '.join(blocks)}}}", f"{{s: [{uses}]}}"))

    assert chain(0.5, 0.5) == "s: {A, repeat: 2}"
    assert chain(0.5, 0.1, 0.1) == "s: {A: {drop_p: $(0.5 if index == 0 else 0.1)}, repeat: 3}"
    assert chain(0.0, 0.1, 0.2) == "s: {A: {drop_p: $(0.1 * index)}, repeat: 3}"
    assert chain(0.25, 0.5, 0.75) == "s: {A: {drop_p: $(0.25 * (index + 1))}, repeat: 3}"
    assert chain(0.0, 0.1, 0.2, 0.3) == (
        "s: {A: {drop_p: $item.drop_p}, each: [{drop_p: 0.0}, {drop_p: 0.1}, {drop_p: 0.2}, {drop_p: 0.3}]}"
    )  # 0.1 * 3 is not 0.3


def test_a_shape_over_the_input_keeps_its_place() -> None:
    blocks = """{A: {graph: [{Reshape: {shape: ["$shape[0]", 2, 4]}}, Tanh]},
      A_2: {graph: [{Reshape: {shape: ["$shape[0]", 4, 2]}}, Tanh]}}"""
    text = to_yaml(folded(blocks, "{a: A, b: {A_2, from: x}, c: {Flatten, from: a}, d: {Flatten, from: b}}"))
    assert "params: {shape_1: ~, shape_2: ~}" in text
    assert 'Reshape: ["$shape[0]", $shape_1, $shape_2]' in text


def test_escaped_dollars_stay_escaped() -> None:
    text = """\
        lego: 1
        include: {other: other.yaml}
        inputs: {x: [N, 8]}
        blocks:
          A: {graph: [{other.B: {label: $$x}}, ReLU]}
          A_2: {graph: [{other.B: {label: $$y}}, ReLU]}
        graph: [A, A_2, ReLU]
        """
    found = fold(reread(text))
    assert found.blocks["A"].params["label"].value is None
    uses = found.graph.nodes if found.graph else ()
    assert [node.what.arguments["label"].value for node in uses[:2]] == ["$$x", "$$y"]  # pyright: ignore


@pytest.mark.parametrize(
    "graph",
    [
        "{s: [A, A_2, ReLU]}",  # a longer list
        "{s: {Sequential: {a: A, b: A_2}}}",  # names that are no numbers
        "{s: [A, {A_2, from: input}]}",  # no chain
        "{s: {Sequential: [A, A_2], checkpoint: true}}",  # recomputed as one
    ],
)
def test_what_is_no_chain_of_its_own_does_not_repeat(graph: str) -> None:
    assert "repeat" not in to_yaml(folded("{A: {graph: [ReLU, Tanh]}, A_2: {graph: [ReLU, Tanh]}}", graph))


def test_a_second_input_that_all_turns_read() -> None:
    block = "{inputs: [a, m], graph: {c: {Add, from: [a, m]}, d: ReLU}}"
    blocks = f"{{A: {block}, A_2: {block}}}"
    graph = "{m: Tanh, s: {Sequential: [{A, from: [input, m]}, {A_2, from: ['0', m]}], from: x}}"
    assert graph_of(folded(blocks, graph)).splitlines()[-1] == "  s: {A, from: [x, m], repeat: 2}"


def test_a_container_of_equal_blocks_stands_where_it_is_used() -> None:
    blocks = "{A: {graph: [ReLU, Tanh]}, A_2: {graph: [ReLU, Tanh]}, Stage: {graph: [A, A_2]}}"
    found = folded(blocks, "{s: Stage}")
    assert list(found.blocks) == ["A"]
    assert graph_of(found) == "s: {A, repeat: 2}"


def test_blocks_with_parameters_stay() -> None:
    blocks = "{A: {params: {p: 0.5}, graph: [{Dropout: $p}, Tanh]}, A_2: {graph: [{Dropout: 0.1}, Tanh]}}"
    assert list(folded(blocks, "[A, A_2, Tanh]").blocks) == ["A", "A_2"]


def test_blocks_that_a_value_names_stay() -> None:
    blocks = "{A: {graph: [ReLU, Tanh]}, A_2: {graph: [ReLU, Tanh]}, B: {params: {act: A_2}, graph: [$act, Tanh]}}"
    assert list(folded(blocks, "[A, B, Tanh]").blocks) == ["A", "A_2", "B"]


def test_what_others_share_is_not_left_out() -> None:
    whole = "{a: Tanh, b: {Linear: 8}, c: {share: b}, d: ReLU, e: ReLU, f: ReLU}"
    blocks = f"{{A: {{graph: {whole}}}, A_2: {{graph: {{a: Tanh, d: ReLU, e: ReLU, f: ReLU}}}}}}"
    assert list(folded(blocks, "[A, A_2, Tanh]").blocks) == ["A", "A_2"]


def test_a_picked_output_is_not_left_out() -> None:
    blocks = """{A: {graph: {a: {Linear: 8}, c: {Chunk: {chunks: 1, dim: 1}}, d: {ReLU, from: c.0}, e: Tanh}},
      A_2: {graph: {a: {Linear: 8}, d: ReLU, e: Tanh}}}"""
    document = reread(f"lego: 1\ninputs: {{x: [N, 8]}}\nblocks: {blocks}\ngraph: [A, A_2, Tanh]\n")
    assert list(fold(document).blocks) == ["A", "A_2"]


def test_a_block_that_stands_in_itself_is_left_to_the_check() -> None:
    document = reread("lego: 1\ninputs: {x: [N, 8]}\nblocks: {A: {graph: [A]}}\ngraph: [A]\n")
    assert fold(document) == document


def test_layers_that_differ_are_a_parameter() -> None:
    blocks = "{A: {graph: {a: {Linear: 8}, b: ReLU}}, A_2: {graph: {a: {Linear: 8}, b: {LeakyReLU: 0.2}}}}"
    found = folded(blocks, "{a: A, b: A_2, c: Tanh}")
    assert "b: $act" in to_yaml(found)
    assert "b: {A: {act: {LeakyReLU: {negative_slope: 0.2}}}}" in to_yaml(found)
