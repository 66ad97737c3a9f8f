"""Symbolic sizes at run time: read off the tensors at hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lego.diagnostics import Problem
from lego.shapes import Dim, TensorType, substitute, symbol, symbols


class RuntimeSizes:
    """Writes sizes and dtypes as Python.

    Args:
        tensors: Those at hand, as (name, type); those named first are preferred.
        weight: A floating weight of the module.
    """

    def __init__(self, tensors: Iterable[tuple[str, TensorType]], weight: str | None = None) -> None:
        self.tensors = list(tensors)
        self.weight = weight
        self.asked = False

    def size(self, size: int | Dim) -> str:
        """`x.shape[0]`, or an expression of such: exact, whatever the sizes turn out to be."""
        if isinstance(size, int):
            return str(size)
        self.asked = True
        found = self._read(size) or self._from_symbols(size) or self._from_multiple(size)
        if found is None:
            message = f"the size {size} cannot be read off any tensor at hand"
            raise Problem("unresolved-dim", message, help="give an input a dim that is the symbol alone")
        return found

    def dtype(self, dtype: str) -> str:
        """That of a weight or a floating tensor at hand, where float32 stands for the module's; else torch's name."""
        if dtype != "float32":
            return f"torch.{dtype}"
        if self.weight is not None:
            return f"{self.weight}.dtype"
        self.asked = True
        floating = (name for name, type in self.tensors if type.dtype == "float32")
        return next((f"{name}.dtype" for name in floating), "torch.get_default_dtype()")

    def _axes(self) -> Iterator[tuple[str, int | Dim]]:
        for name, type in self.tensors:
            for axis, size in enumerate(type.shape):
                yield f"{name}.shape[{axis}]", size

    def _read(self, size: Dim) -> str | None:
        return next((text for text, found in self._axes() if found == size), None)

    def _from_symbols(self, size: Dim) -> str | None:
        """Every symbol by itself, then the whole expression."""
        texts: dict[str, str] = {}
        for name in sorted(symbols(size)):
            text = self._read(symbol(name)) or self._solve(name)  # pyright: ignore[reportArgumentType]
            if text is None:
                return None
            texts[name] = text
        stand_ins = {name: symbol(f"_{index}_") for index, name in enumerate(texts)}
        written = str(substitute(size, stand_ins))
        for index, text in enumerate(texts.values()):
            alone = written == f"_{index}_" or " " not in text
            written = written.replace(f"_{index}_", text if alone else f"({text})")
        return written

    def _solve(self, name: str) -> str | None:
        """A symbol from a dim that is a multiple of it: `image.shape[2] // 32`."""
        one = symbol(name)
        for text, found in self._axes():
            if isinstance(found, Dim) and symbols(found) == frozenset((name,)):
                factor = substitute(found, {name: 2}) - substitute(found, {name: 1})
                if isinstance(factor, int) and factor > 0 and found == one * factor:
                    return f"{text} // {factor}"
        return None

    def _from_multiple(self, size: Dim) -> str | None:
        """A known size times an integer, or plus one."""
        for text, found in self._axes():
            if isinstance(found, int):
                continue
            rest = size - found
            if isinstance(rest, int):
                return f"{text} {'+' if rest > 0 else '-'} {abs(rest)}"
            factor = size // found
            if isinstance(factor, int) and factor * found == size:
                return f"{factor} * {text}"
        return None
