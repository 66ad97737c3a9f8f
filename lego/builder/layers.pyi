"""Every layer of the catalogue, as a class whose instances are called on handles; written from the catalogue.

Arguments stand in torch's order without those that the input decides, which may be given by name; a layer of which
nothing is required takes all of them in torch's order.
"""

from collections.abc import Sequence as _Sequence
from typing import Any as _Any
from typing import Literal as _Literal
from typing import TypedDict as _TypedDict
from typing import Unpack as _Unpack

from lego.builder.composites import Sequential as Sequential
from lego.builder.expression import Expression as _Expression
from lego.builder.handle import Handle as _Handle
from lego.builder.layer import Layer as _Layer

_Shape = _Sequence[int | str | _Expression] | _Expression

class _Options(_TypedDict, total=False):
    name: str | _Expression | None
    when: bool | _Expression | None
    init: _Any
    freeze: bool
    checkpoint: bool
    doc: str | None

class ReLU(_Layer):
    """y = max(x, 0).

    Shapes: [*] -> [*]

    Args:
        inplace: overwrite the input, which saves memory (true or false).
    """
    def __init__(self, inplace: bool | _Expression = False, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class ReLU6(_Layer):
    """y = min(max(x, 0), 6).

    Shapes: [*] -> [*]

    Args:
        inplace: overwrite the input, which saves memory (true or false).
    """
    def __init__(self, inplace: bool | _Expression = False, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class SELU(_Layer):
    """y = 1.0507 · (x where x > 0, else 1.6733 · (exp(x) - 1)), which keeps mean 0 and variance 1.

    Shapes: [*] -> [*]

    Args:
        inplace: overwrite the input, which saves memory (true or false).
    """
    def __init__(self, inplace: bool | _Expression = False, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class SiLU(_Layer):
    """y = x · sigmoid(x), also known as swish.

    Shapes: [*] -> [*]

    Args:
        inplace: overwrite the input, which saves memory (true or false).
    """
    def __init__(self, inplace: bool | _Expression = False, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Mish(_Layer):
    """y = x · tanh(softplus(x)).

    Shapes: [*] -> [*]

    Args:
        inplace: overwrite the input, which saves memory (true or false).
    """
    def __init__(self, inplace: bool | _Expression = False, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Hardswish(_Layer):
    """y = x · min(max(x + 3, 0), 6) / 6.

    Shapes: [*] -> [*]

    Args:
        inplace: overwrite the input, which saves memory (true or false).
    """
    def __init__(self, inplace: bool | _Expression = False, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Hardsigmoid(_Layer):
    """y = min(max(x + 3, 0), 6) / 6.

    Shapes: [*] -> [*]

    Args:
        inplace: overwrite the input, which saves memory (true or false).
    """
    def __init__(self, inplace: bool | _Expression = False, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Sigmoid(_Layer):
    """y = 1 / (1 + exp(-x)).

    Shapes: [*] -> [*]
    """
    def __init__(self, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class LogSigmoid(_Layer):
    """y = log(1 / (1 + exp(-x))).

    Shapes: [*] -> [*]
    """
    def __init__(self, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Tanh(_Layer):
    """y = tanh(x).

    Shapes: [*] -> [*]
    """
    def __init__(self, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Tanhshrink(_Layer):
    """y = x - tanh(x).

    Shapes: [*] -> [*]
    """
    def __init__(self, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Softsign(_Layer):
    """y = x / (1 + |x|).

    Shapes: [*] -> [*]
    """
    def __init__(self, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class GELU(_Layer):
    """y = x · Φ(x), where Φ is the distribution function of the normal distribution.

    Shapes: [*] -> [*]

    Args:
        approximate: tanh: the approximation by that function (none or tanh).
    """
    def __init__(
        self, approximate: _Literal["none", "tanh"] | _Expression = "none", **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class ELU(_Layer):
    """y = x where x > 0, else alpha · (exp(x) - 1).

    Shapes: [*] -> [*]

    Args:
        alpha: the limit for small x is -alpha (a number).
        inplace: overwrite the input, which saves memory (true or false).
    """
    def __init__(
        self, alpha: float | _Expression = 1.0, inplace: bool | _Expression = False, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class CELU(_Layer):
    """y = x where x > 0, else alpha · (exp(x / alpha) - 1).

    Shapes: [*] -> [*]

    Args:
        alpha: the limit for small x is -alpha (a number).
        inplace: overwrite the input, which saves memory (true or false).
    """
    def __init__(
        self, alpha: float | _Expression = 1.0, inplace: bool | _Expression = False, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class LeakyReLU(_Layer):
    """y = x where x > 0, else negative_slope · x.

    Shapes: [*] -> [*]

    Args:
        negative_slope: the slope for x < 0 (a number).
        inplace: overwrite the input, which saves memory (true or false).
    """
    def __init__(
        self,
        negative_slope: float | _Expression = 0.01,
        inplace: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class PReLU(_Layer):
    """y = x where x > 0, else weight · x with a learned weight.

    Shapes: [*] -> [*]

    Args:
        num_parameters: one weight for all, or one for each channel of the input (a positive integer).
        init: the weight at the start (a number).
    """
    def __init__(
        self, num_parameters: int | _Expression = 1, init: float | _Expression = 0.25, **options: _Any
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class RReLU(_Layer):
    """y = x where x > 0, else a · x with random a from lower to upper; their mean in evaluation.

    Shapes: [*] -> [*]

    Args:
        lower: the smallest slope (a number).
        upper: the largest slope (a number).
        inplace: overwrite the input, which saves memory (true or false).
    """
    def __init__(
        self,
        lower: float | _Expression = 0.125,
        upper: float | _Expression = 0.3333333333333333,
        inplace: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Hardtanh(_Layer):
    """y = min(max(x, min_val), max_val).

    Shapes: [*] -> [*]

    Args:
        min_val: the least y (a number).
        max_val: the largest y (a number).
        inplace: overwrite the input, which saves memory (true or false).
    """
    def __init__(
        self,
        min_val: float | _Expression = -1.0,
        max_val: float | _Expression = 1.0,
        inplace: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Threshold(_Layer):
    """y = x where x > threshold, else value.

    Shapes: [*] -> [*]

    Args:
        threshold: what x must exceed (a number).
        value: y where it does not (a number).
        inplace: overwrite the input, which saves memory (true or false).
    """
    def __init__(
        self,
        threshold: float | _Expression,
        value: float | _Expression,
        inplace: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Softplus(_Layer):
    """y = log(1 + exp(beta · x)) / beta.

    Shapes: [*] -> [*]

    Args:
        beta: larger is closer to ReLU (a number above 0).
        threshold: y = x where beta · x exceeds it, for numerical stability (a number).
    """
    def __init__(
        self, beta: float | _Expression = 1.0, threshold: float | _Expression = 20.0, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Hardshrink(_Layer):
    """y = x where |x| > lambd, else 0.

    Shapes: [*] -> [*]

    Args:
        lambd: the threshold (a number).
    """
    def __init__(self, lambd: float | _Expression = 0.5, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Softshrink(_Layer):
    """y = x moved towards 0 by lambd; 0 where |x| ≤ lambd.

    Shapes: [*] -> [*]

    Args:
        lambd: the threshold (a number of at least 0).
    """
    def __init__(self, lambd: float | _Expression = 0.5, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class GLU(_Layer):
    """y = a · sigmoid(b), where a and b are the halves of the input along a dim.

    Shapes: [*, 2 n, *] -> [*, n, *]

    Args:
        dim: the dim that is halved (an integer).
    """
    def __init__(self, dim: int | _Expression = -1, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Softmax(_Layer):
    """y = exp(x) / Σ exp(x) along a dim: positive, with sum 1.

    Shapes: [*] -> [*]

    Args:
        dim: the dim along which it runs: 1 for the channels, -1 for the last (an integer).
    """
    def __init__(self, dim: int | _Expression, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Softmin(_Layer):
    """y = exp(-x) / Σ exp(-x) along a dim.

    Shapes: [*] -> [*]

    Args:
        dim: the dim along which it runs: 1 for the channels, -1 for the last (an integer).
    """
    def __init__(self, dim: int | _Expression, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class LogSoftmax(_Layer):
    """y = log(exp(x) / Σ exp(x)) along a dim.

    Shapes: [*] -> [*]

    Args:
        dim: the dim along which it runs: 1 for the channels, -1 for the last (an integer).
    """
    def __init__(self, dim: int | _Expression, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Softmax2d(_Layer):
    """Softmax over the channels, at each position.

    Shapes: [N, C, H, W] -> [N, C, H, W]
    """
    def __init__(self, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Add(_Layer):
    """The sum of two or more inputs, or of one and a number: y = a + b.

    Shapes: [*], [*], … -> [*]

    Args:
        other: a number in place of the second input (a number).
        broadcast: let dims of 1 stretch to the size that the other inputs have (true or false).
    """
    def __init__(
        self,
        other: int | float | _Expression | None = None,
        broadcast: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, *inputs: _Handle) -> _Handle: ...

class Mul(_Layer):
    """The product, element by element, of two or more inputs, or of one and a number: y = a · b.

    Shapes: [*], [*], … -> [*]

    Args:
        other: a number in place of the second input (a number).
        broadcast: let dims of 1 stretch to the size that the other inputs have (true or false).
    """
    def __init__(
        self,
        other: int | float | _Expression | None = None,
        broadcast: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, *inputs: _Handle) -> _Handle: ...

class Sub(_Layer):
    """The difference y = input - other; with `reverse`, y = other - input for a number.

    Shapes: [*], [*] -> [*]

    Args:
        other: a number in place of the second input (a number).
        broadcast: let dims of 1 stretch to the size that the other inputs have (true or false).
        reverse: the number comes first: other - input (true or false).
    """
    def __init__(
        self,
        other: int | float | _Expression | None = None,
        broadcast: bool | _Expression = False,
        reverse: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, other: _Handle | None = None) -> _Handle: ...

class Div(_Layer):
    """The quotient y = input / other; integers give float32. With `reverse`, y = other / input for a number.

    Shapes: [*], [*] -> [*]

    Args:
        other: a number in place of the second input (a number).
        broadcast: let dims of 1 stretch to the size that the other inputs have (true or false).
        reverse: the number comes first: other - input (true or false).
    """
    def __init__(
        self,
        other: int | float | _Expression | None = None,
        broadcast: bool | _Expression = False,
        reverse: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, other: _Handle | None = None) -> _Handle: ...

class Pow(_Layer):
    """The power y = input ** other; with `reverse`, y = other ** input for a number.

    Shapes: [*], [*] -> [*]

    Args:
        other: a number in place of the second input (a number).
        broadcast: let dims of 1 stretch to the size that the other inputs have (true or false).
        reverse: the number comes first: other - input (true or false).
    """
    def __init__(
        self,
        other: int | float | _Expression | None = None,
        broadcast: bool | _Expression = False,
        reverse: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, other: _Handle | None = None) -> _Handle: ...

class Maximum(_Layer):
    """The largest of two or more inputs, element by element.

    Shapes: [*], [*], … -> [*]

    Args:
        broadcast: let dims of 1 stretch to the size that the other inputs have (true or false).
    """
    def __init__(self, broadcast: bool | _Expression = False, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, *inputs: _Handle) -> _Handle: ...

class Minimum(_Layer):
    """The smallest of two or more inputs, element by element.

    Shapes: [*], [*], … -> [*]

    Args:
        broadcast: let dims of 1 stretch to the size that the other inputs have (true or false).
    """
    def __init__(self, broadcast: bool | _Expression = False, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, *inputs: _Handle) -> _Handle: ...

class Neg(_Layer):
    """y = -x.

    Shapes: [*] -> [*]
    """
    def __init__(self, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Exp(_Layer):
    """y = exp(x).

    Shapes: [*] -> [*]
    """
    def __init__(self, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Log(_Layer):
    """The natural logarithm y = ln x.

    Shapes: [*] -> [*]
    """
    def __init__(self, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Sqrt(_Layer):
    """The square root y = √x.

    Shapes: [*] -> [*]
    """
    def __init__(self, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Rsqrt(_Layer):
    """The reciprocal of the square root, y = 1 / √x.

    Shapes: [*] -> [*]
    """
    def __init__(self, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Abs(_Layer):
    """The absolute value y = |x|; of complex numbers, a real number.

    Shapes: [*] -> [*]
    """
    def __init__(self, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Sin(_Layer):
    """The sine y = sin x, x in radians.

    Shapes: [*] -> [*]
    """
    def __init__(self, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Cos(_Layer):
    """The cosine y = cos x, x in radians.

    Shapes: [*] -> [*]
    """
    def __init__(self, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Clamp(_Layer):
    """Values below `min` become `min`, values above `max` become `max`.

    Shapes: [*] -> [*]

    Args:
        min: the smallest value that stays (a number).
        max: the largest value that stays (a number).
    """
    def __init__(
        self,
        min: int | float | _Expression | None = None,
        max: int | float | _Expression | None = None,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class _MultiheadAttentionOutputs(_Handle):
    attn_output: _Handle
    attn_output_weights: _Handle

class MultiheadAttention(_Layer):
    """softmax(Q Kᵀ / √d) V in `num_heads` heads, with projections before and after (Vaswani et al. 2017).

    As in torch, sequences are [L, N, E] unless `batch_first` is true. In masks of booleans, true is left out.

    Shapes: [L, N, embed_dim], [S, N, kdim], [S, N, vdim], [N, S], [L, S] -> [L, N, embed_dim], [N, L, S]

    Args:
        embed_dim: features of the query (a positive integer).
        num_heads: number of heads; divides embed_dim (a positive integer).
        dropout: probability that a weight is zero in training (a probability between 0 and 1).
        bias: the projections add a learned number (true or false).
        add_bias_kv: add a learned key and value to those of the input (true or false).
        add_zero_attn: add a key and a value of zeros (true or false).
        kdim: features of the key, where they are not embed_dim (a positive integer).
        vdim: features of the value, where they are not embed_dim (a positive integer).
        batch_first: sequences are [N, L, E] instead of [L, N, E] (true or false).
        need_weights: give attn_output_weights; faster without (true or false).
        average_attn_weights: attn_output_weights are the mean over the heads (true or false).
    """
    def __init__(
        self,
        num_heads: int | _Expression,
        dropout: float | _Expression = 0.0,
        bias: bool | _Expression = True,
        add_bias_kv: bool | _Expression = False,
        add_zero_attn: bool | _Expression = False,
        batch_first: bool | _Expression = False,
        need_weights: bool | _Expression = True,
        average_attn_weights: bool | _Expression = True,
        *,
        embed_dim: int | _Expression | None = None,
        kdim: int | _Expression | None = None,
        vdim: int | _Expression | None = None,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(
        self,
        query: _Handle,
        key: _Handle,
        value: _Handle,
        key_padding_mask: _Handle | None = None,
        attn_mask: _Handle | None = None,
    ) -> _MultiheadAttentionOutputs: ...

class CrossEntropyLoss(_Layer):
    """The cross entropy of scores: l = -log softmax(input)[target], or -Σ target · log softmax(input).

    Classes are dim 1 of the input, or dim 0 of one sample. The target numbers them (int64), or has a probability
    for each (float32).

    Shapes: [N, C, *], [N, *] int64 or [N, C, *] -> [], or [N, *] where reduction is none; [C], [] or [C] -> []

    Args:
        weight: how much each class counts, a number for each (a list of numbers).
        ignore_index: a number in the target that counts for nothing (an integer).
        reduction: none: each loss by itself; mean or sum: one number for all (none, mean or sum).
        label_smoothing: the part of each target that goes to all classes alike (a probability between 0 and 1).
    """
    def __init__(
        self,
        weight: _Sequence[float | _Expression] | _Expression | None = None,
        ignore_index: int | _Expression = -100,
        reduction: _Literal["none", "mean", "sum"] | _Expression = "mean",
        label_smoothing: float | _Expression = 0.0,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, target: _Handle) -> _Handle: ...

class NLLLoss(_Layer):
    """The negative log-likelihood of log-probabilities (LogSoftmax): l = -input[target].

    Classes are dim 1 of the input, or dim 0 of one sample.

    Shapes: [N, C, *], [N, *] int64 -> [], or [N, *] where reduction is none; [C], [] int64 -> []

    Args:
        weight: how much each class counts, a number for each (a list of numbers).
        ignore_index: a number in the target that counts for nothing (an integer).
        reduction: none: each loss by itself; mean or sum: one number for all (none, mean or sum).
    """
    def __init__(
        self,
        weight: _Sequence[float | _Expression] | _Expression | None = None,
        ignore_index: int | _Expression = -100,
        reduction: _Literal["none", "mean", "sum"] | _Expression = "mean",
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, target: _Handle) -> _Handle: ...

class LinearCrossEntropyLoss(_Layer):
    """A Linear for the scores of each class and their cross entropy: l = -log softmax(W x + b)[target].

    With `out_features` there are scores [N, num_classes, *out_features] for each sample.

    Shapes: [N, in_features], [N, *out_features] int64 or [N, C, *out_features] -> [], or [N, *out_features]

    Args:
        in_features: features of the input, its last dim (a positive integer).
        num_classes: number of classes (a positive integer).
        out_features: further dims of the scores, each place with a target of its own (a list of positive integers).
        bias: add a learned bias to the scores (true or false).
        reduction: none: each loss by itself; mean or sum: one number for all (none, mean or sum).
        weight: how much each class counts, a number for each (a list of numbers).
        ignore_index: a number in the target that counts for nothing; -100 unless given (an integer).
        label_smoothing: the part of each target that goes to all classes alike (a probability between 0 and 1).
    """
    def __init__(
        self,
        num_classes: int | _Expression,
        out_features: _Sequence[int | _Expression] | _Expression = (),
        bias: bool | _Expression = False,
        reduction: _Literal["none", "mean", "sum"] | _Expression = "mean",
        weight: _Sequence[float | _Expression] | _Expression | None = None,
        ignore_index: int | _Expression | None = None,
        label_smoothing: float | _Expression = 0.0,
        *,
        in_features: int | _Expression | None = None,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, target: _Handle) -> _Handle: ...

class MultiMarginLoss(_Layer):
    """The target's score should be the largest: l = Σ_i max(0, margin - input[target] + input[i])^p / C, i ≠ target.

    Shapes: [N, C], [N] int64 -> [], or [N] where reduction is none; [C], [] int64 -> []

    Args:
        p: the exponent (1 or 2).
        margin: by how much it should be the largest (a number).
        weight: how much each class counts, a number for each (a list of numbers).
        reduction: none: each loss by itself; mean or sum: one number for all (none, mean or sum).
    """
    def __init__(
        self,
        p: int | _Expression = 1,
        margin: float | _Expression = 1.0,
        weight: _Sequence[float | _Expression] | _Expression | None = None,
        reduction: _Literal["none", "mean", "sum"] | _Expression = "mean",
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, target: _Handle) -> _Handle: ...

class MultiLabelMarginLoss(_Layer):
    """Each target's score should be larger than the others': l = Σ_ij max(0, 1 - (input[target[j]] - input[i])) / C.

    A row of the target numbers the classes that are right, then -1 where there are no more.

    Shapes: [N, C], [N, C] int64 -> [], or [N] where reduction is none; [C], [C] int64 -> []

    Args:
        reduction: none: each loss by itself; mean or sum: one number for all (none, mean or sum).
    """
    def __init__(
        self, reduction: _Literal["none", "mean", "sum"] | _Expression = "mean", **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle, target: _Handle) -> _Handle: ...

class MultiLabelSoftMarginLoss(_Layer):
    """The mean binary cross entropy of all classes: l = -Σ_c (y log σ(x) + (1 - y) log(1 - σ(x))) / C.

    Shapes: [*, C], [*, C] -> [], or [*] where reduction is none

    Args:
        weight: how much each class counts, a number for each (a list of numbers).
        reduction: none: each loss by itself; mean or sum: one number for all (none, mean or sum).
    """
    def __init__(
        self,
        weight: _Sequence[float | _Expression] | _Expression | None = None,
        reduction: _Literal["none", "mean", "sum"] | _Expression = "mean",
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, target: _Handle) -> _Handle: ...

class CTCLoss(_Layer):
    """The negative log-likelihood of a label sequence, summed over its alignments with log-probabilities (Graves
    2006).

    Targets are rows [N, S], of which `target_lengths` count, or all rows one after the other, [S].

    Shapes: [T, N, C], [N, S] or [S], [N], [N] -> [], or [N] where reduction is none; [T, C], [S], [], [] -> []

    Args:
        blank: the class that stands for no label (an integer of at least 0).
        reduction: none: each loss by itself; mean or sum: one number for all; mean first divides each by the length
            of its target (none, mean or sum).
        zero_infinity: infinite losses, of targets longer than their inputs, become 0 (true or false).
    """
    def __init__(
        self,
        blank: int | _Expression = 0,
        reduction: _Literal["none", "mean", "sum"] | _Expression = "mean",
        zero_infinity: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(
        self, log_probs: _Handle, targets: _Handle, input_lengths: _Handle, target_lengths: _Handle
    ) -> _Handle: ...

class _AdaptiveLogSoftmaxWithLossOutputs(_Handle):
    output: _Handle
    loss: _Handle

class AdaptiveLogSoftmaxWithLoss(_Layer):
    """A softmax over many classes in clusters, the frequent ones first (Grave et al. 2017), and its loss.

    The first output is the log-probability of each target, the second the mean loss. Multiply-accumulates are those
    of the head: how often a tail is asked depends on the targets.

    Shapes: [N, in_features], [N] int64 -> [N], []; [in_features], [] int64 -> [], []

    Args:
        in_features: features of the input, its last dim (a positive integer).
        n_classes: number of classes, sorted by how frequent they are (a positive integer).
        cutoffs: the class at which each cluster but the first begins (a list of integers).
        div_value: each cluster has so much fewer features than the one before (a number above 0).
        head_bias: add a learned bias to the scores of the head (true or false).
    """
    def __init__(
        self,
        n_classes: int | _Expression,
        cutoffs: _Sequence[int | _Expression] | _Expression,
        div_value: float | _Expression = 4.0,
        head_bias: bool | _Expression = False,
        *,
        in_features: int | _Expression | None = None,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input_: _Handle, target_: _Handle) -> _AdaptiveLogSoftmaxWithLossOutputs: ...

class Less(_Layer):
    """Whether input < other, element by element.

    Shapes: [*], [*] -> [*] bool

    Args:
        other: a number in place of the second input (a number).
        broadcast: let dims of 1 stretch to the size that the other inputs have (true or false).
    """
    def __init__(
        self,
        other: int | float | _Expression | None = None,
        broadcast: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, other: _Handle | None = None) -> _Handle: ...

class LessEqual(_Layer):
    """Whether input ≤ other, element by element.

    Shapes: [*], [*] -> [*] bool

    Args:
        other: a number in place of the second input (a number).
        broadcast: let dims of 1 stretch to the size that the other inputs have (true or false).
    """
    def __init__(
        self,
        other: int | float | _Expression | None = None,
        broadcast: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, other: _Handle | None = None) -> _Handle: ...

class Greater(_Layer):
    """Whether input > other, element by element.

    Shapes: [*], [*] -> [*] bool

    Args:
        other: a number in place of the second input (a number).
        broadcast: let dims of 1 stretch to the size that the other inputs have (true or false).
    """
    def __init__(
        self,
        other: int | float | _Expression | None = None,
        broadcast: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, other: _Handle | None = None) -> _Handle: ...

class GreaterEqual(_Layer):
    """Whether input ≥ other, element by element.

    Shapes: [*], [*] -> [*] bool

    Args:
        other: a number in place of the second input (a number).
        broadcast: let dims of 1 stretch to the size that the other inputs have (true or false).
    """
    def __init__(
        self,
        other: int | float | _Expression | None = None,
        broadcast: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, other: _Handle | None = None) -> _Handle: ...

class Equal(_Layer):
    """Whether input = other, element by element.

    Shapes: [*], [*] -> [*] bool

    Args:
        other: a number in place of the second input (a number).
        broadcast: let dims of 1 stretch to the size that the other inputs have (true or false).
    """
    def __init__(
        self,
        other: int | float | _Expression | None = None,
        broadcast: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, other: _Handle | None = None) -> _Handle: ...

class And(_Layer):
    """Whether both booleans are true, element by element.

    Shapes: [*] bool, [*] bool -> [*] bool

    Args:
        broadcast: let dims of 1 stretch to the size that the other input has (true or false).
    """
    def __init__(self, broadcast: bool | _Expression = False, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle, other: _Handle) -> _Handle: ...

class Or(_Layer):
    """Whether one of two booleans is true, or both, element by element.

    Shapes: [*] bool, [*] bool -> [*] bool

    Args:
        broadcast: let dims of 1 stretch to the size that the other input has (true or false).
    """
    def __init__(self, broadcast: bool | _Expression = False, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle, other: _Handle) -> _Handle: ...

class Not(_Layer):
    """Whether a boolean is false, element by element.

    Shapes: [*] bool -> [*] bool
    """
    def __init__(self, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Where(_Layer):
    """Elements of `input` where the condition is true, of `other` where it is false.

    Shapes: [*] bool, [*], [*] -> [*]

    Args:
        broadcast: let dims of 1 stretch to the size that the other inputs have (true or false).
    """
    def __init__(self, broadcast: bool | _Expression = False, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, condition: _Handle, input: _Handle, other: _Handle) -> _Handle: ...

class MaskedFill(_Layer):
    """The input with `value` where the mask is true; the mask stretches to the shape of the input, as in torch.

    Shapes: [*], mask [*] bool -> [*]

    Args:
        value: what stands where the mask is true; `-.inf` before a softmax (a number).
    """
    def __init__(self, value: int | float | _Expression, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle, mask: _Handle) -> _Handle: ...

class Cast(_Layer):
    """The same values in another dtype; to integers, fractions are cut off; to bool, what is not 0 is true.

    Shapes: [*] -> [*] dtype

    Args:
        dtype: the dtype of the output (the name of a dtype, such as float32 or int64).
    """
    def __init__(
        self,
        dtype: _Literal[
            "float16",
            "bfloat16",
            "float32",
            "float64",
            "complex64",
            "complex128",
            "uint8",
            "int8",
            "int16",
            "int32",
            "int64",
            "bool",
        ]
        | _Expression,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Conv1d(_Layer):
    """Cross-correlation of [N, C, L] with learned kernels.

    Shapes: [N, C, L] -> [N, out_channels, (L + 2 padding - dilation (kernel_size - 1) - 1) // stride + 1]

    Args:
        in_channels: channels of the input (a positive integer).
        out_channels: number of filters (a positive integer).
        kernel_size: length of a filter (a positive integer).
        stride: step of the filter (a positive integer).
        padding: zeros added on both sides (an integer of at least 0, same or valid).
        dilation: distance between the points of a filter (a positive integer).
        groups: blocks of channels that do not mix (a positive integer).
        bias: add a learned number to each channel (true or false).
        padding_mode: what is added (zeros, reflect, replicate or circular).
    """
    def __init__(
        self,
        out_channels: int | _Expression,
        kernel_size: int | _Sequence[int | _Expression] | _Expression,
        stride: int | _Sequence[int | _Expression] | _Expression = 1,
        padding: int | _Sequence[int | _Expression] | _Literal["same", "valid"] | _Expression = 0,
        dilation: int | _Sequence[int | _Expression] | _Expression = 1,
        groups: int | _Expression = 1,
        bias: bool | _Expression = True,
        padding_mode: _Literal["zeros", "reflect", "replicate", "circular"] | _Expression = "zeros",
        *,
        in_channels: int | _Expression | None = None,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Conv2d(_Layer):
    """Cross-correlation of [N, C, H, W] with learned kernels.

    Shapes: [N, C, H, W] -> [N, out_channels, H', W'] with H' = (H + 2 padding - dilation (kernel_size - 1) - 1) //
    stride + 1, W' likewise

    Args:
        in_channels: channels of the input (a positive integer).
        out_channels: number of filters (a positive integer).
        kernel_size: height and width of a filter (a positive integer or a list of 2).
        stride: step of the filter (a positive integer or a list of 2).
        padding: zeros added on both sides (an integer of at least 0, a list of 2, same or valid).
        dilation: distance between the points of a filter (a positive integer or a list of 2).
        groups: blocks of channels that do not mix (a positive integer).
        bias: add a learned number to each channel (true or false).
        padding_mode: what is added (zeros, reflect, replicate or circular).
    """
    def __init__(
        self,
        out_channels: int | _Expression,
        kernel_size: int | _Sequence[int | _Expression] | _Expression,
        stride: int | _Sequence[int | _Expression] | _Expression = 1,
        padding: int | _Sequence[int | _Expression] | _Literal["same", "valid"] | _Expression = 0,
        dilation: int | _Sequence[int | _Expression] | _Expression = 1,
        groups: int | _Expression = 1,
        bias: bool | _Expression = True,
        padding_mode: _Literal["zeros", "reflect", "replicate", "circular"] | _Expression = "zeros",
        *,
        in_channels: int | _Expression | None = None,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Conv3d(_Layer):
    """Cross-correlation of [N, C, D, H, W] with learned kernels.

    Shapes: [N, C, D, H, W] -> [N, out_channels, D', H', W'], each as in Conv1d

    Args:
        in_channels: channels of the input (a positive integer).
        out_channels: number of filters (a positive integer).
        kernel_size: depth, height and width of a filter (a positive integer or a list of 3).
        stride: step of the filter (a positive integer or a list of 3).
        padding: zeros added on both sides (an integer of at least 0, a list of 3, same or valid).
        dilation: distance between the points of a filter (a positive integer or a list of 3).
        groups: blocks of channels that do not mix (a positive integer).
        bias: add a learned number to each channel (true or false).
        padding_mode: what is added (zeros, reflect, replicate or circular).
    """
    def __init__(
        self,
        out_channels: int | _Expression,
        kernel_size: int | _Sequence[int | _Expression] | _Expression,
        stride: int | _Sequence[int | _Expression] | _Expression = 1,
        padding: int | _Sequence[int | _Expression] | _Literal["same", "valid"] | _Expression = 0,
        dilation: int | _Sequence[int | _Expression] | _Expression = 1,
        groups: int | _Expression = 1,
        bias: bool | _Expression = True,
        padding_mode: _Literal["zeros", "reflect", "replicate", "circular"] | _Expression = "zeros",
        *,
        in_channels: int | _Expression | None = None,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class ConvTranspose1d(_Layer):
    """The transpose (gradient) of Conv1d with regard to its input; upsamples [N, C, L] by `stride`.

    Shapes: [N, C, L] -> [N, out_channels, (L - 1) stride - 2 padding + dilation (kernel_size - 1) + output_padding
    + 1]

    Args:
        in_channels: channels of the input (a positive integer).
        out_channels: channels of the output (a positive integer).
        kernel_size: length of a filter (a positive integer).
        stride: step on the output (a positive integer).
        padding: points cut off on both sides of the output (an integer of at least 0).
        output_padding: points added on one side of the output (an integer of at least 0).
        groups: blocks of channels that do not mix (a positive integer).
        bias: add a learned number to each channel (true or false).
        dilation: distance between the points of a filter (a positive integer).
        padding_mode: what is added (zeros).
    """
    def __init__(
        self,
        out_channels: int | _Expression,
        kernel_size: int | _Sequence[int | _Expression] | _Expression,
        stride: int | _Sequence[int | _Expression] | _Expression = 1,
        padding: int | _Sequence[int | _Expression] | _Expression = 0,
        output_padding: int | _Sequence[int | _Expression] | _Expression = 0,
        groups: int | _Expression = 1,
        bias: bool | _Expression = True,
        dilation: int | _Sequence[int | _Expression] | _Expression = 1,
        padding_mode: _Literal["zeros"] | _Expression = "zeros",
        *,
        in_channels: int | _Expression | None = None,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class ConvTranspose2d(_Layer):
    """The transpose (gradient) of Conv2d with regard to its input; upsamples [N, C, H, W] by `stride`.

    Shapes: [N, C, H, W] -> [N, out_channels, H', W'], each as in ConvTranspose1d

    Args:
        in_channels: channels of the input (a positive integer).
        out_channels: channels of the output (a positive integer).
        kernel_size: height and width of a filter (a positive integer or a list of 2).
        stride: step on the output (a positive integer or a list of 2).
        padding: points cut off on both sides of the output (an integer of at least 0 or a list of 2).
        output_padding: points added on one side of the output (an integer of at least 0 or a list of 2).
        groups: blocks of channels that do not mix (a positive integer).
        bias: add a learned number to each channel (true or false).
        dilation: distance between the points of a filter (a positive integer or a list of 2).
        padding_mode: what is added (zeros).
    """
    def __init__(
        self,
        out_channels: int | _Expression,
        kernel_size: int | _Sequence[int | _Expression] | _Expression,
        stride: int | _Sequence[int | _Expression] | _Expression = 1,
        padding: int | _Sequence[int | _Expression] | _Expression = 0,
        output_padding: int | _Sequence[int | _Expression] | _Expression = 0,
        groups: int | _Expression = 1,
        bias: bool | _Expression = True,
        dilation: int | _Sequence[int | _Expression] | _Expression = 1,
        padding_mode: _Literal["zeros"] | _Expression = "zeros",
        *,
        in_channels: int | _Expression | None = None,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class ConvTranspose3d(_Layer):
    """The transpose (gradient) of Conv3d with regard to its input; upsamples [N, C, D, H, W] by `stride`.

    Shapes: [N, C, D, H, W] -> [N, out_channels, D', H', W'], each as in ConvTranspose1d

    Args:
        in_channels: channels of the input (a positive integer).
        out_channels: channels of the output (a positive integer).
        kernel_size: depth, height and width of a filter (a positive integer or a list of 3).
        stride: step on the output (a positive integer or a list of 3).
        padding: points cut off on both sides of the output (an integer of at least 0 or a list of 3).
        output_padding: points added on one side of the output (an integer of at least 0 or a list of 3).
        groups: blocks of channels that do not mix (a positive integer).
        bias: add a learned number to each channel (true or false).
        dilation: distance between the points of a filter (a positive integer or a list of 3).
        padding_mode: what is added (zeros).
    """
    def __init__(
        self,
        out_channels: int | _Expression,
        kernel_size: int | _Sequence[int | _Expression] | _Expression,
        stride: int | _Sequence[int | _Expression] | _Expression = 1,
        padding: int | _Sequence[int | _Expression] | _Expression = 0,
        output_padding: int | _Sequence[int | _Expression] | _Expression = 0,
        groups: int | _Expression = 1,
        bias: bool | _Expression = True,
        dilation: int | _Sequence[int | _Expression] | _Expression = 1,
        padding_mode: _Literal["zeros"] | _Expression = "zeros",
        *,
        in_channels: int | _Expression | None = None,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Parameter(_Layer):
    """A learned tensor; it starts at zeros unless `init` says otherwise, and its key is the path of the node.

    Shapes: -> shape

    Args:
        shape: its shape, of integers (a shape, such as [N, 64, -1]).
    """
    def __init__(self, shape: _Shape, **options: _Unpack[_Options]) -> None: ...
    def __call__(self) -> _Handle: ...

class Constant(_Layer):
    """A tensor that is not learned and not saved: one number everywhere, or a nested list of numbers.

    A large one may be given as `packed:` and the base64 text of its little-endian bytes, compressed as zlib does.

    Shapes: -> shape

    Args:
        shape: its shape, of integers (a shape, such as [N, 64, -1]).
        value: a number for all of it, or nested lists that have the shape (a number, or nested lists of numbers).
        dtype: its dtype (the name of a dtype, such as float32 or int64).
    """
    def __init__(
        self,
        shape: _Shape,
        value: _Any,
        dtype: _Literal[
            "float16",
            "bfloat16",
            "float32",
            "float64",
            "complex64",
            "complex128",
            "uint8",
            "int8",
            "int16",
            "int32",
            "int64",
            "bool",
        ]
        | _Expression = "float32",
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self) -> _Handle: ...

class Buffer(_Layer):
    """A tensor that is not learned but saved: its key is the path of the node, and `state_dict` brings its values.

    Shapes: -> shape

    Args:
        shape: its shape, of integers (a shape, such as [N, 64, -1]).
        value: its values at the start, as of a Constant; none: zeros (a number, or nested lists of numbers).
        dtype: its dtype (the name of a dtype, such as float32 or int64).
    """
    def __init__(
        self,
        shape: _Shape,
        value: _Any = None,
        dtype: _Literal[
            "float16",
            "bfloat16",
            "float32",
            "float64",
            "complex64",
            "complex128",
            "uint8",
            "int8",
            "int16",
            "int32",
            "int64",
            "bool",
        ]
        | _Expression = "float32",
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self) -> _Handle: ...

class Arange(_Layer):
    """The positions 0 … size - 1 of a dim of the input, on its device.

    Shapes: [*, T, *] -> [T] int64

    Args:
        dim: the dim whose positions are counted (an integer).
    """
    def __init__(self, dim: int | _Expression, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class CausalMask(_Layer):
    """A mask [T, T] of booleans that keeps position i (row) from reading a later position j > i (column).

    As MultiheadAttention wants it, true is forbidden. MaskedFill takes it as it is, too. With `allowed: true`, true
    is what may be read, as ScaledDotProductAttention wants it (which also has `is_causal`).

    Shapes: [*, T, *] -> [T, T] bool

    Args:
        dim: the dim of the input that has size T: 1 for sequences [N, T, …] (an integer).
        allowed: true is what may be read, not what is forbidden (true or false).
    """
    def __init__(
        self, dim: int | _Expression = 1, allowed: bool | _Expression = False, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class OneHot(_Layer):
    """For each integer a vector of zeros with a 1 at its place.

    Shapes: [*] int64 -> [*, num_classes] int64

    Args:
        num_classes: size of a vector; the integers are below it (a positive integer).
    """
    def __init__(self, num_classes: int | _Expression, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Maxout(_Layer):
    """The largest of each `num_pieces` neighbours along a dim (Goodfellow et al. 2013): y_i = max_j x_(k i + j).

    torch has no such layer. Put a Linear or Conv with `num_pieces` times the features before it.

    Shapes: [*, k · A, *] -> [*, A, *]

    Args:
        num_pieces: number of values of which one is left (a positive integer).
        dim: the dim that is reduced (an integer).
    """
    def __init__(
        self, num_pieces: int | _Expression, dim: int | _Expression = -1, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class CosineSimilarity(_Layer):
    """y = x₁ · x₂ / (‖x₁‖ ‖x₂‖) along a dim.

    Shapes: [*, D, *], [*, D, *] -> [*, *]

    Args:
        dim: the dim of the vectors, which vanishes (an integer).
        eps: the least value of the divisor (a number of at least 0).
    """
    def __init__(
        self, dim: int | _Expression = 1, eps: float | _Expression = 1e-08, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, x1: _Handle, x2: _Handle) -> _Handle: ...

class PairwiseDistance(_Layer):
    """y = ‖x₁ - x₂ + eps‖, the p-norm over the last dim.

    Shapes: [*, D], [*, D] -> [*]

    Args:
        p: the p of the norm (a number).
        eps: added to the difference, so that the gradient exists (a number).
        keepdim: keep the last dim, of size 1 (true or false).
    """
    def __init__(
        self,
        p: float | _Expression = 2.0,
        eps: float | _Expression = 1e-06,
        keepdim: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, x1: _Handle, x2: _Handle) -> _Handle: ...

class Dropout(_Layer):
    """Each element is zero with probability p; the others are divided by 1 - p.

    Shapes: [*] -> [*]

    Args:
        p: probability of a zero (a probability between 0 and 1).
        inplace: overwrite the input, which saves memory (true or false).
    """
    def __init__(
        self, p: float | _Expression = 0.5, inplace: bool | _Expression = False, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class AlphaDropout(_Layer):
    """Each element takes SELU's lowest value with probability p; mean and variance are kept.

    Shapes: [*] -> [*]

    Args:
        p: probability of a zero (a probability between 0 and 1).
        inplace: overwrite the input, which saves memory (true or false).
    """
    def __init__(
        self, p: float | _Expression = 0.5, inplace: bool | _Expression = False, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Dropout1d(_Layer):
    """Each channel of each sample is zero with probability p; the others are divided by 1 - p.

    Shapes: [N, C, L] -> [N, C, L]

    Args:
        p: probability of a zero (a probability between 0 and 1).
        inplace: overwrite the input, which saves memory (true or false).
    """
    def __init__(
        self, p: float | _Expression = 0.5, inplace: bool | _Expression = False, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Dropout2d(_Layer):
    """Each channel of each sample is zero with probability p; the others are divided by 1 - p.

    Shapes: [N, C, H, W] -> [N, C, H, W]

    Args:
        p: probability of a zero (a probability between 0 and 1).
        inplace: overwrite the input, which saves memory (true or false).
    """
    def __init__(
        self, p: float | _Expression = 0.5, inplace: bool | _Expression = False, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Dropout3d(_Layer):
    """Each channel of each sample is zero with probability p; the others are divided by 1 - p.

    Shapes: [N, C, D, H, W] -> [N, C, D, H, W]

    Args:
        p: probability of a zero (a probability between 0 and 1).
        inplace: overwrite the input, which saves memory (true or false).
    """
    def __init__(
        self, p: float | _Expression = 0.5, inplace: bool | _Expression = False, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class FeatureAlphaDropout(_Layer):
    """Each channel of each sample takes SELU's lowest value with probability p; mean and variance are kept.

    Shapes: [N, C, *] -> [N, C, *]

    Args:
        p: probability of a zero (a probability between 0 and 1).
        inplace: overwrite the input, which saves memory (true or false).
    """
    def __init__(
        self, p: float | _Expression = 0.5, inplace: bool | _Expression = False, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class StochasticDepth(_Layer):
    """Each sample, or the whole batch, is zero with probability p; the others are divided by 1 - p.

    It stands at the end of the body of a skip (Huang et al. 2016).

    Shapes: [N, *] -> [N, *]

    Args:
        p: probability of a zero (a probability between 0 and 1).
        mode: row: each sample by itself; batch: all or none (row or batch).
    """
    def __init__(
        self, p: float | _Expression, mode: _Literal["row", "batch"] | _Expression = "row", **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Erf(_Layer):
    """The error function y = 2 / √π · ∫₀ˣ exp(-t²) dt.

    Shapes: [*] -> [*]
    """
    def __init__(self, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Floor(_Layer):
    """The largest integer that is not above x.

    Shapes: [*] -> [*]
    """
    def __init__(self, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Ceil(_Layer):
    """The smallest integer that is not below x.

    Shapes: [*] -> [*]
    """
    def __init__(self, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Round(_Layer):
    """The nearest integer; of two that are equally near, the even one.

    Shapes: [*] -> [*]
    """
    def __init__(self, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Sign(_Layer):
    """1 where x > 0, -1 where x < 0, else 0.

    Shapes: [*] -> [*]
    """
    def __init__(self, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Flatten(_Layer):
    """Dims from start_dim to end_dim become one; the first, the batch, stays by default.

    Shapes: [N, A, B, …] -> [N, A · B · …]

    Args:
        start_dim: the first dim to merge (an integer).
        end_dim: the last dim to merge (an integer).
    """
    def __init__(
        self, start_dim: int | _Expression = 1, end_dim: int | _Expression = -1, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Unflatten(_Layer):
    """One dim becomes several, the inverse of Flatten.

    Shapes: [*, A · B · …, *] -> [*, A, B, …, *]

    Args:
        dim: the dim to split (an integer).
        unflattened_size: what it becomes; one size may be -1, which is then what is left (a shape, such as [N, 64,
            -1]).
    """
    def __init__(self, dim: int | _Expression, unflattened_size: _Shape, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Unfold(_Layer):
    """Each window of an image becomes a column: im2col.

    Shapes: [N, C, H, W] -> [N, C · points of a window, number of windows]

    Args:
        kernel_size: height and width of a window (a positive integer or a list of 2).
        dilation: distance between the points of a window (a positive integer or a list of 2).
        padding: zeros added on both sides (an integer of at least 0 or a list of 2).
        stride: step of the window (a positive integer or a list of 2).
    """
    def __init__(
        self,
        kernel_size: int | _Sequence[int | _Expression] | _Expression,
        dilation: int | _Sequence[int | _Expression] | _Expression = 1,
        padding: int | _Sequence[int | _Expression] | _Expression = 0,
        stride: int | _Sequence[int | _Expression] | _Expression = 1,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Fold(_Layer):
    """Columns become the windows of an image, which are summed where they overlap: col2im.

    Shapes: [N, C · points of a window, number of windows] -> [N, C, *output_size]

    Args:
        output_size: height and width of the image (a positive integer or a list of 2).
        kernel_size: height and width of a window (a positive integer or a list of 2).
        dilation: distance between the points of a window (a positive integer or a list of 2).
        padding: zeros that had been added on both sides (an integer of at least 0 or a list of 2).
        stride: step of the window (a positive integer or a list of 2).
    """
    def __init__(
        self,
        output_size: int | _Sequence[int | _Expression] | _Expression,
        kernel_size: int | _Sequence[int | _Expression] | _Expression,
        dilation: int | _Sequence[int | _Expression] | _Expression = 1,
        padding: int | _Sequence[int | _Expression] | _Expression = 0,
        stride: int | _Sequence[int | _Expression] | _Expression = 1,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class FunctionalLinear(_Layer):
    """y = x Wᵀ + b over the last dim, with W and b from around.

    Shapes: [*, in], [out, in], [out] -> [*, out]
    """
    def __init__(self, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle, weight: _Handle, bias: _Handle | None = None) -> _Handle: ...

class FunctionalConv1d(_Layer):
    """Cross-correlation of [N, C, L] with kernels from around: those of a normalised weight, say.

    Shapes: [N, C, L], [out, C // groups, K], [out] -> [N, out, L'] as Conv1d

    Args:
        stride: step of the filter (a positive integer).
        padding: zeros added on both sides (an integer of at least 0, same or valid).
        dilation: distance between the points of a filter (a positive integer).
        groups: blocks of channels that do not mix (a positive integer).
    """
    def __init__(
        self,
        stride: int | _Sequence[int | _Expression] | _Expression = 1,
        padding: int | _Sequence[int | _Expression] | _Literal["same", "valid"] | _Expression = 0,
        dilation: int | _Sequence[int | _Expression] | _Expression = 1,
        groups: int | _Expression = 1,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, weight: _Handle, bias: _Handle | None = None) -> _Handle: ...

class FunctionalConv2d(_Layer):
    """Cross-correlation of [N, C, H, W] with kernels from around: those of a normalised weight, say.

    Shapes: [N, C, H, W], [out, C // groups, K, K'], [out] -> [N, out, H', W'] as Conv2d

    Args:
        stride: step of the filter (a positive integer or a list of 2).
        padding: zeros added on both sides (an integer of at least 0, a list of 2, same or valid).
        dilation: distance between the points of a filter (a positive integer or a list of 2).
        groups: blocks of channels that do not mix (a positive integer).
    """
    def __init__(
        self,
        stride: int | _Sequence[int | _Expression] | _Expression = 1,
        padding: int | _Sequence[int | _Expression] | _Literal["same", "valid"] | _Expression = 0,
        dilation: int | _Sequence[int | _Expression] | _Expression = 1,
        groups: int | _Expression = 1,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, weight: _Handle, bias: _Handle | None = None) -> _Handle: ...

class FunctionalConv3d(_Layer):
    """Cross-correlation of [N, C, D, H, W] with kernels from around.

    Shapes: [N, C, D, H, W], [out, C // groups, K, K', K''], [out] -> [N, out, D', H', W'] as Conv3d

    Args:
        stride: step of the filter (a positive integer or a list of 3).
        padding: zeros added on both sides (an integer of at least 0, a list of 3, same or valid).
        dilation: distance between the points of a filter (a positive integer or a list of 3).
        groups: blocks of channels that do not mix (a positive integer).
    """
    def __init__(
        self,
        stride: int | _Sequence[int | _Expression] | _Expression = 1,
        padding: int | _Sequence[int | _Expression] | _Literal["same", "valid"] | _Expression = 0,
        dilation: int | _Sequence[int | _Expression] | _Expression = 1,
        groups: int | _Expression = 1,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, weight: _Handle, bias: _Handle | None = None) -> _Handle: ...

class Concat(_Layer):
    """The inputs one after the other along a dim; the other dims are equal.

    Shapes: [*, A, *], [*, B, *], … -> [*, A + B + …, *]

    Args:
        dim: the dim along which they are joined (an integer).
    """
    def __init__(self, dim: int | _Expression = 0, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, *inputs: _Handle) -> _Handle: ...

class Stack(_Layer):
    """The inputs, of equal shape, side by side along a new dim.

    Shapes: k times [*] -> [*, k, *]

    Args:
        dim: the place of the new dim (an integer).
    """
    def __init__(self, dim: int | _Expression = 0, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, *inputs: _Handle) -> _Handle: ...

class Chunk(_Layer):
    """The input cut along a dim into `chunks` parts; outputs 0, 1, ….

    Where the size is no multiple of `chunks`, parts are rounded up and the last one is smaller; there may be fewer
    of them: 5 in 4 chunks is 2 + 2 + 1.

    Shapes: [*, chunks · A, *] -> chunks times [*, A, *]

    Args:
        chunks: number of parts (a positive integer).
        dim: the dim that is cut (an integer).
    """
    def __init__(self, chunks: int | _Expression, dim: int | _Expression = 0, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Split(_Layer):
    """The input cut along a dim into parts of the given sizes; outputs 0, 1, ….

    One size stands for as many parts as fit, and a smaller last one for what is left over.

    Shapes: [*, A + B + …, *] -> [*, A, *], [*, B, *], …

    Args:
        split_size: size of each part, or a list of the sizes (a positive integer or a list of positive integers).
        dim: the dim that is cut (an integer).
    """
    def __init__(
        self,
        split_size: int | _Sequence[int | _Expression] | _Expression,
        dim: int | _Expression = 0,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Slice(_Layer):
    """Positions `start` to `stop` (without it) of a dim, every `step`-th; as `x[start:stop:step]` in Python.

    Shapes: [*, A, *] -> [*, (stop - start + step - 1) // step, *]

    Args:
        dim: the dim that is cut (an integer).
        start: the first position; negative: from the end (an integer, or an expression over symbols).
        stop: the position after the last one; negative: from the end; none: all (an integer, or an expression over
            symbols).
        step: distance between positions (a positive integer).
    """
    def __init__(
        self,
        dim: int | _Expression,
        start: int | str | _Expression = 0,
        stop: int | str | _Expression | None = None,
        step: int | _Expression = 1,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Select(_Layer):
    """One position of a dim, which is gone from the output.

    Shapes: [*, A, *] -> [*, *]

    Args:
        dim: the dim that goes (an integer).
        index: the position; negative: from the end (an integer).
    """
    def __init__(self, dim: int | _Expression, index: int | _Expression, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Gather(_Layer):
    """Values picked along a dim: output[i, j] = input[index[i, j], j] for dim 0; of the shape of `index`.

    Shapes: [*, A, *], [*, B, *] int64 -> [*, B, *]

    Args:
        dim: the dim that the index counts (an integer).
    """
    def __init__(self, dim: int | _Expression, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle, index: _Handle) -> _Handle: ...

class IndexSelect(_Layer):
    """Positions picked along a dim, the same for all others: rows of a table by their numbers, say.

    Shapes: [*, A, *], [B] int64 -> [*, B, *]

    Args:
        dim: the dim whose positions are picked (an integer).
    """
    def __init__(self, dim: int | _Expression, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle, index: _Handle) -> _Handle: ...

class Flip(_Layer):
    """The positions of dims in reverse.

    Shapes: [*] -> [*]

    Args:
        dims: the dim or dims that are reversed (an integer or a list of at least one integer).
    """
    def __init__(
        self, dims: int | _Sequence[int | _Expression] | _Expression, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Tril(_Layer):
    """The lower triangle of matrices; zeros above it.

    Shapes: [*, A, B] -> [*, A, B]

    Args:
        diagonal: the last diagonal of it: 0 is the main one, above it they are positive (an integer).
    """
    def __init__(self, diagonal: int | _Expression = 0, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Triu(_Layer):
    """The upper triangle of matrices; zeros below it.

    Shapes: [*, A, B] -> [*, A, B]

    Args:
        diagonal: the last diagonal of it: 0 is the main one, above it they are positive (an integer).
    """
    def __init__(self, diagonal: int | _Expression = 0, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Roll(_Layer):
    """The input shifted along dims; what leaves at one end comes in at the other.

    Shapes: [*] -> [*]

    Args:
        shifts: by how many positions, for each dim (an integer or a list of at least one integer).
        dims: the dims that are shifted; none: the flattened input (an integer or a list of at least one integer).
    """
    def __init__(
        self,
        shifts: int | _Sequence[int | _Expression] | _Expression,
        dims: int | _Sequence[int | _Expression] | _Expression | None = None,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Identity(_Layer):
    """The input, unchanged.

    Shapes: [*] -> [*]
    """
    def __init__(self, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Linear(_Layer):
    """y = x Wᵀ + b over the last dim; the other dims are positions.

    Shapes: [*, in_features] -> [*, out_features]

    Args:
        in_features: size of the last dim of the input (a positive integer).
        out_features: size of the last dim of the output (a positive integer).
        bias: add a learned b (true or false).
    """
    def __init__(
        self,
        out_features: int | _Expression,
        bias: bool | _Expression = True,
        *,
        in_features: int | _Expression | None = None,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Bilinear(_Layer):
    """y = x₁ᵀ A x₂ + b over the last dims of two inputs.

    Shapes: [*, in1_features], [*, in2_features] -> [*, out_features]

    Args:
        in1_features: size of the last dim of input1 (a positive integer).
        in2_features: size of the last dim of input2 (a positive integer).
        out_features: size of the last dim of the output (a positive integer).
        bias: add a learned b (true or false).
    """
    def __init__(
        self,
        out_features: int | _Expression,
        bias: bool | _Expression = True,
        *,
        in1_features: int | _Expression | None = None,
        in2_features: int | _Expression | None = None,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input1: _Handle, input2: _Handle) -> _Handle: ...

class L1Loss(_Layer):
    """The absolute error: l = |input - target|.

    Shapes: [*], [*] -> [], or [*] where reduction is none

    Args:
        reduction: none: each loss by itself; mean or sum: one number for all (none, mean or sum).
    """
    def __init__(
        self, reduction: _Literal["none", "mean", "sum"] | _Expression = "mean", **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle, target: _Handle) -> _Handle: ...

class MSELoss(_Layer):
    """The squared error: l = (input - target)².

    Shapes: [*], [*] -> [], or [*] where reduction is none

    Args:
        reduction: none: each loss by itself; mean or sum: one number for all (none, mean or sum).
    """
    def __init__(
        self, reduction: _Literal["none", "mean", "sum"] | _Expression = "mean", **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle, target: _Handle) -> _Handle: ...

class SmoothL1Loss(_Layer):
    """Squared near 0, absolute beyond: l = d² / (2 beta) where d = |input - target| < beta, else d - beta / 2.

    Shapes: [*], [*] -> [], or [*] where reduction is none

    Args:
        reduction: none: each loss by itself; mean or sum: one number for all (none, mean or sum).
        beta: where it goes over from squared to absolute; 0 is L1Loss (a number of at least 0).
    """
    def __init__(
        self,
        reduction: _Literal["none", "mean", "sum"] | _Expression = "mean",
        beta: float | _Expression = 1.0,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, target: _Handle) -> _Handle: ...

class HuberLoss(_Layer):
    """Squared near 0, absolute beyond: l = d² / 2 where d = |input - target| < delta, else delta (d - delta / 2).

    Shapes: [*], [*] -> [], or [*] where reduction is none

    Args:
        reduction: none: each loss by itself; mean or sum: one number for all (none, mean or sum).
        delta: where it goes over from squared to absolute (a number above 0).
    """
    def __init__(
        self,
        reduction: _Literal["none", "mean", "sum"] | _Expression = "mean",
        delta: float | _Expression = 1.0,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, target: _Handle) -> _Handle: ...

class SoftMarginLoss(_Layer):
    """The logistic loss of targets 1 and -1: l = log(1 + exp(-target · input)).

    Shapes: [*], [*] -> [], or [*] where reduction is none

    Args:
        reduction: none: each loss by itself; mean or sum: one number for all (none, mean or sum).
    """
    def __init__(
        self, reduction: _Literal["none", "mean", "sum"] | _Expression = "mean", **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle, target: _Handle) -> _Handle: ...

class KLDivLoss(_Layer):
    """The Kullback-Leibler divergence of log-probabilities: l = target (log target - input).

    Shapes: [*], [*] -> [], or [*] where reduction is none

    Args:
        reduction: none: each loss by itself; mean or sum: one number for all; batchmean: the sum over the size of
            the batch, which is the divergence (none, mean, sum or batchmean).
        log_target: the target, too, is made of log-probabilities (true or false).
    """
    def __init__(
        self,
        reduction: _Literal["none", "mean", "sum", "batchmean"] | _Expression = "mean",
        log_target: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, target: _Handle) -> _Handle: ...

class PoissonNLLLoss(_Layer):
    """The negative log-likelihood of counts: l = exp(x) - target · x, or x - target · log(x + eps).

    Shapes: [*], [*] -> [], or [*] where reduction is none

    Args:
        log_input: the input is the logarithm of the rate; else the rate itself (true or false).
        full: add Stirling's approximation of log target! (true or false).
        eps: added to a rate, so that its logarithm exists (a number of at least 0).
        reduction: none: each loss by itself; mean or sum: one number for all (none, mean or sum).
    """
    def __init__(
        self,
        log_input: bool | _Expression = True,
        full: bool | _Expression = False,
        eps: float | _Expression = 1e-08,
        reduction: _Literal["none", "mean", "sum"] | _Expression = "mean",
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, log_input: _Handle, target: _Handle) -> _Handle: ...

class GaussianNLLLoss(_Layer):
    """The negative log-likelihood of a normal distribution: l = (log var + (input - target)² / var) / 2.

    One variance may stand for all of the last dim: `var` is then [*], or [*, 1].

    Shapes: [*], [*], [*] -> [], or [*] where reduction is none

    Args:
        full: add the constant log(2 π) / 2 (true or false).
        eps: the least variance (a number of at least 0).
        reduction: none: each loss by itself; mean or sum: one number for all (none, mean or sum).
    """
    def __init__(
        self,
        full: bool | _Expression = False,
        eps: float | _Expression = 1e-06,
        reduction: _Literal["none", "mean", "sum"] | _Expression = "mean",
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, target: _Handle, var: _Handle) -> _Handle: ...

class BCELoss(_Layer):
    """The cross entropy of probabilities: l = -(target · log input + (1 - target) · log(1 - input)).

    Shapes: [*], [*] -> [], or [*] where reduction is none

    Args:
        weight: how much each element counts; stretched to the shape of the input (a list of numbers, or nested
            lists that are equally long on each level).
        reduction: none: each loss by itself; mean or sum: one number for all (none, mean or sum).
    """
    def __init__(
        self,
        weight: _Any = None,
        reduction: _Literal["none", "mean", "sum"] | _Expression = "mean",
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, target: _Handle) -> _Handle: ...

class BCEWithLogitsLoss(_Layer):
    """The cross entropy of σ(input): l = -(pos_weight · target · log σ(input) + (1 - target) · log(1 - σ(input))).

    Shapes: [*], [*] -> [], or [*] where reduction is none

    Args:
        weight: how much each element counts; stretched to the shape of the input (a list of numbers, or nested
            lists that are equally long on each level).
        reduction: none: each loss by itself; mean or sum: one number for all (none, mean or sum).
        pos_weight: how much targets of 1 count; stretched to the shape of the input (a list of numbers, or nested
            lists that are equally long on each level).
    """
    def __init__(
        self,
        weight: _Any = None,
        reduction: _Literal["none", "mean", "sum"] | _Expression = "mean",
        pos_weight: _Any = None,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, target: _Handle) -> _Handle: ...

class BatchNorm1d(_Layer):
    """y = (x - E[x]) / √(Var[x] + eps) · weight + bias, for each channel over the batch and the length.

    Shapes: [N, C] -> [N, C], [N, C, L] -> [N, C, L]

    Args:
        num_features: channels of the input (a positive integer).
        eps: added to the variance, so that it is never zero (a number above 0).
        momentum: weight of the newest batch in the running statistics (a number, or null for the plain average).
        affine: learn a scale for each channel, and a shift (true or false).
        track_running_stats: keep running statistics, and use them in evaluation (true or false).
        bias: learn a shift; needs affine (true or false).
    """
    def __init__(
        self,
        num_features: int | _Expression | None = None,
        eps: float | _Expression = 1e-05,
        momentum: float | _Expression | None = 0.1,
        affine: bool | _Expression = True,
        track_running_stats: bool | _Expression = True,
        bias: bool | _Expression = True,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class BatchNorm2d(_Layer):
    """y = (x - E[x]) / √(Var[x] + eps) · weight + bias, for each channel over the batch and all positions.

    Shapes: [N, C, H, W] -> [N, C, H, W]

    Args:
        num_features: channels of the input (a positive integer).
        eps: added to the variance, so that it is never zero (a number above 0).
        momentum: weight of the newest batch in the running statistics (a number, or null for the plain average).
        affine: learn a scale for each channel, and a shift (true or false).
        track_running_stats: keep running statistics, and use them in evaluation (true or false).
        bias: learn a shift; needs affine (true or false).
    """
    def __init__(
        self,
        num_features: int | _Expression | None = None,
        eps: float | _Expression = 1e-05,
        momentum: float | _Expression | None = 0.1,
        affine: bool | _Expression = True,
        track_running_stats: bool | _Expression = True,
        bias: bool | _Expression = True,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class BatchNorm3d(_Layer):
    """y = (x - E[x]) / √(Var[x] + eps) · weight + bias, for each channel over the batch and all positions.

    Shapes: [N, C, D, H, W] -> [N, C, D, H, W]

    Args:
        num_features: channels of the input (a positive integer).
        eps: added to the variance, so that it is never zero (a number above 0).
        momentum: weight of the newest batch in the running statistics (a number, or null for the plain average).
        affine: learn a scale for each channel, and a shift (true or false).
        track_running_stats: keep running statistics, and use them in evaluation (true or false).
        bias: learn a shift; needs affine (true or false).
    """
    def __init__(
        self,
        num_features: int | _Expression | None = None,
        eps: float | _Expression = 1e-05,
        momentum: float | _Expression | None = 0.1,
        affine: bool | _Expression = True,
        track_running_stats: bool | _Expression = True,
        bias: bool | _Expression = True,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class SyncBatchNorm(_Layer):
    """BatchNorm over the batches of all processes that train together (on GPUs); in one process, BatchNorm itself.

    Shapes: [N, C, *] -> [N, C, *]

    Args:
        num_features: channels of the input (a positive integer).
        eps: added to the variance, so that it is never zero (a number above 0).
        momentum: weight of the newest batch in the running statistics (a number, or null for the plain average).
        affine: learn a scale for each channel, and a shift (true or false).
        track_running_stats: keep running statistics, and use them in evaluation (true or false).
        bias: learn a shift; needs affine (true or false).
    """
    def __init__(
        self,
        num_features: int | _Expression | None = None,
        eps: float | _Expression = 1e-05,
        momentum: float | _Expression | None = 0.1,
        affine: bool | _Expression = True,
        track_running_stats: bool | _Expression = True,
        bias: bool | _Expression = True,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class InstanceNorm1d(_Layer):
    """y = (x - E[x]) / √(Var[x] + eps), for each channel of each sample over the length.

    Shapes: [N, C, L] -> [N, C, L]

    Args:
        num_features: channels of the input (a positive integer).
        eps: added to the variance, so that it is never zero (a number of at least 0).
        momentum: weight of the newest batch in the running statistics (a number, or null for the plain average).
        affine: learn a scale for each channel, and a shift (true or false).
        track_running_stats: keep running statistics, and use them in evaluation (true or false).
        bias: learn a shift; needs affine (true or false).
    """
    def __init__(
        self,
        num_features: int | _Expression | None = None,
        eps: float | _Expression = 1e-05,
        momentum: float | _Expression | None = 0.1,
        affine: bool | _Expression = False,
        track_running_stats: bool | _Expression = False,
        bias: bool | _Expression = True,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class InstanceNorm2d(_Layer):
    """y = (x - E[x]) / √(Var[x] + eps), for each channel of each sample over its positions.

    Shapes: [N, C, H, W] -> [N, C, H, W]

    Args:
        num_features: channels of the input (a positive integer).
        eps: added to the variance, so that it is never zero (a number of at least 0).
        momentum: weight of the newest batch in the running statistics (a number, or null for the plain average).
        affine: learn a scale for each channel, and a shift (true or false).
        track_running_stats: keep running statistics, and use them in evaluation (true or false).
        bias: learn a shift; needs affine (true or false).
    """
    def __init__(
        self,
        num_features: int | _Expression | None = None,
        eps: float | _Expression = 1e-05,
        momentum: float | _Expression | None = 0.1,
        affine: bool | _Expression = False,
        track_running_stats: bool | _Expression = False,
        bias: bool | _Expression = True,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class InstanceNorm3d(_Layer):
    """y = (x - E[x]) / √(Var[x] + eps), for each channel of each sample over its positions.

    Shapes: [N, C, D, H, W] -> [N, C, D, H, W]

    Args:
        num_features: channels of the input (a positive integer).
        eps: added to the variance, so that it is never zero (a number of at least 0).
        momentum: weight of the newest batch in the running statistics (a number, or null for the plain average).
        affine: learn a scale for each channel, and a shift (true or false).
        track_running_stats: keep running statistics, and use them in evaluation (true or false).
        bias: learn a shift; needs affine (true or false).
    """
    def __init__(
        self,
        num_features: int | _Expression | None = None,
        eps: float | _Expression = 1e-05,
        momentum: float | _Expression | None = 0.1,
        affine: bool | _Expression = False,
        track_running_stats: bool | _Expression = False,
        bias: bool | _Expression = True,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class GroupNorm(_Layer):
    """y = (x - E[x]) / √(Var[x] + eps) · weight + bias, for each sample over each group of channels.

    Shapes: [N, C, *] -> [N, C, *]

    Args:
        num_groups: groups of channels; 1 is all of them, num_channels is each by itself (a positive integer).
        num_channels: channels of the input (a positive integer).
        eps: added to the variance, so that it is never zero (a number of at least 0).
        affine: learn a scale for each channel, and a shift (true or false).
        bias: learn a shift; needs affine (true or false).
    """
    def __init__(
        self,
        num_groups: int | _Expression,
        eps: float | _Expression = 1e-05,
        affine: bool | _Expression = True,
        bias: bool | _Expression = True,
        *,
        num_channels: int | _Expression | None = None,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class LayerNorm(_Layer):
    """y = (x - E[x]) / √(Var[x] + eps) · weight + bias over the last dim, or over the last few.

    Shapes: [*, normalized_shape] -> [*, normalized_shape]

    Args:
        normalized_shape: the last dim of the input; give a list to normalise over more (a positive integer or a
            list of them).
        eps: added to the variance, so that it is never zero (a number of at least 0).
        elementwise_affine: learn a scale for each element, and a shift (true or false).
        bias: learn a shift; needs elementwise_affine (true or false).
    """
    def __init__(
        self,
        normalized_shape: int | _Sequence[int | _Expression] | _Expression | None = None,
        eps: float | _Expression = 1e-05,
        elementwise_affine: bool | _Expression = True,
        bias: bool | _Expression = True,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class RMSNorm(_Layer):
    """y = x / √(E[x²] + eps) · weight over the last dim, or over the last few.

    Shapes: [*, normalized_shape] -> [*, normalized_shape]

    Args:
        normalized_shape: the last dim of the input; give a list to normalise over more (a positive integer or a
            list of them).
        eps: added to the mean of squares; null: the smallest step of the dtype (a number of at least 0).
        elementwise_affine: learn a scale for each element (true or false).
    """
    def __init__(
        self,
        normalized_shape: int | _Sequence[int | _Expression] | _Expression | None = None,
        eps: float | _Expression | None = None,
        elementwise_affine: bool | _Expression = True,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, x: _Handle) -> _Handle: ...

class LocalResponseNorm(_Layer):
    """y = x / (k + alpha · mean of x² over `size` neighbouring channels) ^ beta.

    Shapes: [N, C, *] -> [N, C, *]

    Args:
        size: number of neighbouring channels (a positive integer).
        alpha: weight of the neighbours (a number).
        beta: exponent (a number).
        k: what is added to them (a number).
    """
    def __init__(
        self,
        size: int | _Expression,
        alpha: float | _Expression = 0.0001,
        beta: float | _Expression = 0.75,
        k: float | _Expression = 1.0,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class CrossMapLRN2d(_Layer):
    """y = x / (k + alpha · mean of x² over `size` neighbouring channels) ^ beta, of images.

    An older form of LocalResponseNorm, which takes inputs of any rank, and which torch.compile takes: prefer that.

    Shapes: [N, C, H, W] -> [N, C, H, W]

    Args:
        size: number of neighbouring channels (a positive integer).
        alpha: weight of the neighbours (a number).
        beta: exponent (a number).
        k: what is added to them (a number).
    """
    def __init__(
        self,
        size: int | _Expression,
        alpha: float | _Expression = 0.0001,
        beta: float | _Expression = 0.75,
        k: float | _Expression = 1,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class ConstantPad1d(_Layer):
    """Points of one value before and after the length.

    Shapes: [N, C, L] -> [N, C, L + left + right]

    Args:
        padding: points on each side, or a list of them by side, the last dim first (an integer or a list of 2:
            left, right).
        value: the value of the points that are added (a number).
    """
    def __init__(
        self,
        padding: int | _Sequence[int | _Expression] | _Expression,
        value: float | _Expression,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class ConstantPad2d(_Layer):
    """Points of one value on the four sides of an image.

    Shapes: [N, C, H, W] -> [N, C, H + top + bottom, W + left + right]

    Args:
        padding: points on each side, or a list of them by side, the last dim first (an integer or a list of 4:
            left, right, top, bottom).
        value: the value of the points that are added (a number).
    """
    def __init__(
        self,
        padding: int | _Sequence[int | _Expression] | _Expression,
        value: float | _Expression,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class ConstantPad3d(_Layer):
    """Points of one value on the six sides of a volume.

    Shapes: [N, C, D, H, W] -> [N, C, D + front + back, H + top + bottom, W + left + right]

    Args:
        padding: points on each side, or a list of them by side, the last dim first (an integer or a list of 6:
            left, right, top, bottom, front, back).
        value: the value of the points that are added (a number).
    """
    def __init__(
        self,
        padding: int | _Sequence[int | _Expression] | _Expression,
        value: float | _Expression,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class ZeroPad1d(_Layer):
    """Zeros before and after the length.

    Shapes: [N, C, L] -> [N, C, L + left + right]

    Args:
        padding: points on each side, or a list of them by side, the last dim first (an integer or a list of 2:
            left, right).
    """
    def __init__(
        self, padding: int | _Sequence[int | _Expression] | _Expression, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class ZeroPad2d(_Layer):
    """Zeros on the four sides of an image.

    Shapes: [N, C, H, W] -> [N, C, H + top + bottom, W + left + right]

    Args:
        padding: points on each side, or a list of them by side, the last dim first (an integer or a list of 4:
            left, right, top, bottom).
    """
    def __init__(
        self, padding: int | _Sequence[int | _Expression] | _Expression, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class ZeroPad3d(_Layer):
    """Zeros on the six sides of a volume.

    Shapes: [N, C, D, H, W] -> [N, C, D + front + back, H + top + bottom, W + left + right]

    Args:
        padding: points on each side, or a list of them by side, the last dim first (an integer or a list of 6:
            left, right, top, bottom, front, back).
    """
    def __init__(
        self, padding: int | _Sequence[int | _Expression] | _Expression, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class ReflectionPad1d(_Layer):
    """The length mirrored at its ends, which are not repeated: c b a b c b a.

    Shapes: [N, C, L] -> [N, C, L + left + right]

    Args:
        padding: points on each side, or a list of them by side, the last dim first (an integer or a list of 2:
            left, right).
    """
    def __init__(
        self, padding: int | _Sequence[int | _Expression] | _Expression, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class ReflectionPad2d(_Layer):
    """An image mirrored at its edges, which are not repeated.

    Shapes: [N, C, H, W] -> [N, C, H + top + bottom, W + left + right]

    Args:
        padding: points on each side, or a list of them by side, the last dim first (an integer or a list of 4:
            left, right, top, bottom).
    """
    def __init__(
        self, padding: int | _Sequence[int | _Expression] | _Expression, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class ReflectionPad3d(_Layer):
    """A volume mirrored at its faces, which are not repeated.

    Shapes: [N, C, D, H, W] -> [N, C, D + front + back, H + top + bottom, W + left + right]

    Args:
        padding: points on each side, or a list of them by side, the last dim first (an integer or a list of 6:
            left, right, top, bottom, front, back).
    """
    def __init__(
        self, padding: int | _Sequence[int | _Expression] | _Expression, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class ReplicationPad1d(_Layer):
    """The ends of the length repeated: a a a b c c c.

    Shapes: [N, C, L] -> [N, C, L + left + right]

    Args:
        padding: points on each side, or a list of them by side, the last dim first (an integer or a list of 2:
            left, right).
    """
    def __init__(
        self, padding: int | _Sequence[int | _Expression] | _Expression, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class ReplicationPad2d(_Layer):
    """The edges of an image repeated.

    Shapes: [N, C, H, W] -> [N, C, H + top + bottom, W + left + right]

    Args:
        padding: points on each side, or a list of them by side, the last dim first (an integer or a list of 4:
            left, right, top, bottom).
    """
    def __init__(
        self, padding: int | _Sequence[int | _Expression] | _Expression, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class ReplicationPad3d(_Layer):
    """The faces of a volume repeated.

    Shapes: [N, C, D, H, W] -> [N, C, D + front + back, H + top + bottom, W + left + right]

    Args:
        padding: points on each side, or a list of them by side, the last dim first (an integer or a list of 6:
            left, right, top, bottom, front, back).
    """
    def __init__(
        self, padding: int | _Sequence[int | _Expression] | _Expression, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class CircularPad1d(_Layer):
    """The length continued from its other end: b c a b c a b.

    Shapes: [N, C, L] -> [N, C, L + left + right]

    Args:
        padding: points on each side, or a list of them by side, the last dim first (an integer or a list of 2:
            left, right).
    """
    def __init__(
        self, padding: int | _Sequence[int | _Expression] | _Expression, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class CircularPad2d(_Layer):
    """An image continued from its opposite edges.

    Shapes: [N, C, H, W] -> [N, C, H + top + bottom, W + left + right]

    Args:
        padding: points on each side, or a list of them by side, the last dim first (an integer or a list of 4:
            left, right, top, bottom).
    """
    def __init__(
        self, padding: int | _Sequence[int | _Expression] | _Expression, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class CircularPad3d(_Layer):
    """A volume continued from its opposite faces.

    Shapes: [N, C, D, H, W] -> [N, C, D + front + back, H + top + bottom, W + left + right]

    Args:
        padding: points on each side, or a list of them by side, the last dim first (an integer or a list of 6:
            left, right, top, bottom, front, back).
    """
    def __init__(
        self, padding: int | _Sequence[int | _Expression] | _Expression, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Rearrange(_Layer):
    """Dims cut, reordered and merged, as the pattern shows it: `b (h p) c -> b h (p c)` with `p: 4`.

    Shapes: as the pattern

    Args:
        pattern: dims before and after: `b c h w -> b (h w) c` (a text).
        rank: number of dims of the input (an integer of at least 0).
    """
    def __init__(
        self, pattern: str | _Expression, *, rank: int | _Expression | None = None, **options: _Any
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Reduce(_Layer):
    """As Rearrange, and axes that are missing on the right are reduced: `b c (h 2) (w 2) -> b c h w` pools.

    Shapes: as the pattern

    Args:
        pattern: dims before and after: `b c h w -> b c` (a text).
        reduction: how values become one (mean, sum, max, min, prod, any or all).
        rank: number of dims of the input (an integer of at least 0).
    """
    def __init__(
        self,
        pattern: str | _Expression,
        reduction: _Literal["mean", "sum", "max", "min", "prod", "any", "all"] | _Expression,
        *,
        rank: int | _Expression | None = None,
        **options: _Any,
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Repeat(_Layer):
    """As Rearrange, and axes that are new on the right are repeated: `b c -> b t c` with `t: 8`.

    Shapes: as the pattern

    Args:
        pattern: dims before and after: `b c h w -> b c (h 2) (w 2)` (a text).
        rank: number of dims of the input (an integer of at least 0).
    """
    def __init__(
        self, pattern: str | _Expression, *, rank: int | _Expression | None = None, **options: _Any
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class MaxPool1d(_Layer):
    """The maximum of each window of [N, C, L].

    Shapes: [N, C, L] -> [N, C, (L + 2 padding - dilation (kernel_size - 1) - 1) // stride + 1]

    Args:
        kernel_size: size of the window (a positive integer).
        stride: step of the window; kernel_size unless given (a positive integer).
        padding: points of -∞ added on both sides (an integer of at least 0).
        dilation: distance between the points of a window (a positive integer).
        return_indices: also give the place of each maximum, as the output `indices` (true or false).
        ceil_mode: round the number of windows up; the last one must start inside the input or the padding before it
            (true or false).
    """
    def __init__(
        self,
        kernel_size: int | _Sequence[int | _Expression] | _Expression,
        stride: int | _Sequence[int | _Expression] | _Expression | None = None,
        padding: int | _Sequence[int | _Expression] | _Expression = 0,
        dilation: int | _Sequence[int | _Expression] | _Expression = 1,
        return_indices: bool | _Expression = False,
        ceil_mode: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class MaxPool2d(_Layer):
    """The maximum of each window of [N, C, H, W].

    Shapes: [N, C, H, W] -> [N, C, H', W'], each as in MaxPool1d

    Args:
        kernel_size: size of the window (a positive integer or a list of 2).
        stride: step of the window; kernel_size unless given (a positive integer or a list of 2).
        padding: points of -∞ added on both sides (an integer of at least 0 or a list of 2).
        dilation: distance between the points of a window (a positive integer or a list of 2).
        return_indices: also give the place of each maximum, as the output `indices` (true or false).
        ceil_mode: round the number of windows up; the last one must start inside the input or the padding before it
            (true or false).
    """
    def __init__(
        self,
        kernel_size: int | _Sequence[int | _Expression] | _Expression,
        stride: int | _Sequence[int | _Expression] | _Expression | None = None,
        padding: int | _Sequence[int | _Expression] | _Expression = 0,
        dilation: int | _Sequence[int | _Expression] | _Expression = 1,
        return_indices: bool | _Expression = False,
        ceil_mode: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class MaxPool3d(_Layer):
    """The maximum of each window of [N, C, D, H, W].

    Shapes: [N, C, D, H, W] -> [N, C, D', H', W'], each as in MaxPool1d

    Args:
        kernel_size: size of the window (a positive integer or a list of 3).
        stride: step of the window; kernel_size unless given (a positive integer or a list of 3).
        padding: points of -∞ added on both sides (an integer of at least 0 or a list of 3).
        dilation: distance between the points of a window (a positive integer or a list of 3).
        return_indices: also give the place of each maximum, as the output `indices` (true or false).
        ceil_mode: round the number of windows up; the last one must start inside the input or the padding before it
            (true or false).
    """
    def __init__(
        self,
        kernel_size: int | _Sequence[int | _Expression] | _Expression,
        stride: int | _Sequence[int | _Expression] | _Expression | None = None,
        padding: int | _Sequence[int | _Expression] | _Expression = 0,
        dilation: int | _Sequence[int | _Expression] | _Expression = 1,
        return_indices: bool | _Expression = False,
        ceil_mode: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class AvgPool1d(_Layer):
    """The mean of each window of [N, C, L].

    Shapes: [N, C, L] -> [N, C, (L + 2 padding - kernel_size) // stride + 1]

    Args:
        kernel_size: size of the window (a positive integer).
        stride: step of the window; kernel_size unless given (a positive integer).
        padding: zeros added on both sides (an integer of at least 0).
        ceil_mode: round the number of windows up; the last one must start inside the input or the padding before it
            (true or false).
        count_include_pad: zeros of the padding count for the mean (true or false).
    """
    def __init__(
        self,
        kernel_size: int | _Sequence[int | _Expression] | _Expression,
        stride: int | _Sequence[int | _Expression] | _Expression | None = None,
        padding: int | _Sequence[int | _Expression] | _Expression = 0,
        ceil_mode: bool | _Expression = False,
        count_include_pad: bool | _Expression = True,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class AvgPool2d(_Layer):
    """The mean of each window of [N, C, H, W].

    Shapes: [N, C, H, W] -> [N, C, H', W'], each as in AvgPool1d

    Args:
        kernel_size: size of the window (a positive integer or a list of 2).
        stride: step of the window; kernel_size unless given (a positive integer or a list of 2).
        padding: zeros added on both sides (an integer of at least 0 or a list of 2).
        ceil_mode: round the number of windows up; the last one must start inside the input or the padding before it
            (true or false).
        count_include_pad: zeros of the padding count for the mean (true or false).
        divisor_override: what sums are divided by, in place of the window's size (a positive integer).
    """
    def __init__(
        self,
        kernel_size: int | _Sequence[int | _Expression] | _Expression,
        stride: int | _Sequence[int | _Expression] | _Expression | None = None,
        padding: int | _Sequence[int | _Expression] | _Expression = 0,
        ceil_mode: bool | _Expression = False,
        count_include_pad: bool | _Expression = True,
        divisor_override: int | _Expression | None = None,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class AvgPool3d(_Layer):
    """The mean of each window of [N, C, D, H, W].

    Shapes: [N, C, D, H, W] -> [N, C, D', H', W'], each as in AvgPool1d

    Args:
        kernel_size: size of the window (a positive integer or a list of 3).
        stride: step of the window; kernel_size unless given (a positive integer or a list of 3).
        padding: zeros added on both sides (an integer of at least 0 or a list of 3).
        ceil_mode: round the number of windows up; the last one must start inside the input or the padding before it
            (true or false).
        count_include_pad: zeros of the padding count for the mean (true or false).
        divisor_override: what sums are divided by, in place of the window's size (a positive integer).
    """
    def __init__(
        self,
        kernel_size: int | _Sequence[int | _Expression] | _Expression,
        stride: int | _Sequence[int | _Expression] | _Expression | None = None,
        padding: int | _Sequence[int | _Expression] | _Expression = 0,
        ceil_mode: bool | _Expression = False,
        count_include_pad: bool | _Expression = True,
        divisor_override: int | _Expression | None = None,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class LPPool1d(_Layer):
    """The p-norm of each window of [N, C, L]: (Σ xᵖ)^(1/p).

    Shapes: [N, C, L] -> [N, C, (L - kernel_size) // stride + 1]

    Args:
        norm_type: the p of the norm: 1 is the sum, infinity the maximum (a number).
        kernel_size: size of the window (a positive integer).
        stride: step of the window; kernel_size unless given (a positive integer).
        ceil_mode: round the number of windows up; the last one must start inside the input or the padding before it
            (true or false).
    """
    def __init__(
        self,
        norm_type: float | _Expression,
        kernel_size: int | _Expression,
        stride: int | _Expression | None = None,
        ceil_mode: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class LPPool2d(_Layer):
    """The p-norm of each window of [N, C, H, W]: (Σ xᵖ)^(1/p).

    Shapes: [N, C, H, W] -> [N, C, H', W'], each as in LPPool1d

    Args:
        norm_type: the p of the norm: 1 is the sum, infinity the maximum (a number).
        kernel_size: size of the window (a positive integer or a list of 2).
        stride: step of the window; kernel_size unless given (a positive integer or a list of 2).
        ceil_mode: round the number of windows up; the last one must start inside the input or the padding before it
            (true or false).
    """
    def __init__(
        self,
        norm_type: float | _Expression,
        kernel_size: int | _Sequence[int | _Expression] | _Expression,
        stride: int | _Sequence[int | _Expression] | _Expression | None = None,
        ceil_mode: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class LPPool3d(_Layer):
    """The p-norm of each window of [N, C, D, H, W]: (Σ xᵖ)^(1/p).

    Shapes: [N, C, D, H, W] -> [N, C, D', H', W'], each as in LPPool1d

    Args:
        norm_type: the p of the norm: 1 is the sum, infinity the maximum (a number).
        kernel_size: size of the window (a positive integer or a list of 3).
        stride: step of the window; kernel_size unless given (a positive integer or a list of 3).
        ceil_mode: round the number of windows up; the last one must start inside the input or the padding before it
            (true or false).
    """
    def __init__(
        self,
        norm_type: float | _Expression,
        kernel_size: int | _Sequence[int | _Expression] | _Expression,
        stride: int | _Sequence[int | _Expression] | _Expression | None = None,
        ceil_mode: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class AdaptiveAvgPool1d(_Layer):
    """The means of `output_size` parts of [N, C, L]; parts overlap where the length is no multiple.

    Shapes: [N, C, L] -> [N, C, output_size]

    Args:
        output_size: positions of the output, whatever the size of the input (a positive integer).
    """
    def __init__(
        self, output_size: int | _Sequence[int | _Expression] | _Expression, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class AdaptiveAvgPool2d(_Layer):
    """The means of `output_size` parts of [N, C, H, W]; 1 is global average pooling.

    Shapes: [N, C, H, W] -> [N, C, output_size, output_size]

    Args:
        output_size: positions of the output, whatever the size of the input (a positive integer or a list of 2,
            where null keeps the size).
    """
    def __init__(
        self, output_size: int | _Sequence[int | _Expression | None] | _Expression, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class AdaptiveAvgPool3d(_Layer):
    """The means of `output_size` parts of [N, C, D, H, W]; 1 is global average pooling.

    Shapes: [N, C, D, H, W] -> [N, C, output_size, output_size, output_size]

    Args:
        output_size: positions of the output, whatever the size of the input (a positive integer or a list of 3,
            where null keeps the size).
    """
    def __init__(
        self, output_size: int | _Sequence[int | _Expression | None] | _Expression, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class AdaptiveMaxPool1d(_Layer):
    """The maxima of `output_size` parts of [N, C, L]; parts overlap where the length is no multiple.

    Shapes: [N, C, L] -> [N, C, output_size]

    Args:
        output_size: positions of the output, whatever the size of the input (a positive integer).
        return_indices: also give the place of each maximum, as the output `indices` (true or false).
    """
    def __init__(
        self,
        output_size: int | _Sequence[int | _Expression] | _Expression,
        return_indices: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class AdaptiveMaxPool2d(_Layer):
    """The maxima of `output_size` parts of [N, C, H, W]; 1 is global max pooling.

    Shapes: [N, C, H, W] -> [N, C, output_size, output_size]

    Args:
        output_size: positions of the output, whatever the size of the input (a positive integer or a list of 2,
            where null keeps the size).
        return_indices: also give the place of each maximum, as the output `indices` (true or false).
    """
    def __init__(
        self,
        output_size: int | _Sequence[int | _Expression | None] | _Expression,
        return_indices: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class AdaptiveMaxPool3d(_Layer):
    """The maxima of `output_size` parts of [N, C, D, H, W]; 1 is global max pooling.

    Shapes: [N, C, D, H, W] -> [N, C, output_size, output_size, output_size]

    Args:
        output_size: positions of the output, whatever the size of the input (a positive integer or a list of 3,
            where null keeps the size).
        return_indices: also give the place of each maximum, as the output `indices` (true or false).
    """
    def __init__(
        self,
        output_size: int | _Sequence[int | _Expression | None] | _Expression,
        return_indices: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class FractionalMaxPool2d(_Layer):
    """The maxima of windows at random places of [N, C, H, W] (Graham 2014).

    Shapes: [N, C, H, W] -> [N, C, *output_size]

    Args:
        kernel_size: size of a window (a positive integer or a list of 2).
        output_size: positions of the output (a positive integer or a list of 2).
        output_ratio: positions of the output in sizes of the input, rounded down (a number between 0 and 1 or a
            list of 2).
        return_indices: also give the place of each maximum, as the output `indices` (true or false).
    """
    def __init__(
        self,
        kernel_size: int | _Sequence[int | _Expression] | _Expression,
        output_size: int | _Sequence[int | _Expression] | _Expression | None = None,
        output_ratio: float | _Sequence[float | _Expression] | _Expression | None = None,
        return_indices: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class FractionalMaxPool3d(_Layer):
    """The maxima of windows at random places of [N, C, D, H, W] (Graham 2014).

    Shapes: [N, C, D, H, W] -> [N, C, *output_size]

    Args:
        kernel_size: size of a window (a positive integer or a list of 3).
        output_size: positions of the output (a positive integer or a list of 3).
        output_ratio: positions of the output in sizes of the input, rounded down (a number between 0 and 1 or a
            list of 3).
        return_indices: also give the place of each maximum, as the output `indices` (true or false).
    """
    def __init__(
        self,
        kernel_size: int | _Sequence[int | _Expression] | _Expression,
        output_size: int | _Sequence[int | _Expression] | _Expression | None = None,
        output_ratio: float | _Sequence[float | _Expression] | _Expression | None = None,
        return_indices: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class MatMul(_Layer):
    """The matrix product over the last two dims; the dims before them are a batch.

    As in torch, an input of one dim is a vector, whose dim is gone from the output.

    Shapes: [*, A, B], [*, B, C] -> [*, A, C]

    Args:
        broadcast: let the batch dims stretch: one matrix for a whole batch (true or false).
    """
    def __init__(self, broadcast: bool | _Expression = False, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle, other: _Handle) -> _Handle: ...

class Einsum(_Layer):
    """Einstein's summation: the product of the inputs, summed over the axes that the output does not name.

    An axis has one size wherever it stands; none is stretched.

    Shapes: as the equation

    Args:
        equation: axes of the inputs and of the output, by letter: `bij,bjk->bik` (a text).
    """
    def __init__(self, equation: str | _Expression, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, *inputs: _Handle) -> _Handle: ...

class ScaledDotProductAttention(_Layer):
    """softmax(Q Kᵀ · scale + mask) V (Vaswani et al. 2017).

    In a mask of booleans, true may be attended, unlike in MultiheadAttention; numbers are added to the scores.

    Shapes: [*, H, L, E], [*, H, S, E], [*, H, S, V], mask [L, S] -> [*, H, L, V]

    Args:
        dropout_p: probability that a weight is zero in training (a probability between 0 and 1).
        is_causal: a position attends to itself and those before it (true or false).
        scale: factor of the scores; none: 1 / √E (a number).
        enable_gqa: several heads of the query share a head of key and value (true or false).
    """
    def __init__(
        self,
        dropout_p: float | _Expression = 0.0,
        is_causal: bool | _Expression = False,
        scale: float | _Expression | None = None,
        enable_gqa: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, query: _Handle, key: _Handle, value: _Handle, attn_mask: _Handle | None = None) -> _Handle: ...

class HingeEmbeddingLoss(_Layer):
    """The loss of a distance: l = input where the target is 1, max(0, margin - input) where it is -1.

    Shapes: [*], [*] -> [], or [*] where reduction is none

    Args:
        margin: distance from which on unequal things cost nothing (a number).
        reduction: none: each loss by itself; mean or sum: one number for all (none, mean or sum).
    """
    def __init__(
        self,
        margin: float | _Expression = 1.0,
        reduction: _Literal["none", "mean", "sum"] | _Expression = "mean",
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, target: _Handle) -> _Handle: ...

class MarginRankingLoss(_Layer):
    """The loss of an order: l = max(0, -target · (input1 - input2) + margin); target 1: input1 should be larger.

    Shapes: [*], [*], [*] -> [], or [*] where reduction is none

    Args:
        margin: by how much it should be larger (a number).
        reduction: none: each loss by itself; mean or sum: one number for all (none, mean or sum).
    """
    def __init__(
        self,
        margin: float | _Expression = 0.0,
        reduction: _Literal["none", "mean", "sum"] | _Expression = "mean",
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input1: _Handle, input2: _Handle, target: _Handle) -> _Handle: ...

class CosineEmbeddingLoss(_Layer):
    """The loss of an angle: l = 1 - cos(input1, input2) where the target is 1, max(0, cos - margin) where it is -1.

    Shapes: [N, D], [N, D], [N] -> [], or [N] where reduction is none; [D], [D], [] -> []

    Args:
        margin: cosine up to which unequal things cost nothing; 0 … 0.5 are usual (a number).
        reduction: none: each loss by itself; mean or sum: one number for all (none, mean or sum).
    """
    def __init__(
        self,
        margin: float | _Expression = 0.0,
        reduction: _Literal["none", "mean", "sum"] | _Expression = "mean",
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input1: _Handle, input2: _Handle, target: _Handle) -> _Handle: ...

class TripletMarginLoss(_Layer):
    """The positive should be nearer to the anchor than the negative: l = max(0, ‖a - p‖ - ‖a - n‖ + margin).

    Shapes: [*, D], [*, D], [*, D] -> [], or [*] where reduction is none

    Args:
        margin: by how much it should be nearer (a number above 0).
        p: the p of the norm (a number).
        eps: added to the differences, so that the gradient exists (a number).
        swap: take ‖p - n‖ where it is smaller than ‖a - n‖ (true or false).
        reduction: none: each loss by itself; mean or sum: one number for all (none, mean or sum).
    """
    def __init__(
        self,
        margin: float | _Expression = 1.0,
        p: float | _Expression = 2.0,
        eps: float | _Expression = 1e-06,
        swap: bool | _Expression = False,
        reduction: _Literal["none", "mean", "sum"] | _Expression = "mean",
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, anchor: _Handle, positive: _Handle, negative: _Handle) -> _Handle: ...

class _RNNOutputs(_Handle):
    output: _Handle
    h_n: _Handle

class RNN(_Layer):
    """h_t = tanh(x_t W_ihᵀ + b_ih + h_(t-1) W_hhᵀ + b_hh) at each step of a sequence (Elman 1990).

    As in torch, sequences are [L, N, features] unless `batch_first` is true; h_0 is zeros where it is left out.

    Shapes: [L, N, input_size], [D num_layers, N, hidden_size] -> [L, N, D hidden_size], [D num_layers, N,
    hidden_size] with D = 2 if bidirectional, else 1; with batch_first N is before L; one sequence has no N

    Args:
        input_size: features of the input (a positive integer).
        hidden_size: features of each state (a positive integer).
        num_layers: layers, each of which scans the output of the one before (an integer between 1 and 1000).
        nonlinearity: what is applied to the sum (tanh or relu).
        bias: add learned numbers, b_ih and b_hh (true or false).
        batch_first: sequences are [N, L, features]; states have the batch second all the same (true or false).
        dropout: probability of a zero, between layers, in training (a probability between 0 and 1).
        bidirectional: scan backwards as well, with weights of its own (true or false).
    """
    def __init__(
        self,
        hidden_size: int | _Expression,
        num_layers: int | _Expression = 1,
        nonlinearity: _Literal["tanh", "relu"] | _Expression = "tanh",
        bias: bool | _Expression = True,
        batch_first: bool | _Expression = False,
        dropout: float | _Expression = 0.0,
        bidirectional: bool | _Expression = False,
        *,
        input_size: int | _Expression | None = None,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, h_0: _Handle | None = None) -> _RNNOutputs: ...

class _GRUOutputs(_Handle):
    output: _Handle
    h_n: _Handle

class GRU(_Layer):
    """Gated recurrent units: h_t = (1 - z) ⊙ n + z ⊙ h_(t-1) at each step of a sequence (Cho et al. 2014).

    r, z = σ(x_t W_ihᵀ + b_ih + h_(t-1) W_hhᵀ + b_hh), n = tanh(x_t W_inᵀ + b_in + r ⊙ (h_(t-1) W_hnᵀ + b_hn)).
    As in torch, sequences are [L, N, features] unless `batch_first` is true; h_0 is zeros where it is left out.

    Shapes: [L, N, input_size], [D num_layers, N, hidden_size] -> [L, N, D hidden_size], [D num_layers, N,
    hidden_size] with D = 2 if bidirectional, else 1; with batch_first N is before L; one sequence has no N

    Args:
        input_size: features of the input (a positive integer).
        hidden_size: features of each state (a positive integer).
        num_layers: layers, each of which scans the output of the one before (an integer between 1 and 1000).
        bias: add learned numbers, b_ih and b_hh (true or false).
        batch_first: sequences are [N, L, features]; states have the batch second all the same (true or false).
        dropout: probability of a zero, between layers, in training (a probability between 0 and 1).
        bidirectional: scan backwards as well, with weights of its own (true or false).
    """
    def __init__(
        self,
        hidden_size: int | _Expression,
        num_layers: int | _Expression = 1,
        bias: bool | _Expression = True,
        batch_first: bool | _Expression = False,
        dropout: float | _Expression = 0.0,
        bidirectional: bool | _Expression = False,
        *,
        input_size: int | _Expression | None = None,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, h_0: _Handle | None = None) -> _GRUOutputs: ...

class _LSTMOutputs(_Handle):
    output: _Handle
    h_n: _Handle
    c_n: _Handle

class LSTM(_Layer):
    """Long short-term memory: c_t = f ⊙ c_(t-1) + i ⊙ g, h_t = o ⊙ tanh(c_t) at each step (Hochreiter et al. 1997).

    i, f, o = σ(x_t W_ihᵀ + b_ih + h_(t-1) W_hhᵀ + b_hh), g is its tanh; with `proj_size`, h_t is multiplied with
    W_hr.
    As in torch, sequences are [L, N, features] unless `batch_first` is true; h_0 and c_0 are zeros where left out.

    Shapes: [L, N, input_size], [D num_layers, N, H], [D num_layers, N, hidden_size] -> [L, N, D H], [D num_layers,
    N, H], [D num_layers, N, hidden_size] with H = proj_size if given, else hidden_size, D = 2 if bidirectional,
    else 1; with batch_first N is before L; one sequence has no N

    Args:
        input_size: features of the input (a positive integer).
        hidden_size: features of each state (a positive integer).
        num_layers: layers, each of which scans the output of the one before (an integer between 1 and 1000).
        bias: add learned numbers, b_ih and b_hh (true or false).
        batch_first: sequences are [N, L, features]; states have the batch second all the same (true or false).
        dropout: probability of a zero, between layers, in training (a probability between 0 and 1).
        bidirectional: scan backwards as well, with weights of its own (true or false).
        proj_size: features that h and the output are projected to; 0: they are not (an integer of at least 0).
    """
    def __init__(
        self,
        hidden_size: int | _Expression,
        num_layers: int | _Expression = 1,
        bias: bool | _Expression = True,
        batch_first: bool | _Expression = False,
        dropout: float | _Expression = 0.0,
        bidirectional: bool | _Expression = False,
        proj_size: int | _Expression = 0,
        *,
        input_size: int | _Expression | None = None,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, h_0: _Handle | None = None, c_0: _Handle | None = None) -> _LSTMOutputs: ...

class RNNCell(_Layer):
    """One step of an RNN: h' = tanh(x W_ihᵀ + b_ih + h W_hhᵀ + b_hh); h is zeros where it is left out.

    Shapes: [N, input_size], [N, hidden_size] -> [N, hidden_size]; one sample has no N

    Args:
        input_size: features of the input (a positive integer).
        hidden_size: features of each state (a positive integer).
        bias: add learned numbers, b_ih and b_hh (true or false).
        nonlinearity: what is applied to the sum (tanh or relu).
    """
    def __init__(
        self,
        hidden_size: int | _Expression,
        bias: bool | _Expression = True,
        nonlinearity: _Literal["tanh", "relu"] | _Expression = "tanh",
        *,
        input_size: int | _Expression | None = None,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, hx: _Handle | None = None) -> _Handle: ...

class GRUCell(_Layer):
    """One step of a GRU: h' = (1 - z) ⊙ n + z ⊙ h; h is zeros where it is left out.

    Shapes: [N, input_size], [N, hidden_size] -> [N, hidden_size]; one sample has no N

    Args:
        input_size: features of the input (a positive integer).
        hidden_size: features of each state (a positive integer).
        bias: add learned numbers, b_ih and b_hh (true or false).
    """
    def __init__(
        self,
        hidden_size: int | _Expression,
        bias: bool | _Expression = True,
        *,
        input_size: int | _Expression | None = None,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, hx: _Handle | None = None) -> _Handle: ...

class _LSTMCellOutputs(_Handle):
    h_1: _Handle
    c_1: _Handle

class LSTMCell(_Layer):
    """One step of an LSTM: c' = f ⊙ c + i ⊙ g, h' = o ⊙ tanh(c'); h and c are zeros where they are left out.

    Shapes: [N, input_size], [N, hidden_size], [N, hidden_size] -> [N, hidden_size], [N, hidden_size]; one: no N

    Args:
        input_size: features of the input (a positive integer).
        hidden_size: features of each state (a positive integer).
        bias: add learned numbers, b_ih and b_hh (true or false).
    """
    def __init__(
        self,
        hidden_size: int | _Expression,
        bias: bool | _Expression = True,
        *,
        input_size: int | _Expression | None = None,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, h_0: _Handle | None = None, c_0: _Handle | None = None) -> _LSTMCellOutputs: ...

class Mean(_Layer):
    """The arithmetic mean.

    Shapes: [*, A, *] -> [*, *]

    Args:
        dim: the dim or dims that are reduced; none: all (an integer or a list of at least one integer).
        keepdim: they stay, with size 1 (true or false).
    """
    def __init__(
        self,
        dim: int | _Sequence[int | _Expression] | _Expression | None = None,
        keepdim: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Sum(_Layer):
    """The sum; of integers and booleans in int64.

    Shapes: [*, A, *] -> [*, *]

    Args:
        dim: the dim or dims that are reduced; none: all (an integer or a list of at least one integer).
        keepdim: they stay, with size 1 (true or false).
    """
    def __init__(
        self,
        dim: int | _Sequence[int | _Expression] | _Expression | None = None,
        keepdim: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Std(_Layer):
    """The standard deviation, the square root of the variance.

    Shapes: [*, A, *] -> [*, *]

    Args:
        dim: the dim or dims that are reduced; none: all (an integer or a list of at least one integer).
        keepdim: they stay, with size 1 (true or false).
        correction: what the number of values is lessened by before it divides (an integer).
    """
    def __init__(
        self,
        dim: int | _Sequence[int | _Expression] | _Expression | None = None,
        keepdim: bool | _Expression = False,
        correction: int | _Expression = 1,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Var(_Layer):
    """The variance: the mean of squared distances to the mean, over the number of values less `correction`.

    Shapes: [*, A, *] -> [*, *]

    Args:
        dim: the dim or dims that are reduced; none: all (an integer or a list of at least one integer).
        keepdim: they stay, with size 1 (true or false).
        correction: what the number of values is lessened by before it divides (an integer).
    """
    def __init__(
        self,
        dim: int | _Sequence[int | _Expression] | _Expression | None = None,
        keepdim: bool | _Expression = False,
        correction: int | _Expression = 1,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class LogSumExp(_Layer):
    """The logarithm of the summed exponentials, log Σ exp(x), which does not overflow where the sum would.

    Shapes: [*, A, *] -> [*, *]

    Args:
        dim: the dim or dims that are reduced (an integer or a list of at least one integer).
        keepdim: they stay, with size 1 (true or false).
    """
    def __init__(
        self,
        dim: int | _Sequence[int | _Expression] | _Expression,
        keepdim: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Norm(_Layer):
    """The norm (Σ |x|^ord)^(1/ord) of vectors along dims; `ord` may be infinite: the largest absolute value.

    Shapes: [*, A, *] -> [*, *]

    Args:
        ord: which norm (a number).
        dim: the dim or dims that are reduced; none: all (an integer or a list of at least one integer).
        keepdim: they stay, with size 1 (true or false).
    """
    def __init__(
        self,
        ord: int | float | _Expression = 2,
        dim: int | _Sequence[int | _Expression] | _Expression | None = None,
        keepdim: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Max(_Layer):
    """The largest value; with `dim` along it, and where it stands: outputs values, indices.

    Shapes: [*, A, *] -> values [*, *], indices [*, *] int64; without dim: [*] -> []

    Args:
        dim: the dim that is reduced; none: all (an integer).
        keepdim: it stays, with size 1 (true or false).
    """
    def __init__(
        self, dim: int | _Expression | None = None, keepdim: bool | _Expression = False, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Min(_Layer):
    """The smallest value; with `dim` along it, and where it stands: outputs values, indices.

    Shapes: [*, A, *] -> values [*, *], indices [*, *] int64; without dim: [*] -> []

    Args:
        dim: the dim that is reduced; none: all (an integer).
        keepdim: it stays, with size 1 (true or false).
    """
    def __init__(
        self, dim: int | _Expression | None = None, keepdim: bool | _Expression = False, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class ArgMax(_Layer):
    """Where the largest value stands along a dim; without `dim`, in the flattened input.

    Shapes: [*, A, *] -> [*, *] int64; without dim: [*] -> []

    Args:
        dim: the dim that is reduced; none: all (an integer).
        keepdim: it stays, with size 1 (true or false).
    """
    def __init__(
        self, dim: int | _Expression | None = None, keepdim: bool | _Expression = False, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Prod(_Layer):
    """The product along a dim; of integers and booleans in int64. Without `dim`, that of all.

    Shapes: [*, A, *] -> [*, *]; without dim: [*] -> []

    Args:
        dim: the dim that is reduced; none: all (an integer).
        keepdim: it stays, with size 1 (true or false).
    """
    def __init__(
        self, dim: int | _Expression | None = None, keepdim: bool | _Expression = False, **options: _Unpack[_Options]
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class CumSum(_Layer):
    """The sum of all elements up to each one along a dim; of integers and booleans in int64.

    Shapes: [*] -> [*]

    Args:
        dim: the dim that is summed along (an integer).
    """
    def __init__(self, dim: int | _Expression, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class _TopKOutputs(_Handle):
    values: _Handle
    indices: _Handle

class TopK(_Layer):
    """The `k` largest values along a dim and where they stand: outputs values, indices.

    Shapes: [*, A, *] -> values [*, k, *], indices [*, k, *] int64

    Args:
        k: number of values (a positive integer).
        dim: the dim along which they are sought (an integer).
        largest: the largest ones; else the smallest (true or false).
        sorted: in order (true or false).
    """
    def __init__(
        self,
        k: int | _Expression,
        dim: int | _Expression = -1,
        largest: bool | _Expression = True,
        sorted: bool | _Expression = True,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _TopKOutputs: ...

class Reshape(_Layer):
    """The same values in the same order in another shape; one dim may be -1, which is what is left over.

    An input `like` gives the shape in place of the argument.

    Shapes: [*] -> shape, with as many elements

    Args:
        shape: the shape of the output (a shape, such as [N, 64, -1]).
    """
    def __init__(self, shape: _Shape | None = None, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle, like: _Handle | None = None) -> _Handle: ...

class Expand(_Layer):
    """Dims of 1 repeated to the sizes of `shape`, without a copy; -1 keeps a size, and dims may be added in front.

    An input `like` gives the shape in place of the argument.

    Shapes: [*, 1, *] -> [*, A, *]

    Args:
        shape: the shape of the output (a shape, such as [N, 64, -1]).
    """
    def __init__(self, shape: _Shape | None = None, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle, like: _Handle | None = None) -> _Handle: ...

class Permute(_Layer):
    """The dims in another order.

    Shapes: [A, B, C] -> [C, A, B] for dims: [2, 0, 1]

    Args:
        dims: all dims of the input, in the order in which they shall stand (a list of integers).
    """
    def __init__(self, dims: _Sequence[int | _Expression] | _Expression, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Transpose(_Layer):
    """Two dims exchanged.

    Shapes: [*, A, *, B, *] -> [*, B, *, A, *]

    Args:
        dim0: a dim (an integer).
        dim1: the dim that it changes places with (an integer).
    """
    def __init__(self, dim0: int | _Expression, dim1: int | _Expression, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Squeeze(_Layer):
    """The input without dims of size 1. Where torch leaves a dim of another size in place, this is an error.

    Shapes: [*, 1, *] -> [*, *]

    Args:
        dim: the dim or dims that go (an integer or a list of at least one integer).
    """
    def __init__(self, dim: int | _Sequence[int | _Expression] | _Expression, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Unsqueeze(_Layer):
    """The input with a new dim of size 1.

    Shapes: [*, *] -> [*, 1, *]

    Args:
        dim: the place of the new dim (an integer).
    """
    def __init__(self, dim: int | _Expression, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Pad(_Layer):
    """Values added at the ends of dims (negative: cut off), from the last dim on: [left, right, top, bottom, …].

    Shapes: [*, A] -> [*, left + A + right]

    Args:
        pad: how many before and after the last dim, then the one before it, and so on (a list of integers).
        mode: what is added: `value`, or values of the input (constant, reflect, replicate or circular).
        value: the value that is added; none: 0 (a number).
    """
    def __init__(
        self,
        pad: _Sequence[int | _Expression] | _Expression,
        mode: _Literal["constant", "reflect", "replicate", "circular"] | _Expression = "constant",
        value: int | float | _Expression | None = None,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Interpolate(_Layer):
    """The spatial dims of [N, C, …] resampled to a size, by a factor, or to the spatial dims of an input `like`.

    Shapes: [N, C, H, W] -> [N, C, H', W']

    Args:
        size: size of the output (a positive integer, or a list with one for each spatial dim).
        scale_factor: size of the output in sizes of the input, rounded down (a number above 0, or a list with one
            for each spatial dim).
        mode: how values between the points are found (nearest, nearest-exact, linear, bilinear, bicubic, trilinear
            or area).
        align_corners: the corners of input and output have the same values (true or false).
        antialias: smooth when making smaller (bilinear, bicubic) (true or false).
    """
    def __init__(
        self,
        size: int | str | _Sequence[int | str | _Expression] | _Expression | None = None,
        scale_factor: float | _Sequence[float | _Expression] | _Expression | None = None,
        mode: _Literal["nearest", "nearest-exact", "linear", "bilinear", "bicubic", "trilinear", "area"]
        | _Expression = "nearest",
        align_corners: bool | _Expression | None = None,
        antialias: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, like: _Handle | None = None) -> _Handle: ...

class PixelShuffle(_Layer):
    """Each group of r² channels becomes r × r positions, r = upscale_factor: sub-pixel convolution.

    Shapes: [*, C r², H, W] -> [*, C, H r, W r]

    Args:
        upscale_factor: by how much height and width grow (a positive integer).
    """
    def __init__(self, upscale_factor: int | _Expression, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class PixelUnshuffle(_Layer):
    """Each square of r × r positions becomes r² channels, r = downscale_factor; the inverse of PixelShuffle.

    Shapes: [*, C, H r, W r] -> [*, C r², H, W]

    Args:
        downscale_factor: by how much height and width shrink (a positive integer).
    """
    def __init__(self, downscale_factor: int | _Expression, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class ChannelShuffle(_Layer):
    """The channels of `groups` groups take turns, so that what follows mixes the groups.

    Shapes: [N, C, *] -> [N, C, *]

    Args:
        groups: number of groups (a positive integer).
    """
    def __init__(self, groups: int | _Expression, **options: _Unpack[_Options]) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class Embedding(_Layer):
    """y = weight[x]: a learned vector for each integer from 0 to num_embeddings - 1.

    Shapes: [*] int64 or int32 -> [*, embedding_dim]

    Args:
        num_embeddings: number of vectors, the size of a vocabulary (a positive integer).
        embedding_dim: size of a vector (a positive integer).
        padding_idx: the vector that starts at zero and is not trained (an integer).
        max_norm: vectors of a larger norm are scaled down to it (a number above 0).
        norm_type: the p of that norm (a number).
        scale_grad_by_freq: divide gradients by how often a vector is looked up in the batch (true or false).
        sparse: the gradient of the weight is a sparse tensor (true or false).
    """
    def __init__(
        self,
        num_embeddings: int | _Expression,
        embedding_dim: int | _Expression,
        padding_idx: int | _Expression | None = None,
        max_norm: float | _Expression | None = None,
        norm_type: float | _Expression = 2.0,
        scale_grad_by_freq: bool | _Expression = False,
        sparse: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class EmbeddingBag(_Layer):
    """The sum, mean or maximum of the vectors of each bag of integers.

    The bags are the rows of [N, T]; or parts of [T] that begin at `offsets`.

    Shapes: [N, T] int64 or int32 -> [N, embedding_dim]; [T], [N] -> [N, embedding_dim]

    Args:
        num_embeddings: number of vectors, the size of a vocabulary (a positive integer).
        embedding_dim: size of a vector (a positive integer).
        max_norm: vectors of a larger norm are scaled down to it (a number above 0).
        norm_type: the p of that norm (a number).
        scale_grad_by_freq: divide gradients by how often a vector is looked up in the batch (true or false).
        mode: what of a bag (sum, mean or max).
        sparse: the gradient of the weight is a sparse tensor (true or false).
        include_last_offset: offsets end with the length of the input (true or false).
        padding_idx: the vector that counts in no bag and is not trained (an integer).
    """
    def __init__(
        self,
        num_embeddings: int | _Expression,
        embedding_dim: int | _Expression,
        max_norm: float | _Expression | None = None,
        norm_type: float | _Expression = 2.0,
        scale_grad_by_freq: bool | _Expression = False,
        mode: _Literal["sum", "mean", "max"] | _Expression = "mean",
        sparse: bool | _Expression = False,
        include_last_offset: bool | _Expression = False,
        padding_idx: int | _Expression | None = None,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(
        self, input: _Handle, offsets: _Handle | None = None, per_sample_weights: _Handle | None = None
    ) -> _Handle: ...

class TransformerEncoderLayer(_Layer):
    """x = norm1(x + attention(x)), y = norm2(x + linear2(activation(linear1(x)))), with dropout (Vaswani et al. 2017).

    As in torch, sequences are [L, N, E] unless `batch_first` is true. In masks of booleans, true is left out.

    Shapes: [L, N, d_model], [L, L], [N, L] -> [L, N, d_model]

    Args:
        d_model: features of the input and of the output (a positive integer).
        nhead: number of heads; divides d_model (a positive integer).
        dim_feedforward: features between the two linear maps (a positive integer).
        dropout: probability that a value is zero in training (a probability between 0 and 1).
        activation: the function between the two linear maps: relu or gelu (relu or gelu).
        layer_norm_eps: added to the variances, so that they are never zero (a number of at least 0).
        batch_first: sequences are [N, L, E] instead of [L, N, E] (true or false).
        norm_first: normalise before attention and linear maps, not after the sums (true or false).
        bias: attention, linear maps and norms add a learned number (true or false).
        is_causal: src_mask is a causal mask, which makes it faster; the result for another mask is not defined
            (true or false).
    """
    def __init__(
        self,
        nhead: int | _Expression,
        dim_feedforward: int | _Expression = 2048,
        dropout: float | _Expression = 0.1,
        activation: _Literal["relu", "gelu"] | _Expression = "relu",
        layer_norm_eps: float | _Expression = 1e-05,
        batch_first: bool | _Expression = False,
        norm_first: bool | _Expression = False,
        bias: bool | _Expression = True,
        is_causal: bool | _Expression = False,
        *,
        d_model: int | _Expression | None = None,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(
        self, src: _Handle, src_mask: _Handle | None = None, src_key_padding_mask: _Handle | None = None
    ) -> _Handle: ...

class TransformerDecoderLayer(_Layer):
    """A layer that attends to itself, then to a memory, before its linear maps (Vaswani et al. 2017).

    x = norm1(x + attention(x)), x = norm2(x + attention(x, memory)), y = norm3(x +
    linear2(activation(linear1(x)))).
    As in torch, sequences are [L, N, E] unless `batch_first` is true. In masks of booleans, true is left out.

    Shapes: [T, N, d_model], [S, N, d_model], [T, T], [T, S], [N, T], [N, S] -> [T, N, d_model]

    Args:
        d_model: features of the input and of the output (a positive integer).
        nhead: number of heads; divides d_model (a positive integer).
        dim_feedforward: features between the two linear maps (a positive integer).
        dropout: probability that a value is zero in training (a probability between 0 and 1).
        activation: the function between the two linear maps: relu or gelu (relu or gelu).
        layer_norm_eps: added to the variances, so that they are never zero (a number of at least 0).
        batch_first: sequences are [N, L, E] instead of [L, N, E] (true or false).
        norm_first: normalise before attention and linear maps, not after the sums (true or false).
        bias: attention, linear maps and norms add a learned number (true or false).
        tgt_is_causal: tgt_mask is a causal mask, which makes it faster; the result for another mask is not defined
            (true or false).
        memory_is_causal: memory_mask is a causal mask, which makes it faster; the result for another mask is not
            defined (true or false).
    """
    def __init__(
        self,
        nhead: int | _Expression,
        dim_feedforward: int | _Expression = 2048,
        dropout: float | _Expression = 0.1,
        activation: _Literal["relu", "gelu"] | _Expression = "relu",
        layer_norm_eps: float | _Expression = 1e-05,
        batch_first: bool | _Expression = False,
        norm_first: bool | _Expression = False,
        bias: bool | _Expression = True,
        tgt_is_causal: bool | _Expression = False,
        memory_is_causal: bool | _Expression = False,
        *,
        d_model: int | _Expression | None = None,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(
        self,
        tgt: _Handle,
        memory: _Handle,
        tgt_mask: _Handle | None = None,
        memory_mask: _Handle | None = None,
        tgt_key_padding_mask: _Handle | None = None,
        memory_key_padding_mask: _Handle | None = None,
    ) -> _Handle: ...

class TransformerEncoder(_Layer):
    """A stack of `num_layers` TransformerEncoderLayer, which start with equal weights, and a norm after the last.

    Where nested tensors cannot serve its layers, it is built with `enable_nested_tensor=False`: torch would warn,
    and
    then go without them.

    Shapes: [L, N, d_model], [L, L], [N, L] -> [L, N, d_model]

    Args:
        encoder_layer: the layer that is stacked: `{TransformerEncoderLayer: {nhead: 8}}` (TransformerEncoderLayer,
            written as a node is).
        num_layers: number of layers (an integer between 1 and 1000).
        norm: a norm after the last layer (LayerNorm or RMSNorm, written as a node is, or null).
        enable_nested_tensor: in evaluation, leave out what src_key_padding_mask says is padding (true or false).
        mask_check: with nested tensors, make sure first that all padding is at the end (true or false).
        is_causal: mask is a causal mask, which makes it faster; the result for another mask is not defined (true or
            false).
    """
    def __init__(
        self,
        encoder_layer: _Any,
        num_layers: int | _Expression,
        norm: _Any = None,
        enable_nested_tensor: bool | _Expression = True,
        mask_check: bool | _Expression = True,
        is_causal: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(
        self, src: _Handle, mask: _Handle | None = None, src_key_padding_mask: _Handle | None = None
    ) -> _Handle: ...

class TransformerDecoder(_Layer):
    """A stack of `num_layers` TransformerDecoderLayer, which start with equal weights, and a norm after the last.

    Shapes: [T, N, d_model], [S, N, d_model], [T, T], [T, S], [N, T], [N, S] -> [T, N, d_model]

    Args:
        decoder_layer: the layer that is stacked: `{TransformerDecoderLayer: {nhead: 8}}` (TransformerDecoderLayer,
            written as a node is).
        num_layers: number of layers (an integer between 1 and 1000).
        norm: a norm after the last layer (LayerNorm or RMSNorm, written as a node is, or null).
        tgt_is_causal: tgt_mask is a causal mask, which makes it faster; the result for another mask is not defined
            (true or false).
        memory_is_causal: memory_mask is a causal mask, which makes it faster; the result for another mask is not
            defined (true or false).
    """
    def __init__(
        self,
        decoder_layer: _Any,
        num_layers: int | _Expression,
        norm: _Any = None,
        tgt_is_causal: bool | _Expression = False,
        memory_is_causal: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(
        self,
        tgt: _Handle,
        memory: _Handle,
        tgt_mask: _Handle | None = None,
        memory_mask: _Handle | None = None,
        tgt_key_padding_mask: _Handle | None = None,
        memory_key_padding_mask: _Handle | None = None,
    ) -> _Handle: ...

class Transformer(_Layer):
    """An encoder of `src`, and a decoder of `tgt` that attends to it, each with a norm after its last layer.

    As in torch, sequences are [L, N, E] unless `batch_first` is true, and torch warns then that its encoder goes
    without nested tensors, as it does with `norm_first`. In masks of booleans, true is left out.

    Shapes: [S, N, d_model], [T, N, d_model], [S, S], [T, T], [T, S], [N, S], [N, T], [N, S] -> [T, N, d_model]

    Args:
        d_model: features of the inputs and of the output (a positive integer).
        nhead: number of heads; divides d_model (a positive integer).
        num_encoder_layers: number of layers of the encoder (an integer between 1 and 1000).
        num_decoder_layers: number of layers of the decoder (an integer between 1 and 1000).
        dim_feedforward: features between the two linear maps of a layer (a positive integer).
        dropout: probability that a value is zero in training (a probability between 0 and 1).
        activation: the function between the two linear maps: relu or gelu (relu or gelu).
        layer_norm_eps: added to the variances, so that they are never zero (a number of at least 0).
        batch_first: sequences are [N, L, E] instead of [L, N, E] (true or false).
        norm_first: normalise before attention and linear maps, not after the sums (true or false).
        bias: attention, linear maps and norms add a learned number (true or false).
        src_is_causal: src_mask is a causal mask, which makes it faster; the result for another mask is not defined
            (true or false).
        tgt_is_causal: tgt_mask is a causal mask, which makes it faster; the result for another mask is not defined
            (true or false).
        memory_is_causal: memory_mask is a causal mask, which makes it faster; the result for another mask is not
            defined (true or false).
    """
    def __init__(
        self,
        d_model: int | _Expression | None = None,
        nhead: int | _Expression = 8,
        num_encoder_layers: int | _Expression = 6,
        num_decoder_layers: int | _Expression = 6,
        dim_feedforward: int | _Expression = 2048,
        dropout: float | _Expression = 0.1,
        activation: _Literal["relu", "gelu"] | _Expression = "relu",
        layer_norm_eps: float | _Expression = 1e-05,
        batch_first: bool | _Expression = False,
        norm_first: bool | _Expression = False,
        bias: bool | _Expression = True,
        src_is_causal: bool | _Expression = False,
        tgt_is_causal: bool | _Expression = False,
        memory_is_causal: bool | _Expression = False,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(
        self,
        src: _Handle,
        tgt: _Handle,
        src_mask: _Handle | None = None,
        tgt_mask: _Handle | None = None,
        memory_mask: _Handle | None = None,
        src_key_padding_mask: _Handle | None = None,
        tgt_key_padding_mask: _Handle | None = None,
        memory_key_padding_mask: _Handle | None = None,
    ) -> _Handle: ...

class MaxUnpool1d(_Layer):
    """Values put back where MaxPool1d found them (its output `indices`), among zeros.

    Shapes: [N, C, L], [N, C, L] int64 -> [N, C, (L - 1) stride - 2 padding + kernel_size]

    Args:
        kernel_size: size of the window of the pooling (a positive integer).
        stride: step of the window; kernel_size unless given (a positive integer).
        padding: points that the pooling added on both sides (an integer of at least 0).
    """
    def __init__(
        self,
        kernel_size: int | _Sequence[int | _Expression] | _Expression,
        stride: int | _Sequence[int | _Expression] | _Expression | None = None,
        padding: int | _Sequence[int | _Expression] | _Expression = 0,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, indices: _Handle) -> _Handle: ...

class MaxUnpool2d(_Layer):
    """Values put back where MaxPool2d found them (its output `indices`), among zeros.

    Shapes: [N, C, H, W], [N, C, H, W] int64 -> [N, C, H', W'], each as in MaxUnpool1d

    Args:
        kernel_size: size of the window of the pooling (a positive integer or a list of 2).
        stride: step of the window; kernel_size unless given (a positive integer or a list of 2).
        padding: points that the pooling added on both sides (an integer of at least 0 or a list of 2).
    """
    def __init__(
        self,
        kernel_size: int | _Sequence[int | _Expression] | _Expression,
        stride: int | _Sequence[int | _Expression] | _Expression | None = None,
        padding: int | _Sequence[int | _Expression] | _Expression = 0,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, indices: _Handle) -> _Handle: ...

class MaxUnpool3d(_Layer):
    """Values put back where MaxPool3d found them (its output `indices`), among zeros.

    Shapes: [N, C, D, H, W], [N, C, D, H, W] int64 -> [N, C, D', H', W'], each as in MaxUnpool1d

    Args:
        kernel_size: size of the window of the pooling (a positive integer or a list of 3).
        stride: step of the window; kernel_size unless given (a positive integer or a list of 3).
        padding: points that the pooling added on both sides (an integer of at least 0 or a list of 3).
    """
    def __init__(
        self,
        kernel_size: int | _Sequence[int | _Expression] | _Expression,
        stride: int | _Sequence[int | _Expression] | _Expression | None = None,
        padding: int | _Sequence[int | _Expression] | _Expression = 0,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle, indices: _Handle) -> _Handle: ...

class Upsample(_Layer):
    """The spatial dims resampled to `size`, or by `scale_factor`.

    Shapes: [N, C, H, W] -> [N, C, ⌊H scale_factor⌋, ⌊W scale_factor⌋]; [N, C, L] and [N, C, D, H, W] likewise

    Args:
        size: size of the output (a positive integer, or a list with one for each spatial dim).
        scale_factor: size of the output in sizes of the input, rounded down (a number above 0, or a list with one
            for each spatial dim).
        mode: how values between the points are found (nearest, nearest-exact, linear, bilinear, bicubic, trilinear
            or area).
        align_corners: the corners of input and output have the same values (true or false).
        recompute_scale_factor: interpolate with the factor that the rounded size has (true or false).
    """
    def __init__(
        self,
        size: int | _Sequence[int | _Expression] | _Expression | None = None,
        scale_factor: float | _Sequence[float | _Expression] | _Expression | None = None,
        mode: _Literal["nearest", "nearest-exact", "linear", "bilinear", "bicubic", "trilinear", "area"]
        | _Expression = "nearest",
        align_corners: bool | _Expression | None = None,
        recompute_scale_factor: bool | _Expression | None = None,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class UpsamplingNearest2d(_Layer):
    """Images resampled: each point takes the value of the nearest one.

    Shapes: [N, C, H, W] -> [N, C, ⌊H scale_factor⌋, ⌊W scale_factor⌋]

    Args:
        size: height and width of the output (a positive integer, or a list with one for each spatial dim).
        scale_factor: size of the output in sizes of the input, rounded down (a number above 0, or a list with one
            for each spatial dim).
    """
    def __init__(
        self,
        size: int | _Sequence[int | _Expression] | _Expression | None = None,
        scale_factor: float | _Sequence[float | _Expression] | _Expression | None = None,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...

class UpsamplingBilinear2d(_Layer):
    """Images resampled: linear between the points, the corners aligned.

    Shapes: [N, C, H, W] -> [N, C, ⌊H scale_factor⌋, ⌊W scale_factor⌋]

    Args:
        size: height and width of the output (a positive integer, or a list with one for each spatial dim).
        scale_factor: size of the output in sizes of the input, rounded down (a number above 0, or a list with one
            for each spatial dim).
    """
    def __init__(
        self,
        size: int | _Sequence[int | _Expression] | _Expression | None = None,
        scale_factor: float | _Sequence[float | _Expression] | _Expression | None = None,
        **options: _Unpack[_Options],
    ) -> None: ...
    def __call__(self, input: _Handle) -> _Handle: ...
