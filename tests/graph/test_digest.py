"""Digests: the same for specs that mean the same, and for no others."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lego

ROOT = Path(__file__).parents[2]
SPECS = sorted((ROOT / "specs").glob("*.yaml"))
EVERYTHING = [ROOT / "tests" / "data" / "everything.yaml", *(ROOT / "tests" / "graph").glob("*.yaml")]

NET = """\
lego: 1
name: net
params: {width: 8, act: ReLU}
inputs: {x: [N, 16], y: [N, 16]}
blocks:
  Mlp:
    params: {size: ~, drop: 0.0}
    graph:
      fc: {Linear: $size}
      act: GELU
graph:
  both: {Add, from: [x, y]}
  stem: {Linear: $width}
  mlp: {Mlp: $width, repeat: 2}
  act: $act
  again: {share: stem, from: x}
  sum: {Mul: {broadcast: true}, from: [again, act]}
"""


def digest(text: str, **params: Any) -> str:
    return lego.parse(text, **params).digest()


def test_it_is_short_and_stays_what_it_was() -> None:
    assert digest(NET) == "79cfeb7abbab7e84"


SAME = {
    "a comment": ("name: net", "name: net  # mine"),
    "another name": ("name: net", "name: other"),
    "a doc": ("name: net", "name: net\ndoc: What it is for."),
    "a value for a parameter": ("$width}\n  mlp", "8}\n  mlp"),
    "an expression": ("Linear: $width", "Linear: $(width + 0)"),
    "an argument by name": ("{Linear: $width}", "{Linear: {bias: true, out_features: $width}}"),
    "an argument that is inferred": ("{Linear: $width}", "{Linear: {in_features: 16, out_features: 8}}"),
    "a parameter of no use": ("params: {width", "params: {depth: 3, width"),
    "a block in place": (
        "mlp: {Mlp: $width, repeat: 2}",
        "mlp: [{Sequential: {fc: {Linear: 8}, act: GELU}}, {Mlp: {size: 8}}]",
    ),
    "each": ("{Mlp: $width, repeat: 2}", "{Mlp: $item, each: [8, 8]}"),
    "a block renamed": ("Mlp", "Feedforward"),
    "a default written out": ("params: {size: ~, drop: 0.0}", "params: {size: ~}"),
    "the layer of a parameter": ("act: $act", "act: {ReLU: {inplace: false}}"),
    "outputs": ("    graph:\n", "    outputs: act\n    graph:\n"),
    "wiring that was so": ("stem: {Linear: $width}", "stem: {Linear: $width, from: both}"),
    "nothing frozen": ("act: $act", "act: {$act, freeze: true}"),
    "a node that is left out": ("  act: $act", "  aux: {Dropout: 0.5, when: false}\n  act: $act"),
}


@pytest.mark.parametrize("change", SAME)
def test_the_same(change: str) -> None:
    before, after = SAME[change]
    assert before in NET
    assert digest(NET.replace(before, after)) == digest(NET)


DIFFERENT = {
    "a size": ("width: 8", "width: 4"),
    "an argument": ("Linear: $width", "Linear: {out_features: $width, bias: false}"),
    "a layer": ("act: GELU", "act: ReLU"),
    "a name": ("both", "total"),
    "one more": ("repeat: 2", "repeat: 3"),
    "an index": ("{Mlp: $width, repeat: 2}", "[{Mlp: 8}]"),
    "the input's name": ("{x: [N, 16], y: [N, 16]}", "{y: [N, 16], x: [N, 16]}"),
    "the input's shape": ("{x: [N, 16], y: [N, 16]}", "{x: [2, 16], y: [2, 16]}"),
    "wiring": ("from: [x, y]", "from: [y, x]"),
    "weights of its own": ("{share: stem, from: x}", "{Linear: 8, from: x}"),
    "frozen weights": ("  stem: {Linear: $width}", "  stem: {Linear: $width, freeze: true}"),
    "activations computed again": ("  stem: {Linear: $width}", "  stem: {Linear: $width, checkpoint: true}"),
    "start values": ("  stem: {Linear: $width}", "  stem: {Linear: $width, init: zeros}"),
    "start values of all": ("graph:\n  both", "init: {weight: xavier}\ngraph:\n  both"),
    "an output as a list": ("graph:\n  both", "outputs: [sum]\ngraph:\n  both"),
    "an output by name": ("graph:\n  both", "outputs: {sum: sum}\ngraph:\n  both"),
    "another output": ("graph:\n  both", "outputs: {sum: sum, act: act}\ngraph:\n  both"),
    "tied weights": ("graph:\n  both", "tie: {mlp.1.fc.weight: mlp.0.fc.weight}\ngraph:\n  both"),
    "another order": (
        "  act: $act\n  again: {share: stem, from: x}\n",
        "  again: {share: stem, from: x}\n  act: {$act, from: mlp}\n",
    ),
}


@pytest.mark.parametrize("change", DIFFERENT)
def test_different(change: str) -> None:
    before, after = DIFFERENT[change]
    assert before in NET
    assert digest(NET.replace(before, after)) != digest(NET)


def test_what_is_frozen_at_once_or_one_by_one() -> None:
    at_once = NET.replace("repeat: 2", "repeat: 2, freeze: true")
    assert digest(at_once) == digest(NET.replace("fc: {Linear: $size}", "fc: {Linear: $size, freeze: true}"))


def test_all_differences_differ() -> None:
    found = [digest(NET.replace(*DIFFERENT[change])) for change in DIFFERENT]
    assert len(set(found)) == len(found)


LSTM = """\
lego: 1
inputs: {x: [N, T, 4], n: {shape: [N], dtype: int64}}
graph:
  rnn:
    recurrent:
      over: T
      state: {h: [N, 4], k: {shape: [N, 4], init: learned}}
      graph:
        sum: {Add, from: [input, h]}
        h_new: Tanh
        k_new: {Sub, from: {input: h_new, other: k}}
      next: {h: h_new, k: k_new}
      outputs: {all: k_new}
    from: x
