"""What the function of a step returns: what is given of each step, and what its states become."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, cast

from lego.builder.failure import failure
from lego.builder.finish import reference
from lego.builder.handle import Handle, inside, kind
from lego.builder.scope import Scope, end
from lego.diagnostics import Span, did_you_mean
from lego.spec import Output, Outputs


class Last(NamedTuple):
    """An output of a recurrent of which the last step alone is given."""

    handle: Handle


class Given(NamedTuple):
    """The outputs of a step by key (numbers in a tuple)."""

    form: Literal["one", "list", "mapping"]
    entries: dict[str, Handle | Last]

    def names(self) -> tuple[str, ...]:
        """The names that the outputs have outside."""
        return ("output",) if self.form == "one" else tuple(self.entries)

    def outputs(self, scope: Scope, span: Span) -> Callable[[], Outputs] | None:
        """The outputs as the document has them, when names are known; None for the last node."""
        read = {key: _read(one, scope, span) for key, one in self.entries.items()}
        if not scope.drafts:
            end(scope, read[next(iter(read))], "a step", span)
        if self.form == "one":
            [value] = self.entries.values()
            [handle] = read.values()
            latest = inside(handle).draft is scope.drafts[-1] and inside(handle).output is None
            if latest and isinstance(value, Handle):
                return None

        def made() -> Outputs:
            entries: list[Output] = []
            for key, handle in read.items():
                found = reference(handle, scope, span)
                name = key if self.form == "mapping" else str(found)
                entries.append(Output(key=name, reference=found, last=isinstance(self.entries[key], Last)))
            return Outputs(form=self.form, entries=tuple(entries))

        return made


def _read(value: object, scope: Scope, span: Span) -> Handle:
    handle = value.handle if isinstance(value, Last) else value
    if not isinstance(handle, Handle):
        raise failure("bad-value", f"an output of a step is a tensor, found {kind(value)}", None, span)
    return scope.read(handle)


def returned(result: Any, states: list[str], span: Span) -> tuple[Given, dict[str, Handle]]:
    """Outputs and following states from the forms that a step may return.

    Raises:
        BuilderError: it is none of them.
    """
    if isinstance(result, Handle) and len(states) == 1:
        return _given(result), {states[0]: result}
    parts: list[Any] = list(cast("Sequence[Any]", result)) if isinstance(result, tuple | list) else []
    if len(parts) == 2 and isinstance(parts[1], dict):
        following = cast("dict[str, Any]", parts[1])
        _check_states(following, states, span)
        return _given(parts[0]), _checked(following, span)
    if len(parts) not in (len(states), len(states) + 1):
        wanted = ", ".join(["y", *states])
        found = f"{len(parts)} values" if parts else kind(cast("object", result))
        message = f"a step with the states {', '.join(states)} returns {wanted}, found {found}"
        raise failure("bad-value", message, f"end it with `return {wanted}`", span)
    return _given(parts[0]), _checked(dict(zip(states, parts[-len(states) :], strict=True)), span)


def _given(outputs: Any) -> Given:
    if isinstance(outputs, Mapping):
        return Given("mapping", dict(cast("Mapping[str, Any]", outputs)))
    if isinstance(outputs, tuple | list) and not isinstance(outputs, Last):
        return Given("list", {str(at): one for at, one in enumerate(cast("Sequence[Any]", outputs))})
    return Given("one", {"": outputs})


def _check_states(following: Mapping[str, Any], states: list[str], span: Span) -> None:
    for name in states:
        if name not in following:
            raise failure("missing-argument", f"the step does not say what the state `{name}` becomes", None, span)
    for name in following:
        if name not in states:
            raise failure("unknown-name", f"there is no state `{name}`", did_you_mean(name, states), span)


def _checked(following: Mapping[str, Any], span: Span) -> dict[str, Handle]:
    for name, one in following.items():
        if not isinstance(one, Handle):
            raise failure("bad-value", f"the state `{name}` becomes a tensor, found {kind(one)}", None, span)
    return dict(following)
