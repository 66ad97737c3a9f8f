"""`init: auto`: the activation that it finds, the numbers that it takes, and what these do to signals."""

from __future__ import annotations

from math import sqrt
from textwrap import dedent

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

import lego
from lego.emit.torch import source
from lego.graph import STARTS, Graph, sites
from lego.graph.initial_auto import start_before
from tests.graph.random_graphs.grow import documents


def starts(graph: Graph) -> dict[str, tuple[str, dict[str, object]]]:
    """Function and arguments of each weight, by its path."""
    return {
        f"{path}.{weight}": (one.function, dict(one.arguments))
        for path, call in sites(graph.root)
        for weight, one in call.initial
    }


def of(nodes: str, inputs: str = "{x: [N, 16]}") -> dict[str, tuple[str, dict[str, object]]]:
    return starts(lego.parse(f"lego: 1\ninputs: {inputs}\ngraph: {nodes}\ninit: auto\n").graph)


RELU = ("kaiming_normal", {"nonlinearity": "relu"})
TANH = ("xavier_normal", {"gain": 1.666667})
PLAIN = ("xavier_normal", {})


# -- numbers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layer", "name", "parameter"),
    [
        ("{ReLU: {}}", "relu", None),
        ("{LeakyReLU: 0.3}", "leaky_relu", 0.3),
        ("{PReLU: {}}", "leaky_relu", 0.25),
        ("{Tanh: {}}", "tanh", None),
        ("{Sigmoid: {}}", "sigmoid", None),
        ("{SELU: {}}", "linear", None),
        ("{Softmax: 1}", "linear", None),
    ],
)
def test_gains_are_those_of_torch(layer: str, name: str, parameter: float | None) -> None:
    graph = lego.parse(f"lego: 1\ninputs: {{x: [N, 4]}}\ngraph: [{{Linear: 4}}, {layer}]\n").graph
    activation = next(call.body for path, call in sites(graph.root) if path == "1")
    assert start_before(activation).gain == pytest.approx(nn.init.calculate_gain(name, parameter))


@pytest.mark.parametrize("name", STARTS)
def test_weights_have_the_deviation_of_the_table(name: str) -> None:
    module = lego.build(
        lego.parse(f"lego: 1\ninputs: {{x: [N, 300]}}\ngraph: [{{Linear: 500}}, {name}]\ninit: auto\n"), seed=0
    )
    start = start_before(lego.parse(f"lego: 1\ninputs: {{x: [N, 3]}}\ngraph: [{name}]\n").graph.root.calls[0].body)
    spread = 1 / sqrt(300) if start.kind == "he" else sqrt(2 / 800)
    assert module[0].weight.std().item() == pytest.approx(start.gain * spread, rel=0.02)


def test_the_source_is_what_one_would_write() -> None:
    nodes = "[{Linear: 16}, {LeakyReLU: 0.2}, {Linear: 4}]"
    text = f"lego: 1\ninputs: {{x: [N, 8]}}\ngraph: {nodes}\ninit: {{weight: auto, bias: 0}}\n"
    module = lego.build(lego.parse(text), seed=3)
    torch.manual_seed(3)
    by_hand = nn.Sequential(nn.Linear(8, 16), nn.LeakyReLU(0.2), nn.Linear(16, 4))
    nn.init.kaiming_normal_(by_hand[0].weight, a=0.2)
    nn.init.xavier_normal_(by_hand[2].weight)
    assert torch.equal(module[0].weight, by_hand[0].weight)
    assert torch.equal(module[2].weight, by_hand[2].weight)
    again = lego.build(lego.parse(text), seed=3)
    assert all(torch.equal(a, b) for a, b in zip(module.parameters(), again.parameters(), strict=True))


# -- what follows ------------------------------------------------------------------------------------------------------


def test_through_norms_pools_shortcuts_and_branches() -> None:
    conv = "Conv2d: {out_channels: 4, kernel_size: 3, padding: 1}"
    found = of(
        dedent(f"""
          stem: {{{conv}}}
          norm: BatchNorm2d
          pool: {{MaxPool2d: 2}}
          body: {{skip: [{{{conv}}}, Tanh, {{{conv}}}, BatchNorm2d]}}
          relu: ReLU
          sides: {{split: {{branches: {{a: [{{{conv}}}], b: [{{{conv}}}, Sigmoid]}}, merge: {{Concat: 1}}}}}}
          act: ReLU
          flatten: Flatten
          fc: {{Linear: 3}}
          answer: {{Softmax: 1}}
        """).replace("\n", "\n  "),
        "{x: [N, 3, 8, 8]}",
    )
    assert found == {
        "stem.weight": RELU,
        "body.0.weight": TANH,
        "body.2.weight": RELU,
        "sides.a.0.weight": RELU,
        "sides.b.0.weight": PLAIN,
        "fc.weight": PLAIN,
    }


