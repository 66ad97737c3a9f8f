"""Tensors that are learned, constant, or made from the sizes and positions of others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BeforeValidator, model_validator

from lego.catalogue.arguments import DType, Expected, Flag, Integer, Positive, ShapeOf, argument
from lego.catalogue.create import needs_integer, show
from lego.catalogue.layer import Construct, Operation, Result, Sizes, Slot, Stored
from lego.catalogue.literals import Code
from lego.catalogue.nested import Nested, nested, numbers_of, shape_of
from lego.catalogue.packed import HELPER, MARK, is_packed, packed_range, unpack
from lego.catalogue.rules import axis, need_dims, with_shape
from lego.diagnostics import Note, Problem
from lego.shapes import Dim, Shape, TensorType, is_floating, is_integer


def _values(value: Any) -> Any:
    return value if is_packed(value) else nested(value)


Values = Annotated[Any, BeforeValidator(_values), Expected("a number, or nested lists of numbers")]


class _Stored(Operation):
    """A tensor of the module; it reads nothing."""

    slots = ()
    formula = "-> shape"

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return module


def _integers(shape: tuple[int | Dim, ...]) -> tuple[int, ...]:
    found = tuple(size for size in shape if isinstance(size, int))
    if len(found) < len(shape):
        raise needs_integer("shape", shape, sorted(Shape(shape).symbols))
    return found


def _positive(shape: tuple[int | Dim, ...]) -> None:
    for size in shape:
        if isinstance(size, int) and size < 1:
            raise ValueError(f"sizes must be at least 1, found {size}")


class Parameter(_Stored):
    """A learned tensor; it starts at zeros unless `init` says otherwise, and its key is the path of the node."""

    shape: ShapeOf = argument(help="its shape, of integers")

    page = "torch.nn.parameter.Parameter"

    @model_validator(mode="after")
    def _sizes_are_positive(self) -> Self:
        _positive(self.shape)
        return self

    def infer(self) -> Result:
        return Result((TensorType(Shape(_integers(self.shape))),))

    def weights(self) -> dict[str, tuple[int, ...]]:
        return {"": _integers(self.shape)}

    def construct(self) -> Construct:
        return Construct("torch.zeros", {"size": self.shape}, kind="parameter")


class _Given(_Stored):
    """A tensor whose values stand in the spec; subclasses declare the fields."""

    if TYPE_CHECKING:  # no fields here, or their order would not be theirs
        shape: tuple[int | Dim, ...]
        value: Any
        dtype: Any

    @property
    def helper(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride] - of some of its instances
        """What unpacks the value."""
        return HELPER if is_packed(self.value) else ""

    @model_validator(mode="after")
    def _value_fits(self) -> Self:
        _positive(self.shape)
        if is_packed(self.value):
            unpack(self.value, self.dtype, _integers(self.shape))
            return self
        value: Nested = self.filled()
        found = Shape(shape_of(value))
        if isinstance(value, tuple) and found != self.shape:
            raise ValueError(f"value must be a number, or lists of the shape {Shape(self.shape)}, found {found}")
        for number in numbers_of(value):
            if not _holds(self.dtype, number):
                raise ValueError(f"value has {show(number)}, which {self.dtype} cannot hold")
        return self

    def filled(self) -> Any:
        """The value, or zeros."""
        return (False if self.dtype == "bool" else 0) if self.value is None else self.value

    def infer(self) -> Result:
        return Result((TensorType(Shape(_integers(self.shape)), self.dtype),))

    def start(self, saved: bool) -> Construct:
        """Without a dtype where torch takes it from the numbers, so that the module's own floating dtype holds."""
        dtype = Code(f"torch.{self.dtype}", "torch.dtype")
        if is_packed(self.value):
            given = {"text": self.value.removeprefix(MARK), "shape": self.shape, "dtype": dtype}
            return Construct("unpack_tensor", given, kind="buffer", saved=saved)
        keywords = {} if self.dtype in ("float32", "int64", "bool") else {"dtype": dtype}
        value = _converted(self.dtype, self.filled())
        if isinstance(value, tuple):
            return Construct("torch.tensor", {"data": value}, keywords, kind="buffer", saved=saved)
        return Construct("torch.full", {"size": self.shape, "fill_value": value}, keywords, kind="buffer", saved=saved)


class Constant(_Given):
    """A tensor that is not learned and not saved: one number everywhere, or a nested list of numbers.

    A large one may be given as `packed:` and the base64 text of its little-endian bytes, compressed as zlib does.
    """

    shape: ShapeOf = argument(help="its shape, of integers")
    value: Values = argument(help="a number for all of it, or nested lists that have the shape")
    dtype: DType = argument("float32", "its dtype")

    page = "torch.full"

    def infer(self) -> Result:
        type_ = super().infer().outputs[0]
        if not is_integer(self.dtype):
            return Result((type_,))
        if is_packed(self.value):
            return Result((type_._replace(range=packed_range(self.value, self.dtype, _integers(self.shape))),))
        numbers = [int(number) for number in numbers_of(self.value)]
        return Result((type_._replace(range=(min(numbers), max(numbers) + 1)),))

    def construct(self) -> Construct:
        return self.start(saved=False)


