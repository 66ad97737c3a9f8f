"""Multi-head attention."""

from __future__ import annotations

from typing import Any, NamedTuple, Self

from pydantic import model_validator

from lego.catalogue.arguments import Flag, Inferred, Positive, Probability, argument, inferred
from lego.catalogue.elementwise import shape_notes
from lego.catalogue.layer import Layer, Result, Sizes, Slot
from lego.catalogue.rules import Size, divided, need_rank, product, with_shape
from lego.diagnostics import Problem
from lego.shapes import Shape, TensorType


class _Axes(NamedTuple):
    """Sizes of an attention; no batch for single samples."""

    batch: tuple[Size, ...]
    queries: Size
    keys: Size


class MultiheadAttention(Layer):
    """softmax(Q Kᵀ / √d) V in `num_heads` heads, with projections before and after (Vaswani et al. 2017).

    As in torch, sequences are [L, N, E] unless `batch_first` is true. In masks of booleans, true is left out.
    """

    embed_dim: Inferred[Positive] = inferred("features of the query")
    num_heads: Positive = argument(help="number of heads; divides embed_dim")
    dropout: Probability = argument(0.0, "probability that a weight is zero in training")
    bias: Flag = argument(True, "the projections add a learned number")
    add_bias_kv: Flag = argument(False, "add a learned key and value to those of the input")
    add_zero_attn: Flag = argument(False, "add a key and a value of zeros")
    kdim: Inferred[Positive] = inferred("features of the key, where they are not embed_dim")
    vdim: Inferred[Positive] = inferred("features of the value, where they are not embed_dim")
    batch_first: Flag = argument(False, "sequences are [N, L, E] instead of [L, N, E]")
    need_weights: Flag = argument(True, "give attn_output_weights; faster without")
    average_attn_weights: Flag = argument(True, "attn_output_weights are the mean over the heads")

    slots = (
        Slot("query", "weights"),
        Slot("key", "weights"),
        Slot("value", "weights"),
        Slot("key_padding_mask", "any", optional=True, keyword=True),
        Slot("attn_mask", "any", optional=True, keyword=True),
    )
    mixed = True
    formula = "[L, N, embed_dim], [S, N, kdim], [S, N, vdim], [N, S], [L, S] -> [L, N, embed_dim], [N, L, S]"

    @model_validator(mode="after")
    def _heads_divide(self) -> Self:
        if self.embed_dim is not None and self.embed_dim % self.num_heads:
            raise ValueError(
                f"num_heads must divide embed_dim, but {self.embed_dim} is not a multiple of {self.num_heads}"
            )
        return self

    def output_names(self) -> tuple[str, ...]:
        return ("attn_output", "attn_output_weights") if self.need_weights else ("attn_output",)

    # -- the shape rule ------------------------------------------------------------------------------------------

    def infer(
        self,
        query: TensorType,
        key: TensorType,
        value: TensorType,
        key_padding_mask: TensorType | None = None,
        attn_mask: TensorType | None = None,
    ) -> Result:
        axes = self._axes(query, key, value)
        embed_dim = query.shape[-1]
        if isinstance(embed_dim, int):
            divided(embed_dim, self.num_heads, "the features of the query", "num_heads")
        batch = product(axes.batch)
        _check_mask("key_padding_mask", key_padding_mask, Shape((*axes.batch, axes.keys)))
        pair = (axes.queries, axes.keys)
        _check_mask("attn_mask", attn_mask, Shape(pair), Shape((batch * self.num_heads, *pair)))
        found: dict[str, Any] = {"embed_dim": embed_dim}
        for name, tensor in (("kdim", key), ("vdim", value)):
            if self.__dict__[name] is not None or tensor.shape[-1] != embed_dim:
                found[name] = tensor.shape[-1]
        heads = () if self.average_attn_weights else (self.num_heads,)
        weights = with_shape(query, (*axes.batch, *heads, axes.queries, axes.keys + self._added_keys()))
        return Result((query, weights) if self.need_weights else (query,), found)

    def _axes(self, query: TensorType, key: TensorType, value: TensorType) -> _Axes:
        """The axes of the inputs, which have to agree."""
        need_rank(query, "[N, L, E]" if self.batch_first else "[L, N, E]", 3, 2)
        ranks = {len(query.shape), len(key.shape), len(value.shape)}
        notes = shape_notes(self, (query, key, value))
        if len(ranks) > 1:
            raise Problem("rank-mismatch", "query, key and value must have the same number of dims", notes=notes)
        if key.shape[:-1] != value.shape[:-1]:
            raise Problem("shape-mismatch", "key and value must differ in their features only", notes=notes)
        at = int(not self.batch_first) if len(query.shape) == 3 else None
        if at is not None and query.shape[at] != key.shape[at]:
            flag = str(self.batch_first).lower()
            raise Problem(
                "shape-mismatch",
                f"query and key must have the same batch, which is dim {at}, but {query.shape[at]} ≠ {key.shape[at]}",
                notes=notes,
                help=f"batch_first is {flag}: sequences are {'[N, L, E]' if self.batch_first else '[L, N, E]'}",
            )
        batch = () if at is None else (query.shape[at],)
        length = 0 if at is None else 1 - at
        return _Axes(batch, query.shape[length], key.shape[length])

    def _added_keys(self) -> int:
        return int(self.add_bias_kv) + int(self.add_zero_attn)

    # -- weights and cost ----------------------------------------------------------------------------------------

    def weights(self) -> dict[str, tuple[int, ...]]:
        assert self.embed_dim is not None
        embed, kdim, vdim = self.embed_dim, self.kdim or self.embed_dim, self.vdim or self.embed_dim
        found: dict[str, tuple[int, ...]] = {}
        if kdim == vdim == embed:
            found["in_proj_weight"] = (3 * embed, embed)
        else:
            found |= {"q_proj_weight": (embed, embed), "k_proj_weight": (embed, kdim), "v_proj_weight": (embed, vdim)}
        if self.bias:
            found["in_proj_bias"] = (3 * embed,)
        if self.add_bias_kv:
            found |= {"bias_k": (1, 1, embed), "bias_v": (1, 1, embed)}
        found["out_proj.weight"] = (embed, embed)
        return found | ({"out_proj.bias": (embed,)} if self.bias else {})

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Size:
        """The four projections, Q Kᵀ and the product with V."""
        query, key, value, *_ = inputs
        assert query is not None and key is not None and value is not None
        axes = self._axes(query, key, value)
        embed = query.shape[-1]
        projections = product(query.shape) * embed * 2 + (product(key.shape) + product(value.shape)) * embed
        return projections + product(axes.batch) * axes.queries * (axes.keys + self._added_keys()) * embed * 2

    # -- the torch expression ------------------------------------------------------------------------------------

    def split_arguments(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Those of the constructor; torch takes the last two in the call."""
        positional, keywords = super().split_arguments()
        return positional, {name: value for name, value in keywords.items() if name not in _OF_THE_CALL}

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        options = "".join(f", {name}=False" for name in _OF_THE_CALL if not self.__dict__[name])
        text = f"{module}({self.join_inputs(inputs)}{options})"
        return text if self.need_weights else f"{text}[0]"


_OF_THE_CALL = ("need_weights", "average_attn_weights")


def _check_mask(name: str, mask: TensorType | None, *shapes: Shape) -> None:
    """A mask is boolean, or numbers that are added to the scores."""
    if mask is None:
        return
    if mask.dtype not in ("bool", "float32"):
        raise Problem(
            "dtype-mismatch",
            f"{name} must be bool, or float32 to be added to the scores, found {mask.dtype}",
            help="put `Cast: bool` before it",
        )
    if mask.shape not in shapes:
        raise Problem("shape-mismatch", f"{name} must be {' or '.join(map(str, shapes))}, found {mask.shape}")
