"""What losses share: a reduction, inputs of one shape, targets that number classes, weights for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from annotated_types import MinLen
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from lego.catalogue.arguments import Expected, Real
from lego.catalogue.elementwise import shape_notes, stretched
from lego.catalogue.layer import Layer, Result, Slot, slot_names
from lego.catalogue.literals import Code, literal
from lego.catalogue.nested import Nested, nested, numbers_of, shape_of
from lego.catalogue.rules import Size, at_least, with_shape
from lego.diagnostics import Note, Problem
from lego.shapes import Shape, TensorType, differences

Reduction = Annotated[Literal["none", "mean", "sum"], Expected("none, mean or sum")]
Numbers = Annotated[tuple[Real, ...], MinLen(1), Expected("a list of numbers")]

OF_A_LOSS = "none: each loss by itself; mean or sum: one number for all"
EACH_CLASS = "how much each class counts, a number for each"


def _floats(value: Any) -> Nested:
    try:
        found = nested(value)
    except ValueError:
        found = 0
    if not isinstance(found, tuple) or any(isinstance(number, bool) for number in numbers_of(found)):
        raise PydanticCustomError("numbers", "no lists of numbers")
    return _converted(found)


def _converted(value: Nested) -> Nested:
    return tuple(map(_converted, value)) if isinstance(value, tuple) else float(value)


NestedNumbers = Annotated[
    Any, BeforeValidator(_floats), Expected("a list of numbers, or nested lists that are equally long on each level")
]
"""A tensor of any rank but 0."""


class Loss(Layer):
    """The base of losses; subclasses declare `reduction` in torch's place.

    Arguments that are tensors in torch are lists in a spec, and saved buffers of the module.
    """

    if TYPE_CHECKING:  # no field here, or the order would not be torch's
        reduction: Any

    slots = (Slot("input"), Slot("target"))
    tensors: ClassVar[tuple[str, ...]] = ()
    """The arguments that are tensors."""

    def given_tensors(self) -> dict[str, Nested]:
        """The arguments that are tensors, where they are given."""
        return {name: self.__dict__[name] for name in self.tensors if self.__dict__[name] is not None}

    def buffers(self) -> dict[str, tuple[int, ...]]:
        return {name: shape_of(value) for name, value in self.given_tensors().items()}

    def split_arguments(self) -> tuple[dict[str, Any], dict[str, Any]]:
        positional, keywords = super().split_arguments()
        tensors = {
            name: Code(f"torch.tensor({literal(_lists(value))})", "torch.Tensor")
            for name, value in self.given_tensors().items()
        }
        return positional, keywords | tensors

    def check_dtype(self, input: TensorType) -> None:
        """Raise `dtype-mismatch` where the input has another dtype than the tensors among the arguments."""
        given = " and ".join(self.given_tensors())
        if given and input.dtype != "float32":
            takes = f"{type(self).__name__} with {given} takes float32, the dtype of its weights"
            message = f"{takes}, but input is {input.dtype}"
            raise Problem("dtype-mismatch", message, help="put `Cast: float32` before it")

    def reduced(self, input: TensorType, each: Sequence[Size], requires: tuple[Size, ...] = ()) -> Result:
        """A loss for each of these places, or one number for all."""
        return Result((with_shape(input, each if self.reduction == "none" else ()),), requires=requires)


def _lists(value: Nested) -> Any:
    return [*map(_lists, value)] if isinstance(value, tuple) else value


# -- inputs of one shape -----------------------------------------------------------------------------------------------


def equal_shapes(layer: Layer, *inputs: TensorType) -> Shape:
    """The shape that all inputs have.

    Raises:
        Problem: `shape-mismatch` where they differ; torch would broadcast them, and give a wrong loss.
    """
    shapes = [tensor.shape for tensor in inputs]
    other = next((at for at, shape in enumerate(shapes) if shape != shapes[0]), None)
    if other is None:
        return shapes[0]
    notes = shape_notes(layer, inputs)
    if len(shapes[other]) == len(shapes[0]):
        notes += differences(shapes[0], shapes[other])
    together = stretched(shapes)
    if together is not None:
        notes.append(Note("torch", f"would stretch them to {together}, and compare what does not belong together"))
    names = slot_names(layer, 0)
    help = squeezing(names[0], shapes[0], names[other], shapes[other])
    help = help or f"give the {names[0]} the shape of the {names[other]}, or the other way round"
    raise Problem("shape-mismatch", f"{type(layer).__name__} needs equal shapes", notes=notes, help=help)


def squeezing(first: str, one: Sequence[Size], second: str, two: Sequence[Size]) -> str | None:
    """The advice where two shapes differ by a last dim of 1 only."""
    for name, longer, shorter in ((first, one, two), (second, two, one)):
        if tuple(longer) == (*shorter, 1):
            return f"take the last dim off the {name}: put `Squeeze: -1` before it"
    return None


# -- targets that number classes ---------------------------------------------------------------------------------------


def check_numbers(
    layer: Layer, target: TensorType, classes: Size, least: int = 0, ignored: int | None = None
) -> tuple[Size, ...]:
    """What must be at least 1 for each value of a target to be one of the classes, or the one that is ignored.

    Raises:
        Problem: `dtype-mismatch`, it is not int64; `bad-value`, its range has other values.
    """
    slot = slot_names(layer, 0)[1]
    if target.dtype != "int64":
        message = f"{type(layer).__name__} takes numbers of classes, int64, but {slot} is {target.dtype}"
        raise Problem("dtype-mismatch", message, help=f"put `Cast: int64` before the {slot}")
    return check_range(target, slot, classes, least, ignored)


def check_range(
    target: TensorType, slot: str, classes: Size, least: int = 0, ignored: int | None = None
) -> tuple[Size, ...]:
    """What must be at least 1 for each value of a target to be one of the classes, or the one that is ignored."""
    if target.range is None:
        return ()
    low, end = target.range
    problem = Problem(
        "bad-value",
        f"the {slot} has values that are none of the classes",
        notes=[Note(slot, f"{low} … {end - 1}"), Note("classes", f"{least} … {classes - 1}")],
        help=f"correct the range of the {slot}, or give a score for each of its classes",
    )
    if low < least and low != ignored:
        raise problem
    return () if end - 1 == ignored else at_least(classes, end, problem)


def check_weight(layer: Loss, weight: Sequence[float] | None, classes: Size) -> None:
    """Raise `shape-mismatch` unless there is a weight for each class."""
    if weight is not None and len(weight) != classes:
        name = type(layer).__name__
        raise Problem(
            "shape-mismatch",
            f"{name} needs a weight for each of the {classes} classes, found {len(weight)}",
            help="give a number for each class, 1 where it should count as it is"
            if isinstance(classes, int)
            else f"declare the input so that {classes} is {len(weight)}",
        )


def check_target(wanted: Sequence[Size], slot: str, target: TensorType, given: str, help: str | None = None) -> None:
    """Raise `shape-mismatch` unless the target has the wanted shape; `given` says what asks for it: `input [N, 5]`."""
    if target.shape != tuple(wanted):
        raise Problem(
            "shape-mismatch",
            f"the {slot} must be {Shape(wanted)} for the {given}, found {target.shape}",
            help=help or squeezing("input", wanted, slot, target.shape),
        )
