"""ONNX: a program of torch.export, translated, its axes named after the symbols, and run by onnxruntime."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch

from lego.diagnostics import Problem
from lego.graph import Graph
from lego.runtime.exporting.failure import failure_of
from lego.runtime.exporting.program import Program
from lego.runtime.exporting.quiet import quiet

_FATAL = 4


def check_installed() -> None:
    """Refuse where the packages that write ONNX are missing.

    Raises:
        Problem: `not-found`.
    """
    missing = [f"`{name}`" for name in ("onnx", "onnxscript") if find_spec(name) is None]
    if missing:
        help = "install them: pip install 'lego-nn[onnx]'"
        raise Problem("not-found", f"ONNX is written by packages that are not there: {', '.join(missing)}", help=help)


def write_onnx(graph: Graph, program: Program, path: Path, opset: int | None) -> None:
    """Write a program; weights of more than ONNX's 2 GB go to `….onnx.data` beside it.

    Raises:
        Failure: ONNX has no form of an operator, or not in this opset.
    """
    import onnx

    try:
        with quiet(), torch.no_grad():
            found: Any = torch.onnx.export(  # pyright: ignore[reportUnknownMemberType]
                program.exported,
                dynamo=True,
                dynamic_shapes=program.shapes,
                input_names=list(graph.inputs),
                output_names=list(graph.outputs),
                opset_version=opset,
                verbose=False,
            )
            _name_axes(graph, found.model.graph.outputs)
            found.save(path)
            onnx.checker.check_model(path)  # pyright: ignore[reportUnknownMemberType]
    except Exception as error:  # its passes and its checker fail in many ways
        raise failure_of(error) from None


def _name_axes(graph: Graph, outputs: Any) -> None:
    """Sizes of outputs as the spec has them; torch has names of its own for those that it found out."""
    from onnxscript import ir

    for value, shape in zip(outputs, graph.outputs.values(), strict=True):
        value.shape = ir.Shape([size if isinstance(size, int) else str(size) for size in shape])


def onnx_runner(path: Path) -> Callable[..., object] | None:
    """What runs a model, as its module would be run; None without onnxruntime."""
    if find_spec("onnxruntime") is None:
        return None
    onnxruntime: Any = import_module("onnxruntime")  # it has no types
    options: Any = onnxruntime.SessionOptions()
    options.log_severity_level = _FATAL
    session: Any = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return lambda *inputs: _run(session, inputs)


def _run(session: Any, inputs: tuple[torch.Tensor, ...]) -> list[torch.Tensor]:
    read = zip(session.get_inputs(), inputs, strict=True)
    arrays: list[Any] = session.run(None, {one.name: tensor.numpy() for one, tensor in read})
    return list(map(torch.from_numpy, arrays))  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]
