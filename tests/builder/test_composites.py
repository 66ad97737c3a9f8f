"""Composites in Python and in YAML: what each can say."""

from __future__ import annotations

from typing import Any

import torch

import lego
from lego import layers as L


def graph_yaml(net: Any, graph: str, head: str = "inputs: {x: [N, T, 8]}\n") -> None:
    """The net says what this text says."""
    text = f"lego: 1\nname: net\n{head}graph:\n{graph}"
    written = lego.parse(text).document
    assert net().document == written, net().to_yaml()


@lego.block
def cell(x, width: int):
    return L.Tanh()(L.Linear(width)(x))


def test_all_that_a_recurrent_says() -> None:
    @lego.net(x=["N", "T", 8], lengths={"shape": ["N"], "dtype": "int64"})
    def net(x, lengths):
        start = L.Linear(4)(x[:, 0])

        def step(x, h, older):
            y = L.Tanh()(L.Linear(4)(x) + h + older)
            return {"all": y, "final": lego.recurrent.last(y)}, {"h": y, "older": y}

        rnn = lego.recurrent(
            step,
            over="T",
            state={"h": {"shape": ["N", 4], "init": start}, "older": {"shape": ["N", 4], "delay": 2}},
            reverse=True,
            lengths=lengths,
            name="rnn",
        )
        out = rnn(x)
        both = lego.recurrent(
            lambda x, h: L.Tanh()(L.Linear(4)(x) + h), over=1, state={"h": ["N", 4]}, bidirectional=L.Add(), name="both"
        )(x)
        return out.all, out.final, out.h, both, both.h

    graph_yaml(
        net,
        """\
  select: {Select: {dim: 1, index: 0}}
  linear: {Linear: 4}
  rnn:
    recurrent:
      over: T
      state: {h: {shape: [N, 4], init: linear}, older: {shape: [N, 4], delay: 2}}
      graph:
        linear: {Linear: 4}
        add: {Add, from: [linear, h]}
        add_1: {Add, from: [add, older]}
        tanh: Tanh
      next: {h: tanh, older: tanh}
      outputs: {all: tanh, final: {from: tanh, step: last}}
      reverse: true
      lengths: lengths
    from: x
  both:
    recurrent:
      over: 1
      state: {h: [N, 4]}
      graph:
        linear: {Linear: 4}
        add: {Add, from: [linear, h]}
        tanh: Tanh
      next: {h: tanh}
      bidirectional: Add
    from: x
outputs: [rnn, rnn.final, rnn.h, both, both.h]
""",
        "inputs: {x: [N, T, 8], lengths: {shape: [N], dtype: int64}}\n",
    )


def test_a_body_reads_what_stands_around() -> None:
    @lego.net(x=["N", "T", 8])
    def net(x):
        memory = L.Linear(8, name="memory")(x)

        def body(y):
            return lego.skip(lambda z: z * memory + y)(L.ReLU()(y))

        return lego.repeat(2, body)(memory)

    graph_yaml(
        net,
        """\
  memory: {Linear: 8}
  repeat:
    Sequential:
      entry: Identity
      relu: {ReLU, from: input}
      skip:
        skip:
          mul: {Mul, from: [input, memory]}
          add: {Add, from: [mul, entry]}
    repeat: 2
""",
    )


def test_turns_that_python_needs_are_written_one_by_one() -> None:
    @lego.net(x=["N", "T", 8])
    def net(x):
        def body(x, index):
            x = L.Linear(8)(x)
            return L.ReLU()(x) if index < 2 else x

        return lego.repeat(3, body, name="mlp")(x)

    module = lego.build(net(), seed=0)
    assert list(dict(module.named_parameters())) == [
        f"mlp.{name}" for name in ("0.linear.weight", "0.linear.bias", "1.linear.weight", "1.linear.bias")
    ] + ["mlp.2.weight", "mlp.2.bias"]


def test_a_block_that_is_called_twice_has_one_set_of_weights() -> None:
    @lego.net(x=["N", "T", 8])
    def net(x):
        shared = cell(8)
        return shared(shared(x)) + lego.repeat(2, cell(8))(x)

    graph_yaml(
        net,
        """\
  cell: {cell: 8}
  cell_1: {share: cell}
  cell_2: {cell: 8, repeat: 2, from: x}
  add: {Add, from: [cell_1, cell_2]}
""",
        "inputs: {x: [N, T, 8]}\nblocks: {cell: {params: {width: ~}, graph: {linear: {Linear: $width}, tanh: Tanh}}}\n",
    )


def test_a_repeat_of_several_inputs() -> None:
    @lego.block
    def mix(x, memory):
        return x + memory

    @lego.net(x=["N", "T", 8])
    def net(x):
        y = L.Linear(8)(x)
        a = lego.repeat(2, mix)(y, x)
        return lego.repeat(2, lambda z: mix(z, x))(a)

    graph_yaml(
        net,
        """\
  linear: {Linear: 8}
  mix: {mix, repeat: 2, from: [linear, x]}
  mix_1: {mix, repeat: 2, from: [mix, x]}
""",
        "inputs: {x: [N, T, 8]}\nblocks:\n  mix: {inputs: [x, memory], graph: {add: {Add, from: [x, memory]}}}\n",
    )


def test_code_that_no_file_has() -> None:
    names: dict[str, Any] = {"lego": lego, "L": L}
    exec(
        "@lego.net(x=['N', 8])\ndef net(x, width: int = 4):\n    return L.Linear(width)(x)\n", names
    )  # as a notebook does
    spec = names["net"](width=2)
    assert lego.build(spec)(torch.zeros(1, 8)).shape == (1, 2)
    assert spec.document.graph.nodes[0].span.line == 3
