"""The optimisers: torch.optim's, under torch's names and with torch's arguments and defaults."""

from __future__ import annotations

from typing import Annotated

from lego.catalogue import Described, Expected, Flag, NonNegative, PositiveReal, Probability, Real, argument

Coefficients = Annotated[tuple[Probability, Probability], Expected("a list of 2 numbers between 0 and 1")]
Positives = Annotated[tuple[PositiveReal, PositiveReal], Expected("a list of 2 numbers above 0")]

_RATE = "the learning rate"
_DECAY = "the share of a weight that each step takes from it, in the gradient (decoupled in AdamW)"
_BETAS = "how much of the running means of gradient and squared gradient stays in each step"
_EPS = "added below the division, for what is nearly 0"
_DECOUPLED = "take weight_decay from the weights themselves, as AdamW does"


class Optimizer(Described):
    """The base of all optimisers. `lr`, the first argument, is what a lone value sets: `{SGD: 0.1}`."""


class SGD(Optimizer):
    """Stochastic gradient descent, with momentum (Sutskever et al. 2013)."""

    lr: PositiveReal = argument(1e-3, _RATE)
    momentum: NonNegative = argument(0, "how much of the step before is in each step")
    dampening: Real = argument(0, "how much less the gradient counts beside the momentum")
    weight_decay: NonNegative = argument(0, _DECAY)
    nesterov: Flag = argument(False, "look ahead along the momentum")


class Adam(Optimizer):
    """Steps scaled by running means of the gradient and its square (Kingma and Ba 2015)."""

    lr: PositiveReal = argument(1e-3, _RATE)
    betas: Coefficients = argument((0.9, 0.999), _BETAS)
    eps: NonNegative = argument(1e-8, _EPS)
    weight_decay: NonNegative = argument(0, _DECAY)
    amsgrad: Flag = argument(False, "never let the scale of steps grow again (Reddi et al. 2018)")
    decoupled_weight_decay: Flag = argument(False, _DECOUPLED)


class AdamW(Optimizer):
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019)."""

    lr: PositiveReal = argument(1e-3, _RATE)
    betas: Coefficients = argument((0.9, 0.999), _BETAS)
    eps: NonNegative = argument(1e-8, _EPS)
    weight_decay: NonNegative = argument(1e-2, _DECAY)
    amsgrad: Flag = argument(False, "never let the scale of steps grow again (Reddi et al. 2018)")


class NAdam(Optimizer):
    """Adam with Nesterov's momentum (Dozat 2016)."""

    lr: PositiveReal = argument(2e-3, _RATE)
    betas: Coefficients = argument((0.9, 0.999), _BETAS)
    eps: NonNegative = argument(1e-8, _EPS)
    weight_decay: NonNegative = argument(0, _DECAY)
    momentum_decay: NonNegative = argument(4e-3, "how fast the momentum is warmed up")
    decoupled_weight_decay: Flag = argument(False, _DECOUPLED)


class RAdam(Optimizer):
    """Adam whose first steps are rectified (Liu et al. 2020)."""

    lr: PositiveReal = argument(1e-3, _RATE)
    betas: Coefficients = argument((0.9, 0.999), _BETAS)
    eps: NonNegative = argument(1e-8, _EPS)
    weight_decay: NonNegative = argument(0, _DECAY)
    decoupled_weight_decay: Flag = argument(False, _DECOUPLED)


class Adamax(Optimizer):
    """Adam with the largest gradient in place of the squared ones (Kingma and Ba 2015)."""

    lr: PositiveReal = argument(2e-3, _RATE)
    betas: Coefficients = argument((0.9, 0.999), _BETAS)
    eps: NonNegative = argument(1e-8, _EPS)
    weight_decay: NonNegative = argument(0, _DECAY)


class Adagrad(Optimizer):
    """Steps scaled by the sum of squared gradients so far (Duchi et al. 2011)."""

    lr: PositiveReal = argument(1e-2, _RATE)
    lr_decay: NonNegative = argument(0, "how fast the learning rate falls with the steps")
    weight_decay: NonNegative = argument(0, _DECAY)
    initial_accumulator_value: NonNegative = argument(0, "where the sum of squares starts")
    eps: NonNegative = argument(1e-10, _EPS)


class Adadelta(Optimizer):
    """Steps in the weights' own units (Zeiler 2012)."""

    lr: PositiveReal = argument(1.0, _RATE)
    rho: Probability = argument(0.9, "how much of the running mean of squared gradients stays in each step")
    eps: NonNegative = argument(1e-6, _EPS)
    weight_decay: NonNegative = argument(0, _DECAY)


class RMSprop(Optimizer):
    """Steps scaled by a running mean of squared gradients (Hinton's lecture 6e, 2012)."""

    lr: PositiveReal = argument(1e-2, _RATE)
    alpha: Probability = argument(0.99, "how much of the running mean of squared gradients stays in each step")
    eps: NonNegative = argument(1e-8, _EPS)
    weight_decay: NonNegative = argument(0, _DECAY)
    momentum: NonNegative = argument(0, "how much of the step before is in each step")
    centered: Flag = argument(False, "scale by the variance of the gradient")


class ASGD(Optimizer):
    """Averaged stochastic gradient descent (Polyak and Juditsky 1992)."""

    lr: PositiveReal = argument(1e-2, _RATE)
    lambd: NonNegative = argument(1e-4, "how fast the rate decays")
    alpha: NonNegative = argument(0.75, "the power of the rate's decay")
    t0: NonNegative = argument(1e6, "the step at which averaging begins")
    weight_decay: NonNegative = argument(0, _DECAY)


class Rprop(Optimizer):
    """Resilient propagation: the signs of gradients alone, of whole batches (Riedmiller and Braun 1993)."""

    lr: PositiveReal = argument(1e-2, _RATE)
    etas: Positives = argument((0.5, 1.2), "factors of a step after a change of sign, and after none")
    step_sizes: Positives = argument((1e-6, 50), "the smallest and the largest step")


OPTIMIZERS: tuple[type[Optimizer], ...] = (
    SGD,
    Adam,
    AdamW,
    NAdam,
    RAdam,
    Adamax,
    Adagrad,
    Adadelta,
    RMSprop,
    ASGD,
    Rprop,
)
