"""`init`: which weights it speaks of, and what is said where it speaks of none."""

from __future__ import annotations

from textwrap import dedent

from lego.api import parse
from lego.diagnostics import SpecError
from lego.graph import Frame

MIXED = """
    lego: 1
    inputs: {x: [N, T, 16]}
    blocks:
      Mixed:
        graph:
          fc: {Linear: 16}
          attention: {MultiheadAttention: 4, from: [fc, fc, fc]}
          scale: {Parameter: [16]}
          out: {Mul: {broadcast: true}, from: [attention, scale]}
    """


def messages(text: str) -> list[tuple[str, str]]:
    try:
        found = parse(text).graph.warnings
    except SpecError as error:
        found = error.diagnostics
    return [(one.severity, one.message) for one in found]


def mixed(lines: str) -> str:
    return dedent(MIXED) + lines


def test_a_block_in_use_is_not_each_of_its_layers() -> None:
    """A name has to fit one of the layers inside, and by name alone it reaches no Parameter."""
    text = mixed("graph: {mixed: {Mixed: {}, init: {in_proj_weight: zeros, weight: normal}}}")
    assert messages(text) == []
    block = parse(text).graph.root.calls[0].target
    assert isinstance(block, Frame)
    calls = {call.name: call.initial for call in block.calls}
    assert [weight for weight, _ in calls["attention"]] == ["in_proj_weight", "out_proj.weight"]
    assert calls["scale"] == ()


def test_a_name_that_fits_nothing_below_is_told_of() -> None:
    found = [("warning", "no layer here has a weight `kernel`")]
    assert messages(mixed("graph: {mixed: {Mixed: {}, init: {kernel: zeros}}}")) == found
    assert messages(mixed("graph: {mixed: Mixed}\ninit: {kernel: zeros}")) == found
    assert messages(mixed("graph: {chain: {Sequential: [Mixed], init: {kernel: zeros}}}")) == found
    assert messages(mixed("graph: {mixed: Mixed}\ninit: {MultiheadAttention: {kernel: zeros}}")) == [
        ("warning", "no MultiheadAttention here has a weight `kernel`")
    ]


def test_general_names_may_fit_nothing() -> None:
    assert messages("lego: 1\ninputs: {x: [N]}\ngraph: [ReLU]\ninit: {weight: he, bias: zeros, Conv2d: zeros}") == []


def test_nothing_is_said_of_it_where_a_layer_is_wrong() -> None:
    text = mixed("graph: {mixed: Mixed, wrong: {Conv2d: 3}}\ninit: {kernel: zeros}")
    assert [severity for severity, _ in messages(text)] == ["error"]


def test_names_mean_the_keys_that_contain_them_and_the_longest_wins() -> None:
    init = "{weight: xavier, bias: zeros, weight_hh: orthogonal, weight_hh_l1: 0.5}"
    text = (
        f"lego: 1\ninputs: {{x: [T, N, 8]}}\ngraph: {{lstm: {{LSTM: {{hidden_size: 8, num_layers: 2}}, init: {init}}}}}"
    )
    assert messages(text) == []
    [call] = parse(text).graph.root.calls
    assert {weight: initial.function for weight, initial in call.initial} == {
        "weight_ih_l0": "xavier_normal",
        "weight_hh_l0": "orthogonal",
        "bias_ih_l0": "zeros",
        "bias_hh_l0": "zeros",
        "weight_ih_l1": "xavier_normal",
        "weight_hh_l1": "constant",
        "bias_ih_l1": "zeros",
        "bias_hh_l1": "zeros",
    }
