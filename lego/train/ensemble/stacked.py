"""Several nets of one spec as one: each weight holds those of all members, and one run is a run of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state, vmap

from lego.train.ensemble.randomness import OwnRandomness


class Stacked(nn.Module):
    """The members' weights and buffers, stacked along dim 0, and their common `forward` under `torch.vmap`.

    While it learns, dim 0 of its inputs counts members too; in evaluation all members read the same. What comes out
    counts members first.

    Args:
        skeleton: A net of the same spec, on any device, `meta` included; its own weights do not count.
        members: The nets, all in one mode; they stay as they are.
    """

    def __init__(self, skeleton: nn.Module, members: Sequence[nn.Module]) -> None:
        super().__init__()
        self._skeleton = (skeleton,)  # in a tuple: it is no part of this module
        self._draws: bool | None = None
        self.seeds: tuple[int, ...] = tuple(range(len(members)))
        self.weights, self.buffers_of = nn.Module(), nn.Module()
        weights, buffers = stack_module_state(list(members))
        self.keys = {key: key.replace(".", "/") for key in (*weights, *buffers)}
        for key, value in weights.items():
            self.weights.register_parameter(self.keys[key], nn.Parameter(value.detach(), value.requires_grad))
        for key, value in buffers.items():
            self.buffers_of.register_buffer(self.keys[key], value.detach())

    @property
    def members(self) -> int:
        """How many there are."""
        return len(self.seeds)

    def values(self) -> dict[str, Tensor]:
        """Weights and buffers by the keys that they have in a member; dim 0 counts members."""
        held = {**self.weights._parameters, **self.buffers_of._buffers}
        return {key: value for key, name in self.keys.items() if (value := held[name]) is not None}

    def forward(self, *inputs: Tensor) -> Any:
        if not self.training or self._draws is False:
            return self._run(inputs)
        with OwnRandomness(self.seeds) as mode:
            output = self._run(inputs)
        self._draws = mode.drew
        return output

    def _run(self, inputs: tuple[Tensor, ...]) -> Any:
        (skeleton,) = self._skeleton
        if skeleton.training != self.training:
            skeleton.train(self.training)

        def alone(values: dict[str, Tensor], inputs: tuple[Tensor, ...]) -> Any:
            return functional_call(skeleton, values, inputs)

        in_dims = (0, 0 if self.training else None)
        return vmap(alone, in_dims=in_dims, randomness="different")(self.values(), inputs)

    def unstack(self, members: Sequence[nn.Module]) -> None:
        """Give the members what has been learned."""
        values = self.values()
        with torch.no_grad():
            for number, member in enumerate(members):
                for key, value in (*member.named_parameters(), *member.named_buffers()):
                    value.copy_(values[key][number])
