"""Models of others as specs: what comes in, and in how many lines."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

import lego
from tests.vision import torchvision

_LARGE = 60_000_000


class Imported(NamedTuple):
    """What came of one model; `reason` is empty where its spec does what it does, `exact`: bit by bit."""

    name: str
    parameters: int = 0
    lines: int = 0
    exact: bool = False
    reason: str = ""


def made(name: str) -> tuple[nn.Module, int]:
    """A model with weights of no meaning, in evaluation, and the size of the images that it takes.

    Args:
        name: `torchvision/resnet18` or `timm/resnet18`.
    """
    with warnings.catch_warnings(), _Unstarted():
        warnings.simplefilter("ignore")
        module, size = _made(*name.split("/"))
    return _filled(module).eval(), size


def _made(package: str, model: str) -> tuple[nn.Module, int]:
    if package == "timm":
        import timm

        module = timm.create_model(model)
        return module, module.default_cfg["input_size"][-1]
    plain = {"init_weights": False} if model in ("googlenet", "inception_v3") else {}
    return torchvision.models.get_model(model, weights=None, **plain), 299 if model == "inception_v3" else 224


class _Unstarted(TorchFunctionMode):
    """Leaves weights as they are: most of the time that a model takes is spent on drawing them."""

    def __torch_function__(self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None) -> Any:
        if getattr(func, "__name__", "") in ("uniform_", "normal_", "erfinv_"):
            return args[0] if args else (kwargs or {})["tensor"]
        return func(*args, **(kwargs or {}))


def _filled(module: nn.Module) -> nn.Module:
    """With weights and statistics that all differ, so that a mistake in any of them shows."""
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for tensor in (*module.parameters(), *module.buffers()):
            if not tensor.is_floating_point() or not tensor.numel():
                continue
            if bool((tensor == tensor.flatten()[0]).all()) and abs(tensor.flatten()[0]) < 2:
                tensor.add_(torch.rand(tensor.shape, generator=generator) * 0.1)
            elif isinstance(tensor, nn.Parameter):
                scale = (tensor.numel() / len(tensor)) ** -0.5 if tensor.ndim > 1 else 0.1
                tensor.uniform_(-1.7 * scale, 1.7 * scale, generator=generator)
    return module


def imported(name: str, size: int | None = None) -> tuple[lego.Spec, bool]:
    """The spec of a model, after it was held against the model, and whether its values are the very same.

    Args:
        name: As in `made`.
        size: Of the images, where it is to be another.

    Raises:
        SpecError: it cannot be carried over.
        AssertionError: its spec does something else.
    """
    module, usual = made(name)
    size = size or usual
    spec = lego.from_torch(module, image=["N", 3, size, size])
    assert lego.parse(spec.to_yaml()).document == spec.document, "its text says something else"
    with _Unstarted():
        net = lego.build(spec).eval()
    net.load_state_dict(module.state_dict())
    count = 2 if lego.summary(spec).params < _LARGE else 1
    image = torch.randn(count, 3, size, size, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        found, expected = _tensors(net(image)), _tensors(module(image))
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)
    return spec, all(map(torch.equal, found, expected))


def _tensors(output: Any) -> list[torch.Tensor]:
    """The tensors of an output in their order."""
    if isinstance(output, torch.Tensor):
        return [output]
    parts = output.values() if isinstance(output, dict) else output
    return [tensor for part in parts for tensor in _tensors(part)]


def tried(name: str) -> Imported:
    """What comes of a model, whatever that is."""
    try:
        spec, exact = imported(name)
    except lego.SpecError as error:
        first = error.diagnostics[0]
        others = f", and {len(error.diagnostics) - 1} more" if len(error.diagnostics) > 1 else ""
        return Imported(name, reason=f"{first.message}{others}")
    except Exception as error:
        return Imported(name, reason=" ".join(f"{type(error).__name__}: {error}".split())[:200])
    return Imported(name, int(lego.summary(spec).params), len(spec.to_yaml().splitlines()), exact)
