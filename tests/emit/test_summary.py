"""Costs against counts by hand, against torch, and as texts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import lego
from lego.graph import macs, parameters
from lego.shapes import Shape, symbol
from tests.conftest import Golden

SPECS = sorted((Path(__file__).parents[2] / "specs").glob("*.yaml"))

SMALL = """\
lego: 1
name: small
params: {classes: 10}
inputs: {image: [N, 3, H, W]}
blocks:
  Unit:
    graph: [{Conv2d: {out_channels: 8, kernel_size: 3, padding: 1, bias: false}}, BatchNorm2d, ReLU]
graph:
  stem: {Conv2d: {out_channels: 8, kernel_size: 3, stride: 2, padding: 1}}
  body: {Unit, repeat: 3}
  again: {share: body}
  pool: {AdaptiveAvgPool2d: 1}
  flat: Flatten
  hidden: {Linear: 8, freeze: true}
  head: {Linear: $classes}
"""

STEM = 3 * 8 * 9 + 8
UNIT = 8 * 8 * 9 + 8 + 8
HIDDEN = 8 * 8 + 8
HEAD = 8 * 10 + 10


def test_parameters_by_hand() -> None:
    found = lego.summary(lego.parse(SMALL))
    assert found.params == STEM + 3 * UNIT + HIDDEN + HEAD
    assert found.trainable == found.params - HIDDEN


def test_work_by_hand() -> None:
    found = lego.summary(lego.parse(SMALL), image=[2, 3, 32, 32])
    conv = 8 * 8 * 9 * 16 * 16
    assert found.macs == 2 * (3 * 8 * 9 * 16 * 16 + 2 * 3 * conv + 8 * 8 + 8 * 10)
    assert found.children[0].bytes == 2 * 8 * 16 * 16 * 4


def test_a_free_symbol_stays() -> None:
    found = lego.summary(lego.parse(SMALL), image=["N", 3, 32, 32])
    n = symbol("N")
    assert found.children[0].shape == Shape((n, 8, 16, 16))
    assert found.children[0].macs == 3 * 8 * 9 * 16 * 16 * n


def test_every_layer_has_its_path() -> None:
    found = lego.summary(lego.parse(SMALL))
    paths = [node.path for node in found.nodes]
    assert paths[:5] == ["stem", "body.0.0", "body.0.1", "body.0.2", "body.1.0"]
    assert len(paths) == 1 + 9 + 9 + 4


def test_shared_weights_count_once_and_say_whose_they_are() -> None:
    found = lego.summary(lego.parse(SMALL))
    again = found.children[2]
    assert (again.params, again.shared_with) == (0, "body")
    assert again.macs == found.children[1].macs
    assert [node.shared_with for node in again.layers()][:2] == ["body.0.0", "body.0.1"]


def test_a_share_inside_a_body_names_the_module_around_it() -> None:
    spec = lego.parse("""\
lego: 1
inputs: {x: [N, 4]}
graph:
  a: {Linear: 4}
  b: {Sequential: [{share: a}, {skip: [{share: a}]}]}
  c: {share: b}
""")
    found = lego.summary(spec)
    assert found.params == 20
    assert [(node.path, node.shared_with) for node in found.nodes if node.kind == "Linear"] == [
        ("a", None),
        ("b.0", "a"),
        ("b.1.0", "a"),
        ("c.0", "a"),
        ("c.1.0", "a"),
    ]


TIED = """\
lego: 1
inputs: {tokens: {shape: [N, T], dtype: int64, range: [0, 100]}}
blocks:
  Pair:
    graph: {a: {Linear: 8}, b: {Linear: 8}}
    tie: {b.weight: a.weight}
graph:
  embed: {Embedding: {num_embeddings: 100, embedding_dim: 8}}
  pairs: {Pair, repeat: 3}
  head: {Linear: 100}
