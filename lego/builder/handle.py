"""Handles: the values of a graph that is being written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from numbers import Real
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from lego.builder.expression import Expression, Leaf, leaf
from lego.builder.failure import NoAttribute, failure
from lego.catalogue import layer_names
from lego.diagnostics import did_you_mean, nearest

if TYPE_CHECKING:
    from lego.builder.scope import Draft, Scope

OutputNames = Callable[[], "tuple[str, ...] | None"]
"""Names of the outputs, found when somebody asks; None where nobody can know them."""


def one_output() -> tuple[str, ...]:
    """The names of the outputs of what has one."""
    return ("output",)


class Inside(NamedTuple):
    """What a handle stands for.

    Attributes:
        scope: The graph that it belongs to.
        draft: The node whose output it is; None for an input.
        output: Which output, where that is not the first.
        names: The names of all outputs.
        text: The name of an input.
        origin: The same value in a graph around, which an input always is.
        sizes: The declared shape of an input.
    """

    scope: Scope
    draft: Draft | None
    output: str | None
    names: OutputNames
    text: str
    origin: Handle | None
    sizes: list[Any] | None


class Handle:
    """A tensor of the graph: what a layer or block gives, or an input.

    `+ - * / @ **`, comparisons, `& | ~` and indexing add the layer of that name to the graph. Shapes must be equal:
    nothing is broadcast. Several outputs are attributes (`lstm.h_n`), and unpack; the handle itself is the first.
    """

    __slots__ = ("_inside",)

    def __init__(
        self,
        scope: Scope,
        draft: Draft | None,
        output: str | None = None,
        names: OutputNames = one_output,
        text: str = "input",
        origin: Handle | None = None,
        sizes: list[Any] | None = None,
    ) -> None:
        self._inside = Inside(scope, draft, output, names, text, origin, sizes)

    # -- sizes -----------------------------------------------------------------------------------------------------

    @property
    def shape(self) -> Expression:
        """The sizes, for arguments of a node that reads this handle first, or where it is the graph's first input."""
        return leaf("shape", ShapeLeaf(self))

    @property
    def channels(self) -> Expression:
        """`shape[1]`."""
        return self.shape[1]

    @property
    def features(self) -> Expression:
        """`shape[-1]`."""
        return self.shape[-1]

    # -- outputs ---------------------------------------------------------------------------------------------------

    def __getattr__(self, name: str) -> Handle:
        if name.startswith("_"):
            raise AttributeError(name)
        names = several(self)
        if names is None or name in names:
            return pick(self, name)
        raise _no_attribute(name, names)

    def __iter__(self) -> Iterator[Handle]:
        names = several(self)
        if not names:
            many = "nobody knows how many outputs this has" if names is None else "this is one tensor"
            raise failure("bad-value", f"{many}, and it cannot be unpacked", "pick one, as `x[:, 0]` or `parts[0]`")
        return iter([pick(self, name) for name in names])

    # -- operators -------------------------------------------------------------------------------------------------

    def __add__(self, other: Any) -> Handle:
        return _operate("Add", self, other)

    def __radd__(self, other: Any) -> Handle:
        return _operate("Add", self, other)

    def __sub__(self, other: Any) -> Handle:
        return _operate("Sub", self, other)

    def __rsub__(self, other: Any) -> Handle:
        return _operate("Sub", self, other, reverse=True)

    def __mul__(self, other: Any) -> Handle:
        return _operate("Mul", self, other)

    def __rmul__(self, other: Any) -> Handle:
        return _operate("Mul", self, other)

    def __truediv__(self, other: Any) -> Handle:
        return _operate("Div", self, other)

    def __rtruediv__(self, other: Any) -> Handle:
        return _operate("Div", self, other, reverse=True)

    def __pow__(self, other: Any) -> Handle:
        return _operate("Pow", self, other)

    def __rpow__(self, other: Any) -> Handle:
        return _operate("Pow", self, other, reverse=True)

    def __matmul__(self, other: Any) -> Handle:
        return _operate("MatMul", self, other)

    def __neg__(self) -> Handle:
        return _apply("Neg", self)

    def __lt__(self, other: Any) -> Handle:
        return _operate("Less", self, other)

    def __le__(self, other: Any) -> Handle:
        return _operate("LessEqual", self, other)

    def __gt__(self, other: Any) -> Handle:
        return _operate("Greater", self, other)

    def __ge__(self, other: Any) -> Handle:
        return _operate("GreaterEqual", self, other)

    def __eq__(self, other: object) -> Handle:  # pyright: ignore[reportIncompatibleMethodOverride] - as in torch
        return _operate("Equal", self, other)

    def __ne__(self, other: object) -> Handle:  # pyright: ignore[reportIncompatibleMethodOverride] - as in torch
        return _apply("Not", _operate("Equal", self, other))

    def __and__(self, other: Any) -> Handle:
        return _operate("And", self, other)

    def __or__(self, other: Any) -> Handle:
        return _operate("Or", self, other)

    def __invert__(self) -> Handle:
        return _apply("Not", self)

    def __getitem__(self, index: Any) -> Handle:
        """`x[:, 0]`, `x[..., None]`, `x[:, 1:-1:2]`; an integer alone picks one of several outputs."""
        from lego.builder.indexing import indexed

        return indexed(self, index)

    def __setitem__(self, index: Any, value: object) -> NoReturn:
        raise failure("bad-value", "a tensor of a graph is not written to", "compute a new one, with L.Where say")

    __hash__ = object.__hash__
    __array_ufunc__ = None

    def __bool__(self) -> bool:
        raise failure(
            "bad-value",
            "a tensor has no truth value while its graph is written",
            "choose between tensors with `L.Where()(condition, a, b)`, between layers with a parameter",
        )

    def __repr__(self) -> str:
        draft, text = self._inside.draft, self._inside.text
        return f"<handle of {draft.base if draft is not None else text}>"


