"""What a layer is: one declarative entry of the catalogue.

A layer's class states, in this order: what it computes (docstring), its arguments (fields, in torch's order and
under torch's names), its slots and outputs, its shape rule, its weights, its cost, and its torch expression.
An instance is one validated set of arguments; it is immutable and hashable.
"""

# No `from __future__ import annotations` here: Pydantic would evaluate the text of each again for every layer.
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, ClassVar, Literal, NamedTuple, Protocol, Self

from lego.catalogue.arguments import INFERRED
from lego.catalogue.described import Described
from lego.shapes import Dim, TensorType

DTypeRule = Literal["weights", "floating", "real", "number", "integer", "bool", "any"]
"""What a slot takes: `weights` is the dtype of the module's weights (float32), `number` all but bool, `real` all
that can be ordered."""


@dataclass(frozen=True, slots=True)
class Slot:
    """An input of a layer.

    Attributes:
        name: torch's name of the argument of `forward`.
        dtype: What it takes.
        optional: It may stay empty.
        keyword: It is passed by keyword in the generated source.
    """

    name: str
    dtype: DTypeRule = "floating"
    optional: bool = False
    keyword: bool = False


@dataclass(frozen=True, slots=True)
class Variadic:
    """Two or more inputs of equal standing (`Add`, `Concat`); `least` may allow one."""

    dtype: DTypeRule = "any"
    least: int = 2


class Stored(NamedTuple):
    """A tensor of `state_dict`: its shape, and its dtype, where float32 stands for the module's floating dtype."""

    shape: tuple[int, ...]
    dtype: str = "float32"


class Result(NamedTuple):
    """What a shape rule finds.

    Attributes:
        outputs: Type of each output.
        arguments: The inferred arguments.
        requires: Sizes, besides those of the outputs, that must be at least 1 for the layer to work.
    """

    outputs: tuple[TensorType, ...]
    arguments: Mapping[str, Any] = MappingProxyType({})
    requires: tuple[int | Dim, ...] = ()


@dataclass(frozen=True, slots=True)
class Construct:
    """What stands in the constructor of the net: `nn.Conv2d(3, 64, kernel_size=7)`; values are for `literal`.

    Attributes:
        kind: What the call gives: a module, or the start of an `nn.Parameter` or of a buffer.
        saved: A buffer has a key in `state_dict`.
    """

    function: str
    positional: dict[str, Any] = field(default_factory=dict[str, Any])
    keywords: dict[str, Any] = field(default_factory=dict[str, Any])
    kind: Literal["module", "parameter", "buffer"] = "module"
    saved: bool = False


class Sizes(Protocol):
    """How the emitter writes what is known at run time only: a symbolic size as `input.shape[0]`, say."""

    def size(self, size: int | Dim) -> str:
        """The Python expression of a size."""
        ...

    def dtype(self, dtype: str) -> str:
        """The Python expression of a dtype; float32 stands for the floating dtype of the module."""
        ...


