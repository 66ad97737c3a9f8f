"""What evaluating one expression may still cost."""

from __future__ import annotations

from lego.diagnostics import Problem
from lego.shapes import Dim
from lego.spec.limits import Limits
from lego.spec.values import Value, is_list

_TERMS = 64  # of a symbolic size; beyond, its arithmetic is slow
_DEGREE = 8
_EXTREMA = 10  # minima and maxima in it: each doubles the cases that a comparison looks at


class Budget:
    """The steps that are left, and the bounds that every result is held to."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._left = limits.work

    def spend(self, steps: int) -> None:
        """Take steps away; raises `limit` where none are left."""
        self._left -= steps
        if self._left < 0:
            raise self.limits.exceeded("work", f"evaluating takes more than {self.limits.work:,} steps")

    def checked(self, value: Value) -> Value:
        """The value, if it is no larger than a result may be; raises `limit`."""
        if type(value) is int:
            self._check_integer(value)
        elif is_list(value):
            self._check_list(value)
        elif isinstance(value, Dim):
            self._check_size(value)
        return value

    def check_length(self, length: int) -> None:
        """Raise `limit` where a list of this length may not be made."""
        if length > self.limits.items:
            raise self.limits.exceeded("items", f"the list has more than {self.limits.items:,} entries")

    def _check_integer(self, value: int) -> None:
        if abs(value) > self.limits.integer:
            raise self.limits.exceeded("integer", f"a result is larger than {self.limits.integer:,}")

    def _check_list(self, value: list[Value]) -> None:
        """Entries of entries count: a list of lists may hold one list many times."""
        count = 0
        waiting: list[list[Value]] = [value]
        while waiting:
            items = waiting.pop()
            count += len(items)
            self.check_length(count)
            self.spend(len(items))
            waiting += [item for item in items if is_list(item)]

    def _check_size(self, size: Dim) -> None:
        self.spend(len(size.terms))
        if len(size.terms) > _TERMS or any(len(monomial) > _DEGREE for monomial in size.terms):
            raise Problem("limit", f"a size has more than {_TERMS} terms, or one of more than {_DEGREE} factors")
        if any(type(atom) is not str for monomial in size.terms for atom in monomial):
            self._check_extrema(str(size))
        for coefficient in (size.constant, *size.terms.values()):
            self._check_integer(coefficient)

    def _check_extrema(self, text: str) -> None:
        if text.count("min(") + text.count("max(") > _EXTREMA:
            raise Problem("limit", f"a size has more than {_EXTREMA} minima and maxima of symbols in it")
