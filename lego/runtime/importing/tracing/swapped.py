"""A model with weights that have sizes and no values, for as long as it is looked at."""

from __future__ import annotations

import warnings
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import torch
from torch import nn

from lego.runtime.importing.tracing.run import Seen


def modules_of(model: nn.Module) -> dict[str, nn.Module]:
    """The modules of a model by their paths, itself by the empty one; of one under two paths, the first."""
    return dict(cast("Iterator[tuple[str, nn.Module]]", model.named_modules()))


def weights_of(model: nn.Module) -> dict[str, Seen]:
    """The parameters and buffers of a model by their paths; of one under two paths, the first."""
    found: dict[str, Seen] = {}
    for path, tensor in model.named_parameters():
        found[path] = _seen(path, tensor, "parameter")
    unsaved = {
        f"{prefix}.{name}" if prefix else name
        for prefix, module in modules_of(model).items()
        for name in module._non_persistent_buffers_set  # pyright: ignore[reportPrivateUsage]
    }
    for path, tensor in model.named_buffers():
        found[path] = _seen(path, tensor, "constant" if path in unsaved else "buffer")
    return found


def _seen(path: str, tensor: torch.Tensor, kind: str) -> Seen:
    dtype = str(tensor.dtype).removeprefix("torch.")
    return Seen(tuple(tensor.shape), dtype, "weight", path, tensor, kind=kind)


def meta_twin(tensor: torch.Tensor, floating: torch.dtype | None = None) -> torch.Tensor:
    """A tensor of the same sizes and strides without values; of the floating dtype, which becomes float32."""
    dtype = torch.float32 if tensor.dtype == floating else tensor.dtype
    twin = torch.empty_like(tensor, device="meta", dtype=dtype)
    if isinstance(tensor, nn.Parameter):
        return nn.Parameter(twin, requires_grad=tensor.requires_grad)
    return twin


@contextmanager
def swapped(model: nn.Module, twins: Mapping[int, torch.Tensor], *, training: bool) -> Generator[None]:
    """The model with other weights and in another mode.

    Whatever it does to its modules' attributes is undone, whether it fails or not.

    Args:
        model: The model.
        twins: By the `id` of each parameter and buffer, what stands for it.
        training: Whether all its modules are in training.
    """
    modules = modules_of(model).values()
    states = [_state(module) for module in modules]
    try:
        for module in modules:
            module.__dict__["training"] = training
            for store in (module._parameters, module._buffers):  # pyright: ignore[reportPrivateUsage]
                store.update({name: twins[id(one)] for name, one in store.items() if id(one) in twins})  # pyright: ignore
        yield
    finally:
        for module, state in zip(modules, states, strict=True):
            _restore(module, *state)


def _state(module: nn.Module) -> tuple[dict[str, Any], dict[str, Any]]:
    """The attributes of a module, and what is in those that are containers."""
    attributes = dict(module.__dict__)
    return attributes, {name: one.copy() for name, one in attributes.items() if isinstance(one, dict | list | set)}


def _restore(module: nn.Module, attributes: dict[str, Any], contents: dict[str, Any]) -> None:
    module.__dict__.clear()
    module.__dict__.update(attributes)
    for name, content in contents.items():
        container = attributes[name]
        container.clear()
        container.extend(content) if isinstance(content, list) else container.update(content)


def floating_dtype(weights: Mapping[str, Seen]) -> torch.dtype | None:
    """The dtype of all floating parameters, which a document calls float32."""
    dtypes = {one.tensor.dtype for one in weights.values() if one.tensor is not None and one.kind == "parameter"}
    floating = {dtype for dtype in dtypes if dtype.is_floating_point}
    return floating.pop() if len(floating) == 1 else None


@contextmanager
def undisturbed() -> Generator[None]:
    """The program's random state, default dtype and fast paths are afterwards as they were; no gradients."""
    dtype, fast = torch.get_default_dtype(), torch.backends.mha.get_fastpath_enabled()
    torch.set_default_dtype(torch.float32)
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with torch.random.fork_rng(devices=[]), torch.no_grad(), warnings.catch_warnings():  # pyright: ignore[reportUnknownMemberType]
            warnings.simplefilter("ignore")
            yield
    finally:
        torch.set_default_dtype(dtype)
        torch.backends.mha.set_fastpath_enabled(fast)
