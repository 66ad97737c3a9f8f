"""What does not fit, as diagnostics: one of each kind, on the line of the first node that it concerns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice

from lego.diagnostics import Diagnostic, Note, Problem, Source, Span, nearest
from lego.graph import Place
from lego.runtime.weights.matching import shape_text
from lego.runtime.weights.report import Report

Places = Callable[[str], Place]
"""Which node a key of a module belongs to."""

_SHOWN = 8
_SKIP = "load what fits alone: strict=False, or --no-strict"


def complaints(report: Report, places: Places | None) -> list[Diagnostic]:
    """What keeps a checkpoint from being loaded strictly; none where it fits.

    Args:
        report: What was compared.
        places: Where the keys of the module stand in a spec; None where there is none.
    """
    return list(_Complaints(report, places).all())


class _Complaints:
    def __init__(self, report: Report, places: Places | None) -> None:
        self.report = report
        self.places = places
        self.file = Place("", Span(Source(report.file, ""), 1, 1))

    def all(self) -> Iterator[Diagnostic]:
        report = self.report
        name = f"`{report.file}`"
        if report.mismatched:
            notes = (
                Note(key, f"{shape_text(one.expected)}, there {shape_text(one.found)}", self.remark(key, one.remark))
                for key, one in report.mismatched.items()
            )
            message = f"{name} has {_tensors(report.mismatched)} of another shape or kind"
            yield self.one(message, notes, report.mismatched, _SKIP)
        if report.missing:
            notes = (
                Note(key, shape_text(one), self.remark(key, self.near(key))) for key, one in report.missing.items()
            )
            message = f"{name} lacks {_tensors(report.missing)} of this module"
            yield self.one(message, notes, report.missing, report.advice or _SKIP)
        if report.unexpected:
            notes = (Note(key, shape_text(one)) for key, one in report.unexpected.items())
            message = f"{name} has {_tensors(report.unexpected)} that this module has not"
            yield self.one(
                message, notes, report.unexpected, _SKIP if report.missing else report.advice or _SKIP, False
            )

    def one(
        self, message: str, notes: Iterable[Note], keys: Collection[str], help: str, placed: bool = True
    ) -> Diagnostic:
        shown = [*islice(notes, _SHOWN)]
        if len(keys) > _SHOWN:
            shown.append(Note("…", f"and {len(keys) - _SHOWN} more"))
        shown += [Note("map", f"`{rule}` changed no name") for rule in self.report.unused]
        path, span = self.place(keys) if placed else self.file
        return Problem("weights", message, notes=shown, help=help).at(span, path)

    def place(self, keys: Iterable[str]) -> Place:
        """The first node of these keys; the path is told where it is that of all."""
        if self.places is None:
            return self.file
        places = [self.places(key) for key in keys]
        alone = len({place.path for place in places}) == 1
        return places[0] if alone else places[0]._replace(path="")

    def remark(self, key: str, about: str) -> str:
        """Where the node of a key is written, and what else there is to say of it."""
        where = f"line {self.places(key).span.line}" if self.places is not None else ""
        return "; ".join(filter(None, (where, about)))

    def near(self, key: str) -> str:
        """A name that nothing has a place for, where it is nearly that of the key and has its shape."""
        if self.report.moves:
            return ""
        shape = self.report.missing[key].shape
        name = nearest(key, (name for name, one in self.report.unexpected.items() if one.shape == shape))
        return f"is it `{name}`?" if name else ""


def _tensors(keys: Collection[str]) -> str:
    return f"{len(keys)} tensor{'' if len(keys) == 1 else 's'}"
