"""The generated source: whole texts, and what it promises."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import lego

DATA = Path(__file__).parents[2] / "data"


def source_of(text: str) -> str:
    return lego.source(lego.parse(text))


def net(nodes: str, *, inputs: str = "x: [N, 8]", rest: str = "") -> str:
    return f"lego: 1\nname: net\ninputs:\n  {inputs}\n{rest}graph:\n" + "".join(
        f"  {line}\n" for line in nodes.split("\n")
    )


def test_everything(golden) -> None:
    golden("source/everything.py", lego.source(lego.load(DATA / "everything.yaml")))


def test_resnet18(golden) -> None:
    golden("source/resnet18.py", lego.source(lego.load("specs/resnet18.yaml")))


def test_gpt2(golden) -> None:
    golden("source/gpt2.py", lego.source(lego.load("specs/gpt2.yaml")))


def test_char_rnn(golden) -> None:
    golden("source/char_rnn.py", lego.source(lego.load("specs/char_rnn.yaml")))


@pytest.mark.parametrize("path", sorted(Path("specs").glob("*.yaml")), ids=lambda path: path.stem)
def test_depends_on_torch_alone(path: Path) -> None:
    tree = ast.parse(lego.source(lego.load(path)))
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else alias.name).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert imported <= {"torch", "collections"}


def test_written_source_runs_where_lego_is_not(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(lego.source(lego.load(DATA / "everything.yaml")))
    code = (
        "import sys; sys.modules['lego'] = None\n"
        "import torch, model\n"
        "net = model.Everything()\n"
        "out = net(torch.randint(0, 50, (2, 7)), torch.randn(2, 3, 8, 12))\n"
        "print({name: tuple(value.shape) for name, value in out.items()})\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "'logits': (2, 7, 50)" in done.stdout


def test_one_class_for_uses_that_differ_in_tensors() -> None:
    """Their annotations are torch's: names are looked up when the source is imported."""
    block = (
        "blocks:\n  Loss:\n    params: {weight: ~}\n    inputs: [x]\n"
        "    graph: {loss: {BCELoss: {weight: $weight}, from: [x, x]}}\n"
    )
    text = source_of(net("a: {Loss: {weight: [1, 2]}}\nb: {Loss: {weight: [3]}, from: x}\nsum: {Add, from: [a, b]}",
                         inputs="x: [N, 2]", rest=block))  # fmt: skip
    assert "def __init__(self, weight: torch.Tensor) -> None:" in text
    assert "self.a = Loss(weight=torch.tensor([1.0, 2.0]))" in text
    exec(compile(text, "<net>", "exec", dont_inherit=True), {})


def test_one_class_for_uses_that_differ_in_numbers() -> None:
    block = (
        "blocks:\n  Mlp:\n    params: {hidden: ~}\n    graph: {fc1: {Linear: $hidden}, act: ReLU, fc2: {Linear: 8}}\n"
    )
    text = source_of(net("a: {Mlp: 16}\nb: {Mlp: 32}\nc: {Mlp: 32}", rest=block))
    assert text.count("class Mlp") == 1
    assert "def __init__(self, hidden: int) -> None:" in text
    assert "self.fc1 = nn.Linear(8, hidden)" in text
    assert "self.a = Mlp(hidden=16)" in text


def test_two_classes_for_uses_that_differ_in_structure() -> None:
    block = "blocks:\n  B:\n    params: {act: ReLU}\n    graph: {fc: {Linear: 8}, act: $act}\n"
    text = source_of(net("a: B\nb: {B: {act: Tanh}}", rest=block))
    assert "class B(" in text and "class B2(" in text


def test_what_a_user_writes_cannot_become_code() -> None:
    evil = '\\"\\"\\"\\nimport os; os.system(\\"true\\")\\n\\\\\\"\\"\\"'
    document = (
        f'lego: 1\nname: "x\\"\\"\\"); import os"\ndoc: "{evil}"\ninputs: {{x: [N, 4, 4, 4]}}\n'
        f'blocks: {{B: {{doc: "{evil}", graph: [ReLU]}}}}\ngraph:\n  a: B\n  b: {{Identity: ~, doc: "{evil}"}}\n'
    )
    tree = ast.parse(source_of(document))
    kinds = {type(node) for node in tree.body}
    assert kinds <= {ast.Expr, ast.Import, ast.ImportFrom, ast.ClassDef}
    assert not any(isinstance(node, ast.Name) and node.id == "os" for node in ast.walk(tree))


def test_a_dim_is_read_off_the_tensors() -> None:
    text = source_of(net("a: {Reshape: {shape: [N, 2, h, 16]}}", inputs="x: [N, 32*h]"))
    assert "x.reshape(x.shape[0], 2, x.shape[1] // 32, 16)" in text


def test_equal_layers_in_a_row_are_a_comprehension() -> None:
    assert "nn.Sequential(*(nn.Linear(8, 8) for _ in range(12)))" in source_of(net("a: {Linear: 8, repeat: 12}"))


@pytest.mark.parametrize("name", ["nn", "torch", "self", "super", "F", "x", "y", "layer", "getattr"])
def test_names_that_the_source_uses_itself_are_free_to_take(name: str) -> None:
    """As a node, an input, a parameter and a block, all at once."""
    document = f"""
lego: 1
name: {name}
inputs: {{{name}: [N, 8], other: [N, 8]}}
blocks:
  {name}:
    params: {{{name}: ~}}
    inputs: [first, second]
    graph:
      a: {{Linear: ${name}, from: first}}
      b: {{Linear: ${name}, from: second}}
      {name}: {{Add: ~, from: [a, b]}}
      c: {{Linear: 8}}
      out: {{Sub: ~, from: [c, {name}], when: $({name} == 8)}}
graph:
  one: {{{name}: 8, from: [{name}, other]}}
  two: {{{name}: 4, from: [one, {name}]}}
  chain: [{{Linear: 8}}, ReLU]
"""
    import torch

    assert lego.build(lego.parse(document))(torch.randn(2, 8), torch.randn(2, 8)).shape == (2, 8)


def test_keys_of_outputs_are_texts() -> None:
    tree = ast.parse(source_of('lego: 1\ninputs: {x: [N, 4]}\ngraph: {a: ReLU}\noutputs: {"a\\"]; import os #": a}\n'))
    assert not any(isinstance(node, ast.Import) and node.names[0].name == "os" for node in ast.walk(tree))


def test_unprintable_letters_do_no_harm() -> None:
    document = (
        'lego: 1\nname: "a\\0b"\ndoc: "zero \\0, bell \\a, line \\u2028 end"\ninputs: {x: [N, 4]}\ngraph: {a: ReLU}\n'
    )
    compile(source_of(document), "net", "exec")
