"""How the calls of a frame are drawn: one by one, or several as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from lego.catalogue import Layer
from lego.emit.diagram.plan import Plan
from lego.emit.diagram.structure import Structure
from lego.graph import Call, Frame, Ref

_LONGEST_PERIOD = 8
_FEWEST_BRANCHES = 3
_SMALL = 8
_MOST_FOLLOWERS = 4
_FOLLOWERS = frozenset(("normalization", "activation", "dropout"))


class Segment(NamedTuple):
    """Calls that stand side by side in their frame, drawn as one.

    Attributes:
        start: The first call.
        period: Calls in one instance.
        times: Equal instances, one after the other, or with `parallel` side by side.
        form: `lump`: a single box stands for all of them. `gap`: likewise, and it does not say what they are.
    """

    start: int
    period: int = 1
    times: int = 1
    form: Literal["chain", "parallel", "lump", "gap"] = "chain"

    @property
    def stop(self) -> int:
        """One past the last call."""
        return self.start + self.period * self.times


class Segments:
    """Cuts frames into segments, as a plan says."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.structure = Structure(exact=plan.exact)
        self._equal = Structure(exact=True)

    def of(self, frame: Frame) -> Iterable[Segment]:
        """The segments of a frame, in the order of its calls."""
        found = _Cutter(frame, self.plan, self.structure, self._equal).segments()
        return found if self.plan.limit is None else _shortened(list(found), self.plan.limit)


def _shortened(found: list[Segment], limit: int) -> list[Segment]:
    """At most `limit` segments: those in the middle give way to a gap."""
    if len(found) <= limit:
        return found
    head, tail = found[: limit // 2], found[len(found) - (limit - 1) // 2 :]
    start, stop = head[-1].stop, tail[0].start
    return [*head, Segment(start, stop - start, 1, "gap"), *tail]


class _Cutter:
    def __init__(self, frame: Frame, plan: Plan, structure: Structure, equal: Structure) -> None:
        self.frame = frame
        self.calls = frame.calls
        self.plan = plan
        self.equal = equal
        self.keys = [structure.of_call(call) for call in frame.calls]
        self.readers = readers(frame)

    def segments(self) -> Iterator[Segment]:
        start = 0
        while start < len(self.calls):
            segment = self.at(start)
            yield segment
            start = segment.stop

    def at(self, start: int) -> Segment:
        """The segment that begins here."""
        count = self.side_by_side(start)
        if count >= _FEWEST_BRANCHES:
            return Segment(start, 1, count, "parallel")
        chains = [Segment(start, period, self.repeats(start, period)) for period in self.periods(start)]
        best = max(chains, key=lambda chain: (chain.stop if chain.times > 1 else start, -chain.period), default=None)
        if best is not None and best.times > 1:
            return best
        followers = self.followers(start) if self.plan.absorb else 0
        return Segment(start, 1 + followers, 1, "lump") if followers else Segment(start)

    def periods(self, start: int) -> Iterable[int]:
        if self.plan.periods:
            return range(1, _LONGEST_PERIOD + 1)
        body = self.calls[start].body
        return (1,) if self.frame.kind == "repeat" or isinstance(body, Frame) else ()

    # -- one after the other -----------------------------------------------------------------------------------------

    def repeats(self, start: int, period: int) -> int:
        """How many instances of `period` calls follow each other, each reading the one before."""
        count = 1
        while self.continues(start, period, count):
            count += 1
        return count

    def continues(self, start: int, period: int, count: int) -> bool:
        """Whether the instance after the first `count` is one more of them."""
        before = start + (count - 1) * period
        after = before + period
        if after + period > len(self.calls):
            return False
        return (
            all(self.alike(before + offset, after + offset) for offset in range(period))
            and all(reader < after + period for call in range(before, after) for reader in self.readers[call])
            and self.chained(start, before, after)
        )

    def alike(self, one: int, other: int) -> bool:
        """Whether two calls may be drawn as one; small blocks side by side that differ in numbers are worth a look."""
        if self.keys[one] != self.keys[other]:
            return False
        body = self.calls[one].body
        small = isinstance(body, Frame) and body.size < _SMALL and self.frame.kind != "repeat" and not self.plan.periods
        return not small or self.equal.of_call(self.calls[one]) == self.equal.of_call(self.calls[other])

    def chained(self, start: int, before: int, after: int) -> bool:
        """Whether an instance reads the one before where that reads its own predecessor, and else the same."""
        carries = False
        for offset in range(after - before):
            pairs = zip(self.calls[before + offset].inputs, self.calls[after + offset].inputs, strict=True)
            for old, new in pairs:
                if not _continues(old, new, start, before, after):
                    return False
                carries = carries or (new is not None and before <= new.call < after)
        return carries

    # -- side by side ------------------------------------------------------------------------------------------------

    def side_by_side(self, start: int) -> int:
        """How many equal frames read the same node and are read by the same ones."""
        first = self.calls[start]
        if not isinstance(first.body, Frame):
            return 1
        key, sources = self.equal.of_call(first), _sources(first)
        stop = start + 1
        while (
            stop < len(self.calls)
            and isinstance(self.calls[stop].body, Frame)
            and self.equal.of_call(self.calls[stop]) == key
            and _sources(self.calls[stop]) == sources
            and self.readers[stop] == self.readers[start]
        ):
            stop += 1
        return stop - start

    # -- what is told with the layer before ----------------------------------------------------------------------------

    def followers(self, start: int) -> int:
        """How many norms, activations and dropouts follow a layer, each the only reader of the one before."""
        if not isinstance(self.calls[start].body, Layer):
            return 0
        last = start
        while last - start < _MOST_FOLLOWERS and last + 1 < len(self.calls) and self.follows(last + 1):
            last += 1
        return last - start

    def follows(self, call: int) -> bool:
        body = self.calls[call].body
        return (
            isinstance(body, Layer)
            and body.family in _FOLLOWERS
            and [ref for ref in self.calls[call].inputs if ref] == [Ref(call - 1, 0)]
            and self.readers[call - 1] == {call}
        )


def readers(frame: Frame) -> list[set[int]]:
    """The calls that read each call; the number of calls stands for the frame's outputs."""
    found: list[set[int]] = [set() for _ in frame.calls]
    for index, call in enumerate(frame.calls):
        for ref in call.inputs:
            if ref is not None and ref.call >= 0:
                found[ref.call].add(index)
    for _, ref in frame.outputs:
        if ref.call >= 0:
            found[ref.call].add(len(frame.calls))
    return found


def _sources(call: Call) -> list[int]:
    return [ref.call for ref in call.inputs if ref is not None]


def _continues(old: Ref | None, new: Ref | None, start: int, before: int, after: int) -> bool:
    if old is None or new is None:
        return old is new
    if new.call < before:
        return old == new and new.call < start
    if new.call < after and before == start:
        return old.call < start
    return old == (new.call - (after - before), new.output)
