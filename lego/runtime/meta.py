"""Layers whose shapes are found by running a torch module on the meta device."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, ClassVar

import torch
from pydantic import ConfigDict, create_model
from torch import nn

from lego.catalogue import Layer, Result, Slot, Stored, register_layer
from lego.runtime.dry_run import DryRun, Inputs, dtype_name, make
from lego.runtime.fit import fit
from lego.runtime.generated import run_source
from lego.runtime.inference import infer_types, samples_of, symbols_of, variables_of
from lego.runtime.signature import named_parameters, read_arguments, read_slots
from lego.shapes import Dim, TensorType, symbol

_IMPORTABLE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


class MetaLayer(Layer):
    """A torch module as a layer; made by `meta_layer`."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    module_type: ClassVar[type[nn.Module]]
    slot_list: ClassVar[tuple[Slot, ...]]
    output_list: ClassVar[tuple[str, ...]] = ("output",)
    mixed = True

    __hash__ = Layer.__hash__

    def infer(self, *inputs: TensorType | None) -> Result:
        return Result(infer_types(_dry_run(self), inputs))

    def output_names(self) -> tuple[str, ...]:
        return self.output_list

    def weights(self) -> dict[str, tuple[int, ...]]:
        return {name: tuple(weight.shape) for name, weight in _dry_run(self).module.named_parameters()}

    def buffers(self) -> dict[str, tuple[int, ...]]:
        module = _dry_run(self).module
        learned = dict(module.named_parameters(remove_duplicate=False))
        state = module.state_dict().items()
        return {name: tuple(value.shape) for name, value in state if name not in learned and torch.is_tensor(value)}

    def state(self) -> dict[str, Stored]:
        state = _dry_run(self).module.state_dict().items()
        return {name: Stored(tuple(one.shape), dtype_name(one.dtype)) for name, one in state if torch.is_tensor(one)}

    def macs(self, inputs: Inputs, outputs: tuple[TensorType, ...]) -> int | Dim:
        """Half of what torch's flop counter counts; where that follows no formula that we know, a symbol of its own."""
        samples = samples_of(symbols_of(inputs))
        counts = [_dry_run(self).macs(inputs, sample) for sample in samples]
        found = fit(variables_of((*inputs, *outputs)), samples, counts)
        return symbol(f"MACs({type(self).__name__})") if found is None else found

    def split_arguments(self) -> tuple[dict[str, Any], dict[str, Any]]:
        positional, keywords = super().split_arguments()
        parameters = named_parameters(self.module_type.__init__)
        by_name = {one.name for one in parameters if one.kind is one.KEYWORD_ONLY}.intersection(positional)
        keywords = {name: positional.pop(name) for name in list(positional) if name in by_name} | keywords
        return positional, keywords


def meta_layer(
    module: type[nn.Module], slots: Sequence[str] | None = None, outputs: Sequence[str] = ("output",)
) -> type[MetaLayer]:
    """A layer for a class of modules.

    Its arguments are those of `__init__`, by their annotations; its docstring is the module's.

    Args:
        module: The class; the generated source imports it from where it was defined.
        slots: The inputs, by their names in `forward`; all of its tensors if None.
        outputs: Names of the tensors that `forward` gives: one, or a tuple of them.

    Raises:
        TypeError: what the module takes cannot be written in a document.
        ValueError: the class cannot be imported, for it was defined in a function.
    """
    place = f"{module.__module__}.{module.__qualname__}"
    if not _IMPORTABLE.fullmatch(module.__module__) or not module.__qualname__.isidentifier():
        raise ValueError(f"{place} cannot be registered: no source can import it; define it at the top of a module")
    fields: Any = read_arguments(module, MetaLayer)
    doc = module.__doc__ or f"The torch module {place}."
    layer = create_model(module.__name__, __base__=MetaLayer, __module__=module.__module__, __doc__=doc, **fields)
    layer.module_type = module
    layer.torch_name = module.__name__
    layer.imports = module.__module__
    layer.slots = layer.slot_list = read_slots(module, slots)
    layer.output_list = tuple(outputs)
    return layer


def register_module(
    module: type[nn.Module], slots: Sequence[str] | None = None, outputs: Sequence[str] = ("output",)
) -> None:
    """Make a class of modules known to documents as `meta_layer` describes it; raises what that raises."""
    register_layer(meta_layer(module, slots, outputs), module)
    run_source.cache_clear()  # a source of before may hold the class as it was, in a notebook, say


@lru_cache(maxsize=1024)
def _dry_run(layer: MetaLayer) -> DryRun:
    kind = type(layer)
    arguments = {name: layer.__dict__[name] for name in kind.model_fields}
    return DryRun(kind.__name__, make(kind.module_type, arguments), kind.slot_list, kind.output_list)