tie: {head.weight: embed.weight, pairs.1.a.weight: pairs.0.b.weight, pairs.1.b.weight: pairs.0.a.weight}
"""


def test_tied_weights_count_once_at_every_level() -> None:
    found = lego.summary(lego.parse(TIED))
    assert found.params == 800 + 100 + 2 * 64 + 6 * 8
    head = found.nodes[-1]
    assert (head.params, head.shared_with) == (100, "embed.weight")


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_nodes_add_up(path: Path) -> None:
    spec = lego.load(path)
    found = lego.summary(spec)
    assert found.params == sum(node.params for node in found.nodes) == parameters(spec.graph.root)
    assert found.macs == macs(spec.graph.root)
    assert len(found.nodes) == spec.graph.root.size
    json.dumps(found.to_json())


def test_resnet18_does_what_its_paper_says() -> None:
    found = lego.summary(Path(SPECS[0]).parent / "resnet18.yaml", image=[1, 3, 224, 224])
    assert found.params == 11_689_512
    assert found.macs == 1_814_073_344


# -- texts -----------------------------------------------------------------------------------------------------


def test_table(golden: Golden) -> None:
    spec = lego.parse(SMALL)
    texts = [
        str(lego.summary(spec, image=[1, 3, 32, 32])),
        lego.summary(spec).text(depth=0),
        str(lego.summary(lego.parse(TIED), tokens=["N", 16])),
    ]
    golden("emit/summary.txt", "\n\n".join(texts))


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_table_is_readable_at_100_columns(path: Path) -> None:
    assert max(map(len, lego.summary(path).text().splitlines()[1:])) <= 100


def test_json() -> None:
    data = lego.summary(lego.parse(SMALL)).to_json()
    assert data["inputs"] == {"image": {"shape": ["N", 3, "H", "W"], "dtype": "float32"}}
    assert data["nodes"][0] == {
        "path": "stem",
        "kind": "Conv2d",
        "shapes": [["N", 8, "(H + 1)//2", "(W + 1)//2"]],
        "params": STEM,
        "macs": "216*N*((H + 1)//2)*((W + 1)//2)",
        "bytes": "32*N*((H + 1)//2)*((W + 1)//2)",
        "frozen": False,
        "shared_with": None,
    }


def test_what_the_net_asks_of_its_symbols() -> None:
    spec = lego.parse("lego: 1\ninputs: {x: [N, 3, H, 40]}\ngraph: [{Conv2d: {out_channels: 4, kernel_size: 33}}]\n")
    assert lego.summary(spec).requires == ("H ≥ 33",)
    assert lego.summary(spec, x=["N", 3, 40, 40]).requires == ()


# -- mistakes --------------------------------------------------------------------------------------------------


def test_mistakes(golden: Golden) -> None:
    spec = lego.parse(
        "lego: 1\ninputs:\n  image: [N, 3, H, 40]\n  mask: [N, H]\n"
        "graph: [{Conv2d: {out_channels: 4, kernel_size: 33}, from: image}]\noutputs: ['0', mask]\n",
        "net.yaml",
    )
    calls: list[dict[str, list[int | str]]] = [
        {"imgae": [1, 3, 64, 40]},
        {"image": [1, 4, 64, 40]},
        {"image": [1, 3, 64]},
        {"image": [1, 3, 0, 40]},
        {"image": [1, 3, 64, 40], "mask": [1, 65]},
        {"image": [1, 3, 16, 40]},
        {"image": [1, 3, "3x", 40]},
        {"image": [1, 4, 64, 40], "maks": [1, 64]},
    ]
    texts: list[str] = []
    for sizes in calls:
        with pytest.raises(lego.SpecError) as caught:
            lego.summary(spec, **sizes)
        texts.append(str(caught.value))
    golden("emit/summary-mistakes.txt", "\n\n".join(texts))


# -- recurrents ------------------------------------------------------------------------------------------------------

RECURRENT = """\
lego: 1
name: two
inputs: {{x: [N, T, 4]}}
graph:
  rnn:
    recurrent:
      over: T
      state: {{h: [N, 8]}}
      graph:
        own: {{Linear: 8, from: input}}
        back: {{Linear: 8, from: h}}
        sum: {{Add, from: [own, back]}}
        h_new: {act}
      next: {{h: h_new}}
"""


@pytest.mark.parametrize(
    ("act", "way"), [("Tanh", "torch.rnn_tanh"), ("ReLU", "torch.rnn_relu"), ("Sigmoid", "loop of 3 of 4")]
)
def test_how_a_recurrent_runs(act: str, way: str) -> None:
    summary = lego.summary(lego.parse(RECURRENT.format(act=act)))
    assert summary.lowerings == {"rnn.cell": way}
    assert f"cell: {way}" in str(summary)
    assert summary.to_json()["lowerings"] == summary.lowerings
    assert summary.macs == (4 * 8 + 8 * 8) * symbol("N") * symbol("T")
