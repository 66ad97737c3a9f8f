"""Placing: steps made by hand become documents whose nodes have the paths of the modules."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import dedent
from typing import Any

import pytest
from torch import nn

from lego.api import check_loaded, parse
from lego.diagnostics import NOWHERE, SpecError
from lego.graph import Graph
from lego.runtime.importing.calls import Frame, Value
from lego.runtime.importing.placing import place
from lego.runtime.importing.steps import Step, Steps
from lego.shapes import Shape, TensorType, symbol
from lego.spec import Document, Package, to_yaml


class Pass:
    """A forward pass written by hand: `call` enters a module, `step` is one layer."""

    def __init__(self, model: nn.Module, **inputs: Sequence[Any]) -> None:
        self.inputs = {name: _value(shape) for name, shape in inputs.items()}
        self.model = Frame("", model, None, NOWHERE, dict(self.inputs))
        self.frames = [self.model]
        self.steps: list[Step] = []

    def call(self, path: str, parent: Frame | None = None, **inputs: Value) -> Frame:
        frame = Frame(path, self.model.module.get_submodule(path), parent or self.model, NOWHERE, inputs)
        self.frames.append(frame)
        return frame

    def step(self, layer: str, *reads: Value, at: Frame | None = None, path: str = "", **options: Any) -> Value:
        """One step; `module`, `name` and `results` are options, all else arguments."""
        results = tuple(_value([]) for _ in range(options.pop("results", 1)))
        module, name = options.pop("module", path), options.pop("name", layer.lower())
        step = Step(layer, options, reads, results, at or self.model, path, name, NOWHERE, module=module)
        self.steps.append(step)
        return results[0]

    def placed(self, output: Any) -> Document:
        document = place(Steps(self.inputs, tuple(self.steps), tuple(self.frames), output), "net")
        assert parse(to_yaml(document)).document == document
        return document


def _value(shape: Sequence[Any]) -> Value:
    return Value(TensorType(Shape(tuple(symbol(size) if isinstance(size, str) else size for size in shape))))


def _text(document: Document) -> str:
    """The document from its blocks on."""
    text = to_yaml(document)
    return text[text.index("blocks:" if document.blocks else "graph:") :]


def _same(document: Document, expected: str) -> None:
    assert _text(document) == dedent(expected).lstrip()


def _graph(document: Document) -> Graph:
    graph = check_loaded(Package(document), {}).graph
    assert graph is not None
    return graph


class Residual(nn.Module):
    """The model of many of these tests."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 1, bias=False)
        self.relu = nn.ReLU()
        self.add = nn.Conv2d(3, 3, 1, bias=False)


def residual(run: Pass, frame: Frame | None, x: Value, path: str = "") -> Value:
    y = run.step("Conv2d", x, at=frame, path=f"{path}conv", out_channels=3, kernel_size=1, bias=False)
    y = run.step("ReLU", y, at=frame, module=f"{path}relu")
    y = run.step("Add", x, y, at=frame)
    y = run.step("Conv2d", y, at=frame, path=f"{path}add", out_channels=3, kernel_size=1, bias=False)
    return run.step("ReLU", y, at=frame, module=f"{path}relu")


def test_functions_give_way_to_modules() -> None:
    run = Pass(Residual(), image=["N", 3, 8, 8])
    document = run.placed(residual(run, None, run.inputs["image"]))
    _same(
        document,
        """
        graph:
          conv: {Conv2d: {out_channels: 3, kernel_size: 1, bias: false}}
          relu: ReLU
          add_1: {Add, from: [input, relu]}
          add: {Conv2d: {out_channels: 3, kernel_size: 1, bias: false}}
          relu_1: ReLU
        """,
    )


def test_modules_are_blocks_and_sequentials_inline() -> None:
    run = Pass(nn.Sequential(Residual(), nn.Sequential(nn.Conv2d(3, 4, 1), nn.ReLU())), image=["N", 3, 8, 8])
    x = run.inputs["image"]
    x = residual(run, run.call("0", input=x), x, "0.")
    inner = run.call("1", input=x)
    x = run.step("Conv2d", x, at=inner, path="1.0", out_channels=4, kernel_size=1)
    x = run.step("ReLU", x, at=inner, module="1.1")
    document = run.placed(x)
    _same(
        document,
        """
        blocks:
          Residual:
            graph:
              conv: {Conv2d: {out_channels: 3, kernel_size: 1, bias: false}}
              relu: ReLU
              add_1: {Add, from: [input, relu]}
              add: {Conv2d: {out_channels: 3, kernel_size: 1, bias: false}}
              relu_1: ReLU
        graph:
          0: Residual
          1: [{Conv2d: {out_channels: 4, kernel_size: 1}}, ReLU]
        """,
    )
    assert str(_graph(document).outputs["1"]) == "[N, 4, 8, 8]"
