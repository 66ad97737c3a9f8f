"""Runs generated source: its classes, with tracebacks that show its lines, and pickles that carry it."""

from __future__ import annotations

import linecache
import sys
from functools import cache
from hashlib import sha256
from types import ModuleType
from typing import Any

from torch import nn


@cache
def run_source(text: str) -> ModuleType:
    """The module that a generated source makes, once for equal texts."""
    digest = sha256(text.encode()).hexdigest()[:12]
    name = f"lego_generated_{digest}"
    filename = f"<lego {digest}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    module = ModuleType(name)
    module.__dict__["__source__"] = text
    sys.modules[name] = module
    exec(compile(text, filename, "exec"), module.__dict__)  # the emitter wrote it, from validated values
    for value in list(vars(module).values()):
        if isinstance(value, type) and issubclass(value, nn.Module) and value.__module__ == name:
            value.__reduce_ex__ = _reduce  # type: ignore[method-assign]
    return module


def _reduce(self: nn.Module, protocol: object) -> tuple[Any, ...]:
    """Pickled as the source of its class and its state; a copy goes the same way."""
    kind = type(self)
    return restore, (sys.modules[kind.__module__].__dict__["__source__"], kind.__qualname__), self.__getstate__()


def restore(source: str, name: str) -> nn.Module:
    """An empty instance of a class of a generated source, for unpickling."""
    kind = vars(run_source(source))[name]
    return kind.__new__(kind)
