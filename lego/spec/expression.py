"""Expressions: `$width`, `$(4 * width)`, `"$stages[0]"`. Here they are read; `evaluate` computes them.

The grammar is a part of Python's, whose parser gives the syntax tree; nothing is ever compiled or run.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from lego.diagnostics import Problem, did_you_mean
from lego.spec.arithmetic import OPERATORS
from lego.spec.comparison import COMPARISONS
from lego.spec.functions import FUNCTIONS
from lego.spec.limits import DEFAULT_LIMITS, Limits
from lego.spec.quoting import is_balanced
from lego.spec.values import shortened

CONTEXT = frozenset({"shape", "channels", "features", "input", "index", "count", "item"})
"""The names that a node's surroundings give."""

RESERVED = CONTEXT | FUNCTIONS.keys() | {"True", "False", "None"}
"""The names that no parameter may take."""

_DEEPEST = 100  # Python's own stack bounds it, so that nobody can raise it


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was read.

    Attributes:
        text: What follows the `$`.
        names: The names whose values it may ask for.
        tree: Its syntax, of allowed nodes only.
    """

    text: str
    names: frozenset[str] = field(compare=False)
    tree: ast.expr = field(compare=False, repr=False)

    def __str__(self) -> str:
        return f"${self.text}"


def is_expression(text: str) -> bool:
    """Whether a string is an expression: it starts with one `$`."""
    return text.startswith("$") and not text.startswith("$$")


def unescape(text: str) -> str:
    """A string that is no expression, as it is meant: `$$x` is `$x`."""
    return text[1:] if text.startswith("$$") else text


def parse_expression(text: str, limits: Limits = DEFAULT_LIMITS) -> Expression:
    """Read an expression, without the `$` before it.

    Raises:
        Problem: `bad-expression` for what is none, `unknown-name` for an unknown function, `limit` if it is too long.
    """
    check_length(text, limits)
    return _parse(text)


def check_length(text: str, limits: Limits) -> None:
    """Raise `limit` for an expression that is too long to be read."""
    if len(text) > limits.expression:
        raise limits.exceeded("expression", f"an expression has more than {limits.expression:,} characters")


def syntax(text: str, shown: str, known: str) -> ast.expr:
    """The syntax tree of an expression of Python; in messages `shown` quotes it, `known` says what it may have."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise _unreadable(text.strip(), shown, known, error.offset) from None
    except (ValueError, OverflowError):
        raise _unreadable(text.strip(), shown, known, None) from None
    except (RecursionError, MemoryError):
        raise _too_deep(shown) from None
    if any(depth > _DEEPEST for _, depth in _nodes(tree)):
        raise _too_deep(shown)
    return tree


@lru_cache(maxsize=4096)
def _parse(text: str) -> Expression:
    if not text.strip():
        raise Problem(
            "bad-expression",
            "an expression is expected after `$`",
            help="write `$width` or `$(2 * width)`; `$$` is a literal dollar",
        )
    shown = f"${shortened(text)}"
    tree = syntax(text, shown, _KNOWN)
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    nodes = [node for node, _ in _nodes(tree)]
    for node in nodes:
        _check(node, shown, id(node) in called)
    names = frozenset(node.id for node in nodes if isinstance(node, ast.Name) and id(node) not in called)
    return Expression(text, names, tree)


def _nodes(tree: ast.expr) -> Iterator[tuple[ast.AST, int]]:
    """All nodes from left to right with their depth; without recursion, for the depth is not known yet."""
    waiting: list[tuple[ast.AST, int]] = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        waiting += [(child, depth + 1) for child in reversed(list(ast.iter_child_nodes(node)))]


