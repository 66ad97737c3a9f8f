"""The bare expressions of shapes: `N`, `32*h`, `T + 1`, `H//2`, where every name is a symbol."""

from __future__ import annotations

import ast
from collections.abc import Container
from functools import lru_cache

from lego.diagnostics import Problem
from lego.shapes import Size, symbol
from lego.spec.arithmetic import binary, unary
from lego.spec.budget import Budget
from lego.spec.expression import check_length, syntax
from lego.spec.limits import DEFAULT_LIMITS, Limits
from lego.spec.values import shortened

_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv)


def evaluate_dim(text: str, params: Container[str] = (), limits: Limits = DEFAULT_LIMITS) -> Size:
    """The size that a bare expression over symbols says.

    Args:
        text: What stands in the shape, `32*h`.
        params: The names of parameters, which are no symbols.
        limits: The bounds on its length and work.

    Raises:
        Problem: `bad-value` for a parameter, `bad-expression` for what is no dim, `limit`.
    """
    check_length(text, limits)
    size, names = _size(text, limits)
    for name in names:
        if name in params:
            raise Problem("bad-value", f"`{name}` is a parameter, and bare names are symbols", help=f"write `${name}`")
    return size


@lru_cache(maxsize=4096)
def _size(text: str, limits: Limits) -> tuple[Size, tuple[str, ...]]:
    shown = shortened(text)
    if not text.strip():
        raise Problem("bad-expression", "a dim is expected, and this text is empty", help=_KNOWN)
    tree = syntax(text, shown, _KNOWN)
    names = tuple(dict.fromkeys(node.id for node in ast.walk(tree) if isinstance(node, ast.Name)))
    try:
        return _value(tree, Budget(limits)), names
    except Problem as problem:
        raise Problem(problem.code, f"`{shown}`: {problem.message}", help=problem.help) from None


def _value(tree: ast.expr, budget: Budget) -> Size:
    match tree:
        case ast.Constant(value=int(number)) if not isinstance(number, bool):
            return budget.checked(number)
        case ast.Name(id=name) if name.isascii():
            return symbol(name)
        case ast.UnaryOp(op=ast.USub()):
            return unary(ast.USub, _value(tree.operand, budget), budget)
        case ast.BinOp() if isinstance(tree.op, _OPERATORS):
            left = _value(tree.left, budget)
            return binary(type(tree.op), left, _value(tree.right, budget), budget)
        case ast.BinOp(op=ast.Div()):
            raise Problem("bad-expression", "`/` does not give an integer", help="write `//`")
        case _:
            raise Problem("bad-expression", "this is no dim", help=_KNOWN)


_KNOWN = "a dim is an integer, a symbol, or + - * // of them; `$` begins an expression with parameters"
