"""What a diagnostic advises: done, it leaves the spec sound."""

from __future__ import annotations

from pathlib import Path

import pytest

from lego.api import check, parse
from lego.diagnostics import SpecError

_FOLDER = Path(__file__).parents[1] / "bad"

FIXES = [
    ("shape-mismatch-each", "skip: [{Linear: $item}]", "skip: {graph: [{Linear: $item}], shortcut: {Linear: $item}}"),
    ("shape-mismatch-unet", "image: [N, 3, H, W]", "image: [N, 3, 16*h, 16*w]"),
    ("shape-mismatch-symbol", "image: [N, 3, H, W]", "image: [N, 3, 4*h, 4*w]"),
    ("shape-mismatch-broadcast", "{Mul, from", "{Mul: {broadcast: true}, from"),
    ("unresolved-dim-no-flatten", "  fc:", "  pool: {AdaptiveAvgPool2d: 1}\n  flat: Flatten\n  fc:"),
    ("unresolved-dim-flatten", "  flat:", "  pool: {AdaptiveAvgPool2d: 1}\n  flat:"),
    ("unknown-key-argument-beside", "{Conv2d: 8, kernel_size: 3, padding: 1}",
     "{Conv2d: {out_channels: 8, kernel_size: 3, padding: 1}}"),
    ("unknown-key-two-layers", "{Linear: 16, ReLU: ~}", "[{Linear: 16}, ReLU]"),
    ("yaml-syntax-unquoted-expression", "$max(width, 10)", '"$max(width, 10)"'),
    ("bad-value-embedding-range", "50000", "50257"),
    ("dtype-mismatch-linear", "  fc:", "  cast: {Cast: float32}\n  fc:"),
    ("shape-mismatch-matmul", "  product: {MatMul, from: [a, b]}",
     "  turned: {Transpose: {dim0: -2, dim1: -1}, from: b}\n  product: {MatMul, from: [a, turned]}"),
    ("shape-mismatch-loss", "loss: {MSELoss, from: {input: fc",
     "flat: {Squeeze: -1}\n  loss: {MSELoss, from: {input: flat"),
    ("shape-mismatch-classes", "loss: {CrossEntropyLoss, from: {input: scores",
     "turned: {Permute: [0, 2, 1]}\n  loss: {CrossEntropyLoss, from: {input: turned"),
    ("dtype-mismatch-classes", "loss: {NLLLoss, from: {input: scores, target: digit",
     "number: {Cast: int64, from: digit}\n  loss: {NLLLoss, from: {input: scores, target: number"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "wrong", "right"), FIXES, ids=[name for name, _, _ in FIXES])
def test_the_advice_helps(name: str, wrong: str, right: str) -> None:
    text = (_FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    assert wrong in text
    assert parse(text.replace(wrong, right)).warnings == ()


def test_a_projected_shortcut(tmp_path: Path) -> None:
    text = (_FOLDER / "shape-mismatch-skip.yaml").read_text(encoding="utf-8")
    advice = check(_FOLDER / "shape-mismatch-skip.yaml")[0].help or ""
    shortcut = advice.removeprefix("project the shortcut: ")
    head, body = text.split("    skip:\n")
    nodes, end = body.split("  out:")
    long = "".join(f"  {line}\n" for line in nodes.splitlines())
    assert parse(f"{head}    skip:\n      graph:\n{long}      {shortcut}\n  out:{end}").warnings == ()


MLP = "lego: 1\nparams: {width: 4, act: ReLU}\ninputs: {x: [N, 16]}\ngraph: [{Linear: $width}, $act]\n"


@pytest.mark.parametrize(
    ("params", "codes"),
    [
        ({"width": 8}, []),
        ({"act": {"LeakyReLU": 0.1}}, []),
        ({"widht": 8}, ["unknown-argument"]),
        ({"width": "wide"}, ["bad-value"]),
        ({"width": "$depth"}, ["unknown-name"]),
        ({"act": "Relu"}, ["unknown-layer"]),
    ],
)
def test_values_that_a_caller_gives(params: dict[str, object], codes: list[str]) -> None:
    try:
        found = [one.code for one in parse(MLP, **params).warnings]
    except SpecError as error:
        found = [one.code for one in error.diagnostics]
    assert found == codes


def test_however_deep_blocks_stand_in_one_another() -> None:
    blocks = "".join(f"  B{at}: {{graph: [{{skip: [[[B{at + 1}]]]}}]}}\n" for at in range(60))
    with pytest.raises(SpecError) as raised:
        parse(f"lego: 1\ninputs: {{x: [N, 16]}}\nblocks:\n{blocks}  B60: {{graph: [ReLU]}}\ngraph: [B0]\n")
    assert [one.code for one in raised.value.diagnostics] == ["limit"]


def test_a_block_may_wrap_another_use_of_itself() -> None:
    blocks = "{Wrap: {params: {inner: ReLU}, graph: [$inner]}}"
    graph = "{a: {Wrap: {inner: {Wrap: {inner: Tanh}}}}}"
    assert parse(f"lego: 1\ninputs: {{x: [N, 16]}}\nblocks: {blocks}\ngraph: {graph}\n").warnings == ()