def test_the_nearest_reader_counts() -> None:
    assert of("{fc: {Linear: 16}, act: Tanh, total: {Add, from: [fc, act]}, relu: ReLU}")["fc.weight"] == TANH
    assert (
        of("{fc: {Linear: 16}, act: ReLU, other: {Tanh, from: fc}, end: {Add, from: [act, other]}}")["fc.weight"]
        == RELU
    )


def test_equal_blocks_before_different_activations_are_two_classes() -> None:
    text = """
        lego: 1
        inputs: {x: [N, 8]}
        blocks:
          Part: {graph: [{Linear: 8}, LayerNorm: 8]}
        graph: [Part, ReLU, Part, Tanh, Part, ReLU, {share: "0"}]
        init: auto
        """
    spec = lego.parse(dedent(text))
    found = starts(spec.graph)
    assert [found[f"{index}.0.weight"] for index in (0, 2, 4)] == [RELU, TANH, RELU]
    frames = {index: spec.graph.root.calls[index].body for index in (0, 2, 4, 6)}
    assert frames[0] is frames[4] is frames[6] and frames[0] is not frames[2]
    module = lego.build(spec, seed=0)
    assert type(module.get_submodule("0")) is type(module.get_submodule("4")) is not type(module.get_submodule("2"))
    assert module(torch.randn(2, 8)).shape == (2, 8)


def test_through_the_state_of_a_recurrent() -> None:
    text = """
        lego: 1
        inputs: {x: [N, T, 4]}
        graph:
          rnn:
            recurrent:
              over: T
              state: {h: [N, 6]}
              graph:
                read: {Linear: 6, from: input}
                seen: {Tanh, from: h}
                recalled: {Linear: 6, from: seen}
                total: {Add, from: [read, recalled]}
              next: {h: total}
        init: auto
        """
    found = starts(lego.parse(dedent(text)).graph)
    assert found == {"rnn.cell.read.weight": TANH, "rnn.cell.recalled.weight": TANH}


def test_packed_weights_have_the_fans_of_their_parts() -> None:
    found = of("{lstm: {LSTM: 8}, attention: {MultiheadAttention: 2, from: [lstm, lstm, lstm]}}", "{x: [T, N, 24]}")
    assert found == {
        "lstm.weight_ih_l0": ("normal", {"std": 0.25}),
        "lstm.weight_hh_l0": ("normal", {"std": pytest.approx(sqrt(1 / 8), rel=1e-5)}),
        "attention.in_proj_weight": ("normal", {"std": pytest.approx(sqrt(1 / 8), rel=1e-5)}),
        "attention.out_proj.weight": PLAIN,
    }
    encoder = of("[TransformerEncoderLayer: {nhead: 2, dim_feedforward: 32}]", "{x: [T, N, 8]}")
    assert (encoder["0.linear1.weight"], encoder["0.linear2.weight"]) == (RELU, PLAIN)


def test_tables_keep_the_start_of_torch() -> None:
    nodes = "[{Embedding: {num_embeddings: 9, embedding_dim: 4, padding_idx: 0}}, {Linear: 2}]"
    assert of(nodes, "{x: {shape: [N], dtype: int64, range: [0, 9]}}") == {"1.weight": PLAIN}


def test_other_rules_go_before_and_after() -> None:
    assert of("{a: {Linear: 8, init: {weight: 0.5}}, b: {Linear: 8}, act: ReLU}") == {
        "a.weight": ("constant", {"val": 0.5}),
        "b.weight": RELU,
    }
    with pytest.raises(lego.SpecError, match="auto needs a weight of at least two dims"):
        lego.parse("lego: 1\ninputs: {x: [N, 8]}\ngraph: [{Linear: 8}]\ninit: {bias: auto}\n")


# -- variances ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layer", "inputs"),
    [
        ("{Linear: 200}", [300]),
        ("{Conv1d: {out_channels: 64, kernel_size: 5}}", [48, 40]),
        ("{Conv2d: {out_channels: 64, kernel_size: 3, groups: 4}}", [64, 16, 16]),
        ("{Conv2d: {out_channels: 96, kernel_size: 5, groups: 96}}", [96, 16, 16]),
        ("{ConvTranspose2d: {out_channels: 24, kernel_size: 3}}", [96, 16, 16]),
        ("{ConvTranspose2d: {out_channels: 24, kernel_size: 4, stride: 2}}", [96, 16, 16]),
        ("{ConvTranspose2d: {out_channels: 64, kernel_size: 4, stride: 2, groups: 8}}", [64, 16, 16]),
        ("{ConvTranspose1d: {out_channels: 64, kernel_size: 2, stride: 2}}", [64, 40]),
    ],
)
def test_sums_before_relu_have_twice_the_mean_square_of_the_inputs(layer: str, inputs: list[int]) -> None:
    shape = ", ".join(map(str, inputs))
    text = f"lego: 1\ninputs: {{x: [N, {shape}]}}\ngraph: [{layer}, ReLU]\ninit: {{weight: auto, bias: 0}}\n"
    module = lego.build(lego.parse(text), seed=0)
    torch.manual_seed(1)
    output: Tensor = module[0](torch.randn(16, *inputs))
    inner = output[(..., *[slice(4, -4)] * (output.dim() - 2))] if output.dim() > 2 else output
    assert inner.var().item() == pytest.approx(2, rel=0.1)


