"""Nets to draw."""

from __future__ import annotations

from textwrap import dedent

from lego import parse
from lego.graph import Graph


def net(graph: str, *, inputs: str = "{x: [N, 16]}", blocks: str = "", name: str = "net") -> Graph:
    """The graph of a document, whose parts are given as YAML."""
    parts = ["lego: 1", f"name: {name}", f"inputs: {inputs}"]
    if blocks:
        parts += ["blocks:", _indented(blocks)]
    return parse("\n".join([*parts, "graph:", _indented(graph)]) + "\n").graph


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in dedent(text).strip("\n").splitlines())


RESIDUAL = """\
Residual:
  params: {planes: 16}
  graph:
    fc1: {Linear: $planes}
    act: ReLU
    fc2: {Linear: $planes}
    sum: {Add, from: [input, fc2]}
"""
