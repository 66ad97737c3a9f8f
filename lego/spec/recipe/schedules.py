"""The schedules of the learning rate: torch.optim.lr_scheduler's, under torch's names and with torch's arguments."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from annotated_types import MinLen

from lego.catalogue import (
    Described,
    Expected,
    Flag,
    Natural,
    NonNegative,
    Positive,
    PositiveReal,
    Probability,
    argument,
)

Interval = Annotated[Literal["epoch", "step"], Expected("epoch or step")]
Milestones = Annotated[tuple[Positive, ...], MinLen(1), Expected("a list of positive integers")]

_INTERVAL = "what is counted: epochs, or steps of the optimiser"
_GAMMA = "the factor of each change"


class Schedule(Described):
    """The base of all schedules; their lengths are in epochs, or in steps with `interval: step`."""

    total: ClassVar[str] = ""
    """The argument that is the length of the whole training unless it is given."""


class StepLR(Schedule):
    """The rate times gamma every `step_size` epochs."""

    step_size: Positive = argument(help="epochs between changes")
    gamma: PositiveReal = argument(0.1, _GAMMA)
    interval: Interval = argument("epoch", _INTERVAL)


class MultiStepLR(Schedule):
    """The rate times gamma at each milestone."""

    milestones: Milestones = argument(help="the epochs of change")
    gamma: PositiveReal = argument(0.1, _GAMMA)
    interval: Interval = argument("epoch", _INTERVAL)


class ExponentialLR(Schedule):
    """The rate times gamma every epoch."""

    gamma: PositiveReal = argument(help=_GAMMA)
    interval: Interval = argument("epoch", _INTERVAL)


class ConstantLR(Schedule):
    """The rate times a factor at first, then whole."""

    factor: Probability = argument(1 / 3, "the factor at first")
    total_iters: Positive = argument(5, "epochs until the rate is whole")
    interval: Interval = argument("epoch", _INTERVAL)


class LinearLR(Schedule):
    """A warm-up: the factor of the rate goes from `start_factor` to `end_factor` in a straight line."""

    start_factor: Probability = argument(1 / 3, "the factor at first")
    end_factor: Probability = argument(1.0, "the factor at last")
    total_iters: Positive = argument(5, "epochs until the last factor")
    interval: Interval = argument("epoch", _INTERVAL)


class PolynomialLR(Schedule):
    """The rate falls to 0 as a power of what is left."""

    total = "total_iters"

    total_iters: Positive | None = argument(None, "epochs until 0; the whole training unless given")
    power: NonNegative = argument(1.0, "the power")
    interval: Interval = argument("epoch", _INTERVAL)


class CosineAnnealingLR(Schedule):
    """The rate falls along half a cosine (Loshchilov and Hutter 2017)."""

    total = "T_max"

    T_max: Positive | None = argument(None, "epochs until the least rate; the whole training unless given")
    eta_min: NonNegative = argument(0.0, "the least rate")
    interval: Interval = argument("epoch", _INTERVAL)


class CosineAnnealingWarmRestarts(Schedule):
    """Half cosines one after the other (Loshchilov and Hutter 2017)."""

    T_0: Positive = argument(help="epochs of the first")
    T_mult: Positive = argument(1, "how many times longer each next one is")
    eta_min: NonNegative = argument(0.0, "the least rate")
    interval: Interval = argument("epoch", _INTERVAL)


class OneCycleLR(Schedule):
    """Up to `max_lr`, then down to nearly nothing (Smith and Topin 2019)."""

    total = "total_steps"

    max_lr: PositiveReal = argument(help="the highest rate")
    total_steps: Positive | None = argument(None, "length of the cycle; the whole training unless given")
    pct_start: Probability = argument(0.3, "the share of the cycle that goes up")
    anneal_strategy: Annotated[Literal["cos", "linear"], Expected("cos or linear")] = argument("cos", "the shape")
    cycle_momentum: Flag = argument(True, "let the momentum fall while the rate rises")
    base_momentum: Probability = argument(0.85, "the least momentum")
    max_momentum: Probability = argument(0.95, "the highest momentum")
    div_factor: PositiveReal = argument(25.0, "max_lr over the rate at first")
    final_div_factor: PositiveReal = argument(1e4, "the rate at first over the rate at last")
    three_phase: Flag = argument(False, "come down in two phases")
    interval: Interval = argument("step", _INTERVAL)


class ReduceLROnPlateau(Schedule):
    """The rate times a factor when the error of validation has not fallen for some epochs."""

    factor: Probability = argument(0.1, "the factor")
    patience: Natural = argument(10, "epochs without a fall that are waited for")
    threshold: NonNegative = argument(1e-4, "the least fall that counts, as a share")
    cooldown: Natural = argument(0, "epochs after a change in which nothing is counted")
    min_lr: NonNegative = argument(0, "the least rate")


SCHEDULES: tuple[type[Schedule], ...] = (
    StepLR,
    MultiStepLR,
    ExponentialLR,
    ConstantLR,
    LinearLR,
    PolynomialLR,
    CosineAnnealingLR,
    CosineAnnealingWarmRestarts,
    OneCycleLR,
    ReduceLROnPlateau,
)
