"""Memory for the weights of a module that was made without any."""

from __future__ import annotations

import torch
from torch import nn


def only_state(module: nn.Module) -> bool:
    """Whether `state_dict` holds all tensors of a module: it leaves out no buffer, and no code but torch's made one."""
    state = module.state_dict()
    return all(name in state for name, _ in module.named_buffers(remove_duplicate=False)) and all(
        _is_known(one) and not any(isinstance(value, torch.Tensor) for value in vars(one).values())
        for one in module.modules()
    )


def _is_known(module: nn.Module) -> bool:
    return type(module).__module__.startswith(("torch.nn.", "lego_generated_"))


def materialise(module: nn.Module, device: torch.device | str | None) -> None:
    """Give the weights of a module on the meta device memory, without values; what is one tensor stays one."""
    device = torch.get_default_device() if device is None else torch.device(device)
    made: dict[int, torch.Tensor] = {}
    for owner in module.modules():
        for name, tensor in (*owner._parameters.items(), *owner._buffers.items()):  # pyright: ignore[reportPrivateUsage]
            if tensor is not None:
                setattr(owner, name, made.setdefault(id(tensor), _empty(tensor, device)))
        if isinstance(owner, nn.RNNBase):
            owner.flatten_parameters()


def _empty(tensor: torch.Tensor, device: torch.device) -> torch.Tensor:
    empty = torch.empty_like(tensor, device=device)
    return nn.Parameter(empty, tensor.requires_grad) if isinstance(tensor, nn.Parameter) else empty
