"""How weights should start, and why."""

from __future__ import annotations

from textwrap import dedent, fill

from lego.graph import STARTS, Start

_ARGUMENT = """
    Why not zeros. Two units of a layer with equal weights compute the same output. Where what follows weighs them
    alike too, both get the same gradient, take the same step, and are equal for ever: a layer of a thousand units can
    do what one can do. With zeros it is worse. The gradient of a layer is the gradient behind it times the weights
    between, and those are zero; the gradient of a weight is that of its sum times its input, and after ReLU that is
    zero too. Only the last bias learns, and the net says which class is the commonest.

    Why not just any random numbers. A sum of n inputs has n times the variance of one product. Where weights are too
    large, the variance grows from layer to layer, and sigmoid and tanh come to lie where they are flat; where too
    small, signals fade on their way forward and gradients on their way back. Either is a factor at each layer, hence a
    power of the depth: with weights from N(0, 1) and 256 inputs, sums are 16 times as wide at each.

    What Xavier keeps equal. The variance of the activations wants n_in · Var(W) = 1, the variance of the gradients
    n_out · Var(W) = 1, for an activation of slope 1 at 0. Both cannot be had where n_in ≠ n_out, so `xavier_normal` has
    Var(W) = gain² · 2 / (n_in + n_out), and `xavier_uniform` the same variance.

    What He keeps equal. ReLU makes half of its inputs zero, which halves what Xavier counts on; `he_normal` has
    Var(W) = 2 / n_in, and 2 / ((1 + a²) · n_in) for a slope a below 0. Thirty layers of ReLU then keep their variance,
    where with Xavier they lose a factor of 2 at each.

    Which to use. `auto` looks in the graph for the activation that each sum comes to, through norms, shortcuts,
    splits, poolings and the edges of blocks, and takes what the table below says; its fans count groups, strides and
    packed matrices for what they are. Where weights or a softmax or the output come first, it is Xavier with gain 1.
    Tables of vectors (Embedding) stay as torch makes them, N(0, 1). Biases may start at zero: the weights tell units
    apart.

    LSUV. `lsuv` asks the data in place of theory: weights start orthogonal, a batch goes through the net, and each
    layer's weight is divided by the standard deviation of its output, first layer first. It suits activations that no
    gain is known for, and deep nets without norms whose activation is like ReLU only from afar: through thirty layers
    of GELU or SiLU signals fade with He's start. The built module is orthogonal; training, which has the data, does the
    rest.

    Batch norm. A norm after each layer sets the variance anew in every forward pass, so the scale of the weights
    before it matters little there. It does not tell equal units apart: zeros fail all the same. The scale of the last
    norm of a residual branch may well start at zero: the branch then adds nothing at first, and the shortcut carries
    both the signal and the gradient.

    Sigmoid in deep nets. Its slope is at most 1/4, so nine layers take a factor of 4⁹ from a gradient that no start
    gives back in full: use ReLU with He, or a norm, or shortcuts, or a pre-training.
    """

_SOURCES = """
    LeCun et al. 1998, Efficient BackProp; Glorot and Bengio 2010, Understanding the difficulty of training deep
    feedforward neural networks; Saxe et al. 2014, Exact solutions to the nonlinear dynamics of learning in deep linear
    neural networks; Ioffe and Szegedy 2015, Batch normalization; He et al. 2015, Delving deep into rectifiers; Mishkin
    and Matas 2016, All you need is a good init; Klambauer et al. 2017, Self-normalizing neural networks; Goyal et
    al. 2017, Accurate, large minibatch SGD.
    """


def initialisation() -> str:
    """The argument, the table of `auto`, and the sources."""
    paragraphs = [fill(" ".join(one.split()), 88) for one in dedent(_ARGUMENT).strip().split("\n\n")]
    table = "\n".join(["`auto`, by the activation that follows:", *_table()])
    return "\n\n".join([*paragraphs, table, fill("Sources: " + " ".join(_SOURCES.split()), 88)])


def _table() -> list[str]:
    by_start: dict[Start, list[str]] = {}
    for name, start in STARTS.items():
        by_start.setdefault(start, []).append(name)
    rows: list[str] = []
    for start, names in by_start.items():
        deviation = "gain / √n_in" if start.kind == "he" else "gain · √(2 / (n_in + n_out))"
        rows += [f"    {', '.join(names)}", f"        std = {deviation}, gain {start.gain:.4g}", _source(start)]
    return rows


def _source(start: Start) -> str:
    return fill(start.source, 88, initial_indent=" " * 8, subsequent_indent=" " * 8)