class Buffer(_Given):
    """A tensor that is not learned but saved: its key is the path of the node, and `state_dict` brings its values."""

    shape: ShapeOf = argument(help="its shape, of integers")
    value: Values | None = argument(None, "its values at the start, as of a Constant; none: zeros")
    dtype: DType = argument("float32", "its dtype")

    page = "torch.nn.parameter.Buffer"

    def buffers(self) -> dict[str, tuple[int, ...]]:
        return {"": _integers(self.shape)}

    def state(self) -> dict[str, Stored]:
        return {"": Stored(_integers(self.shape), self.dtype)}

    def construct(self) -> Construct:
        return self.start(saved=True)


def _holds(dtype: str, number: float) -> bool:
    if is_floating(dtype) or dtype.startswith("complex"):
        return not isinstance(number, bool)
    return isinstance(number, bool) == (dtype == "bool") and isinstance(number, int)


def _converted(dtype: str, value: Nested) -> Nested:
    if isinstance(value, tuple):
        return tuple(_converted(dtype, item) for item in value)
    return value if dtype == "bool" or is_integer(dtype) else float(value)


class Arange(Operation):
    """The positions 0 … size - 1 of a dim of the input, on its device."""

    dim: Integer = argument(help="the dim whose positions are counted")

    slots = (Slot("input", "any"),)
    formula = "[*, T, *] -> [T] int64"
    page = "torch.arange"

    def infer(self, input: TensorType) -> Result:
        size = input.shape[axis(self.dim, len(input.shape))]
        return Result((TensorType(Shape((size,)), "int64", (0, size) if isinstance(size, int) else None),))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return f"torch.arange({inputs[0]}.shape[{self.dim}], device={inputs[0]}.device)"


class CausalMask(Operation):
    """A mask [T, T] of booleans that keeps position i (row) from reading a later position j > i (column).

    As MultiheadAttention wants it, true is forbidden. MaskedFill takes it as it is, too. With `allowed: true`, true
    is what may be read, as ScaledDotProductAttention wants it (which also has `is_causal`).
    """

    dim: Integer = argument(1, "the dim of the input that has size T: 1 for sequences [N, T, …]")
    allowed: Flag = argument(False, "true is what may be read, not what is forbidden")

    slots = (Slot("input", "any"),)
    formula = "[*, T, *] -> [T, T] bool"
    page = "torch.triu"

    def infer(self, input: TensorType) -> Result:
        size = input.shape[axis(self.dim, len(input.shape))]
        return Result((TensorType(Shape((size, size)), "bool"),))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        size = f"{inputs[0]}.shape[{self.dim}]"
        ones = f"torch.ones({size}, {size}, dtype=torch.bool, device={inputs[0]}.device)"
        return f"{ones}.tril()" if self.allowed else f"{ones}.triu(1)"


class OneHot(Operation):
    """For each integer a vector of zeros with a 1 at its place."""

    num_classes: Positive = argument(help="size of a vector; the integers are below it")

    slots = (Slot("input", "integer"),)
    formula = "[*] int64 -> [*, num_classes] int64"
    page = "torch.nn.functional.one_hot"
    in_time = "leading"

    def infer(self, input: TensorType) -> Result:
        if input.dtype != "int64":
            message = f"OneHot takes int64, but input is {input.dtype}"
            raise Problem("dtype-mismatch", message, help="put `Cast: int64` before it")
        if input.range is not None and (input.range[0] < 0 or input.range[1] > self.num_classes):
            found = f"{input.range[0]} … {input.range[1] - 1}"
            notes = [Note("input", found), Note("classes", f"0 … {self.num_classes - 1}")]
            raise Problem("bad-value", "the input has values that are none of the classes", notes=notes)
        return Result((TensorType(Shape((*input.shape, self.num_classes)), "int64", (0, 2)),))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return f"F.one_hot({inputs[0]}, {self.num_classes})"


class Maxout(Operation):
    """The largest of each `num_pieces` neighbours along a dim (Goodfellow et al. 2013): y_i = max_j x_(k i + j).

    torch has no such layer. Put a Linear or Conv with `num_pieces` times the features before it.
    """

    num_pieces: Positive = argument(help="number of values of which one is left")
    dim: Integer = argument(-1, "the dim that is reduced")

    slots = (Slot("input", "real"),)
    formula = "[*, k · A, *] -> [*, A, *]"
    page = "torch.amax"
    in_time = "rows"

    def infer(self, input: TensorType) -> Result:
        need_dims(input, "[*, features]", 1)
        at = axis(self.dim, len(input.shape))
        size = input.shape[at]
        if size % self.num_pieces != 0:
            message = f"num_pieces must divide dim {self.dim}, but {size} is not a multiple of {self.num_pieces}"
            raise Problem("shape-mismatch", message)
        return Result((with_shape(input, (*input.shape[:at], size // self.num_pieces, *input.shape[at + 1 :])),))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        pieces = self.dim if self.dim < 0 else self.dim + 1
        return f"{inputs[0]}.unflatten({self.dim}, (-1, {self.num_pieces})).amax({pieces})"
