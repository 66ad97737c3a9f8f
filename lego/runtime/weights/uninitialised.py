"""Modules made without filling weights that will be loaded anyway."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from torch import nn
from torch.overrides import TorchFunctionMode

_FILLS = frozenset(
    "normal_ uniform_ fill_ zero_ constant_ kaiming_uniform_ trunc_normal_ erfinv_ mul_ add_ clamp_".split()
)
"""Methods of tensors, and functions of torch.nn.init, that a constructor calls on a weight to give it its start."""


class Uninitialised(TorchFunctionMode):
    """Within it, parameters are not filled; all else that a constructor does is done, constants among it."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Iterable[type],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        kwargs = kwargs or {}
        target = args[0] if args else kwargs.get("tensor")
        if isinstance(target, nn.Parameter) and getattr(func, "__name__", "") in _FILLS:
            return target
        return func(*args, **kwargs)


def may_stay_uninitialised(module: nn.Module) -> bool:
    """Whether all code that makes a module is torch's or our own, and so makes nothing else of its weights."""
    return all(type(one).__module__.startswith(("torch.nn.", "lego_generated_")) for one in module.modules())
