"""The whole source: what a good engineer would have written, and nothing that depends on lego."""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import indent, wrap
from typing import NamedTuple

from lego.catalogue import Code, Layer
from lego.emit.torch.classes import Classes, Group, find_classes
from lego.emit.torch.constructor import constructor_lines
from lego.emit.torch.container import container
from lego.emit.torch.forward import Forward
from lego.emit.torch.imported import Imported, find_imported, import_lines
from lego.emit.torch.layout import wrapped
from lego.emit.torch.names import variable
from lego.emit.torch.recurrence import HELPERS, Lowering, check_lowering, helpers_of, recurrents
from lego.graph import Frame, Graph, sites

_INDENT = "    "


class Source(NamedTuple):
    """A source, and the name of the class in it that is the whole net."""

    text: str
    class_name: str


def source(graph: Graph, lowering: Lowering = "auto") -> str:
    """The Python source of a graph: one class per distinct structure, the whole net last.

    It depends on torch alone, and on the packages whose modules it uses.
    """
    return write(graph, lowering).text


def write(graph: Graph, lowering: Lowering = "auto") -> Source:
    """The source of a graph, with the name of its last class.

    Raises:
        Problem: `lowering` is `recognised`, and torch has no kernel for a cell.
    """
    check_lowering(graph.root, lowering)
    helpers = _helpers(graph.root)
    defined = _defined(helpers)
    imported = find_imported(graph.root, defined)
    classes = find_classes(graph.root, graph.name, imported, {*defined, *imported.values(), *HELPERS}, lowering)
    bodies = [_class(group, classes) for group in classes.groups]
    scans = sum(1 for _ in recurrents(graph.root))
    helpers = [*helpers_of("\n".join([*helpers, *bodies]), scans), *helpers]
    text = "\n\n\n".join([*helpers, *bodies])
    return Source(f"{_module_docstring(graph)}\n{_imports(text, imported)}\n\n\n{text}\n", classes.groups[-1].name)


# -- the head ----------------------------------------------------------------------------------------------------------


def _module_docstring(graph: Graph) -> str:
    inputs = ", ".join(f"{name} {type}" for name, type in graph.inputs.items())
    outputs = ", ".join(f"{name} {shape}" for name, shape in graph.outputs.items())
    lines = wrap(f"{graph.name}: {inputs} -> {outputs}", 112, subsequent_indent=_INDENT)
    if graph.doc:
        lines += ["", *wrap(graph.doc, 112)]
    return _docstring(lines, "")


def _docstring(lines: list[str], margin: str) -> str:
    """A docstring; what a user wrote cannot end it."""
    printable = ("".join(letter if letter.isprintable() else " " for letter in line) for line in lines)
    safe = [line.replace("\\", "\\\\").replace('"""', '\\"\\"\\"') for line in printable]
    if len(safe) == 1:
        return f'{margin}"""{_closed(safe[0])}"""'
    return f'{margin}"""' + "\n".join([safe[0], *(f"{margin}{line}".rstrip() for line in safe[1:]), f'{margin}"""'])


def _closed(line: str) -> str:
    return f'{line[:-1]}\\"' if line.endswith('"') else line


def _imports(text: str, imported: Imported) -> str:
    lines = [f"import {name}" for name in ("base64", "zlib") if f"{name}." in text]
    if "OrderedDict(" in text:
        lines.append("from collections import OrderedDict")
    if "Callable[" in text:
        lines.append("from collections.abc import Callable")
    lines += [""] if lines else []
    lines.append("import torch")
    if re.search(r"\bF\.", text):
        lines.append("import torch.nn.functional as F")
    if "is_batchedtensor(" in text:
        lines.append("from torch._C._functorch import is_batchedtensor")
    if "scan(" in text:
        lines.append("from torch._higher_order_ops import scan")
    named = [*import_lines(imported), "from torch import nn"]
    if "checkpoint(" in text:
        named.append("from torch.utils.checkpoint import checkpoint")
    return "\n".join(["", *lines, *sorted(named)])


def _helpers(root: Frame) -> list[str]:
    """What torch lacks, once each."""
    texts = (site.call.body.helper.strip() for site in sites(root) if isinstance(site.call.body, Layer))
    return list(dict.fromkeys(one for text in texts if text for one in re.split(r"\n{3}(?=class |def )", text)))


def _defined(helpers: list[str]) -> set[str]:
    """The classes and functions of helpers."""
    return {name for text in helpers for name in re.findall(r"^(?:class|def) (\w+)", text, re.MULTILINE)}


# -- classes -----------------------------------------------------------------------------------------------------------


def _class(group: Group, classes: Classes) -> str:
    lines = [f"class {group.name}({container(group.first)}):", _docstring(_about(group), _INDENT), ""]
    made = constructor_lines(group, classes)
    if made:
        lines += indent(wrapped("def __init__(", _signature(group), ") -> None:"), _INDENT).split("\n")
        lines += [f"{_INDENT * 2}{line}" for line in made]
        lines.append("")
    lines += [indent(line, _INDENT) for line in _forward(group)]
    return "\n".join(lines)


def _about(group: Group) -> list[str]:
    frame = group.first
    shapes = list(dict.fromkeys(_shapes(one) for one in group.frames))
    more = f" (and {len(shapes) - 1} more sizes)" if len(shapes) > 1 else ""
    about = "All steps; of one: " if frame.kind == "cell" else ""
    lines = wrap(f"{about}{shapes[0]}{more}", 108, subsequent_indent=_INDENT)
    if frame.doc and frame.kind == "block":
        lines = [*wrap(frame.doc, 108), "", *lines]
    return lines


def _shapes(frame: Frame) -> str:
    inputs = ", ".join(str(port.type) for port in frame.ports) or "nothing"
    return f"{inputs} -> {', '.join(map(str, frame.output_types()))}"


def _signature(group: Group) -> list[str]:
    return ["self", *(f"{name}: {_hint(values)}" for name, values in group.parameters.items())]


def _hint(values: tuple[object, ...]) -> str:
    return " | ".join(dict.fromkeys(map(_type_name, values)))


def _type_name(value: object) -> str:
    if isinstance(value, Layer):
        return "nn.Module"
    if isinstance(value, Code):
        return value.type
    return "None" if value is None else type(value).__name__


def _forward(group: Group) -> Iterator[str]:
    if group.forward is None:
        name = variable(group.first.ports[0].name)
        yield f"def forward(self, {name}: torch.Tensor) -> torch.Tensor:"
        yield f"{_INDENT}return super().forward({name})"
        return
    yield from _method("forward", group.forward, group.first)
    for name, method in group.forward.further:
        yield ""
        yield from _method(name, method, group.first)


def _method(name: str, method: Forward, frame: Frame) -> Iterator[str]:
    tensors = [f"{name}: torch.Tensor" for name in method.tensors]
    modules = [f"{name}: nn.Module" for name in method.modules]
    parameters = ["self", *tensors, *modules, *method.flags]
    yield from wrapped(f"def {name}(", parameters, f") -> {_result_hint(frame)}:").split("\n")
    yield from (f"{_INDENT}{line}" if line else "" for line in method.lines)


def _result_hint(frame: Frame) -> str:
    match frame.form:
        case "one":
            return "torch.Tensor"
        case "list":
            return "tuple[torch.Tensor, ...]"
        case "mapping":
            return "dict[str, torch.Tensor]"
