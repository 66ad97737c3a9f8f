"""A forward pass in layers of the catalogue: what `translate` makes of a trace, and `place` of a document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lego.diagnostics import Span
from lego.runtime.importing.calls import Frame, Value


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One use of a layer: a node to be.

    Attributes:
        layer: Its name in the catalogue.
        arguments: As a document writes them, defaults and inferred ones left out; sizes of the first input as
            `$shape[0]`.
        reads: What its slots read, in their order; None where one stays empty.
        results: What it gives.
        frame: In which call of a module it stands.
        path: The module (or parameter) whose weights it has: the start of their keys. Empty where it has none.
        name: What a node without a path may be called.
        span: Where the user's Python called it.
        frozen: Its weights get no gradient.
        module: The path of the module whose call it is, with weights or without; empty for a function.
    """

    layer: str
    arguments: dict[str, Any]
    reads: tuple[Value | None, ...]
    results: tuple[Value, ...]
    frame: Frame
    path: str
    name: str
    span: Span
    frozen: bool = False
    module: str = ""


@dataclass(frozen=True, slots=True)
class Steps:
    """All of them, in the order in which they run; `output` as in `Trace`, in terms of their results."""

    inputs: dict[str, Value]
    steps: tuple[Step, ...]
    frames: tuple[Frame, ...]
    output: Any
