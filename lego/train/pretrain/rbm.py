"""Restricted Boltzmann machines (Smolensky 1986; Hinton 2002): one layer of a deep belief network.

The energy of visible units v and hidden units h is -v·b - h·c - h W v, where v is 0 or 1; with Gaussian visible units
of variance 1 (Welling et al. 2005) it is |v - b|² / 2 - h·c - h W v.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional as F

Visible = Literal["bernoulli", "gaussian"]


class RBM:
    """Visible and hidden units, and a weight for each pair of them.

    Attributes:
        weight: W, [hidden, visible], as a Linear has it; it starts at N(0, 0.01²).
        hidden_bias: c, [hidden].
        visible_bias: b, [visible].
        visible: What visible units are.
        generator: Where all its random numbers come from.
    """

    def __init__(
        self,
        visible_units: int,
        hidden_units: int,
        *,
        visible: Visible = "bernoulli",
        seed: int = 0,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        self.visible: Visible = visible
        self.generator = torch.Generator(device or "cpu").manual_seed(seed)
        self.weight = torch.empty(hidden_units, visible_units, device=device, dtype=dtype)
        self.weight.normal_(std=0.01, generator=self.generator)
        self.hidden_bias = torch.zeros(hidden_units, device=device, dtype=dtype)
        self.visible_bias = torch.zeros(visible_units, device=device, dtype=dtype)

    def hidden_given(self, visible: Tensor) -> Tensor:
        """P(h = 1 | v), [n, hidden]."""
        return F.linear(visible, self.weight, self.hidden_bias).sigmoid_()

    def visible_given(self, hidden: Tensor) -> Tensor:
        """The mean of v given h, [n, visible]: of Bernoulli units a probability."""
        mean = torch.addmm(self.visible_bias, hidden, self.weight)
        return mean.sigmoid_() if self.visible == "bernoulli" else mean

    def sample_hidden(self, probability: Tensor) -> Tensor:
        """Units that are 1 with these probabilities, else 0."""
        # half the time of torch.bernoulli, whose CPU kernel draws each number by itself
        return torch.empty_like(probability).uniform_(generator=self.generator).lt_(probability)

    def sample_visible(self, mean: Tensor) -> Tensor:
        """Visible units of this mean."""
        if self.visible == "bernoulli":
            return self.sample_hidden(mean)
        return mean + torch.empty_like(mean).normal_(generator=self.generator)

    def free_energy(self, visible: Tensor) -> Tensor:
        """F(v) = -log Σ_h exp(-E(v, h)), [n]."""
        pairs = F.softplus(F.linear(visible, self.weight, self.hidden_bias)).sum(1)
        if self.visible == "bernoulli":
            return -visible @ self.visible_bias - pairs
        return (visible - self.visible_bias).square().sum(1) / 2 - pairs

    def reconstruction_error(self, visible: Tensor) -> float:
        """The mean squared difference between v and what its hidden probabilities give back."""
        return F.mse_loss(self.visible_given(self.hidden_given(visible)), visible).item()

    def pseudo_likelihood(self, visible: Tensor) -> float:
        """The mean of log P(v_i | the other units), times their number, for a unit i of each sample drawn at random.

        It is what `sklearn.neural_network.BernoulliRBM.score_samples` gives; of Bernoulli units alone.

        Raises:
            ValueError: the visible units are Gaussian.
        """
        if self.visible != "bernoulli":
            raise ValueError("the pseudo-likelihood is that of Bernoulli units; look at the reconstruction error")
        count, units = visible.shape
        place = torch.randint(units, (count, 1), generator=self.generator, device=visible.device)
        flipped = visible.scatter(1, place, 1 - visible.gather(1, place))
        return (units * F.logsigmoid(self.free_energy(flipped) - self.free_energy(visible))).mean().item()
