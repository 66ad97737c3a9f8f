"""The tensors of a run: what each stands for, and its twin on the meta device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from lego.diagnostics import Problem
from lego.runtime.importing.tracing.run import Seen, SeenCall
from lego.runtime.importing.tracing.swapped import meta_twin

_META, _CPU = torch.device("meta"), torch.device("cpu")


@dataclass(slots=True, eq=False)
class _Known:
    """A tensor as the user's Python has it.

    Attributes:
        version: How often its memory was written to when it was last read.
        base: The tensor whose memory it shows a part of.
        call: What made it from that.
    """

    tensor: torch.Tensor
    seen: Seen
    twin: torch.Tensor | None
    version: int
    base: _Known | None = None
    call: SeenCall | None = None

    @property
    def shown(self) -> torch.Tensor:
        """What has the memory that counts."""
        return self.tensor if self.twin is None or self.seen.origin == "data" else self.twin

    @property
    def is_stale(self) -> bool:
        """Whether its memory was written to since."""
        return self.shown._version != self.version


class Tensors:
    """All tensors that a run has met, by their identity; they live as long as it.

    Args:
        record: Records a call of a function with these arguments, which gives a tensor like the last one.
    """

    def __init__(self, record: Callable[[Any, tuple[Any, ...], torch.Tensor], Seen]) -> None:
        self._record = record
        self._known: dict[int, _Known] = {}
        self._given: dict[int, torch.Tensor] = {}
        self._live: dict[int, torch.Tensor] = {}
        self._writes: dict[int, list[tuple[int, _Known]]] = {}
        self._mixed: set[int] = set()
        self._refreshing: set[int] = set()

    def add(self, tensor: torch.Tensor, seen: Seen, twin: torch.Tensor | None = None) -> Seen:
        """Makes a tensor known; one that is on the meta device is its own twin."""
        if tensor.device.type == "meta":
            twin = tensor
        known = self._known[id(tensor)] = _Known(tensor, seen, twin, 0)
        known.version = known.shown._version
        if twin is not None:
            self._given[id(twin)] = tensor
        return seen

    # -- what a tensor stands for --------------------------------------------------------------------------------------

    def seen(self, tensor: torch.Tensor) -> Seen:
        """What a tensor stands for.

        Raises:
            Problem: it came from where nobody looked, or was written into through another view.
        """
        known = self._known.get(id(tensor))
        if known is None:
            if tensor.device.type == "meta":
                message = "a tensor comes from a function that torch does not let others see"
                help = "functions of torch.jit.script and of extensions are none of those that can be read"
                raise Problem("not-importable", message, help=help)
            return self.add(tensor, data(tensor))
        if known.is_stale and not self._is_plain_data(known):
            self._refresh(known)
        elif known.is_stale:
            known.seen, known.version = data(tensor), tensor._version
        return known.seen

    def _is_plain_data(self, known: _Known) -> bool:
        """Whether it is data that nothing but data was written into, in ways that no call of one tensor tells."""
        memory = _memory(known.shown)
        if known.seen.origin != "data" or memory in self._mixed:
            return False
        calls = [one.call for _, one in self._writes.get(memory, []) if one is not known]
        return any(call is None or call.target is not torch.Tensor.__getitem__ for call in calls)

    # What is written into a view is in its base, and the other way round. Of others that share memory nothing is known.

    def show(self, part: torch.Tensor, base: torch.Tensor, call: SeenCall) -> None:
        """A call gave a tensor that may show a part of the memory of another."""
        known, of = self._known[id(part)], self._known[id(base)]
        if known is not of and _memory(known.shown) == _memory(of.shown):
            known.base, known.call = of, call

    def _refresh(self, known: _Known) -> None:
        writes = [one for one in self._writes.get(_memory(known.shown), []) if one[0] > known.version]
        if id(known) in self._refreshing or not writes or writes[-1][0] != known.shown._version:
            raise _changed()
        self._refreshing.add(id(known))
        for writer in dict.fromkeys(writer for _, writer in writes):
            if writer is not known and _overlap(writer, known):
                known.seen = self._put_back(known, writer) or self._shown_again(known)
        self._refreshing.discard(id(known))
        known.version = known.shown._version

    def _put_back(self, known: _Known, writer: _Known) -> Seen | None:
        """The tensor with what a part of it has become; None where the writer is no part of it."""
        while writer.base is not None and writer.base is not known:
            writer = writer.base
        if writer.base is None or writer.call is None:
            return None
        if writer.call.target is not torch.Tensor.__getitem__:
            raise _changed()
        arguments = known.seen, writer.call.arguments[1], self.seen(writer.tensor)
        return self._record(torch.Tensor.__setitem__, arguments, known.shown)

    def _shown_again(self, known: _Known) -> Seen:
        """The part that a tensor shows, after its base was written into."""
        if known.base is None or known.call is None or not isinstance(known.call.result, Seen) or known.call.keywords:
            raise _changed()
        arguments = self.seen(known.base.tensor), *known.call.arguments[1:]
        return self._record(known.call.target, arguments, known.shown)

    def seen_or_itself(self, value: Any) -> Any:
        """What a tensor stands for; anything else is what it is."""
        return self.seen(value) if isinstance(value, torch.Tensor) else value

    def keep(self, seen: Seen) -> None:
        """Data that is read keeps the values that it has now."""
        if seen.origin == "data" and seen.tensor is not None and id(seen) not in self._live:
            seen.tensor = self._live[id(seen)] = seen.tensor.detach().clone()

    # -- what runs -----------------------------------------------------------------------------------------------------

    def on_meta(self, value: Any) -> Any:
        """An argument as a pass without values takes it."""
        if isinstance(value, torch.device):
            return _META
        if not isinstance(value, torch.Tensor):
            return value
        if id(value) not in self._known:
            self.seen(value)
        return self._twin(value)

    def _twin(self, tensor: torch.Tensor) -> torch.Tensor:
        known = self._known[id(tensor)]
        if known.twin is None:
            known.twin = meta_twin(tensor)
            self._given[id(known.twin)] = tensor
        return known.twin

    def for_real(self, value: Any) -> Any:
        """An argument of a call that has values: of others than data only the sizes count."""
        if isinstance(value, torch.device):
            return _CPU
        if not isinstance(value, torch.Tensor) or self._known[id(value)].seen.origin == "data":
            return value
        return torch.empty(value.shape, dtype=value.dtype, device="cpu")

    def as_given(self, value: Any) -> Any:
        """A twin as the tensor whose twin it is."""
        return self._given.get(id(value), value) if isinstance(value, torch.Tensor) else value

    # -- what came of it -----------------------------------------------------------------------------------------------

    def is_unchanged(self, twin: torch.Tensor) -> bool:
        """Whether nothing was written into a known tensor since it was last read."""
        known = self._known.get(id(self.as_given(twin)))
        return known is not None and known.twin is not None and known.twin._version == known.version

    def rewritten(self, tensors: list[torch.Tensor]) -> list[torch.Tensor]:
        """Those tensors into which the pass wrote just now."""
        found: dict[int, torch.Tensor] = {}
        for tensor in tensors:
            known = self._known[id(tensor)]
            before = 0 if known.seen.origin == "data" else known.version
            if known.twin is not None and known.twin._version != before:
                found[id(tensor)] = tensor
        return list(found.values())

    def computed(self, tensor: torch.Tensor, number: int) -> Seen:
        """A tensor that the pass made, or wrote into."""
        seen = Seen(tuple(tensor.shape), str(tensor.dtype).removeprefix("torch."), "computed", number)
        known = self._known.get(id(tensor))
        if known is None:
            return self.add(tensor, seen)
        if known.seen.origin == "data":  # views of it are not what they were
            torch.autograd.graph.increment_version(tensor)
            self._mixed.add(_memory(tensor))
        assert known.twin is not None
        known.seen, known.version = seen, known.twin._version
        self._writes.setdefault(_memory(known.twin), []).append((known.version, known))
        return seen

    def made(self, tensor: torch.Tensor, call: SeenCall) -> Seen:
        """Data that a call gave."""
        known = self._known.get(id(tensor))
        if known is not None and not known.is_stale:
            return known.seen
        return self.add(tensor, data(tensor, call))

    def rewritten_data(self, tensors: list[torch.Tensor], call: SeenCall) -> list[Seen]:
        """Data into which a call wrote."""
        found: list[Seen] = []
        for tensor in tensors:
            known = self._known[id(tensor)]
            if known.seen.origin == "data" and known.is_stale:
                known.seen, known.version = data(tensor, call), tensor._version
                self._writes.setdefault(_memory(tensor), []).append((known.version, known))
                found.append(known.seen)
        return found


def data(tensor: torch.Tensor, maker: SeenCall | None = None) -> Seen:
    """What a tensor stands for that depends on no input and no weight."""
    return Seen(tuple(tensor.shape), str(tensor.dtype).removeprefix("torch."), "data", "", tensor, maker)


def _changed() -> Problem:
    message = "this tensor was changed through another tensor that shares its memory"
    help = "write into the tensor itself (`x[:, 0] = y`), or give the other one memory of its own: `.clone()`"
    return Problem("not-importable", message, help=help)


def _memory(tensor: torch.Tensor) -> int:
    return tensor.untyped_storage()._cdata  # pyright: ignore[reportPrivateUsage]


def _overlap(one: _Known, other: _Known) -> bool:
    """Whether two tensors share elements of the memory that they share."""
    places = torch.zeros(one.shown.untyped_storage().nbytes() // one.shown.element_size(), dtype=torch.bool)
    _strided(places, one.shown).fill_(True)
    return bool(_strided(places, other.shown).any())


def _strided(places: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    return places.as_strided(like.shape, like.stride(), like.storage_offset())
