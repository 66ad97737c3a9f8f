"""Sees a forward pass: each function of torch with its arguments, and each call of a module.

The pass runs on the meta device. What depends on no input and no weight runs for real.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, cast

import torch
from torch import nn
from torch.autograd import Function
from torch.overrides import TorchFunctionMode

from lego.diagnostics import Problem, SpecError
from lego.runtime.importing.tracing.kinds import (
    AS_ON_CPU,
    NOWHERE_ELSE,
    on_one_device,
    reads_values,
    values_read,
    without_masks,
)
from lego.runtime.importing.tracing.leaf import is_leaf
from lego.runtime.importing.tracing.run import Run, Seen, SeenCall, SeenFrame
from lego.runtime.importing.tracing.spots import Spot, calling, in_a_kernel, span_of
from lego.runtime.importing.tracing.structure import leaves, mapped, opened_up
from lego.runtime.importing.tracing.swapped import modules_of
from lego.runtime.importing.tracing.tensors import Tensors, data

_ASSERT: Any = vars(torch)["_assert"].__code__
_ORIGINAL_CALL: Any = nn.Module.__call__
_ORIGINAL_APPLY: Any = Function.__dict__["apply"]


class Tracer(TorchFunctionMode):
    """Records one forward pass into a `Run`."""

    def __init__(self, model: nn.Module, run: Run) -> None:
        super().__init__()
        self.run = run
        self.tensors = Tensors(self._again)
        self._paths = {id(module): path for path, module in modules_of(model).items()}
        self._frames: list[SeenFrame] = []
        self._order = 0
        self._paused = False

    # -- functions -----------------------------------------------------------------------------------------------------

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        if self._paused or not self._frames or in_a_kernel():
            return func(*args, **(kwargs or {}))
        if func in AS_ON_CPU:
            return AS_ON_CPU[func]
        return self._called(func, "", *on_one_device(func, args, kwargs or {}), func)

    def _called(
        self, target: Any, path: str, args: tuple[Any, ...], kwargs: Mapping[str, Any], function: Callable[..., Any]
    ) -> Any:
        """Runs a function or leaf, and records it if it gives or changes tensors."""
        spot = calling()
        if target in NOWHERE_ELSE:
            return args[0]
        with self._told(spot, path):
            given = mapped((args, dict(kwargs)), self.tensors.seen_or_itself)
        if self._is_data(target, given):
            return self._data(target, path, args, kwargs, function, given, spot)
        if (reads := reads_values(target, given[0])) is not None:
            return self._value(reads, spot)
        call = self._call(target, path, given, spot)
        arguments, keywords = mapped((without_masks(target, args), dict(kwargs)), self.tensors.on_meta)
        result = function(*arguments, **keywords)
        result = mapped(result, lambda one: self._fresh(one, arguments, keywords))
        with self._told(spot, path):
            written = self.tensors.rewritten([one for one in leaves((args, dict(kwargs))) if _is_tensor(one)])
        if any(map(_is_tensor, leaves(result))) or written:
            self._record(call, result, written)
            if _is_tensor(result) and target is function:
                self._show(result, leaves((args, dict(kwargs))), call)
        return mapped(result, self.tensors.as_given)

    def _is_data(self, target: Any, given: tuple[Any, Any]) -> bool:
        if isinstance(target, nn.Module) and next(iter(target.state_dict(keep_vars=True)), None) is not None:
            return False
        return all(one.origin == "data" for one in leaves(values_read(target, *given)) if isinstance(one, Seen))

    def _data(
        self,
        target: Any,
        path: str,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        function: Callable[..., Any],
        given: tuple[Any, Any],
        spot: Spot | None,
    ) -> Any:
        """A call that depends on no input and no weight."""
        call = self._call(target, path, given, spot)
        arguments, keywords = mapped((args, dict(kwargs)), self.tensors.for_real)
        result = function(*arguments, **keywords)
        written = self.tensors.rewritten_data([one for one in leaves((args, dict(kwargs))) if _is_tensor(one)], call)
        call.result = mapped(result, lambda one: self.tensors.made(one, call) if _is_tensor(one) else one)
        if call.result is None and written:
            call.result = written[0]
        if _is_tensor(result) and target is function:
            self._show(result, leaves((args, dict(kwargs))), call)
        return result

    def _value(self, reads: str, spot: Spot | None) -> Any:
        """A value that a pass without values does not know; what is asserted is taken for true."""
        if spot is not None and _is_assertion():
            return True
        message = f"{reads}, which is not known before the model runs"
        help = (
            "what a model does may depend on the sizes of its inputs, not on their values; torch.where chooses by them"
        )
        raise SpecError([Problem("not-importable", message, help=help).at(span_of(spot), self._frames[-1].path)])

    def _fresh(self, result: Any, arguments: Any, keywords: Any) -> Any:
        """A tensor that comes out as it went in, and unchanged, gets an identity of its own."""
        if not _is_tensor(result) or not self.tensors.is_unchanged(result):
            return result
        if any(result is one for one in leaves((arguments, keywords))):
            return result.view_as(result)
        return result

    def _call(self, target: Any, path: str, given: tuple[Any, Any], spot: Spot | None) -> SeenCall:
        self._order += 1
        return SeenCall(target, path, given[0], given[1], self._frames[-1], spot, self._order)

    def _record(self, call: SeenCall, result: Any, written: list[torch.Tensor]) -> None:
        for seen in leaves((call.arguments, dict(call.keywords))):
            if isinstance(seen, Seen):
                self.tensors.keep(seen)
        new = {id(one): self.tensors.computed(one, call.order) for one in written}
        given = mapped(result, lambda one: self._result(one, new, call) if _is_tensor(one) else one)
        call.result = next(iter(new.values())) if given is None else given
        self.run.calls.append(call)

    def _show(self, result: torch.Tensor, given: list[Any], call: SeenCall) -> None:
        base = next((one for one in given if _is_tensor(one)), None)
        if base is not None:
            self.tensors.show(self.tensors.as_given(result), base, call)

    def _again(self, target: Any, arguments: tuple[Any, ...], like: torch.Tensor) -> Seen:
        """Records what the user's Python did not say: what a write through a view means for other views."""
        call = self._call(target, "", (arguments, {}), calling())
        if all(one.origin == "data" for one in leaves(arguments) if isinstance(one, Seen)):
            call.result = data(like, call)
            return call.result
        dtype = str(like.dtype).removeprefix("torch.")
        call.result = Seen(tuple(like.shape), dtype, "computed", call.order)
        self.run.calls.append(call)
        return call.result

    def _result(self, tensor: torch.Tensor, new: dict[int, Seen], call: SeenCall) -> Seen:
        given = self.tensors.as_given(tensor)
        return new[id(given)] if id(given) in new else self.tensors.computed(tensor, call.order)

    # -- modules -------------------------------------------------------------------------------------------------------

    def module(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """A call of a module."""
        path = self._paths.get(id(module))
        if self._paused or (path is None and next(module.parameters(), None) is not None):
            return _ORIGINAL_CALL(module, *args, **kwargs)
        if self._frames and is_leaf(module):
            with self._unseen():
                return self._called(module, path or "", args, kwargs, partial(_ORIGINAL_CALL, module))
        if path is None:
            return _ORIGINAL_CALL(module, *args, **kwargs)
        return self._followed(module, path, args, kwargs)

    @contextmanager
    def _unseen(self) -> Generator[None]:
        """Nothing is recorded."""
        before, self._paused = self._paused, True
        try:
            with torch._C.DisableTorchFunction():  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue, reportUnknownMemberType]
                yield
        finally:
            self._paused = before

    def _followed(self, module: nn.Module, path: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        frame = SeenFrame(path, module, self._frames[-1] if self._frames else None, calling())
        with self._unseen(), self._told(frame.spot, path):
            frame.inputs.update(self._inputs(module, args, kwargs))
        self.run.frames.append(frame)
        self._frames.append(frame)
        try:
            result = _ORIGINAL_CALL(module, *args, **kwargs)
        finally:
            self._frames.pop()
        with self._unseen(), self._told(frame.spot, path):
            frame.output = mapped(result, self.tensors.seen_or_itself)
        return result

    def _inputs(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Seen]:
        signature = inspect.signature(module.forward)
        try:
            given = signature.bind(*args, **kwargs).arguments
        except TypeError:  # it will say so itself
            return {}
        variadic = {name for name, one in signature.parameters.items() if one.kind is one.VAR_KEYWORD}
        flat: dict[str, Any] = {}
        for name, value in given.items():
            flat |= cast("dict[str, Any]", value) if name in variadic else {name: value}
        found: dict[str, Seen] = {}
        for name, value in flat.items():
            found |= self._named(name, value)
        return found

    def _named(self, name: str, value: Any) -> dict[str, Seen]:
        if _is_tensor(value):
            return {name: self.tensors.seen(value)}
        opened = opened_up(value)
        found: dict[str, Seen] = {}
        for key, part in (opened[0] if opened else {}).items():
            found |= self._named(f"{name}_{key}", part)
        return found

    @contextmanager
    def _told(self, spot: Spot | None, path: str) -> Generator[None]:
        """A problem with a tensor is one of this place."""
        try:
            yield
        except Problem as problem:
            inside = self._frames[-1].path if self._frames else ""
            raise SpecError([problem.at(span_of(spot), path or inside)]) from None


def _is_tensor(value: Any) -> bool:
    return isinstance(value, torch.Tensor)


def _is_assertion() -> bool:
    frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    while frame is not None:
        if frame.f_code is _ASSERT:
            return True
        frame = frame.f_back
    return False


@contextmanager
def seeing_modules(tracer: Tracer) -> Generator[None]:
    """Calls of modules go through the tracer."""

    def call(self: nn.Module, *args: Any, **kwargs: Any) -> Any:
        return tracer.module(self, args, kwargs)

    nn.Module.__call__ = call
    Function.apply = classmethod(_applied)  # pyright: ignore[reportAttributeAccessIssue]
    try:
        yield
    finally:
        nn.Module.__call__ = _ORIGINAL_CALL
        Function.apply = _ORIGINAL_APPLY


class _Context:
    """What the forward pass of a `torch.autograd.Function` notes for the backward pass, which there is none of."""

    needs_input_grad = ()

    def __getattr__(self, name: str) -> Any:
        return _nothing


def _nothing(*args: Any, **kwargs: Any) -> None:
    """What noting does."""


def _applied(kind: Any, *args: Any, **kwargs: Any) -> Any:
    """The forward pass of a `torch.autograd.Function`, as Python that can be followed."""
    if kind.setup_context is Function.setup_context:
        return kind.forward(_Context(), *args, **kwargs)
    return kind.forward(*args, **kwargs)