def _check(node: ast.AST, shown: str, is_called: bool) -> None:
    """Raise where a node is not of the language."""
    kind = type(node)
    if kind not in _ALLOWED:
        raise _refused(*_REFUSED.get(kind, ("something", None)), shown)
    if isinstance(node, ast.Constant) and type(node.value) not in _CONSTANTS:
        raise _refused(f"the constant `{ast.unparse(node)}`", None, shown)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple):
        raise _refused("several indices at once", "write `[0][1]`", shown)
    if isinstance(node, ast.Call):
        _check_call(node, shown)
    if isinstance(node, ast.Name) and node.id in FUNCTIONS and not is_called:
        message = f"`{shown}`: `{node.id}` is a function, not a value"
        raise Problem("bad-expression", message, help=f"write `{node.id}(…)`")


def _check_call(call: ast.Call, shown: str) -> None:
    if not isinstance(call.func, ast.Name):
        raise _refused("a call of something that is no function", None, shown)
    name = call.func.id
    if name not in FUNCTIONS:
        help = did_you_mean(name, FUNCTIONS) or f"the functions are {', '.join(FUNCTIONS)}"
        raise Problem("unknown-name", f"`{shown}`: there is no function `{name}`", help=help)
    if call.keywords:
        raise _refused("an argument given by name", "give it by its place", shown)
    function = FUNCTIONS[name]
    found = len(call.args)
    if found < 1 or (function.most is not None and found > function.most):
        most = {1: "1 argument", None: "1 argument or more"}.get(function.most, f"1 to {function.most} arguments")
        message = f"`{shown}`: `{name}` takes {most}, not {found}"
        raise Problem("bad-expression", message)


def _refused(what: str, help: str | None, shown: str) -> Problem:
    return Problem("bad-expression", f"`{shown}`: expressions do not know {what}", help=help or _KNOWN)


def _unreadable(text: str, shown: str, known: str, offset: int | None) -> Problem:
    if not is_balanced(text):
        return Problem("bad-expression", f"the brackets of `{shown}` do not match", help="close each bracket")
    rest = text[offset - 1 :] if offset else ""
    help = "compare with `==`" if rest.startswith("=") else known
    where = f"from `{shortened(rest)}` on" if rest else "to its end"
    return Problem("bad-expression", f"`{shown}` cannot be read {where}", help=help)


def _too_deep(shown: str) -> Problem:
    return Problem("limit", f"`{shown}` is nested more than {_DEEPEST} deep", help="compute parts of it in parameters")


_KNOWN = (
    "an expression has names, numbers, + - * / // % **, comparisons, and, or, not, `a if c else b`, lists, indexing, "
    f"and the functions {', '.join(FUNCTIONS)}"
)
_CONSTANTS = frozenset({bool, int, float, str, type(None)})
_ALLOWED: frozenset[type[ast.AST]] = (
    OPERATORS
    | COMPARISONS
    | {
        *(ast.BinOp, ast.UnaryOp, ast.USub, ast.UAdd, ast.Not, ast.BoolOp, ast.And, ast.Or, ast.Compare, ast.IfExp),
        *(ast.Call, ast.Name, ast.Constant, ast.List, ast.Tuple, ast.Subscript, ast.Slice, ast.Attribute, ast.Load),
    }
)
_REFUSED: dict[type[ast.AST], tuple[str, str | None]] = {
    ast.BitXor: ("`^`", "write `**` for a power"),
    ast.BitAnd: ("`&`", "write `and`"),
    ast.BitOr: ("`|`", "write `or`"),
    ast.Invert: ("`~`", "write `not`"),
    ast.LShift: ("`<<`", "write `* 2**n`"),
    ast.RShift: ("`>>`", "write `// 2**n`"),
    ast.MatMult: ("`@`", None),
    ast.Is: ("`is`", "write `==`"),
    ast.IsNot: ("`is not`", "write `!=`"),
    ast.NamedExpr: ("`:=`", None),
    ast.Starred: ("`*` before a value", None),
    ast.Lambda: ("functions of their own", None),
    ast.ListComp: ("comprehensions", None),
    ast.SetComp: ("comprehensions", None),
    ast.DictComp: ("comprehensions", None),
    ast.GeneratorExp: ("comprehensions", None),
    ast.JoinedStr: ("texts with values in them", None),
    ast.Dict: ("mappings in braces", None),
    ast.Set: ("sets in braces", "write a list in `[…]`"),
}
