"""What a trace says of a forward pass that it cannot follow, at the line of the user's Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from lego.diagnostics import Diagnostic, SpecError
from lego.runtime.importing.tracing.inputs import InputLike
from lego.runtime.importing.tracing.trace import trace


def refused(model: nn.Module, **inputs: InputLike) -> Diagnostic:
    with pytest.raises(SpecError) as error:
        trace(model, inputs)
    [diagnostic] = error.value.diagnostics
    return diagnostic


def marked(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    return span.source.line(span.line)[span.column - 1 :][: span.length]


class Lone(nn.Module):
    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__()
        self.function = function
        self.weight = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor) -> Any:
        return self.function(self, x)


def condition(self: Lone, x: Tensor) -> Tensor:
    if x.sum() > 0:
        return x
    return -x


def number(self: Lone, x: Tensor) -> Tensor:
    return x * x.mean().item()


def numbers(self: Lone, x: Tensor) -> list[float]:
    return x.tolist()


def indices(self: Lone, x: Tensor) -> Tensor:
    return x.nonzero()


def chosen(self: Lone, x: Tensor) -> Tensor:
    return x[x > 0]


def of_weights(self: Lone, x: Tensor) -> Tensor:
    return x * float(self.weight[0])


@pytest.mark.parametrize(
    ("function", "place", "message"),
    [
        (condition, "x.sum() > 0", "a condition on the values of a tensor"),
        (number, "x.mean().item()", "the value of a tensor as a number"),
        (numbers, "x.tolist()", "the values of a tensor as numbers"),
        (indices, "x.nonzero()", "the number of values that are not zero"),
        (chosen, "x[x > 0]", "the number of values that a mask selects"),
        (of_weights, "float(self.weight[0])", "the value of a tensor as a number"),
    ],
)
def test_values_are_not_known(function: Callable[..., Any], place: str, message: str) -> None:
    diagnostic = refused(Lone(function), x=["N", 4])
    assert diagnostic.code == "not-importable"
    assert marked(diagnostic) in (place, "if " + place)
    assert diagnostic.message.startswith(message)


def test_a_pass_that_does_something_else_at_another_size() -> None:
    def forward(self: Lone, x: Tensor) -> Tensor:
        return torch.relu(x) if x.shape[0] > 2 else torch.tanh(x)

    diagnostic = refused(Lone(forward), x=["N", 4])
    assert diagnostic.message == "what the model does here depends on `N`"
    assert diagnostic.help == "give `N` a number in the inputs"


def test_a_number_that_depends_on_a_size() -> None:
    def forward(self: Lone, x: Tensor) -> Tensor:
        return x * x.shape[0] ** -0.5

    assert marked(refused(Lone(forward), x=["N", 4])) == "x * x.shape[0] ** -0.5"


def test_a_size_without_a_formula() -> None:
    def forward(self: Lone, x: Tensor) -> Tensor:
        return x.new_ones(2 ** (x.shape[0] % 5)) + 1

    assert refused(Lone(forward), x=["N", 4]).code == "unresolved-dim"


def test_a_pass_that_fails_says_what_torch_says() -> None:
    diagnostic = refused(nn.Sequential(nn.Linear(5, 4)), x=["N", 4])
    assert diagnostic.message == "forward of Sequential fails on inputs of these sizes"
    assert [note.label for note in diagnostic.notes] == ["x", "reason"]
    assert diagnostic.notes[0].text == "[2, 4]"


def test_a_size_of_which_the_model_takes_multiples_only() -> None:
    def forward(self: Lone, x: Tensor) -> Tensor:
        return x.view(x.shape[0], x.shape[1] // 4, 4)

    diagnostic = refused(Lone(forward), x=["N", "T"])
    assert marked(diagnostic) == "x.view(x.shape[0], x.shape[1] // 4, 4)"
    assert diagnostic.help == "declare T as 4*t"


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({}, "missing-argument"),
        ({"x": ["N", 4], "y": ["N", 4]}, "unknown-argument"),
        ({"x": "N"}, "bad-value"),
        ({"x": ["N", 1.5]}, "bad-value"),
        ({"x": {"shape": ["N"], "dtpe": "int64"}}, "unknown-key"),
        ({"x": {"shape": ["N"], "dtype": "int65"}}, "bad-value"),
        ({"x": ["N", "N N"]}, "bad-expression"),
    ],
)
def test_inputs_that_are_none(inputs: dict[str, Any], code: str) -> None:
    diagnostic = refused(Lone(condition), **inputs)
    assert diagnostic.code == code
    assert diagnostic.span.source.name.endswith("test_trace_errors.py")


def test_other_names_are_handed_over_in_order() -> None:
    found = trace(Lone(lambda self, x: x + 1), {"image": ["N", 4]})
    assert list(found.inputs) == ["image"]


@torch.jit.script
def swish(x: Tensor) -> Tensor:
    return x * x.sigmoid()


def test_a_scripted_function_is_not_seen() -> None:
    for function in (lambda self, x: swish(x) + 1, lambda self, x: swish(x)):
        diagnostic = refused(Lone(function), x=["N", 4])
        assert diagnostic.message == "a tensor comes from a function that torch does not let others see"
