"""Pictures by matplotlib, the same bytes for the same numbers."""

from __future__ import annotations

import io
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

FORMATS = ("svg", "png", "pdf")


@contextmanager
def figure(size: tuple[float, float]) -> Generator[Any]:
    """An empty figure of so many inches; it is drawn and written within."""
    import matplotlib
    from matplotlib.figure import Figure

    plotting: Any = matplotlib  # half typed
    with plotting.rc_context({"svg.hashsalt": "lego", "svg.fonttype": "none", "font.family": "sans-serif"}):
        yield Figure(figsize=size, layout="constrained")


def written(figure: Any, format: str) -> bytes:
    """The bytes of one of the formats."""
    data = io.BytesIO()
    date = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(format, {})
    figure.savefig(data, format=format, metadata=date)
    return data.getvalue()
