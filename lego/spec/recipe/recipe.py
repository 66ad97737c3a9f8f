"""The recipe of a training: what `train:` says, and what a file given as `--recipe` says."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from annotated_types import Ge, Interval, MinLen
from pydantic import InstanceOf, Strict, model_validator

from lego.catalogue import (
    INFERRED,
    Described,
    Expected,
    Flag,
    Layer,
    LayerOf,
    Natural,
    NonNegative,
    PartOf,
    Positive,
    PositiveReal,
    Probability,
    Text,
    argument,
    family_layers,
)
from lego.spec.recipe.optimizers import OPTIMIZERS, Adam, Optimizer
from lego.spec.recipe.schedules import SCHEDULES, Schedule


def _is_plain_loss(layer: type[Layer]) -> bool:
    required = [slot.name for slot in layer.slots if not slot.optional] if isinstance(layer.slots, tuple) else []
    return required == ["input", "target"] and not any(INFERRED in one.metadata for one in layer.model_fields.values())


LOSSES: tuple[type[Layer], ...] = tuple(filter(_is_plain_loss, family_layers("loss", "classification", "ranking")))
"""The losses of one output and one target, without weights of their own."""

Share = Annotated[float, Strict(), Interval(ge=0, lt=1), Expected("a share of at least 0 and below 1")]
Patterns = Annotated[tuple[Text, ...], MinLen(1), Expected("a list of patterns")]
Weights = Annotated[tuple[PositiveReal, ...], MinLen(2), Expected("balanced, or a list of numbers above 0")]
Members = Annotated[int, Strict(), Ge(2), Expected("an integer of at least 2")]


class L2(Described):
    """The lecture's cost + λ Σ w²: a penalty in the loss, whatever the optimiser; `l2: 1e-4` for short.

    It is beside the optimiser's own `weight_decay`, which AdamW takes from the weights past the gradient.
    """

    strength: NonNegative = argument(help="λ")
    of: Annotated[Literal["weights", "all"] | Patterns, Expected("weights, all, or a list of patterns of keys")] = (
        argument("weights", "which parameters: those of two or more dims, all, or those whose keys match (`head.*`)")
    )


class EarlyStopping(Described):
    """Stop when the error of validation has not fallen for some epochs; `early_stopping: 5` for short."""

    patience: Positive = argument(help="epochs without a fall that are waited for")
    min_delta: NonNegative = argument(0.0, "the least fall that counts")
    monitor: Annotated[Literal["loss", "error"], Expected("loss or error")] = argument(
        "loss", "what of the validation is watched: its loss, or its error"
    )
    restore: Flag = argument(True, "go back to the weights of the best epoch")


class GradientClipping(Described):
    """Bounds on gradients; `gradient_clipping: 1.0` bounds the norm of all together."""

    norm: PositiveReal | None = argument(None, "the largest norm of all gradients together")
    value: PositiveReal | None = argument(None, "the largest absolute value of each")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.norm is None) == (self.value is None):
            raise ValueError("give `norm` or `value`, one of both")
        return self


class DBN(Described):
    """A deep belief network (Hinton et al. 2006): the Linear layers are trained one after the other as restricted
    Boltzmann machines, each on what the one before gives.
    """

    epochs: Positive = argument(10, "epochs of each layer")
    lr: PositiveReal = argument(0.1, "the learning rate")
    batch_size: Positive = argument(10, "samples of a step")
    k: Positive = argument(1, "steps of Gibbs sampling in contrastive divergence (CD-k)")
    persistent: Flag = argument(False, "go on from the samples of the step before (persistent CD, Tieleman 2008)")
    visible: Annotated[Literal["bernoulli", "gaussian"], Expected("bernoulli or gaussian")] = argument(
        "bernoulli", "the units of the first layer: probabilities, or real values of unit variance"
    )
    momentum: Probability = argument(0.0, "how much of the step before is in each step")
    weight_decay: NonNegative = argument(0.0, "the share of a weight that each step takes from it")


class Pretrain(Described):
    """What is done before the training itself."""

    dbn: Annotated[InstanceOf[DBN], PartOf(DBN), Expected("the arguments of a DBN: {epochs: 10}")] = argument(
        help="train the Linear layers greedily as a deep belief network"
    )


class Ensemble(Described):
    """Several networks of one spec, each with a start of its own; `ensemble: 5` for short."""

    members: Members = argument(help="how many")
    data: Annotated[Literal["same", "bootstrap", "disjoint"], Expected("same, bootstrap or disjoint")] = argument(
        "same", "what each learns from: all, as many samples drawn with repetition, or a part of its own"
    )
    combine: Annotated[Literal["mean", "vote"], Expected("mean or vote")] = argument(
        "mean", "the mean of the members' probabilities (or values), or the class that most choose"
    )


class Recipe(Described):
    """How a network is trained."""

    data: Text | None = argument(None, "where the data is: digits, idx:DIR, npz:FILE, csv:FILE, folder:DIR, text:FILE")
    target: Text | None = argument(None, "the column of a table that is to be learned; the last one unless given")
    loss: Annotated[InstanceOf[Layer], LayerOf(LOSSES), Expected("a loss")] | None = argument(
        None, "what is made small; unless given, CrossEntropyLoss for classes and MSELoss for numbers"
    )
    optimizer: Annotated[InstanceOf[Optimizer], LayerOf(OPTIMIZERS), Expected("an optimizer")] = argument(
        Adam(), "how the weights follow the gradient"
    )
    schedule: Annotated[InstanceOf[Schedule], LayerOf(SCHEDULES), Expected("a schedule")] | None = argument(
        None, "how the learning rate changes"
    )
    epochs: Positive = argument(10, "how many times all data is gone through")
    batch_size: Positive = argument(100, "samples of a step")
    validation: Share = argument(0.1, "the share of the training data that is held back to see overfitting")
    l2: Annotated[InstanceOf[L2], PartOf(L2), Expected("a number, or {strength: …, of: …}")] | None = argument(
        None, "the penalty λ Σ w²"
    )
    early_stopping: (
        Annotated[InstanceOf[EarlyStopping], PartOf(EarlyStopping), Expected("a number of epochs, or its arguments")]
        | None
    ) = argument(None, "stop when validation gets no better")
    gradient_clipping: (
        Annotated[InstanceOf[GradientClipping], PartOf(GradientClipping), Expected("a number, or {value: …}")] | None
    ) = argument(None, "bounds on gradients")
    class_weights: Literal["balanced"] | Weights | None = argument(
        None, "how much each class counts in the loss; balanced: the rarer, the more"
    )
    precision: Annotated[
        Literal["32-true", "64-true", "bf16-true", "16-true", "bf16-mixed", "16-mixed"],
        Expected("32-true, 64-true, bf16-true, 16-true, bf16-mixed or 16-mixed"),
    ] = argument("32-true", "floating dtype of weights and activations, as Lightning names it")
    seed: Natural = argument(0, "the same seed gives the same weights, batches and results")
    pretrain: Annotated[InstanceOf[Pretrain], PartOf(Pretrain), Expected("{dbn: {…}}")] | None = argument(
        None, "what is done before"
    )
    ensemble: (
        Annotated[InstanceOf[Ensemble], PartOf(Ensemble), Expected("a number of members, or its arguments")] | None
    ) = argument(None, "train several networks and combine them")

    @model_validator(mode="after")
    def _the_loss_is_one_number(self) -> Self:
        if self.loss is not None and vars(self.loss)["reduction"] not in ("mean", "sum"):
            raise ValueError("the loss must be one number: its reduction is mean or sum")
        return self
