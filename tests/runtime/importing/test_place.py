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


def test_blocks_of_several_inputs_and_outputs() -> None:
    class Pair(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.left, self.right = nn.Linear(4, 4), nn.Linear(4, 4)

    model = nn.Module()
    model.pair = Pair()
    run = Pass(model, a=["N", 4], b=["N", 4])
    a, b = run.inputs.values()
    pair = run.call("pair", query=a, memory=b)
    left = run.step("Linear", a, at=pair, path="pair.left", out_features=4)
    total = run.step("Add", left, b, at=pair)
    right = run.step("Linear", b, at=pair, path="pair.right", out_features=4)
    document = run.placed({"x": run.step("Mul", total, right), "y": right})
    _same(
        document,
        """
        blocks:
          Pair:
            inputs: [query, memory]
            graph:
              left: {Linear: {out_features: 4}}
              add: {Add, from: [left, memory]}
              right: {Linear: {out_features: 4}, from: memory}
            outputs: {add: add, right: right}
        graph:
          pair: {Pair, from: [input, b]}
          mul: {Mul, from: [pair, pair.right]}
        outputs: {x: mul, y: pair.right}
        """,
    )
    assert list(_graph(document).outputs) == ["x", "y"]


def test_modules_that_are_called_again_are_shared() -> None:
    model = nn.Module()
    model.fc = nn.Linear(4, 4)
    model.body = nn.Sequential(nn.Linear(4, 4), nn.ReLU())
    run = Pass(model, x=["N", 4])
    x = run.inputs["x"]
    for _ in range(2):
        x = run.step("Linear", x, path="fc", out_features=4)
        body = run.call("body", input=x)
        x = run.step("Linear", x, at=body, path="body.0", out_features=4)
        x = run.step("ReLU", x, at=body, module="body.1")
    document = run.placed(x)
    _same(
        document,
        """
        graph:
          fc: {Linear: {out_features: 4}}
          body: [{Linear: {out_features: 4}}, ReLU]
          fc_1: {share: fc}
          body_1: {share: body}
        """,
    )
    assert str(_graph(document).outputs["body_1"]) == "[N, 4]"


def test_a_module_that_does_something_else_when_it_is_called_again() -> None:
    model = nn.Module()
    model.body = nn.Sequential(nn.Linear(4, 4))
    run = Pass(model, x=["N", 4])
    x = run.step("Linear", run.inputs["x"], at=run.call("body"), path="body.0", out_features=4)
    again = run.call("body")
    x = run.step("Linear", x, at=again, path="body.0", out_features=4)
    x = run.step("ReLU", x, at=again)
    with pytest.raises(SpecError, match="`body` does something else when it is called again"):
        run.placed(x)


def _lists(**lists: int) -> nn.Module:
    model = nn.Module()
    for name, count in lists.items():
        setattr(model, name, nn.ModuleList(nn.Linear(4, 4) for _ in range(count)))
    return model


def test_containers_hold_what_lies_between_their_members() -> None:
    run = Pass(_lists(blocks=2), x=["N", 4])
    x = run.inputs["x"]
    for index in range(2):
        y = run.step("Linear", x, path=f"blocks.{index}", out_features=4)
        x = run.step("Add", x, y)
    _same(
        run.placed(run.step("ReLU", x)),
        """
        graph:
          blocks:
            Sequential:
              0: {Linear: {out_features: 4}}
              add: {Add, from: [input, 0]}
              1: {Linear: {out_features: 4}}
              add_1: {Add, from: [add, 1]}
          relu: ReLU
        """,
    )


def test_a_container_of_several_outputs_is_a_block() -> None:
    run = Pass(_lists(heads=2), x=["N", 4])
    x = run.inputs["x"]
    heads = [run.step("Linear", x, path=f"heads.{index}", out_features=4) for index in range(2)]
    _same(
        run.placed([run.step("ReLU", heads[1]), heads[0]]),
        """
        blocks:
          Heads:
            graph: [{Linear: {out_features: 4}}, {Linear: {out_features: 4}, from: input}]
            outputs: {output_0: 0, output_1: 1}
        graph:
          heads: Heads
          relu: {ReLU, from: heads.output_1}
        outputs: [relu, heads]
        """,
    )


def test_containers_that_wait_for_one_another_run_in_an_order_that_works() -> None:
    run = Pass(_lists(first=2, second=2), x=["N", 4])
    outputs: list[Value] = []
    x = run.inputs["x"]
    for index in range(2):
        x = run.step("Linear", x, path=f"first.{index}", out_features=4)
        outputs.append(run.step("Linear", x, path=f"second.{index}", out_features=4))
    document = run.placed(outputs)
    assert document.graph is not None
    assert [node.name for node in document.graph.nodes] == ["first", "second"]
    _graph(document)


def test_containers_that_take_turns_are_told_by_name() -> None:
    run = Pass(_lists(convs=2, norms=2), x=["N", 4])
    x = run.inputs["x"]
    for index in range(2):
        for name in ("convs", "norms"):
            x = run.step("Linear", x, path=f"{name}.{index}", out_features=4)
    with pytest.raises(SpecError, match="`convs` and `norms` take turns"):
        run.placed(x)


def test_a_frame_that_is_one_layer_dissolves() -> None:
    class Same(nn.Conv2d):
        pass

    model = nn.Module()
    model.conv = Same(3, 4, 3)
    run = Pass(model, image=["N", 3, 8, 8])
    conv = run.call("conv", x=run.inputs["image"])
    padded = run.step("Pad", run.inputs["image"], at=conv, pad=[1, 1, 1, 1])
    x = run.step("Conv2d", padded, at=conv, path="conv", out_channels=4, kernel_size=3)
    _same(
        run.placed(x),
        """
        graph:
          conv_pad: {Pad: {pad: [1, 1, 1, 1]}}
          conv: {Conv2d: {out_channels: 4, kernel_size: 3}}
        """,
    )


def test_a_frame_of_one_step_has_its_name() -> None:
    model = nn.Module()
    model.act = nn.Hardswish()
    run = Pass(model, x=["N", 4])
    x = run.step("GELU", run.inputs["x"], at=run.call("act", x=run.inputs["x"]))
    _same(run.placed(x), "graph:\n  act: GELU\n")


def test_weights_that_nothing_reads_stay_and_shared_ones_are_tied() -> None:
    model = nn.Module()
    model.head = nn.Linear(4, 4, bias=False)
    model.tail = nn.Linear(4, 4, bias=False)
    model.tail.weight = model.head.weight
    model.unused = nn.BatchNorm1d(2)
    run = Pass(model, x=["N", 4])
    x = run.step("Linear", run.inputs["x"], path="head", out_features=4, bias=False)
    document = run.placed(run.step("Linear", x, path="tail", out_features=4, bias=False))
    _same(
        document,
        """
        graph:
          head: {Linear: {out_features: 4, bias: false}}
          tail: {Linear: {out_features: 4, bias: false}}
          unused:
            Sequential:
              weight: {Parameter: {shape: [2]}}
              bias: {Parameter: {shape: [2]}}
              running_mean: {Buffer: {shape: [2], dtype: float32}}
              running_var: {Buffer: {shape: [2], value: 1.0, dtype: float32}}
              num_batches_tracked: {Buffer: {shape: [], dtype: int64}}
        outputs: tail
        tie: {tail.weight: head.weight}
        """,
    )


def test_slots_are_named_where_one_between_is_empty() -> None:
    model = nn.Module()
    model.attn = nn.MultiheadAttention(4, 2, batch_first=True)
    run = Pass(model, x=["N", 5, 4], mask=[5, 5])
    x, mask = run.inputs.values()
    reads: Any = (x, x, x, None, mask)
    _same(
        run.placed(run.step("MultiheadAttention", *reads, path="attn", results=2, num_heads=2, batch_first=True)),
        """
        graph:
          attn:
            MultiheadAttention: {num_heads: 2, batch_first: true}
            from: {query: input, key: input, value: input, attn_mask: mask}
        """,
    )


def test_a_name_that_no_node_can_have() -> None:
    model = nn.Module()
    model.input = nn.Linear(4, 4)
    run = Pass(model, x=["N", 4])
    with pytest.raises(SpecError, match="`input` always means the input of the graph"):
        run.placed(run.step("Linear", run.inputs["x"], path="input", out_features=4))


def test_inputs_give_way_to_modules() -> None:
    run = Pass(_lists(features=1), features=["N", 4])
    document = run.placed(run.step("Linear", run.inputs["features"], path="features.0", out_features=4))
    assert [one.name for one in document.inputs] == ["features_1"]
