"""Multi-head attention."""

from __future__ import annotations

from typing import Any, Self

from pydantic import model_validator

from lego.catalogue.arguments import Flag, Inferred, Positive, Probability, argument, inferred
from lego.catalogue.attending import Axes, attention_axes, check_masks, need_divisor
from lego.catalogue.elementwise import shape_notes
from lego.catalogue.layer import Layer, Result, Sizes, Slot
from lego.catalogue.rules import Size, divided, product, with_shape
from lego.diagnostics import Problem
from lego.shapes import TensorType


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
        need_divisor("num_heads", self.num_heads, "embed_dim", self.embed_dim)
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
        check_masks(axes, self.num_heads, key_padding_mask=key_padding_mask, attn_mask=attn_mask)
        found: dict[str, Any] = {"embed_dim": embed_dim}
        for name, tensor in (("kdim", key), ("vdim", value)):
            if self.__dict__[name] is not None or tensor.shape[-1] != embed_dim:
                found[name] = tensor.shape[-1]
        heads = () if self.average_attn_weights else (self.num_heads,)
        weights = with_shape(query, (*axes.batch, *heads, axes.queries, axes.keys + self._added_keys()))
        return Result((query, weights) if self.need_weights else (query,), found)

    def _axes(self, query: TensorType, key: TensorType, value: TensorType) -> Axes:
        """The axes of the inputs, which have to agree."""
        axes = attention_axes(self, self.batch_first, query, key, value)
        if key.shape[:-1] != value.shape[:-1]:
            notes = shape_notes(self, (query, key, value))
            raise Problem("shape-mismatch", "key and value must differ in their features only", notes=notes)
        return axes

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
