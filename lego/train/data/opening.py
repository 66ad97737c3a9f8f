"""The door to all sources of data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lego.diagnostics import Note, Problem, nearest
from lego.graph import Graph
from lego.train.data.samples import Data
from lego.train.data.sources import SOURCES
from lego.train.data.wanted import Wanted

if TYPE_CHECKING:
    from lightning import LightningDataModule

_FORMS = "digits, idx:DIR, npz:FILE, csv:FILE, parquet:FILE, folder:DIR or text:FILE"
_ENDINGS = {".npz": "npz", ".csv": "csv", ".parquet": "parquet", ".txt": "text"}


def open_data(
    source: str | LightningDataModule,
    graph: Graph,
    *,
    target: str | None = None,
    classes: tuple[str, ...] | None = None,
    labelled: bool = True,
) -> Data:
    """Data as the inputs and the answer of a spec want it.

    Args:
        source: `digits`, `idx:DIR`, `npz:FILE`, `csv:FILE`, `parquet:FILE`, `folder:DIR`, `text:FILE`, or a module.
        graph: Of the spec.
        target: The column or array that is learned; unless given, a table's last column, or `target`, `y` or `labels`.
        classes: Those of the training, when a trained net meets other data, so that numbers mean the same; `()` where
            it has learned values.
        labelled: Whether there has to be a target; where there need not be and is none, it has the shape [n, 0].

    Raises:
        Problem: what the data have, what the spec wants, and the fix.
    """
    wanted = Wanted(graph, target, classes, labelled)
    if not graph.inputs:
        raise Problem("data", "the spec has no inputs, so that there is nothing to give it")
    if not isinstance(source, str):
        from lego.train.data.sources.modules import data_module

        return data_module(source, wanted)
    kind, _, where = source.partition(":")
    if kind not in SOURCES or (kind != "digits" and not where):
        raise _unknown(source, kind, where)
    return SOURCES[kind](where, wanted)


def _unknown(source: str, kind: str, where: str) -> Problem:
    ending = next((one for end, one in _ENDINGS.items() if source.endswith(end) and not where), None)
    near = nearest(kind, SOURCES)
    if ending is not None:
        help = f"write `{ending}:{source}`"
    elif near is not None:
        meant = near if near == "digits" else f"{near}:{where or 'PATH'}"
        help = f"did you mean `{meant}`?"
    else:
        help = "digits need no file and are there at once"
    return Problem("data", f"`{source}` is no source of data", notes=[Note("sources", _FORMS)], help=help)
