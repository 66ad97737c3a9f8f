"""From a torch module to a spec."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lego.api.loading import check_loaded
from lego.api.spec import Spec
from lego.diagnostics import Note, Problem, SpecError
from lego.spec import Package

if TYPE_CHECKING:
    import torch

    from lego.runtime.importing import Imported, InputLike


def from_torch(module: torch.nn.Module, /, *, name: str | None = None, **inputs: InputLike) -> Spec:
    """An existing module as a spec: its blocks are the module's classes, its weights have the module's names.

    `lego.from_torch(resnet50(), image=["N", 3, 224, 224])`. What counts is what the module does in evaluation when it
    is called with such inputs; nothing of it is run on real weights. Weights stay where they are:
    `lego.build(spec).load_state_dict(module.state_dict())`.

    Args:
        module: Any module; it stays as it is. Its control flow may depend on sizes and flags, not on values.
        name: Name of the spec; that of the module's class unless given.
        inputs: Inputs of `forward` by name: a shape as in a document, whose symbols stay open, a mapping with `shape`,
            `dtype` and `range`, or an example tensor.

    Returns:
        A sound spec. What `forward` returns nested lies flat in its outputs.

    Raises:
        SpecError: with all that cannot be carried over, each at its line of the module's Python.
    """
    from lego.runtime.importing import import_module

    imported = import_module(module, inputs, name or "")
    spec = check_loaded(Package(imported.document), {})
    _check_outputs(spec, imported)
    return spec


def _check_outputs(spec: Spec, imported: Imported) -> None:
    """The spec gives what torch gives.

    Raises:
        SpecError: it does not; a mistake of lego's own.
    """
    found = spec.graph.outputs
    for (name, shape), expected in zip(found.items(), imported.shapes, strict=False):
        if shape != expected:
            notes = [Note("torch", str(expected)), Note("lego", str(shape))]
            message = f"the spec would give `{name}` another shape than the module does"
            help = "this is a mistake of lego: please report it"
            problem = Problem("not-importable", message, notes=notes, help=help)
            graph = imported.document.graph
            nodes = graph.nodes if graph is not None else ()
            span = next((node.span for node in nodes if node.name == name), imported.document.span)
            raise SpecError([problem.at(span, name)])
