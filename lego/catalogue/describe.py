"""What the catalogue says of a layer: the one source of `lego layers`, the reference page and the JSON Schema."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from pydantic.fields import FieldInfo

from lego.catalogue.apply import TAKES
from lego.catalogue.arguments import INFERRED
from lego.catalogue.create import show
from lego.catalogue.described import expected
from lego.catalogue.layer import Layer, Variadic

_TORCH = "https://docs.pytorch.org/docs/stable/generated/"
_TORCHVISION = "https://docs.pytorch.org/vision/stable/generated/"


@dataclass(frozen=True, slots=True)
class ArgumentFacts:
    """An argument.

    Attributes:
        name: torch's name of it.
        help: What it means.
        accepts: The values that it takes, with their range: `a probability between 0 and 1`.
        required: It must be given.
        inferred: The input decides it; given, it is checked.
        default: What it is unless given, as a spec writes it; None for what is required or inferred.
    """

    name: str
    help: str
    accepts: str
    required: bool
    inferred: bool
    default: str | None

    @property
    def unless_given(self) -> str:
        """What it is unless given: the default, or the word `required` or `inferred`."""
        return self.default or ("required" if self.required else "inferred")


@dataclass(frozen=True, slots=True)
class SlotFacts:
    """An input, or several of equal standing; `takes` says of which dtype."""

    name: str
    takes: str
    optional: bool


@dataclass(frozen=True, slots=True)
class OutputFacts:
    """The names of the outputs, under the argument `given` where it changes them; none: numbered from 0."""

    names: tuple[str, ...]
    given: str = ""


@dataclass(frozen=True, slots=True)
class LayerFacts:
    """All that the catalogue says of a layer.

    Attributes:
        summary: What it computes, in one line.
        details: What its docstring adds.
        formula: The shape rule with named axes.
        alone: The argument that a lone value sets (`Linear: 10`), if that is all that is required.
        outputs: As a rule, and for each argument that changes them.
        page: Address of torch's page of it.
    """

    name: str
    family: str
    summary: str
    details: str
    formula: str
    arguments: tuple[ArgumentFacts, ...]
    alone: str | None
    inputs: tuple[SlotFacts, ...]
    outputs: tuple[OutputFacts, ...]
    page: str | None

    @property
    def required(self) -> tuple[str, ...]:
        """The arguments that must be given."""
        return tuple(one.name for one in self.arguments if one.required)

    @property
    def page_name(self) -> str:
        """The page by its last word: `torch.nn.Conv2d`."""
        return (self.page or "").rstrip("/").rpartition("/")[2].removesuffix(".html")

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


def describe(layer: type[Layer]) -> LayerFacts:
    """What there is to know of a layer before it is used."""
    summary, _, details = (inspect.getdoc(layer) or "").partition("\n\n")
    arguments = tuple(_argument(name, info) for name, info in layer.model_fields.items())
    primary = layer.primary()
    return LayerFacts(
        name=layer.__name__,
        family=layer.family,
        summary=" ".join(summary.split()),
        details=details,
        formula=layer.formula,
        arguments=arguments,
        alone=primary if {one.name for one in arguments if one.required} <= {primary} else None,
        inputs=tuple(_inputs(layer)),
        outputs=tuple(_outputs(layer)),
        page=_address(layer),
    )


def _argument(name: str, info: FieldInfo) -> ArgumentFacts:
    required, inferred = info.is_required(), INFERRED in info.metadata
    default = None if required or inferred else _written(info.default)
    return ArgumentFacts(name, info.description or "", expected(info), required, inferred, default)


def _written(value: object) -> str:
    return value if isinstance(value, str) else show(value)


def _inputs(layer: type[Layer]) -> Iterator[SlotFacts]:
    if isinstance(layer.slots, Variadic):
        count = "one or more" if layer.slots.least == 1 else "two or more"
        yield SlotFacts(count, TAKES[layer.slots.dtype], optional=False)
    else:
        yield from (SlotFacts(one.name, TAKES[one.dtype], one.optional) for one in layer.slots)


def _outputs(layer: type[Layer]) -> Iterator[OutputFacts]:
    rule = layer.model_construct().output_names()
    yield OutputFacts(rule)
    for name, info in layer.model_fields.items():
        if isinstance(info.default, bool):
            given, value = f"{name}: {show(not info.default)}", not info.default
        elif info.default is None:
            given, value = name, 0
        else:
            continue
        names = layer.model_construct(None, **{name: value}).output_names()
        if names != rule:
            yield OutputFacts(names, given)


def _address(layer: type[Layer]) -> str | None:
    page = layer.page or (f"torch.nn.{layer.__name__}" if layer.torch_name is None else None)
    if page is None or page.startswith("https:"):
        return page
    return f"{_TORCHVISION if page.startswith('torchvision.') else _TORCH}{page}.html"
