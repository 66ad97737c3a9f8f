"""Random numbers of each member's own, where members run as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode


class OwnRandomness(TorchDispatchMode):
    """Around `torch.vmap`: what an operator draws for each member comes from that member's seed.

    It draws what the member would draw alone after `torch.manual_seed`, in the same order. The global generator is
    used, and left anywhere.

    Attributes:
        drew: Something was drawn.
    """

    def __init__(self, seeds: Sequence[int]) -> None:
        super().__init__()  # pyright: ignore[reportUnknownMemberType]
        self.drew = False
        self._seeds = seeds
        self._states: dict[torch.device, list[Tensor]] = {}

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if torch.Tag.nondeterministic_seeded not in func.tags:
            return func(*args, **(kwargs or {}))
        self.drew = True
        members, device = self._by_member(func, args, kwargs or {})
        generator = _generator(device)
        states = self._states.setdefault(device, [_state(device, seed) for seed in self._seeds])
        drawn: list[Any] = []
        for number, arguments in enumerate(members):
            generator.set_state(states[number])
            drawn.append(func(*arguments, **(kwargs or {})))
            states[number] = generator.get_state()
        return args[0] if func._schema.is_mutable else _stacked(drawn)

    def _by_member(self, func: Any, args: Any, kwargs: Any) -> tuple[list[tuple[Any, ...]], torch.device]:
        """The arguments of an operator, member by member: vmap gives them all with the members first."""
        of, *others = args or (None,)
        if isinstance(of, Tensor) and of.dim() and len(of) == len(self._seeds) and not _tensors(others, kwargs):
            return [(one, *others) for one in of.unbind()], of.device
        if isinstance(of, list) and of[:1] == [len(self._seeds)]:  # sizes of what is made
            return [(of[1:], *others)] * len(self._seeds), torch.device(kwargs.get("device") or "cpu")
        raise NotImplementedError(f"{func} draws random numbers in a way that is not known here")


def _tensors(others: list[Any], kwargs: dict[str, Any]) -> bool:
    return any(isinstance(one, Tensor) for one in (*others, *kwargs.values()))


def _generator(device: torch.device) -> torch.Generator:
    if device.type == "cuda":
        return torch.cuda.default_generators[device.index or 0]
    if device.type == "cpu":
        return torch.default_generator
    raise NotImplementedError(f"random numbers of each member's own are not known on {device.type}")


def _state(device: torch.device, seed: int) -> Tensor:
    return torch.Generator(device).manual_seed(seed).get_state()


def _stacked(drawn: list[Any]) -> Any:
    if isinstance(drawn[0], Tensor):
        return torch.stack(drawn)
    return tuple(torch.stack(one) for one in zip(*drawn, strict=True))
