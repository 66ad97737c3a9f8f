"""Values that are not known while a graph is written: parameters, the turn of a repeat, sizes.

An `Expression` is a piece of the expression language, and arithmetic on it gives a larger one. Where Python needs the
value itself (`if`, `range`, formatting), it raises `Wanted`, and whoever can give the value starts again with it.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from typing import Any, NoReturn, cast

Naming = Callable[["Leaf", "int | None"], ast.expr]


class Leaf:
    """A name in an expression; what it stands for is a matter of where the expression is used."""

    def wanted(self) -> NoReturn:
        """Raise `Wanted` for its value, or say why it has none."""
        raise NotImplementedError

    def length(self) -> int | None:
        """How many items it has, where that is known without its value."""
        return None


class Wanted(BaseException):
    """Python needs the value of something that is written as an expression; no `except Exception` is meant for it.

    Attributes:
        owner: The trace whose parameter it is, or the loop.
        names: Of the parameters.
    """

    def __init__(self, owner: object, names: frozenset[str]) -> None:
        super().__init__(owner, names)
        self.owner = owner
        self.names = names


def _binary(operator: type[ast.operator], *, swap: bool = False) -> Callable[[Any, Any], Any]:
    def apply(self: Expression, other: Any) -> Any:
        if not _is_data(other):
            return NotImplemented
        left, right = (other, self) if swap else (self, other)
        return _made(ast.BinOp(_tree(left), operator(), _tree(right)), left, right)

    return apply


def _compare(operator: type[ast.cmpop]) -> Callable[[Any, Any], Any]:
    def apply(self: Expression, other: Any) -> Any:
        if not _is_data(other):
            return NotImplemented
        return _made(ast.Compare(_tree(self), [operator()], [_tree(other)]), self, other)

    return apply


def _logic(operator: type[ast.boolop], *, swap: bool = False) -> Callable[[Any, Any], Any]:
    def apply(self: Expression, other: Any) -> Any:
        if not _is_data(other):
            return NotImplemented
        left, right = (other, self) if swap else (self, other)
        return _made(ast.BoolOp(operator(), [_tree(left), _tree(right)]), left, right)

    return apply


class Expression:
    """A value that the document computes: `2 * planes`, `index == 0`, `x.shape[1]`.

    Arithmetic, comparison, indexing, `&`, `|` and `~` (for and, or, not) give expressions; `lego.choose` is the
    conditional. `bool`, `int`, `len`, `for`, hashing and formatting need the value itself: a parameter is then no
    longer one of the block, whose function runs again with its value.
    """

    __slots__ = ("_leaves", "_tree")

    def __init__(self, tree: ast.expr, leaves: dict[str, Leaf]) -> None:
        self._tree = tree
        self._leaves = leaves

    __add__, __radd__ = _binary(ast.Add), _binary(ast.Add, swap=True)
    __sub__, __rsub__ = _binary(ast.Sub), _binary(ast.Sub, swap=True)
    __mul__, __rmul__ = _binary(ast.Mult), _binary(ast.Mult, swap=True)
    __truediv__, __rtruediv__ = _binary(ast.Div), _binary(ast.Div, swap=True)
    __floordiv__, __rfloordiv__ = _binary(ast.FloorDiv), _binary(ast.FloorDiv, swap=True)
    __mod__, __rmod__ = _binary(ast.Mod), _binary(ast.Mod, swap=True)
    __pow__, __rpow__ = _binary(ast.Pow), _binary(ast.Pow, swap=True)
    __lt__, __le__ = _compare(ast.Lt), _compare(ast.LtE)
    __gt__, __ge__ = _compare(ast.Gt), _compare(ast.GtE)
    __eq__, __ne__ = _compare(ast.Eq), _compare(ast.NotEq)  # pyright: ignore[reportAssignmentType]
    __and__, __rand__ = _logic(ast.And), _logic(ast.And, swap=True)
    __or__, __ror__ = _logic(ast.Or), _logic(ast.Or, swap=True)

    def __neg__(self) -> Expression:
        return _made(ast.UnaryOp(ast.USub(), self._tree), self)

    def __pos__(self) -> Expression:
        return self

    def __invert__(self) -> Expression:
        return _made(ast.UnaryOp(ast.Not(), self._tree), self)

    def __abs__(self) -> Expression:
        return called("max", self, -self)

    def __round__(self, digits: int | None = None) -> Expression:
        return called("round", self) if digits is None else called("round", self, digits)

    def __ceil__(self) -> Expression:
        return called("ceil", self)

    def __floor__(self) -> Expression:
        return called("floor", self)

    def __getitem__(self, index: Any) -> Expression:
        if not isinstance(index, slice):
            return _made(ast.Subscript(self._tree, _tree(index)), self, index)
        cut = cast("Any", index)
        ends = [None if end is None else _tree(end) for end in (cut.start, cut.stop, cut.step)]
        return _made(ast.Subscript(self._tree, ast.Slice(*ends)), self, cut.start, cut.stop, cut.step)

    def __call__(self, *inputs: Any, **arguments: Any) -> Any:
        """Use the layer or block that a parameter holds."""
        from lego.builder.component import use_component

        return use_component(self, inputs, arguments)

    def __getattr__(self, name: str) -> Expression:
        """A key of a mapping: `item.planes`."""
        if name.startswith("_"):
            raise AttributeError(name)
        return _made(ast.Attribute(self._tree, name), self)

    def __bool__(self) -> bool:
        needed(self)

    def __index__(self) -> int:
        needed(self)

    def __int__(self) -> int:
        needed(self)

    def __float__(self) -> float:
        needed(self)

    def __len__(self) -> int:
        length = _length(self)
        return needed(self) if length is None else length

    def __iter__(self) -> Iterator[Any]:
        length = _length(self)
        return needed(self) if length is None else iter([self[at] for at in range(length)])

    def __contains__(self, value: object) -> bool:
        needed(self)

    def __hash__(self) -> int:
        needed(self)

    def __str__(self) -> str:
        needed(self)

    def __format__(self, spec: str) -> str:
        needed(self)

    @property
    def is_name(self) -> bool:
        """Whether it is a parameter, and nothing done to it."""
        return isinstance(self._tree, ast.Name)

    def __repr__(self) -> str:
        return f"<expression {ast.unparse(self._tree)}>"


def leaf(name: str, of: Leaf) -> Expression:
    """The expression of one name."""
    key = f"{name}@{id(of)}"
    return Expression(ast.Name(key), {key: of})


def leaves(expression: Expression) -> list[Leaf]:
    """All that an expression depends on."""
    return list(expression._leaves.values())  # pyright: ignore[reportPrivateUsage]


def _length(expression: Expression) -> int | None:
    [first, *more] = leaves(expression)
    return first.length() if expression.is_name and not more else None


def needed(expression: Expression) -> NoReturn:
    """Ask for the value of an expression, which its leaves have or have not."""
    for one in sorted(leaves(expression), key=lambda one: type(one).__name__):
        one.wanted()
    raise AssertionError(expression)


def called(function: str, *arguments: Any) -> Expression:
    """A call of a function of the language."""
    return _made(ast.Call(ast.Name(function), [_tree(one) for one in arguments], []), *arguments)


def choose(condition: Any, a: Any, b: Any) -> Any:
    """`a` if the condition holds, else `b`; the condition may be an expression, and stays one.

    Python's own `a if condition else b` needs to know the condition, and gives a block for each of its values.
    """
    if not isinstance(condition, Expression):
        return a if condition else b
    if _is_data(a) and _is_data(b):
        return _made(ast.IfExp(_tree(condition), _tree(a), _tree(b)), condition, a, b)
    return a if bool(condition) else b


def written(expression: Expression, name: Naming) -> Any:
    """The text of an expression, `$` included; `name` says what a leaf is there, or a leaf at an index.

    An expression whose value turns out to be known is that value.
    """
    tree = _Filled(expression, name).tree()
    return tree.value if isinstance(tree, ast.Constant) else f"${_text(tree)}"


class _Filled(ast.NodeTransformer):
    def __init__(self, expression: Expression, name: Naming) -> None:
        self.expression = expression
        self.leaves = expression._leaves  # pyright: ignore[reportPrivateUsage]
        self.name = name

    def tree(self) -> ast.expr:
        return self.visit(copy.deepcopy(self.expression._tree))  # pyright: ignore[reportPrivateUsage]

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.name(self.leaves[node.id], None) if node.id in self.leaves else node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        index = _known_index(node.slice)
        if index is None or not isinstance(node.value, ast.Name) or node.value.id not in self.leaves:
            return self.generic_visit(node)
        return self.name(self.leaves[node.value.id], index)


def _known_index(tree: ast.expr) -> int | None:
    try:
        index = ast.literal_eval(tree)
    except ValueError:
        return None
    return index if isinstance(index, int) else None


def at_index(tree: ast.expr, index: int | None) -> ast.expr:
    """The tree, or an item of it."""
    return tree if index is None else ast.Subscript(tree, _tree(index))


def _text(tree: ast.expr) -> str:
    text = ast.unparse(tree)
    whole = isinstance(tree, ast.Name | ast.Subscript | ast.Attribute | ast.Call)
    return text if whole else f"({text})"


# -- how expressions are put together ----------------------------------------------------------------------------------


def _made(tree: ast.expr, *parts: Any) -> Expression:
    """The expression of a tree that was made of these parts."""
    found: dict[str, Leaf] = {}
    for part in parts:
        _collect(part, found)
    return Expression(tree, found)


def _collect(part: Any, found: dict[str, Leaf]) -> None:
    if isinstance(part, Expression):
        found |= part._leaves  # pyright: ignore[reportPrivateUsage]
    elif isinstance(part, list | tuple):
        for item in cast("list[Any]", part):
            _collect(item, found)


def _tree(part: Any) -> ast.expr:
    if isinstance(part, Expression):
        return part._tree  # pyright: ignore[reportPrivateUsage]
    if isinstance(part, list | tuple):
        return ast.List([_tree(item) for item in cast("list[Any]", part)])
    if isinstance(part, int | float) and not isinstance(part, bool) and part < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-part))
    return ast.Constant(part)


def _is_data(value: Any) -> bool:
    """Whether a value can be written in an expression."""
    if isinstance(value, list | tuple):
        return all(map(_is_data, cast("list[Any]", value)))
    return value is None or isinstance(value, Expression | bool | int | float | str)