"""
SCANS = {
    "length": ("[N, T, 4]", "[T, N, 4]"),
    "reverse": ("      over: T\n", "      over: T\n      reverse: true\n"),
    "lengths": ("      over: T\n", "      over: T\n      lengths: n\n"),
    "delay": ("{shape: [N, 4], init: learned}", "{shape: [N, 4], init: learned, delay: 2}"),
    "start": ("{shape: [N, 4], init: learned}", "{shape: [N, 4], init: ones}"),
    "another state": ("next: {h: h_new, k: k_new}", "next: {h: sum, k: k_new}"),
    "another result": ("outputs: {all: k_new}", "outputs: {all: h_new}"),
    "the last step": ("outputs: {all: k_new}", "outputs: {all: {from: k_new, step: last}}"),
    "two directions": ("      over: T\n", "      over: T\n      bidirectional: Add\n"),
}


def test_recurrents() -> None:
    found = [digest(LSTM), *(digest(LSTM.replace(*change)) for change in SCANS.values())]
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("path", [*SPECS, *EVERYTHING], ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_spec_in_canonical_form(path: Path, tmp_path: Path) -> None:
    spec = lego.load(path)
    for name, text in spec.files().items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert spec.digest() == lego.load(tmp_path / "spec.yaml").digest()


def test_all_specs_differ() -> None:
    found = [lego.load(path).digest() for path in SPECS]
    assert len(set(found)) == len(found)


def test_it_is_the_same_in_every_process() -> None:
    code = "import sys, lego; print(lego.load(sys.argv[1]).digest())"
    path = ROOT / "specs" / "gpt2.yaml"
    found = {
        subprocess.run(
            [sys.executable, "-c", code, str(path)],
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert found == {lego.load(path).digest()}


SIZES = st.fixed_dictionaries(
    {"width": st.integers(1, 6), "repeat": st.integers(1, 3), "act": st.sampled_from(["ReLU", "GELU", "Tanh"])}
)


@settings(max_examples=60)
@given(SIZES, SIZES)
def test_it_is_equal_where_the_graphs_are(one: dict[str, Any], other: dict[str, Any]) -> None:
    text = NET.replace("repeat: 2", "repeat: $repeat").replace("{width: 8,", "{width: 8, repeat: 2,")
    by_parameters = digest(text, **one)
    values = {"params.width": other["width"], "params.act": other["act"], "graph.mlp.repeat": other["repeat"]}
    assert (by_parameters == lego.parse(NET).replace(values).digest()) == (one == other)
