"""Layers from outside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from lego.catalogue import Layer, register_layer

if TYPE_CHECKING:
    import torch

LayerT = TypeVar("LayerT", bound=Layer)
ModuleT = TypeVar("ModuleT", bound="torch.nn.Module")


@overload
def register(layer: type[LayerT], /) -> type[LayerT]: ...
@overload
def register(
    *, infer: Literal["meta"], slots: Sequence[str] | None = None, outputs: Sequence[str] = ("output",)
) -> Callable[[type[ModuleT]], type[ModuleT]]: ...
def register(
    layer: type[Any] | None = None,
    /,
    *,
    infer: Literal["meta"] | None = None,
    slots: Sequence[str] | None = None,
    outputs: Sequence[str] = ("output",),
) -> Any:
    """Decorate a class that the documents of this program may name, as a layer.

    `@lego.register` takes a subclass of `lego.Layer`; `@lego.register(infer="meta")` a `torch.nn.Module`, which runs on
    torch's meta device when its shapes are asked for.

    Args:
        layer: The subclass of `lego.Layer`.
        infer: How the shapes of a module are found.
        slots: Its inputs, by their names in `forward`; all of its tensors unless given.
        outputs: Names of the tensors that it gives.

    Raises:
        TypeError: the class is neither, or has arguments that no document could write.
        ValueError: a layer has that name already, or the source could not import the module.
    """
    if infer is None:
        if not isinstance(layer, type) or not issubclass(layer, Layer):
            raise TypeError('register takes a subclass of lego.Layer; for a torch module: @lego.register(infer="meta")')
        register_layer(layer, layer)
        return layer
    if infer != "meta":
        raise TypeError(f'infer is "meta" where it is given, not {infer!r}')

    def decorate(module: type[ModuleT]) -> type[ModuleT]:
        from lego.runtime import register_module

        register_module(module, slots, outputs)
        return module

    return decorate
