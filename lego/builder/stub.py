"""What editors and type checkers see of `lego.layers`: a stub, written from the catalogue."""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from lego.builder.layer import class_of
from lego.builder.module import OPTIONS
from lego.catalogue import Layer, LayerFacts, Variadic, describe, layers
from lego.shapes import Dim

_HEAD = '''\
"""Every layer of the catalogue, as a class whose instances are called on handles; written from the catalogue.

Arguments stand in torch's order without those that the input decides, which may be given by name; a layer of which
nothing is required takes all of them in torch's order.
"""

from collections.abc import Sequence as _Sequence
from typing import Any as _Any
from typing import Literal as _Literal
from typing import TypedDict as _TypedDict
from typing import Unpack as _Unpack

from lego.builder.composites import Sequential as Sequential
from lego.builder.expression import Expression as _Expression
from lego.builder.handle import Handle as _Handle
from lego.builder.layer import Layer as _Layer

_Shape = _Sequence[int | str | _Expression] | _Expression

class _Options(_TypedDict, total=False):
    name: str | _Expression | None
    when: bool | _Expression | None
    init: _Any
    freeze: bool
    checkpoint: bool
    doc: str | None
'''
_WIDTH = 112
_PLAIN: dict[Any, str] = {int: "int", float: "float", bool: "bool", str: "str", type(None): "None", Dim: "str"}


def stub() -> str:
    """The text of `layers.pyi`: lego's own layers by name."""
    own = {name: layer for name, layer in layers().items() if layer.__module__.startswith(f"{__name__.split('.')[0]}.")}
    return "\n".join([_HEAD, *(_class(layer, describe(layer)) for layer in own.values())])


def _class(layer: type[Layer], facts: LayerFacts) -> str:
    outputs = facts.outputs[0].names
    several = len(outputs) > 1
    gives = f"_{facts.name}Outputs" if several else "_Handle"
    parts = [_outputs(facts.name, outputs)] if several else []
    parts.append(
        "\n".join(
            [
                f"class {facts.name}(_Layer):",
                *_docstring(facts),
                f"    def __init__({', '.join(_parameters(layer))}) -> None: ...",
                f"    def __call__({', '.join(_slots(layer))}) -> {gives}: ...",
                "",
            ]
        )
    )
    return "\n".join(parts)


def _outputs(name: str, outputs: Sequence[str]) -> str:
    fields = [f"    {one}: _Handle" for one in outputs]
    return "\n".join([f"class _{name}Outputs(_Handle):", *fields, ""])


# -- what it says ------------------------------------------------------------------------------------------------------


def _docstring(facts: LayerFacts) -> Iterator[str]:
    arguments = [f"{one.name}: {one.help} ({one.accepts})." for one in facts.arguments]
    sections = [facts.summary, facts.details, facts.formula and f"Shapes: {facts.formula}"]
    text = "\n\n".join(filter(None, sections))
    if arguments:
        text += "\n\nArgs:\n" + "\n".join(f"    {one}" for one in arguments)
    quoted = text.replace("\\", "\\\\").replace('"""', "'''")
    first, *rest = (part for line in quoted.splitlines() for part in _wrapped(line))
    if not rest:
        yield f'    """{first}"""'
        return
    yield f'    """{first}'
    yield from (f"    {line}".rstrip() for line in rest)
    yield '    """'


def _wrapped(line: str) -> list[str]:
    """A line as lines that fit; the further ones of an argument stand deeper."""
    indent = " " * (len(line) - len(line.lstrip()))
    return wrap(line, _WIDTH, subsequent_indent=f"{indent}    " if indent else "") or [""]


# -- what it takes -----------------------------------------------------------------------------------------------------


def _parameters(layer: type[Layer]) -> Iterator[str]:
    yield "self"
    signature = inspect.signature(class_of(layer))
    keyword = False
    for one in signature.parameters.values():
        if one.kind is one.KEYWORD_ONLY and not keyword:
            keyword = True
            yield "*"
        required = one.default is one.empty
        yield f"{one.name}: {_argument(layer, one.name)}" + ("" if required else f" = {one.default!r}")
    clash = layer.model_config.get("extra") == "allow" or set(OPTIONS) & set(layer.model_fields)
    yield "**options: _Any" if clash else "**options: _Unpack[_Options]"


def _argument(layer: type[Layer], name: str) -> str:
    if name in layer.shape_arguments():
        return "_Shape | None" if layer.model_fields[name].default is None else "_Shape"
    info: FieldInfo = layer.model_fields[name]
    return _union(_members(info.annotation))


def _union(alternatives: Iterable[str]) -> str:
    """Any of these, or an expression."""
    members = list(dict.fromkeys(alternatives))
    if "_Any" in members:
        return "_Any"
    none = ["None"] if "None" in members else []
    return " | ".join([*(one for one in members if one != "None"), "_Expression", *none])


def _members(annotation: Any) -> Iterator[str]:
    """The alternatives of a type, in the words of the stub."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _members(get_args(annotation)[0])
    elif origin in (Union, types.UnionType):
        for member in get_args(annotation):
            yield from _members(member)
    elif origin is Literal:
        yield f"_Literal[{', '.join(_quoted(get_args(annotation)))}]"
    elif origin in (tuple, list):
        items = dict.fromkeys(one for item in get_args(annotation) if item is not ... for one in _members(item))
        yield f"_Sequence[{_union(items)}]"
    else:
        yield _PLAIN.get(annotation, "_Any")


def _quoted(choices: Iterable[Any]) -> Iterator[str]:
    return (f'"{one}"' if isinstance(one, str) else repr(one) for one in choices)


def _slots(layer: type[Layer]) -> Iterator[str]:
    yield "self"
    if isinstance(layer.slots, Variadic):
        yield "*inputs: _Handle"
        return
    for one in layer.slots:
        yield f"{one.name}: _Handle | None = None" if one.optional else f"{one.name}: _Handle"