class Layer(Described):
    """The base of all layers; see the module's docstring.

    A subclass whose name starts with an underscore is abstract: it serves its family and is no layer.
    """

    family: ClassVar[str] = ""
    slots: ClassVar[tuple[Slot, ...] | Variadic] = (Slot("input"),)
    mixed: ClassVar[bool] = False
    """Inputs may differ in dtype."""
    alike: ClassVar[bool] = True
    """A dim of one input means what it means in the others, so that a diagnostic compares them."""
    torch_name: ClassVar[str | None] = None
    """The module's constructor, `nn.` and the layer's name unless said otherwise; empty for an operation."""
    imports: ClassVar[str] = ""
    """The Python module that `torch_name` is imported from, where torch has no such module: `package.module`."""
    page: ClassVar[str | None] = None
    """torch's page of it; `torch.nn.` and the layer's name unless said otherwise."""
    formula: ClassVar[str] = ""
    """The shape rule with named axes, for people: `[N, C, L] -> [N, out_channels, L']`."""
    normalises: ClassVar[bool] = False
    """A normalisation: `init: {weight: …}` leaves its weight alone."""
    view: ClassVar[bool] = False
    """The outputs may be the input's own memory, as of `x.flatten(1)`, or of a dropout in evaluation."""
    in_time: ClassVar[Literal["bound", "leading", "rows"]] = "bound"
    """How all steps of a recurrent may be computed at once: `leading`: on inputs with one more dim in front;
    `rows`: with the steps folded into dim 0, whose rows it treats one by one; `bound`: not at all, as of what is
    random or counts its calls."""
    axes: ClassVar[tuple[str, ...]] = ()
    """The arguments that count dims, which move by one when there is one more in front."""
    helper: ClassVar[str] = ""
    """Python text of classes and functions that torch lacks, two empty lines between them; the generated source carries
    each once, and what they use of its own: `loop_steps` and `scan_steps`, which run recurrent blocks."""

    # -- the shape rule ------------------------------------------------------------------------------------------

    def infer(self, *inputs: Any, **by_slot: Any) -> Result:
        """Output types from input types, by slot (None: an optional slot left empty).

        A layer names its slots: `def infer(self, input: TensorType, h_0: TensorType | None = None)`.

        Raises:
            Problem: the inputs do not fit; the text names sizes and axes, never the node.
        """
        raise NotImplementedError

    def output_names(self) -> tuple[str, ...]:
        """Names of the outputs, for picks such as `lstm.h_n`; empty: numbered, as many as the input gives.

        One name: the expression of `call` is the output; else it is a tuple of all of them.
        """
        return ("output",)

    # -- weights and cost, of a layer whose inferred arguments are filled in ---------------------------------------

    def weights(self) -> dict[str, tuple[int, ...]]:
        """Learned tensors by their key in `state_dict`; an empty key is the path of the node itself."""
        return {}

    def buffers(self) -> dict[str, tuple[int, ...]]:
        """Saved tensors that are not learned."""
        return {}

    def state(self) -> dict[str, Stored]:
        """Learned and saved tensors alike, each under every key that it has in `state_dict`."""
        return {key: Stored(shape) for key, shape in {**self.weights(), **self.buffers()}.items()}

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> int | Dim:
        """Multiply-accumulates of matrix products and convolutions, half of what torch's flop counter counts."""
        return 0

    # -- the torch expression ------------------------------------------------------------------------------------

    def construct(self) -> Construct | None:  # pyright: ignore[reportIncompatibleMethodOverride] - a deprecated name
        """The module to construct, or None for an operation."""
        function = f"nn.{type(self).__name__}" if self.torch_name is None else self.torch_name
        return Construct(function, *self.split_arguments()) if function else None

    def split_arguments(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Arguments as written in a call: required and inferred ones first, then what differs from its default."""
        positional: dict[str, Any] = {}
        keywords: dict[str, Any] = {}
        for index, (name, info) in enumerate(type(self).model_fields.items()):
            value = self.__dict__[name]
            essential = info.is_required() or (INFERRED in info.metadata and value is not None)
            if essential and index == len(positional) < 2:
                positional[name] = value
            elif essential or value != info.default:
                keywords[name] = value
        return positional, keywords

    def call(self, module: str, inputs: tuple[str | None, ...], sizes: Sizes) -> str:
        """The expression that applies it: `self.conv1(x)`, `torch.cat([a, b], dim=1)`."""
        return f"{module}({self.join_inputs(inputs)})"

    def join_inputs(self, inputs: tuple[str | None, ...]) -> str:
        """Arguments of the call; after an empty optional slot, the next ones go by keyword."""
        if isinstance(self.slots, Variadic):
            return ", ".join(name for name in inputs if name)
        parts: list[str] = []
        keyword = False
        for slot, name in zip(self.slots, inputs, strict=False):
            if name is None:
                keyword = True
            else:
                parts.append(f"{slot.name}={name}" if keyword or slot.keyword else name)
        return ", ".join(parts)

    def join_outputs(self, names: Sequence[str]) -> str:
        """What the result of the call is assigned to; `_` is an output that nothing reads."""
        return ", ".join(names)

    # -- equality ----------------------------------------------------------------------------------------------------

    @cached_property
    def key(self) -> tuple[Any, ...]:
        """Equal for layers of one class with equal arguments."""
        values = [self.__dict__[name] for name in type(self).model_fields]
        extra = self.model_extra or {}
        return (type(self), *map(_hashable, values), *extra.items())

    def having(self, **arguments: Any) -> Self:
        """The same layer with other values, which are known to be right, for some of its arguments."""
        other = self.model_copy(update=arguments)
        vars(other).pop("key", None)  # that of the layer as it was
        return other

    def for_all_steps(self) -> Self:
        """The same on inputs with one more dim in front."""
        moved = {name: _moved(self.__dict__[name]) for name in self.axes}
        return self.having(**moved) if moved else self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Layer) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


class Operation(Layer):
    """A layer without a module of its own: a tensor operation, written as an expression."""

    torch_name: ClassVar[str | None] = ""


def slot_names(layer: Layer, count: int) -> tuple[str, ...]:
    """Names of the inputs as torch has them; `input 0`, `input 1`, … where they are of equal standing."""
    if isinstance(layer.slots, Variadic):
        return tuple(f"input {index}" for index in range(count))
    return tuple(slot.name for slot in layer.slots)


def _moved(axes: Any) -> Any:
    """Axes one further from the front; those counted from the end stay."""
    if isinstance(axes, tuple):
        return tuple(_moved(axis) for axis in axes)  # pyright: ignore[reportUnknownVariableType]
    return axes + 1 if isinstance(axes, int) and axes >= 0 else axes


def _hashable(value: Any) -> Any:
    """Lists become tuples; 1, 1.0 and true, which Python takes for equal, differ: they give other dtypes."""
    if isinstance(value, list | tuple):
        return tuple(_hashable(item) for item in value)  # pyright: ignore[reportUnknownVariableType]
    return (type(value), value) if isinstance(value, float | bool) else value
