"""From the arguments in a spec to a layer: Pydantic validates, this file says what was wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar, cast

from pydantic import ValidationError

from lego.catalogue.arguments import LayerOf, PartOf
from lego.catalogue.described import Described, expected, marks
from lego.catalogue.layer import Layer
from lego.diagnostics import Note, Problem, did_you_mean
from lego.shapes import Dim, symbols


class ArgumentProblem(NamedTuple):
    """A mistake in one argument; `argument` is None where one is missing.

    `path` leads from the argument's value to the mistake, by keys: in `encoder_layer: {TransformerEncoderLayer: {nhead:
    0}}` to `nhead`.
    """

    argument: str | None
    problem: Problem
    path: tuple[str, ...] = ()


KindT = TypeVar("KindT", bound=Described)


def create(kind: type[KindT], arguments: Mapping[str, Any], within: str = "") -> KindT | list[ArgumentProblem]:
    """The layer, or whatever else has arguments, with these; or everything that is wrong with them.

    Args:
        kind: Its class.
        arguments: By name; one that is itself a layer is given as a node is written: a name, or `{name: arguments}`.
        within: What stands before an argument's name in a message: `encoder_layer.` where that is the argument.
    """
    problems = [ArgumentProblem(name, found) for name, found in _symbolic(kind, arguments, within)]
    if problems:
        return problems
    given = dict(arguments)
    for name, inner, written in _inner(kind, arguments):
        made = create(inner, written.arguments, f"{within}{name}.")
        if isinstance(made, Described):
            given[name] = made
        else:
            problems += [ArgumentProblem(name, one.problem, written.path_of(one)) for one in made]
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        told = {problem.argument for problem in problems}
        return problems + [one for one in _explain(kind, error, within) if one.argument not in told]


class _Written(NamedTuple):
    """The arguments of an argument; `named` where they stand under names, `path` are the keys before those."""

    arguments: Mapping[str, Any]
    named: bool
    path: tuple[str, ...] = ()

    def path_of(self, problem: ArgumentProblem) -> tuple[str, ...]:
        """Where a mistake in one of them is."""
        own = (problem.argument,) if self.named and problem.argument else ()
        return (*self.path, *own, *problem.path)


def _inner(outer: type[Described], arguments: Mapping[str, Any]) -> Iterator[tuple[str, type[Described], _Written]]:
    """The arguments that have arguments, with kind and arguments; what is written otherwise is left for Pydantic."""
    for name, value in arguments.items():
        info = outer.model_fields.get(name)
        for mark in marks(info) if info else ():
            if isinstance(mark, LayerOf):
                yield from ((name, kind, written) for kind, written in _one_of(mark.kinds, value))
            elif isinstance(mark, PartOf) and value is not None:
                yield name, mark.kind, _Written(_by_name(mark.kind, value), isinstance(value, dict))


def _one_of(kinds: Sequence[type[Described]], value: Any) -> Iterator[tuple[type[Described], _Written]]:
    """The kind that a value names, with the arguments under its name."""
    for kind in kinds:
        name = kind.__name__
        if value == name:
            yield kind, _Written({}, False)
        elif isinstance(value, dict) and list(cast("dict[str, Any]", value)) == [name]:
            inner = cast("dict[str, Any]", value)[name]
            yield kind, _Written(_by_name(kind, inner), isinstance(inner, dict), (name,))


def _by_name(kind: type[Described], value: Any) -> Mapping[str, Any]:
    """What is written under a name, as arguments; null stands for none."""
    given = cast("dict[str, Any]", value) if isinstance(value, dict) else {kind.primary() or "": value}
    return {name: one for name, one in given.items() if one is not None}


def _explain(layer: type[Described], error: ValidationError, within: str) -> list[ArgumentProblem]:
    """One problem an argument: Pydantic reports each member of a union on its own."""
    problems: dict[str, ArgumentProblem] = {}
    for item in error.errors(include_url=False):
        name = str(item["loc"][0]) if item["loc"] else ""
        if name in problems:
            continue
        if item["type"] == "extra_forbidden":
            problems[name] = ArgumentProblem(name, _unknown(layer, name))
        elif item["type"] == "missing" and len(item["loc"]) == 1:  # deeper: an item of a list
            problems[name] = ArgumentProblem(None, _missing(layer, name))
        elif name in layer.model_fields:
            problems[name] = ArgumentProblem(name, _bad(layer, name, item, within))
        else:
            problems[name] = ArgumentProblem(None, Problem("bad-value", f"{layer.__name__}: {_own_text(item)}"))
    return list(problems.values())


def _unknown(layer: type[Described], name: str) -> Problem:
    known = list(layer.model_fields)
    takes = ", ".join(known) or "no arguments"
    help = did_you_mean(name, known)
    return Problem(
        "unknown-argument",
        f"{layer.__name__} has no argument `{name}`",
        notes=[Note("takes", takes)],
        help=help,
    )


def _missing(layer: type[Described], name: str) -> Problem:
    info = layer.model_fields[name]
    meaning = f": {info.description}" if info.description else ""
    return Problem(
        "missing-argument",
        f"{layer.__name__} needs `{name}`",
        notes=[Note(name, f"{expected(info)}{meaning}")],
        help=_example(layer, name),
    )


def _example(layer: type[Described], name: str) -> str:
    if name == layer.primary():
        return f"write `{layer.__name__}: …` with {expected(layer.model_fields[name])}"
    return f"write `{{{layer.__name__}: {{…, {name}: …}}}}` with {expected(layer.model_fields[name])}"


def _bad(layer: type[Described], name: str, item: Any, within: str) -> Problem:
    value = item["input"]
    info = layer.model_fields[name]
    if item["type"] == "value_error" and len(item["loc"]) == 1 and not isinstance(value, bool):
        return Problem("bad-value", f"{layer.__name__}: {_own_text(item)}")
    meaning = [Note(name, info.description)] if info.description else []
    message = f"{within}{name} must be {expected(info)}, found {show(value)}"
    return Problem("bad-value", message, notes=meaning)


def _own_text(item: Any) -> str:
    """The text of a validator of ours, without the prefix that Pydantic puts before it."""
    return str(item.get("ctx", {}).get("error", item["msg"]))


def show(value: object) -> str:
    """A value as a spec writes it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(show, _items(value)))}]"  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(value, dict):
        entries = cast("dict[str, Any]", value).items()
        return f"{{{', '.join(f'{name}: {show(one)}' for name, one in entries)}}}"
    return _show_layer(value) if isinstance(value, Layer) else str(value)


def _show_layer(layer: Layer) -> str:
    """A layer as a node is written, with what is not its default."""
    fields = type(layer).model_fields
    told = {name: vars(layer)[name] for name, info in fields.items() if vars(layer)[name] != info.default}
    return show({type(layer).__name__: told}) if told else type(layer).__name__


def _items(value: object) -> tuple[Any, ...]:
    return tuple(cast("Sequence[Any]", value)) if isinstance(value, list | tuple) else (value,)


def _symbolic(layer: type[Described], arguments: Mapping[str, Any], within: str) -> list[tuple[str, Problem]]:
    """Symbols where an integer is needed: a layer's weights and windows cannot depend on them."""
    found: list[tuple[str, Problem]] = []
    for name, value in arguments.items():
        open_ = open_symbols(value)
        if open_ and name not in layer.symbolic_arguments():
            found.append((name, needs_integer(f"{within}{name}", value, open_)))
    return found


def open_symbols(value: object) -> list[str]:
    """The symbols that an argument, a size or a list of them, depends on."""
    return sorted({symbol for item in _items(value) if isinstance(item, Dim) for symbol in symbols(item)})


def needs_integer(name: str, value: object, open_: list[str]) -> Problem:
    """The problem of a symbol where a layer needs to know an integer."""
    which = " and ".join(f"`{symbol}`" for symbol in open_)
    kind = "an integer" if isinstance(value, Dim) else "a list of integers"
    return Problem(
        "unresolved-dim",
        f"{name} must be {kind}, but it is {show(value)}, which depends on {which}",
        help=f"give {which} a number in the inputs, or put a layer before this one that makes the size known "
        "(an adaptive pooling, say)",
    )