class ShapeLeaf(Leaf):
    """The shape of a handle."""

    def __init__(self, handle: Handle) -> None:
        self.handle = handle

    def length(self) -> int | None:
        """The rank, of an input that is declared."""
        sizes = declared_sizes(self.handle)
        return None if sizes is None else len(sizes)

    def wanted(self) -> NoReturn:
        """No size is known yet."""
        help = "index it, `x.shape[1]`, and use it in an argument, or as a condition in `when=` and `lego.choose`"
        raise failure("unresolved-dim", "sizes are not known while a graph is written", help)


def inside(handle: Handle) -> Inside:
    """What a handle stands for."""
    return handle._inside  # pyright: ignore[reportPrivateUsage] - its attributes are outputs of its layer


def several(handle: Handle) -> tuple[str, ...] | None:
    """The names of several outputs; empty for one, None where they are not known."""
    if inside(handle).output is not None:
        return ()
    names = inside(handle).names()
    return () if names is not None and len(names) < 2 else names


def pick(handle: Handle, name: str) -> Handle:
    """One of several outputs; the first of those with names is the handle itself."""
    names = several(handle)
    first = names is not None and name == names[0] and not name.isdigit()
    return Handle(inside(handle).scope, inside(handle).draft, None if first else name)


def declared_sizes(handle: Handle) -> list[Any] | None:
    """The shape of a handle, where it is an input with a declared one."""
    origin = inside(handle).origin
    return inside(handle).sizes if origin is None else declared_sizes(origin)


def base(handle: Handle) -> tuple[object, str | None]:
    """What a handle is in the end: equal for handles of one value."""
    origin = inside(handle).origin
    while origin is not None:
        handle, origin = origin, inside(origin).origin
    return id(inside(handle).draft or handle), inside(handle).output


def _operate(layer: str, handle: Handle, other: Any, **arguments: Any) -> Handle:
    from lego.builder.layer import layer_class

    if isinstance(other, Handle):
        return layer_class(layer)()(handle, other)
    number = not isinstance(other, bool) and isinstance(other, Real | Expression)
    if not number or layer in ("MatMul", "And", "Or"):
        takes = "a tensor" if layer in ("MatMul", "And", "Or") else "a tensor or a number"
        raise failure("bad-value", f"{layer} takes {takes} of the graph, found {kind(other)}", advice(other))
    if arguments:
        return layer_class(layer)(other=other, **arguments)(handle)
    return layer_class(layer)(other)(handle)


def _apply(layer: str, handle: Handle) -> Handle:
    from lego.builder.layer import layer_class

    return layer_class(layer)()(handle)


def _no_attribute(name: str, names: tuple[str, ...]) -> NoAttribute:
    found = nearest(name.replace("_", ""), layer_names())
    help = did_you_mean(name, names) or (
        f"write `L.{found}(…)(x)`" if found else "layers and operators compute with it"
    )
    what = f"its outputs are {', '.join(names)}" if names else "it is one tensor of the graph"
    return NoAttribute(failure("unknown-name", f"a handle has no `{name}`: {what}", help).diagnostics)


def kind(value: object) -> str:
    """What somebody gave in place of a handle, for a message; nothing is imported to find out."""
    module = type(value).__module__
    if module.partition(".")[0] in ("torch", "numpy"):
        return f"a {module.partition('.')[0]} {type(value).__name__}"
    if value is None:
        return "None"
    if isinstance(value, Handle):
        return "a tensor of the graph"
    if isinstance(value, type):
        return f"the class `{value.__name__}`"
    return f"`{value!r}`" if isinstance(value, int | float | str | bool) else f"an object of `{type(value).__name__}`"


def advice(value: object) -> str | None:
    """What to do instead of giving a value that is no handle."""
    if type(value).__module__.partition(".")[0] in ("torch", "numpy"):
        return "tensors go through the built module: `lego.build(spec)(tensor)`; a fixed one is `L.Constant(value=…)()`"
    return None
