"""Products of matrices, sums over products, and attention."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from lego.catalogue.arguments import Flag, Probability, Real, Text, argument
from lego.catalogue.elementwise import shape_notes, stretched
from lego.catalogue.equation import Sized, cost, parse, sized
from lego.catalogue.layer import Operation, Result, Sizes, Slot, Variadic, slot_names
from lego.catalogue.literals import Code, call_arguments, literal
from lego.catalogue.rules import Size, product, with_shape
from lego.diagnostics import Note, Problem
from lego.shapes import Shape, TensorType, explain_difference


class MatMul(Operation):
    """The matrix product over the last two dims; the dims before them are a batch.

    As in torch, an input of one dim is a vector, whose dim is gone from the output.
    """

    broadcast: Flag = argument(False, "let the batch dims stretch: one matrix for a whole batch")

    slots = (Slot("input", "number"), Slot("other", "number"))
    formula = "[*, A, B], [*, B, C] -> [*, A, C]"
    page = "torch.matmul"

    def infer(self, input: TensorType, other: TensorType) -> Result:
        for name, tensor in (("input", input), ("other", other)):
            if not tensor.shape:
                raise Problem("rank-mismatch", f"MatMul needs vectors or matrices, but {name} is a single number")
        left, right = input.shape, other.shape
        inner = right[0] if len(right) == 1 else right[-2]
        if left[-1] != inner:
            raise self._unequal(input, other, inner)
        batch = self._batch(input, other)
        return Result((with_shape(input, (*batch, *left[-2:-1], *(right[-1:] if len(right) > 1 else ()))),))

    def _unequal(self, input: TensorType, other: TensorType, inner: Size) -> Problem:
        columns = input.shape[-1]
        notes = shape_notes(self, (input, other))
        tell = explain_difference(columns, inner)
        if tell:
            notes.append(Note("inner", f"{columns} ≠ {inner}", tell))
        fits = len(other.shape) > 1 and other.shape[-1] == columns
        help = "put `Transpose: {dim0: -2, dim1: -1}` before other" if fits else None
        message = f"MatMul needs as many rows of other as input has columns, but {columns} ≠ {inner}"
        return Problem("shape-mismatch", message, notes=notes, help=help)

    def _batch(self, input: TensorType, other: TensorType) -> tuple[Size, ...]:
        left, right = Shape(input.shape[:-2]), Shape(other.shape[:-2])
        if left == right or len(other.shape) == 1:
            return left
        if len(input.shape) == 1:
            return right
        batch = stretched((left, right))
        if batch is None or not self.broadcast:
            help = None if batch is None else "write `{MatMul: {broadcast: true}}` if they should stretch"
            needs = "batch dims that broadcast" if self.broadcast else "equal batch dims"
            notes = shape_notes(self, (input, other))
            raise Problem("shape-mismatch", f"MatMul needs {needs}, but {left} ≠ {right}", notes=notes, help=help)
        return batch

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Size:
        assert inputs[0] is not None
        return product(outputs[0].shape) * inputs[0].shape[-1]

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return f"{inputs[0]} @ {inputs[1]}"


class Einsum(Operation):
    """Einstein's summation: the product of the inputs, summed over the axes that the output does not name.

    An axis has one size wherever it stands; none is stretched.
    """

    equation: Text = argument(help="axes of the inputs and of the output, by letter: `bij,bjk->bik`")

    slots = Variadic("number", least=1)
    formula = "as the equation"
    page = "torch.einsum"

    @model_validator(mode="after")
    def _parses(self) -> Self:
        parse(self.equation)
        return self

    def _sized(self, inputs: tuple[TensorType | None, ...]) -> Sized:
        shapes = [tensor.shape for tensor in inputs if tensor is not None]
        return sized(parse(self.equation), shapes, slot_names(self, len(shapes)))

    def infer(self, *inputs: TensorType) -> Result:
        return Result((with_shape(inputs[0], self._sized(inputs).shape),))

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Size:
        return cost(self._sized(inputs))

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        return f"torch.einsum({literal(self.equation)}, {self.join_inputs(inputs)})"


class ScaledDotProductAttention(Operation):
    """softmax(Q Kᵀ · scale + mask) V (Vaswani et al. 2017).

    In a mask of booleans, true may be attended, unlike in MultiheadAttention; numbers are added to the scores.
    """

    dropout_p: Probability = argument(0.0, "probability that a weight is zero in training")
    is_causal: Flag = argument(False, "a position attends to itself and those before it")
    scale: Real | None = argument(None, "factor of the scores; none: 1 / √E")
    enable_gqa: Flag = argument(False, "several heads of the query share a head of key and value")

    slots = (
        Slot("query", "floating"),
        Slot("key", "floating"),
        Slot("value", "floating"),
        Slot("attn_mask", "any", optional=True, keyword=True),
    )
    mixed = True
    formula = "[*, H, L, E], [*, H, S, E], [*, H, S, V], mask [L, S] -> [*, H, L, V]"
    page = "torch.nn.functional.scaled_dot_product_attention"

    def infer(
        self, query: TensorType, key: TensorType, value: TensorType, attn_mask: TensorType | None = None
    ) -> Result:
        self._agree(query, key, value)
        if attn_mask is not None:
            self._check_mask(attn_mask, Shape((*query.shape[:-1], key.shape[-2])), query.dtype)
        return Result((with_shape(query, (*query.shape[:-1], value.shape[-1])),))

    def _agree(self, query: TensorType, key: TensorType, value: TensorType) -> None:
        notes = shape_notes(self, (query, key, value))
        if len({query.dtype, key.dtype, value.dtype}) > 1:
            found = [Note("query", query.dtype), Note("key", key.dtype), Note("value", value.dtype)]
            raise Problem("dtype-mismatch", "query, key and value must have one dtype", notes=found)
        ranks = {len(query.shape), len(key.shape), len(value.shape)}
        least = 3 if self.enable_gqa else 2
        if len(ranks) > 1 or min(ranks) < least:
            message = f"query, key and value must have the same number of dims, at least {least}"
            raise Problem("rank-mismatch", message, notes=notes)
        if key.shape[:-1] != value.shape[:-1]:
            raise Problem("shape-mismatch", "key and value must differ in their features only", notes=notes)
        if query.shape[-1] != key.shape[-1]:
            raise Problem("shape-mismatch", "query and key must have the same number of features", notes=notes)
        heads = -3 if self.enable_gqa else -2
        if query.shape[:heads] != key.shape[:heads]:
            raise Problem("shape-mismatch", "query and key must have the same batch and heads", notes=notes)
        if self.enable_gqa and query.shape[-3] % key.shape[-3] != 0:
            message = "the heads of the query must be a multiple of those of the key"
            raise Problem(
                "shape-mismatch", f"{message}, but they are {query.shape[-3]} and {key.shape[-3]}", notes=notes
            )

    def _check_mask(self, mask: TensorType, scores: Shape, dtype: str) -> None:
        if self.is_causal:
            raise Problem("bad-value", "is_causal makes a mask of its own: leave one of it and attn_mask out")
        if mask.dtype not in ("bool", dtype):
            message = f"attn_mask must be bool, or {dtype} to be added to the scores, found {mask.dtype}"
            raise Problem("dtype-mismatch", message, help="put `Cast: bool` before it")
        if stretched((mask.shape, scores)) != scores:
            message = f"attn_mask must stretch to the scores {scores}, found {mask.shape}"
            raise Problem("shape-mismatch", message)

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Size:
        """Q Kᵀ and the product with V, masked or not."""
        query, key, value = inputs[:3]
        assert query is not None and key is not None and value is not None
        return product(query.shape[:-1]) * key.shape[-2] * (query.shape[-1] + value.shape[-1])

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        options = call_arguments(
            dropout_p=Code(f"{self.dropout_p} if self.training else 0.0") if self.dropout_p else None,
            is_causal=self.is_causal or None,
            scale=self.scale,
            enable_gqa=self.enable_gqa or None,
        )
        return f"F.scaled_dot_product_attention({self.join_inputs(inputs)}{', ' if options else ''}{options})"
