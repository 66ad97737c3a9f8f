"""The Transformer (Vaswani et al. 2017): its layers, stacks of them, and the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self, TypeVar

from annotated_types import Interval
from pydantic import InstanceOf, Strict, model_validator

from lego.catalogue.apply import apply, complete
from lego.catalogue.arguments import (
    Expected,
    Flag,
    Inferred,
    LayerOf,
    NonNegative,
    Positive,
    Probability,
    argument,
    inferred,
)
from lego.catalogue.attending import Axes, attention_axes, check_masks, need_divisor
from lego.catalogue.elementwise import shape_notes
from lego.catalogue.families.attention import MultiheadAttention
from lego.catalogue.families.linear import Linear
from lego.catalogue.families.normalization import LayerNorm, RMSNorm
from lego.catalogue.layer import Layer, Result, Sizes, Slot, slot_names
from lego.catalogue.rules import Size, divided, product
from lego.diagnostics import Problem
from lego.shapes import TensorType

Masks = dict[str, TensorType | None]
Activation = Annotated[Literal["relu", "gelu"], Expected("relu or gelu")]
Depth = Annotated[int, Strict(), Interval(ge=1, le=1000), Expected("an integer between 1 and 1000")]
Norm = Annotated[
    InstanceOf[LayerNorm] | InstanceOf[RMSNorm] | None,
    LayerOf((LayerNorm, RMSNorm)),
    Expected("LayerNorm or RMSNorm, written as a node is, or null"),
]

CAUSAL = "{} is a causal mask, which makes it faster; the result for another mask is not defined"


def _masks(*names: str) -> tuple[Slot, ...]:
    return tuple(Slot(name, "any", optional=True, keyword=True) for name in names)


_ENCODED = (Slot("src", "weights"),)
_DECODED = (
    Slot("tgt", "weights"),
    Slot("memory", "weights"),
    *_masks("tgt_mask", "memory_mask", "tgt_key_padding_mask", "memory_key_padding_mask"),
)


class _Transforming(Layer):
    """The base of all: made of other layers, called with sequences, masks, and what is known of the masks."""

    mixed = True
    causal: ClassVar[tuple[tuple[str, str], ...]]
    """The arguments of the call, each with the mask that it tells of."""

    def parts(self) -> dict[str, Layer]:
        """The layers with weights that it is made of, in torch's order."""
        raise NotImplementedError

    def weights(self) -> dict[str, tuple[int, ...]]:
        return {f"{path}.{key}": shape for path, part in self.parts().items() for key, shape in part.weights().items()}

    def named(self, given: tuple[TensorType | None, ...]) -> Masks:
        """The masks by their slots, which are the last; torch asks for one where it is said to be causal."""
        masks: Masks = dict(zip(slot_names(self, 0)[-len(given) :], given, strict=True)) if given else {}
        for flag, mask in self.causal:
            if self.__dict__[flag] and masks.get(mask) is None:
                raise Problem(
                    "missing-argument",
                    f"{flag} tells of {mask}, and there is none",
                    help=f"read a mask there, `from: {{…, {mask}: mask}}`, which a node `CausalMask` makes",
                )
        return masks

    def split_arguments(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Those of the constructor."""
        positional, keywords = super().split_arguments()
        return positional, {name: value for name, value in keywords.items() if name not in dict(self.causal)}

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        """With each mask whether it is causal: left to itself, torch compares it with one whenever it runs."""
        given = dict(zip(slot_names(self, 0), inputs, strict=True))
        flags = (f", {flag}={self.__dict__[flag]}" for flag, mask in self.causal if given[mask] is not None)
        return f"{module}({self.join_inputs(inputs)}{''.join(flags)})"


# -- layers ------------------------------------------------------------------------------------------------------------


class _Block(_Transforming):
    d_model: Inferred[Positive] = inferred("features of the input and of the output")
    nhead: Positive = argument(help="number of heads; divides d_model")
    dim_feedforward: Positive = argument(2048, "features between the two linear maps")
    dropout: Probability = argument(0.1, "probability that a value is zero in training")
    activation: Activation = argument("relu", "the function between the two linear maps: relu or gelu")
    layer_norm_eps: NonNegative = argument(1e-5, "added to the variances, so that they are never zero")
    batch_first: Flag = argument(False, "sequences are [N, L, E] instead of [L, N, E]")
    norm_first: Flag = argument(False, "normalise before attention and linear maps, not after the sums")
    bias: Flag = argument(True, "attention, linear maps and norms add a learned number")

    @model_validator(mode="after")
    def _heads_divide(self) -> Self:
        need_divisor("nhead", self.nhead, "d_model", self.d_model)
        return self

    def made(self, attentions: tuple[str, ...]) -> dict[str, Layer]:
        """Its parts: attentions, linear maps, and a norm for each of its sums."""
        assert self.d_model is not None
        embed, hidden = self.d_model, self.dim_feedforward
        maps = {
            "linear1": Linear(in_features=embed, out_features=hidden, bias=self.bias),
            "linear2": Linear(in_features=hidden, out_features=embed, bias=self.bias),
        }
        norms = {f"norm{i + 1}": LayerNorm(normalized_shape=embed, bias=self.bias) for i in range(len(attentions) + 1)}
        return {**dict.fromkeys(attentions, self.attention()), **maps, **norms}

    def attention(self) -> MultiheadAttention:
        """One of its attentions."""
        return MultiheadAttention(
            embed_dim=self.d_model, num_heads=self.nhead, bias=self.bias, batch_first=self.batch_first
        )

    def attention_macs(self, query: TensorType, key: TensorType) -> Size:
        """Multiply-accumulates of one attention."""
        return self.attention().macs((query, key, key), (query,))

    def linear_macs(self, input: TensorType) -> Size:
        """Multiply-accumulates of both linear maps."""
        return product(input.shape) * self.dim_feedforward * 2


B = TypeVar("B", bound=_Block)


class TransformerEncoderLayer(_Block):
    """x = norm1(x + attention(x)), y = norm2(x + linear2(activation(linear1(x)))), with dropout (Vaswani et al. 2017).

    As in torch, sequences are [L, N, E] unless `batch_first` is true. In masks of booleans, true is left out.
    """

    is_causal: Flag = argument(False, CAUSAL.format("src_mask"))

    slots = (*_ENCODED, *_masks("src_mask", "src_key_padding_mask"))
    causal = (("is_causal", "src_mask"),)
    formula = "[L, N, d_model], [L, L], [N, L] -> [L, N, d_model]"

    def infer(self, src: TensorType, *given: TensorType | None) -> Result:
        _check_encoding(self, self, src, self.named(given))
        return Result((src,), {"d_model": src.shape[-1]})

    def parts(self) -> dict[str, Layer]:
        return self.made(("self_attn",))

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Size:
        """The attention and both linear maps."""
        src = outputs[0]
        return self.attention_macs(src, src) + self.linear_macs(src)


class TransformerDecoderLayer(_Block):
    """A layer that attends to itself, then to a memory, before its linear maps (Vaswani et al. 2017).

    x = norm1(x + attention(x)), x = norm2(x + attention(x, memory)), y = norm3(x + linear2(activation(linear1(x)))).
    As in torch, sequences are [L, N, E] unless `batch_first` is true. In masks of booleans, true is left out.
    """

    tgt_is_causal: Flag = argument(False, CAUSAL.format("tgt_mask"))
    memory_is_causal: Flag = argument(False, CAUSAL.format("memory_mask"))

    slots = _DECODED
    causal = (("tgt_is_causal", "tgt_mask"), ("memory_is_causal", "memory_mask"))
    formula = "[T, N, d_model], [S, N, d_model], [T, T], [T, S], [N, T], [N, S] -> [T, N, d_model]"

    def infer(self, tgt: TensorType, memory: TensorType, *given: TensorType | None) -> Result:
        _check_decoding(self, self, tgt, memory, self.named(given))
        return Result((tgt,), {"d_model": tgt.shape[-1]})

    def parts(self) -> dict[str, Layer]:
        return self.made(("self_attn", "multihead_attn"))

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Size:
        """Both attentions and both linear maps."""
        tgt, memory, *_ = inputs
        assert tgt is not None and memory is not None
        return self.attention_macs(tgt, tgt) + self.attention_macs(tgt, memory) + self.linear_macs(tgt)


# -- stacks ------------------------------------------------------------------------------------------------------------


class _Stack(_Transforming):
    if TYPE_CHECKING:  # no fields here, or their order would not be torch's
        num_layers: int
        norm: LayerNorm | RMSNorm | None

    @property
    def block(self) -> _Block:
        """The layer that is stacked."""
        raise NotImplementedError

    @model_validator(mode="after")
    def _tells_of_masks_itself(self) -> Self:
        for flag, _ in self.block.causal:
            if vars(self.block)[flag]:
                raise ValueError(f"{flag} is an argument of the stack, not of its layers")
        return self

    def found(self, input: TensorType) -> dict[str, Any]:
        """What the input decides: the sizes of the norm."""
        return {} if self.norm is None else {"norm": _completed(self.norm, input)}

    def parts(self) -> dict[str, Layer]:
        layers: dict[str, Layer] = {f"layers.{index}": self.block for index in range(self.num_layers)}
        return layers if self.norm is None else layers | {"norm": self.norm}

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Size:
        """Those of a layer, for each."""
        return self.block.macs(inputs, outputs) * self.num_layers


class TransformerEncoder(_Stack):
    """A stack of `num_layers` TransformerEncoderLayer, which start with equal weights, and a norm after the last.

    Where nested tensors cannot serve its layers, it is built with `enable_nested_tensor=False`: torch would warn, and
    then go without them.
    """

    encoder_layer: Annotated[
        InstanceOf[TransformerEncoderLayer],
        LayerOf((TransformerEncoderLayer,)),
        Expected("TransformerEncoderLayer, written as a node is"),
    ] = argument(help="the layer that is stacked: `{TransformerEncoderLayer: {nhead: 8}}`")
    num_layers: Depth = argument(help="number of layers")
    norm: Norm = argument(None, "a norm after the last layer")
    enable_nested_tensor: Flag = argument(True, "in evaluation, leave out what src_key_padding_mask says is padding")
    mask_check: Flag = argument(True, "with nested tensors, make sure first that all padding is at the end")
    is_causal: Flag = argument(False, CAUSAL.format("mask"))

    slots = (*_ENCODED, *_masks("mask", "src_key_padding_mask"))
    causal = (("is_causal", "mask"),)
    formula = "[L, N, d_model], [L, L], [N, L] -> [L, N, d_model]"

    @property
    def block(self) -> TransformerEncoderLayer:
        return self.encoder_layer

    def infer(self, src: TensorType, *given: TensorType | None) -> Result:
        _check_encoding(self, self.block, src, self.named(given))
        return Result((src,), {"encoder_layer": _sized(self.block, src), **self.found(src)})

    def split_arguments(self) -> tuple[dict[str, Any], dict[str, Any]]:
        positional, keywords = super().split_arguments()
        layer = self.block
        nested = layer.batch_first and layer.bias and not layer.norm_first and layer.nhead % 2 == 0
        return positional, keywords if nested else keywords | {"enable_nested_tensor": False}


class TransformerDecoder(_Stack):
    """A stack of `num_layers` TransformerDecoderLayer, which start with equal weights, and a norm after the last."""

    decoder_layer: Annotated[
        InstanceOf[TransformerDecoderLayer],
        LayerOf((TransformerDecoderLayer,)),
        Expected("TransformerDecoderLayer, written as a node is"),
    ] = argument(help="the layer that is stacked: `{TransformerDecoderLayer: {nhead: 8}}`")
    num_layers: Depth = argument(help="number of layers")
    norm: Norm = argument(None, "a norm after the last layer")
    tgt_is_causal: Flag = argument(False, CAUSAL.format("tgt_mask"))
    memory_is_causal: Flag = argument(False, CAUSAL.format("memory_mask"))

    slots = _DECODED
    causal = TransformerDecoderLayer.causal
    formula = TransformerDecoderLayer.formula

    @property
    def block(self) -> TransformerDecoderLayer:
        return self.decoder_layer

    def infer(self, tgt: TensorType, memory: TensorType, *given: TensorType | None) -> Result:
        _check_decoding(self, self.block, tgt, memory, self.named(given))
        return Result((tgt,), {"decoder_layer": _sized(self.block, tgt), **self.found(tgt)})


# -- the whole ---------------------------------------------------------------------------------------------------------


class Transformer(_Transforming):
    """An encoder of `src`, and a decoder of `tgt` that attends to it, each with a norm after its last layer.

    As in torch, sequences are [L, N, E] unless `batch_first` is true, and torch warns then that its encoder goes
    without nested tensors, as it does with `norm_first`. In masks of booleans, true is left out.
    """

    d_model: Inferred[Positive] = inferred("features of the inputs and of the output")
    nhead: Positive = argument(8, "number of heads; divides d_model")
    num_encoder_layers: Depth = argument(6, "number of layers of the encoder")
    num_decoder_layers: Depth = argument(6, "number of layers of the decoder")
    dim_feedforward: Positive = argument(2048, "features between the two linear maps of a layer")
    dropout: Probability = argument(0.1, "probability that a value is zero in training")
    activation: Activation = argument("relu", "the function between the two linear maps: relu or gelu")
    layer_norm_eps: NonNegative = argument(1e-5, "added to the variances, so that they are never zero")
    batch_first: Flag = argument(False, "sequences are [N, L, E] instead of [L, N, E]")
    norm_first: Flag = argument(False, "normalise before attention and linear maps, not after the sums")
    bias: Flag = argument(True, "attention, linear maps and norms add a learned number")
    src_is_causal: Flag = argument(False, CAUSAL.format("src_mask"))
    tgt_is_causal: Flag = argument(False, CAUSAL.format("tgt_mask"))
    memory_is_causal: Flag = argument(False, CAUSAL.format("memory_mask"))

    slots = (
        Slot("src", "weights"),
        Slot("tgt", "weights"),
        *_masks("src_mask", "tgt_mask", "memory_mask"),
        *_masks("src_key_padding_mask", "tgt_key_padding_mask", "memory_key_padding_mask"),
    )
    causal = tuple((f"{name}_is_causal", f"{name}_mask") for name in ("src", "tgt", "memory"))
    formula = "[S, N, d_model], [T, N, d_model], [S, S], [T, T], [T, S], [N, S], [N, T], [N, S] -> [T, N, d_model]"

    @model_validator(mode="after")
    def _heads_divide(self) -> Self:
        need_divisor("nhead", self.nhead, "d_model", self.d_model)
        return self

    def infer(self, src: TensorType, tgt: TensorType, *given: TensorType | None) -> Result:
        masks = self.named(given)
        batch, source, target = _agreeing(self, self, src, tgt)
        check_masks(Axes(batch, source, source), self.nhead, **_of("src", masks))
        check_masks(Axes(batch, target, target), self.nhead, **_of("tgt", masks))
        check_masks(Axes(batch, target, source), self.nhead, **_of("memory", masks))
        return Result((tgt,), {"d_model": src.shape[-1]})

    def _layer(self, kind: type[B]) -> B:
        return kind(**{name: vars(self)[name] for name in _Block.model_fields})

    def parts(self) -> dict[str, Layer]:
        norm = LayerNorm(normalized_shape=self.d_model, bias=self.bias)
        encoder, decoder = self._layer(TransformerEncoderLayer), self._layer(TransformerDecoderLayer)
        return {
            "encoder": TransformerEncoder(encoder_layer=encoder, num_layers=self.num_encoder_layers, norm=norm),
            "decoder": TransformerDecoder(decoder_layer=decoder, num_layers=self.num_decoder_layers, norm=norm),
        }

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Size:
        """Those of the encoder and of the decoder."""
        src, tgt, *_ = inputs
        assert src is not None and tgt is not None
        encoder, decoder = self.parts().values()
        return encoder.macs((src,), (src,)) + decoder.macs((tgt, src), (tgt,))


# -- inputs that fit ---------------------------------------------------------------------------------------------------


def _check_encoding(layer: Layer, block: TransformerEncoderLayer, src: TensorType, masks: Masks) -> None:
    check_masks(_agreeing(layer, block, src, src), block.nhead, **masks)


def _check_decoding(
    layer: Layer, block: TransformerDecoderLayer, tgt: TensorType, memory: TensorType, masks: Masks
) -> None:
    axes = _agreeing(layer, block, tgt, memory)
    check_masks(axes._replace(keys=axes.queries), block.nhead, **_of("tgt", masks))
    check_masks(axes, block.nhead, **_of("memory", masks))


def _of(sequence: str, masks: Masks) -> Masks:
    """The masks of one of the sequences."""
    return {name: mask for name, mask in masks.items() if name.startswith(f"{sequence}_")}


def _agreeing(layer: Layer, options: _Block | Transformer, first: TensorType, second: TensorType) -> Axes:
    """The axes of the inputs of a layer, which have the same features, a multiple of the heads."""
    axes = attention_axes(layer, options.batch_first, first, second)
    features, other = first.shape[-1], second.shape[-1]
    one, two = slot_names(layer, 0)[:2]
    if isinstance(features, int):
        divided(features, options.nhead, f"the features of {one}", "nhead")
    if features != other:
        message = f"{one} and {two} must have the same features, which are d_model, but {features} ≠ {other}"
        help = f"put `Linear: {features}` before {two}"
        raise Problem("shape-mismatch", message, notes=shape_notes(layer, (first, second)), help=help)
    return axes


def _sized(block: B, input: TensorType) -> B:
    return complete(block, {"d_model": input.shape[-1]})


def _completed(norm: Layer, input: TensorType) -> Layer:
    return apply(norm, (input,)).layer
