"""Tables: text separated by commas, and Parquet."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import torch
from torch import Tensor

from lego.diagnostics import Note, Problem, did_you_mean
from lego.train.data.answer import numbered
from lego.train.data.files import existing_file
from lego.train.data.fitting import Part, Source, fit
from lego.train.data.samples import Data
from lego.train.data.wanted import Wanted, features

if TYPE_CHECKING:
    from collections.abc import Callable

_LARGEST_BLOCK = 1 << 30

Table = Any  # pyarrow has no types
Column = Any


def csv(where: str, wanted: Wanted) -> Data:
    """A table as text, with the names of the columns in its first row.

    The target is the column that is asked for, or the last; the others are the features, in order, or, where all
    inputs are named as columns, these.
    """
    return _table(f"csv:{where}", _open(existing_file(where), _read_csv), wanted)


def parquet(where: str, wanted: Wanted) -> Data:
    """The same in Parquet's format."""
    return _table(f"parquet:{where}", _open(existing_file(where), _read_parquet), wanted)


def _open(path: Path, read: Callable[[Path], Table]) -> Table:
    arrow: Any = import_module("pyarrow")
    try:
        table = read(path)
        names: list[str] = table.column_names
    except UnicodeDecodeError:
        raise Problem("data", f"the columns of `{path.name}` are not named in UTF-8", help="save it as UTF-8") from None
    except (arrow.ArrowException, OSError) as error:
        message = f"`{path.name}` cannot be read as a table: {str(error).splitlines()[0].rstrip('.')}"
        raise Problem("data", message) from None
    _need_names(names, path)
    if not table.num_rows:
        raise Problem("data", f"`{path.name}` has no samples")
    return table


def _read_csv(path: Path) -> Table:
    csv: Any = import_module("pyarrow.csv")
    block = min(path.stat().st_size + 1, _LARGEST_BLOCK)  # the kind of a column shows in all of it
    options = csv.ConvertOptions(strings_can_be_null=True)
    return csv.read_csv(path, read_options=csv.ReadOptions(block_size=block), convert_options=options)


def _read_parquet(path: Path) -> Table:
    parquet: Any = import_module("pyarrow.parquet")
    return parquet.read_table(path)


def _need_names(names: list[str], path: Path) -> None:
    double = sorted({name for name in names if names.count(name) > 1})
    if all(map(_is_number, names)) and names != list(map(str, range(len(names)))):
        message = f"the first row of `{path.name}` has numbers, where the names of the columns are to stand"
        raise Problem("data", message, help="write a first row of names")
    if "" in names:
        message = (
            f"column {names.index('') + 1} of `{path.name}` has no name, as the numbers of rows that pandas writes"
        )
        raise Problem("data", message, help="write the table with `index=False`, or name the column")
    if double:
        raise Problem("data", f"`{path.name}` has several columns `{double[0]}`", help="give each a name of its own")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _table(source: str, table: Table, wanted: Wanted) -> Data:
    key = _target(source, table, wanted)
    arrays = _inputs(source, table, key, wanted)
    if key is None:
        return fit(Source(source, Part(arrays, None)), wanted)
    column = _whole(source, table, key)
    if _is_text(column):
        target, classes = numbered(column.to_pylist(), wanted.classes, source)
        return fit(Source(source, Part(arrays, target), classes=classes), wanted)
    return fit(Source(source, Part(arrays, _values(source, key, column))), wanted)


def _target(source: str, table: Table, wanted: Wanted) -> str | None:
    names: list[str] = table.column_names
    if wanted.target in names:
        return wanted.target
    if wanted.target is None:
        return None if not wanted.labelled and _features(wanted) in (len(names), None) else names[-1]
    if not wanted.labelled:
        return None
    has = Note("has", ", ".join(names))
    help = did_you_mean(wanted.target, names)
    raise Problem("data", f"{source} has no column `{wanted.target}`, which is to be learned", notes=[has], help=help)


def _features(wanted: Wanted) -> int | None:
    """How many features the one input has, where that is known."""
    count = features(wanted.only[1].shape).numel if wanted.only else None
    return count if isinstance(count, int) else None


def _inputs(source: str, table: Table, key: str | None, wanted: Wanted) -> dict[str, Tensor]:
    named = [name for name in wanted.inputs if name in table.column_names]
    by_name = len(named) == len(wanted.inputs) and (wanted.only is None or _features(wanted) == 1)
    if by_name or wanted.only is None:
        return {name: _values(source, name, _whole(source, table, name)) for name in named}
    others = [name for name in table.column_names if name != key]
    columns = {name: _values(source, name, _whole(source, table, name)) for name in others}
    name, type = wanted.only
    return {name: _stacked(columns, type.dtype)} if columns else {}


def _stacked(columns: dict[str, Tensor], dtype: str) -> Tensor:
    """All columns side by side; float32, but where integers are wanted, and are there."""
    first = next(iter(columns.values()))
    whole = not any(column.is_floating_point() for column in columns.values())
    stacked = torch.empty(len(first), len(columns), dtype=torch.int64 if whole and "int" in dtype else torch.float32)
    for number, column in enumerate(columns.values()):
        stacked[:, number] = column
    return stacked


def _whole(source: str, table: Table, name: str) -> Column:
    """A column in which no value is missing."""
    column = table.column(name).combine_chunks()
    if column.null_count:
        row = int(np.flatnonzero(column.is_null().to_numpy(zero_copy_only=False))[0]) + 1
        message = f"the column `{name}` of {source} has no value in row {row}"
        notes = [Note("missing", f"{column.null_count} of {len(column)}")]
        raise Problem("data", message, notes=notes, help="fill what is missing, or leave these rows out")
    return column


def _is_text(column: Column) -> bool:
    types: Any = import_module("pyarrow.types")
    kind = column.type.value_type if types.is_dictionary(column.type) else column.type
    return types.is_string(kind) or types.is_large_string(kind)


def _values(source: str, name: str, column: Column) -> Tensor:
    types: Any = import_module("pyarrow.types")
    kind = column.type
    if types.is_boolean(kind) or types.is_integer(kind):
        return torch.as_tensor(column.to_numpy(zero_copy_only=False).astype(np.int64))
    if types.is_floating(kind):
        with np.errstate(over="ignore"):  # what is too large becomes infinite, and is told of as such
            return torch.as_tensor(column.to_numpy(zero_copy_only=False).astype(np.float32))
    _refuse(source, name, column)


def _refuse(source: str, name: str, column: Column) -> NoReturn:
    if not _is_text(column):
        raise Problem("data", f"the column `{name}` of {source} is {column.type}, where numbers are needed")
    listed: list[Any] = column.to_pylist()
    values = list(enumerate(listed, 1))
    row, value = next(((row, one) for row, one in values if not _is_number(one)), values[0])
    notes = [Note(f"row {row}", repr(value))]
    help = "write it as numbers, a column of 0 and 1 for each of its values, say, or leave it out"
    raise Problem("data", f"the column `{name}` of {source} is text, where numbers are needed", notes=notes, help=help)
