"""A net whose weights are made later, one at a time: what its constructor does on the meta device is written down.

`lego.build(graph, seed=0)` draws all its weights from one stream of random numbers. What was written down is done again
in the same order with the same stream, so a deferred net has the very same weights, bit for bit; but each of them is
whole only until somebody has taken what they want of it. What was drawn in vain (a layer's own start, which an `init`
then writes over) is drawn again, and let go at once.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_iter, tree_map

from lego.emit.torch import Lowering
from lego.graph import Graph
from lego.runtime import build

Take = Callable[[str, Tensor], None]
"""Called with the key of a parameter or buffer, and the whole of it; it is let go afterwards."""

_SAMPLERS = ("trunc_normal_", "orthogonal_", "sparse_", "dirac_")
"""What of torch.nn.init does nothing on the meta device: it looks at values; each fills all of its tensor."""

_FILLS = frozenset(("uniform_", "normal_", "fill_", "zero_", "copy_"))
"""Operators that write all of a tensor without reading it."""


class _Step(NamedTuple):
    """An operator as it ran on the meta device.

    Attributes:
        function: The operator.
        arguments: What it was called with, tensors among it.
        named: The same, by name.
        results: What it gave.
        made: Storages that it made.
        changed: Storages that it wrote to.
        read: Storages that it was given, those it changes among them unless it writes all of them.
    """

    function: Any
    arguments: tuple[Any, ...]
    named: dict[str, Any]
    results: tuple[Tensor, ...]
    made: tuple[int, ...]
    changed: tuple[int, ...]
    read: tuple[int, ...]

    @property
    def storages(self) -> set[int]:
        """All that it has to do with."""
        return {*self.made, *self.changed, *self.read}


@dataclass(frozen=True)
class Deferred:
    """A net on the meta device, and how its weights are made.

    Attributes:
        module: The net; it may be changed.
        steps: What its constructor did, in order.
        weights: Its parameters and buffers as they were made, by key; tied ones under each of theirs.
    """

    module: nn.Module
    seed: int
    steps: tuple[_Step, ...]
    weights: dict[str, Tensor] = field(repr=False)

    def fill(self, take: Take) -> None:
        """Make all weights, one after the other, and hand each of them over; those that are tied once for each key.

        The global generator of random numbers is as it was before.
        """
        keys: dict[int, list[str]] = {}
        for key, weight in self.weights.items():
            keys.setdefault(_storage(weight), []).append(key)
        with torch.random.fork_rng(devices=[]), torch.no_grad():  # pyright: ignore[reportUnknownMemberType]
            torch.manual_seed(self.seed)  # pyright: ignore[reportUnknownMemberType]
            _Replay(self.steps, keys, self.weights, take).run()


def defer(graph: Graph, *, seed: int, dtype: torch.dtype | None = None, lowering: Lowering = "auto") -> Deferred:
    """The net of a graph without its weights, which are made as `lego.runtime.build` makes them from this seed."""
    recorder = _Recorder()
    with recorder.samplers(), recorder:
        module = build(graph, device="meta", dtype=dtype, lowering=lowering)
    return Deferred(module, seed, tuple(recorder.steps), stored(module))


def stored(module: nn.Module) -> dict[str, Tensor]:
    """Parameters and buffers of a module, tied ones under each of their keys."""
    parameters = module.named_parameters(remove_duplicate=False)
    return {**dict(parameters), **dict(module.named_buffers(remove_duplicate=False))}


class _Recorder(TorchDispatchMode):
    """Writes down every operator that runs."""

    def __init__(self) -> None:
        super().__init__()  # pyright: ignore[reportUnknownMemberType]
        self.steps: list[_Step] = []
        self.known: dict[int, Tensor] = {}
        """A tensor of each storage, which keeps it: no other storage can take its number."""

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        named = kwargs or {}
        results = func(*args, **named)
        given = _tensors((args, named))
        found = _tensors(results)
        before = {_storage(one) for one in given}
        made = tuple(dict.fromkeys(number for one in found if (number := _storage(one)) not in {*before, *self.known}))
        self.known |= {_storage(one): one for one in [*given, *found]}
        changed = tuple(dict.fromkeys(_storage(one) for one in _changed(func, args, named)))
        filled = {_storage(one) for one in _changed(func, args, named) if _is_whole(one) and _fills(func)}
        read = tuple(before - filled)
        self.steps.append(_Step(func, args, named, tuple(found), made, changed, read))
        return results

    @contextmanager
    def samplers(self) -> Generator[None]:
        """Write the samplers down as they are called."""
        before = {name: vars(nn.init)[name] for name in _SAMPLERS}
        for name, sampler in before.items():
            setattr(nn.init, name, self._noted(sampler))
        try:
            yield
        finally:
            for name, sampler in before.items():
                setattr(nn.init, name, sampler)

    def _noted(self, sampler: Callable[..., Tensor]) -> Callable[..., Tensor]:
        def note(tensor: Tensor, *arguments: Any, **named: Any) -> Tensor:
            number = _storage(tensor)
            self.known.setdefault(number, tensor)
            read = () if _is_whole(tensor) else (number,)
            self.steps.append(_Step(sampler, (tensor, *arguments), named, (), (), (number,), read))
            return tensor

        return note


class _Replay:
    """Does the steps again on the CPU."""

    def __init__(
        self, steps: tuple[_Step, ...], keys: dict[int, list[str]], weights: dict[str, Tensor], take: Take
    ) -> None:
        self.steps = steps
        self.keys = keys
        self.weights = weights
        self.take = take
        self.last = {number: index for index, step in enumerate(steps) for number in step.storages}
        self.storages: dict[int, Tensor] = {}
        self.vain = _written_in_vain(steps)

    def run(self) -> None:
        for index, step in enumerate(self.steps):
            if step.made or step.changed:
                self._do(step)
            for number in step.storages:
                if self.last[number] == index:
                    self._done(number)
                elif (index, number) in self.vain:
                    self.storages.pop(number, None)

    def _do(self, step: _Step) -> None:
        if _is_factory(step):  # made when it is first written to, so that it is not there for longer than need be
            return
        args, named = tree_map(self._real, (step.arguments, step.named))
        if "device" in named:
            named["device"] = torch.device("cpu")
        found = _tensors(step.function(*args, **named))
        for was, real in zip(step.results, found, strict=False):  # a sampler's result is its argument
            if _storage(was) in step.made:
                self.storages[_storage(was)] = real

    def _real(self, value: Any) -> Any:
        """A tensor of the CPU for one of the meta device: the same view of the same storage."""
        if not isinstance(value, Tensor) or value.device.type != "meta":
            return value
        number = _storage(value)
        if number not in self.storages:
            count = value.untyped_storage().nbytes() // value.element_size()
            self.storages[number] = torch.empty(count, dtype=value.dtype)
        return self.storages[number].as_strided(value.size(), value.stride(), value.storage_offset())

    def _done(self, number: int) -> None:
        for key in self.keys.get(number, ()):
            self.take(key, self._real(self.weights[key].detach()))
        self.storages.pop(number, None)


def _written_in_vain(steps: tuple[_Step, ...]) -> set[tuple[int, int]]:
    """Steps after which a storage is not read any more before all of it is written again; (step, storage)."""
    found: set[tuple[int, int]] = set()
    filled: set[int] = set()
    for index in range(len(steps) - 1, -1, -1):
        step = steps[index]
        found |= {(index, number) for number in step.changed if number in filled}
        filled -= {*step.read, *step.made}
        filled |= {number for number in step.changed if number not in step.read}
    return found


def _is_factory(step: _Step) -> bool:
    return bool(step.made) and _name(step.function) in ("empty", "empty_strided")


def _name(function: Any) -> str:
    """`normal_`, of aten.normal_.default."""
    return str(function.overloadpacket).rpartition(".")[2]


def _changed(function: Any, arguments: tuple[Any, ...], named: dict[str, Any]) -> list[Tensor]:
    """The arguments that an operator writes to, as its schema says."""
    schema = function._schema.arguments
    given = {**{one.name: value for one, value in zip(schema, arguments, strict=False)}, **named}
    written = [one.name for one in schema if one.alias_info is not None and one.alias_info.is_write]
    return _tensors([given.get(name) for name in written])


def _fills(function: Any) -> bool:
    """Whether an operator writes all of its tensor, whatever is in it."""
    return _name(function) in _FILLS or str(function).endswith("out")


def _is_whole(tensor: Tensor) -> bool:
    return tensor.numel() * tensor.element_size() == tensor.untyped_storage().nbytes()


def _tensors(values: Any) -> list[Tensor]:
    return [one for one in cast("Iterable[object]", tree_iter(values)) if isinstance(one, Tensor)]


def _storage(tensor: Tensor) -> int:
    return tensor.untyped_storage()._cdata  # pyright: ignore[reportPrivateUsage]
