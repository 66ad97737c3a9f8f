"""Where data come from, one kind a file: each gives what was asked for as a spec wants it."""

from __future__ import annotations

from collections.abc import Callable

from lego.train.data.samples import Data
from lego.train.data.sources.arrays import npz
from lego.train.data.sources.digits import digits
from lego.train.data.sources.folder import folder
from lego.train.data.sources.idx import idx
from lego.train.data.sources.tables import csv, parquet
from lego.train.data.sources.text import text
from lego.train.data.wanted import Wanted

SOURCES: dict[str, Callable[[str, Wanted], Data]] = {
    "digits": digits,
    "idx": idx,
    "npz": npz,
    "csv": csv,
    "parquet": parquet,
    "folder": folder,
    "text": text,
}
"""By the word before the colon: what reads what stands behind it."""
