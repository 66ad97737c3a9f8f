"""Options that several commands have, and what their values say."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from lego.api import Spec, check_loaded
from lego.cli.report import print_diagnostics, refuse
from lego.diagnostics import Problem, Source, Span, SpecError, did_you_mean
from lego.spec import Package, load_package, read_value


class Format(StrEnum):
    """For whom the result is."""

    text = "text"
    json = "json"


SpecFile = Annotated[Path, typer.Argument(metavar="SPEC", help="The spec, a YAML file.", show_default=False)]
Settings = Annotated[
    list[str],
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="A value for a parameter, as YAML writes it: --set width=32 --set act=GELU --set 'stages=[1, 2]'.",
        default_factory=list,
        show_default=False,
    ),
]
Output = Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write.")]
FormatOption = Annotated[Format, typer.Option("--format", help="For people, or for programs.")]


def load(path: Path, settings: Iterable[str]) -> Spec:
    """The spec at a path; its warnings go to stderr."""
    spec = checked(read_package(path), settings)
    print_diagnostics(spec.warnings)
    return spec


def read_package(path: Path) -> Package:
    """The documents; a file that is not there is a wrong call, one that is too large a wrong spec."""
    try:
        return load_package(path)
    except Problem as problem:
        if problem.code != "not-found":
            raise SpecError([problem.at(Span(Source(str(path), ""), 1, 1))]) from None
        nearby = path.parent.glob("*.y*ml") if path.parent.is_dir() else ()
        raise Problem(
            problem.code,
            problem.message,
            help=problem.help or did_you_mean(path.name, sorted(one.name for one in nearby)),
        ) from None


def checked(package: Package, settings: Iterable[str]) -> Spec:
    """The spec of a document with these settings."""
    return check_loaded(package, dict(_setting(text, package.document.params) for text in settings))


def _setting(text: str, known: Collection[str]) -> tuple[str, Any]:
    name, value = _named(text, "--set", "width=32")
    if name not in known:
        help = did_you_mean(name, known) or f"its parameters are: {', '.join(known) or 'none'}"
        refuse(f"--set {text}: the document has no parameter `{name}`", help)
    found = _value(value, f"--set {name}")
    if found is None:
        refuse(f"--set {text}: the parameter gets no value", f"write --set {name}=32, say")
    return name, found


def sizes(texts: Iterable[str]) -> dict[str, list[int | str]]:
    """Shapes of inputs by name: `image=1,3,224,224`."""
    return dict(_shape(text) for text in texts)


def _shape(text: str) -> tuple[str, list[int | str]]:
    name, value = _named(text, "--input", "image=1,3,224,224")
    found: list[Any] = _value(f"[{value.removeprefix('[').removesuffix(']')}]", f"--input {name}")
    shape = [size for size in found if isinstance(size, int | str)]
    if len(shape) < len(found):
        refuse(f"--input {text}: a shape is a list of integers and symbols", "write --input image=1,3,224,224, say")
    return name, shape


def named_values(texts: Iterable[str], option: str, example: str) -> dict[str, Any]:
    """Values by name, as YAML writes them: `num_classes=10`."""
    pairs = (_named(text, option, example) for text in texts)
    return {name: _value(value, f"{option} {name}") for name, value in pairs}


def _named(text: str, option: str, example: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        refuse(f"{option} {text}: a name and a value are expected", f"write {option} {example}, say")
    return name.strip(), value


def _value(text: str, option: str) -> Any:
    if not text.strip():
        return None
    try:
        return read_value(text, option)
    except SpecError as error:
        first = error.diagnostics[0]
        refuse(f"{option}={text}: {first.message}", first.help)
