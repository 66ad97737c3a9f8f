"""Contrastive divergence: how a restricted Boltzmann machine learns, without autograd and in place.

CD-k (Hinton 2002) starts the chain at the data in each step; persistent CD (Tieleman 2008) goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from lego.spec.recipe import DBN
from lego.train.pretrain.rbm import RBM


class Epoch(NamedTuple):
    """What an epoch has come to; `pseudo_likelihood` is None of Gaussian units."""

    number: int
    reconstruction_error: float
    pseudo_likelihood: float | None


class Learner:
    """One RBM on its way: the chain of persistent CD, and the step before, for momentum."""

    def __init__(self, rbm: RBM, recipe: DBN) -> None:
        self.rbm = rbm
        self.recipe = recipe
        self._chain: Tensor | None = None
        self._weights = (rbm.weight, rbm.hidden_bias, rbm.visible_bias)
        zeros = (torch.zeros_like(one) for one in self._weights)
        self._velocity = (next(zeros), next(zeros), next(zeros)) if recipe.momentum else None

    def step(self, visible: Tensor) -> None:
        """Follow the gradient of a batch [n, visible] once."""
        rbm, recipe = self.rbm, self.recipe
        hidden = rbm.hidden_given(visible)
        fantasy, believed = self._fantasy(rbm.sample_hidden(hidden))
        rate = recipe.lr / len(visible)
        weight, hidden_bias, visible_bias = self._accumulators()
        weight.addmm_(hidden.t(), visible, alpha=rate).addmm_(believed.t(), fantasy, alpha=-rate)
        hidden_bias.add_(hidden.sub_(believed).sum(0), alpha=rate)
        visible_bias.add_((visible - fantasy).sum(0), alpha=rate)
        if self._velocity is not None:
            for own, step in zip(self._weights, self._velocity, strict=True):
                own.add_(step)

    def _fantasy(self, hidden: Tensor) -> tuple[Tensor, Tensor]:
        """What the machine believes in: visible units after k steps of Gibbs sampling, and the hidden ones of those."""
        rbm = self.rbm
        if self.recipe.persistent and self._chain is not None and len(self._chain) == len(hidden):
            hidden = self._chain
        for _ in range(self.recipe.k - 1):
            hidden = rbm.sample_hidden(rbm.hidden_given(rbm.sample_visible(rbm.visible_given(hidden))))
        visible = rbm.sample_visible(rbm.visible_given(hidden))
        believed = rbm.hidden_given(visible)
        if self.recipe.persistent:
            self._chain = rbm.sample_hidden(believed)
        return visible, believed

    def _accumulators(self) -> tuple[Tensor, Tensor, Tensor]:
        """Where a step is added up: the weights themselves or, with momentum, the step before; decay is taken first."""
        rbm, recipe = self.rbm, self.recipe
        if self._velocity is None:
            if recipe.weight_decay:
                rbm.weight.mul_(1 - recipe.lr * recipe.weight_decay)
            return self._weights
        for step in self._velocity:
            step.mul_(recipe.momentum)
        if recipe.weight_decay:
            self._velocity[0].sub_(rbm.weight, alpha=recipe.lr * recipe.weight_decay)
        return self._velocity


def fit(rbm: RBM, data: Tensor, recipe: DBN, report: Callable[[Epoch], None] = lambda epoch: None) -> list[Epoch]:
    """Train an RBM.

    Args:
        rbm: Changed in place.
        data: [n, visible]; probabilities for Bernoulli units, values of about unit variance for Gaussian ones.
        recipe: Epochs, rate, size of a batch, k, persistence, momentum and decay.
        report: Called after each epoch.

    Returns:
        What each epoch has come to.
    """
    learner = Learner(rbm, recipe)
    epochs: list[Epoch] = []
    with torch.inference_mode():
        for number in range(1, recipe.epochs + 1):
            for batch in _batches(data, recipe.batch_size, rbm.generator):
                learner.step(batch)
            score = rbm.pseudo_likelihood(data) if rbm.visible == "bernoulli" else None
            epochs.append(Epoch(number, rbm.reconstruction_error(data), score))
            report(epochs[-1])
    return epochs


def _batches(data: Tensor, size: int, generator: torch.Generator) -> Iterator[Tensor]:
    order = torch.randperm(len(data), generator=generator, device=data.device)
    yield from torch.split(data[order], size)
