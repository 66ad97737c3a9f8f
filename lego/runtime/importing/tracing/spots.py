"""Where the user's Python calls torch."""

from __future__ import annotations

import inspect
import linecache
import sys
from functools import lru_cache
from itertools import islice
from pathlib import Path
from types import CodeType, FrameType, TracebackType
from typing import NamedTuple

from torch import nn

from lego.diagnostics import NOWHERE, Source, Span

_OURS = __name__.partition(".")[0]
_NOT_THE_USERS = frozenset((_OURS, "torch", "einops", "contextlib", "functools"))

_KERNELS = ("torch._refs", "torch._decomp", "torch._prims", "torch._meta_registrations", "torch._ops", "torch._library")


class Spot(NamedTuple):
    """An instruction of a function."""

    code: CodeType
    instruction: int

    @property
    def span(self) -> Span:
        """Its place in the text."""
        return _span(self.code.co_filename, *self)


def calling() -> Spot | None:
    """The innermost call that is written in no package of ours."""
    frame: FrameType | None = sys._getframe(1)  # pyright: ignore[reportPrivateUsage] - as warnings and logging do
    while frame is not None and not _is_users(frame):
        frame = frame.f_back
    return None if frame is None else Spot(frame.f_code, frame.f_lasti)


def in_a_kernel() -> bool:
    """Whether the caller's caller is the Python by which torch knows sizes, of a function that nobody saw."""
    name = str(sys._getframe(2).f_globals.get("__name__", ""))  # pyright: ignore[reportPrivateUsage]
    return name.startswith(_KERNELS)


def raising(traceback: TracebackType | None) -> Spot | None:
    """Where the user's Python was when an exception came."""
    found: Spot | None = None
    while traceback is not None:
        if _is_users(traceback.tb_frame):
            found = Spot(traceback.tb_frame.f_code, traceback.tb_lasti)
        traceback = traceback.tb_next
    return found


def begins(module: nn.Module) -> Span:
    """Where the forward pass of a module is defined."""
    code = getattr(inspect.unwrap(type(module).forward), "__code__", None)
    return NOWHERE if code is None else Span(_source(code.co_filename), code.co_firstlineno, 1)


def span_of(spot: Spot | None) -> Span:
    """The place of a spot, if there is one."""
    return NOWHERE if spot is None else spot.span


def _is_users(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0] not in _NOT_THE_USERS


@lru_cache(maxsize=65536)
def _span(file: str, code: CodeType, instruction: int) -> Span:
    """Two codes of one text are equal, in whichever file they stand."""
    source = _source(file)
    position = next(islice(code.co_positions(), instruction // 2, None), None)
    line, end_line, start, end = position or (None, None, None, None)
    if line is None or start is None:
        return Span(source, line or code.co_firstlineno, 1)
    data = linecache.getline(file, line).rstrip("\n").encode()
    stop = end if end_line == line and end is not None else len(data)  # columns of Python count bytes
    before, marked = data[:start].decode(errors="replace"), data[start:stop].decode(errors="replace")
    return Span(source, line, len(before) + 1, max(1, len(marked)))


@lru_cache(maxsize=1024)
def _source(file: str) -> Source:
    path, here = Path(file), Path.cwd()
    shown = path.relative_to(here).as_posix() if path.is_absolute() and path.is_relative_to(here) else file
    return Source(shown, "".join(linecache.getlines(file)))