def deep(activation: str, start: str) -> list[float]:
    """The mean square of what each of thirty layers gives."""
    nodes = f"{{deep: {{repeat: 30, Sequential: [{{Linear: 256}}, {activation}]}}}}"
    text = f"lego: 1\ninputs: {{x: [N, 256]}}\ngraph: {nodes}\n"
    module = lego.build(lego.parse(f"{text}init: {{weight: {start}, bias: 0}}\n"), seed=0)
    torch.manual_seed(1)
    x = torch.randn(64, 256)
    found: list[float] = []
    with torch.no_grad():
        for layer in module.deep:
            x = layer(x)
            found.append(x.square().mean().item())
    return found


@pytest.mark.parametrize("activation", ["ReLU", "{LeakyReLU: 0.2}", "PReLU", "RReLU", "SELU", "Tanh", "Identity"])
def test_thirty_layers_keep_their_variance(activation: str) -> None:
    found = deep(activation, "auto")
    assert all(0.25 < after / found[0] < 4 for after in found)


@pytest.mark.parametrize(
    ("activation", "start", "last"),
    [("ReLU", "zeros", 0), ("ReLU", "xavier", 1e-7), ("ReLU", "{normal: {std: 0.02}}", 1e-7)],
)
def test_and_others_lose_it(activation: str, start: str, last: float) -> None:
    assert deep(activation, start)[-1] <= last


# -- random graphs -----------------------------------------------------------------------------------------------------

ACTIVATIONS = {
    "ReLU": RELU,
    "{LeakyReLU: 0.25}": ("kaiming_normal", {"a": 0.25}),
    "Tanh": TANH,
    "Sigmoid": PLAIN,
    "{Softmax: -1}": PLAIN,
    "SELU": ("kaiming_normal", {"nonlinearity": "linear"}),
}
THROUGH = [
    "{LayerNorm: 8}",
    "{Dropout: 0.5}",
    "Identity",
    "{skip: [{LayerNorm: 8}]}",
    "{split: {branches: {a: [Identity], b: [{Dropout: 0.1}]}, merge: Add}}",
    "{Unflatten: {dim: -1, unflattened_size: [2, 4]}}, {Flatten: {start_dim: -2}}",
]
WRAPPED = ["{0}", "{{Sequential: [{0}]}}", "{{Sequential: [{{Sequential: [{0}]}}]}}"]


@st.composite
def chains(draw: st.DrawFn) -> tuple[str, list[tuple[str, dict[str, object]]]]:
    """A chain of units, each a Linear, what it goes through, and perhaps an activation; and how the Linears start."""
    nodes: list[str] = []
    expected: list[tuple[str, dict[str, object]]] = []
    for _ in range(draw(st.integers(1, 5))):
        activation = draw(st.sampled_from([*ACTIVATIONS, None]))
        parts = [
            "{Linear: 8}",
            *draw(st.lists(st.sampled_from(THROUGH), max_size=3)),
            *([activation] if activation else []),
        ]
        cut = draw(st.integers(1, len(parts)))
        for some in (parts[:cut], parts[cut:]):
            if some:
                nodes.append(draw(st.sampled_from(WRAPPED)).format(", ".join(some)))
        expected.append(ACTIVATIONS[activation] if activation else PLAIN)
    return f"[{', '.join(nodes)}]", expected


@settings(max_examples=40, deadline=None)
@given(chains())
def test_of_chains(chain: tuple[str, list[tuple[str, dict[str, object]]]]) -> None:
    nodes, expected = chain
    assert [one for path, one in of(nodes, "{x: [N, 8]}").items() if path.endswith("weight")] == expected


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents())
def test_of_random_graphs(text: str) -> None:
    """All of the catalogue: nothing is left undecided, what torch does runs, and wiring and keys stay the same."""
    before, spec = lego.parse(text), lego.parse(f"{text}\ninit: auto\n")
    assert {one for one, _ in starts(spec.graph).values()} <= {"kaiming_normal", "xavier_normal", "normal"}
    assert not [found for found in spec.warnings if found.code == "init"]
    assert spec.graph.nx.edges == before.graph.nx.edges
    assert "auto" not in source(spec.graph)
    module, plain = lego.build(spec, device="meta"), lego.build(before, device="meta")
    assert module.state_dict().keys() == plain.state_dict().keys()
