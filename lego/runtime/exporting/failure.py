"""Why a format cannot hold a net: said in words, then given a place."""

from __future__ import annotations

import re

from torch._subclasses.fake_tensor import DataDependentOutputException, DynamicOutputShapeException
from torch.fx.experimental.symbolic_shapes import GuardOnDataDependentSymNode

_LONGEST = 200
_OPERATOR = re.compile(r"No ONNX function found for <OpOverload\(op='([\w.]+)'")
_CONSTRAINTS = re.compile(r"Constraints violated \(([\w, ]+)\)")
_BY_VALUES = (DataDependentOutputException, DynamicOutputShapeException, GuardOnDataDependentSymNode)


class Failure(Exception):
    """A net, or a part of one, that a format cannot hold.

    Attributes:
        reason: Why, without a place.
        symbols: Those that would have to be fixed; empty where they are not the reason.
        final: Nothing else need be tried.
    """

    def __init__(self, reason: str, *, symbols: str = "", final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.symbols = symbols
        self.final = final


def failure_of(error: BaseException) -> Failure:
    """What an error of torch's exporters means: its first cause, in a line."""
    while error.__cause__ is not None:
        error = error.__cause__
    if isinstance(error, _BY_VALUES):
        return Failure("what it does depends on the values of a tensor", final=True)
    text = str(error)
    operator = _OPERATOR.search(text)
    if operator:
        return Failure(f"there is no ONNX form of torch's `{operator[1]}`", final=True)
    violated = _CONSTRAINTS.search(text)
    if violated:
        return Failure(f"torch would fix {violated[1]} to the size of an example", symbols=violated[1])
    line = next((line.strip() for line in text.splitlines() if line.strip()), type(error).__name__)
    return Failure(line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…")
