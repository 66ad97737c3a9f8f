"""The bounds that keep a hostile or mistaken spec from costing more than it is worth."""

from __future__ import annotations

from dataclasses import dataclass

from lego.diagnostics import Problem


@dataclass(frozen=True, slots=True)
class Limits:
    """What a spec may cost; only the caller can raise a bound (`lego.load(path, limits=lego.Limits(depth=200))`).

    Attributes:
        text: Bytes of one document.
        depth: Brackets and indentations inside one another, in one document.
        tree: Keys and values of one document.
        integer: Magnitude of an integer, written or computed.
        nodes: Nodes of the graph, after blocks and repeats are expanded.
        elements: Elements of one tensor.
        expression: Characters of one expression.
        work: Steps that evaluating one expression may take.
        items: Entries of a list that an expression makes; values that a delay keeps.
    """

    text: int = 16 * 2**20
    depth: int = 64
    tree: int = 3_000_000
    integer: int = 2**63
    nodes: int = 200_000
    elements: int = 2**40
    expression: int = 1_000
    work: int = 100_000
    items: int = 10_000

    def exceeded(self, bound: str, message: str) -> Problem:
        """The cause that a bound was passed; `message` says what is larger than it may be."""
        return Problem(
            "limit",
            f"{message}, the bound `{bound}`",
            help=f"only the caller can raise this bound: lego.load(path, limits=lego.Limits({bound}=…))",
        )


DEFAULT_LIMITS = Limits()
