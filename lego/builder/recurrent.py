"""Recurrents: a graph that runs once a step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast

from lego.builder import body as bodies
from lego.builder.composites import Composite, held
from lego.builder.data import argument, data
from lego.builder.expression import Expression
from lego.builder.failure import failure
from lego.builder.finish import reference
from lego.builder.handle import Handle, OutputNames
from lego.builder.module import Reads
from lego.builder.place import Site
from lego.builder.scope import Draft, Scope, writing
from lego.builder.steps import Last, returned
from lego.spec import Recurrent, State, read_states


class recurrent(Composite):  # noqa: N801 - a word of the language
    """A graph that runs once a step along a dim, and sees values of the steps before.

    `step` takes the sequences, which are here those of one step, and then the states. It returns what is given of each
    step and then what each state becomes, `(y, h, c)`, or the latter alone, of which the first is given too; or
    `(outputs, {"h": h, "c": c})`, with outputs that are a tensor, a tuple or a dict; `recurrent.last(y)` among them is
    the value of the last step alone.

    Args:
        step: The function of one step.
        over: The symbol or index of the dim that is scanned.
        state: Shape of each state, or `{"shape": …, "init": "learned" or a tensor from around, "delay": 2}`.
        steps: How many steps there are, without a dim that is scanned.
        reverse: From the last step to the first.
        bidirectional: In both directions: true, or the layer that merges them.
        lengths: A tensor from around, int64 [N]: how many steps each row has.
    """

    base = "recurrent"

    def __init__(
        self,
        step: Callable[..., Any],
        over: Any = None,
        state: Mapping[str, Any] | None = None,
        *,
        steps: Any = None,
        reverse: Any = None,
        bidirectional: Any = None,
        lengths: Handle | None = None,
        **options: Any,
    ) -> None:
        super().__init__(options)
        if (over is None) == (steps is None):
            help = 'write `over="T"`, or `steps=20` for a number of steps without a sequence'
            raise failure("missing-argument", "recurrent needs a dim that is scanned, or a number of steps", help)
        if not state:
            help = 'write `state={"h": ["N", 64]}`'
            raise failure("missing-argument", "recurrent needs the states that go from step to step", help)
        self.step, self.over, self.state = step, over, dict(state)
        self.steps, self.reverse, self.bidirectional, self.lengths = steps, reverse, bidirectional, lengths

    @staticmethod
    def last(handle: Handle) -> Last:
        """Among the outputs of a step: the value of the last one, in place of all steps."""
        return Last(handle)

    def bind(self, inputs: list[Handle], slots: dict[str, Handle], site: Site) -> Reads:
        """One sequence goes by position; several have names, those of the step's parameters unless given."""
        if len(inputs) + len(slots) == 1 and inputs:
            return [("", inputs[0])]
        names = _parameters(self.step)
        return [*zip(names, inputs, strict=False), *slots.items()]

    def draft(self, scope: Scope, reads: Reads, site: Site) -> tuple[Draft, OutputNames]:
        """Its node."""
        inner = Scope(scope.trace, scope)
        inner.named = bool(reads) and bool(reads[0][0])
        sequences = [inner.declare(slot or "input") for slot, _ in reads]
        if not reads:
            inner.declare("input")
        states = {name: inner.declare(name) for name in self.state}
        with writing(inner):
            given = [*sequences, *states.values()]
            if inner.named:
                result = self.step(**dict(zip((slot for slot, _ in reads), sequences, strict=True)), **states)
            else:
                result = self.step(*given)
        span = bodies.place_of(self.step, site.span)
        given_out, becomes = returned(result, list(states), span)
        following = {name: inner.read(handle) for name, handle in becomes.items()}
        outputs = given_out.outputs(inner, span)
        fields = self._fields(scope, reads, site)

        def what() -> Recurrent:
            return Recurrent(
                graph=bodies.graph(inner, site.span),
                following={name: reference(following[name], inner, span) for name in states},
                outputs=None if outputs is None else outputs(),
                spans=dict.fromkeys(states, span),
                **{name: made() for name, made in fields.items()},
            )

        names = (*given_out.names(), *states)
        return self.new_draft(scope, reads, site, what, inner), lambda: names

    # -- what stands beside the graph --------------------------------------------------------------------------------

    def _fields(self, scope: Scope, reads: Reads, site: Site) -> dict[str, Callable[[], Any]]:
        """The other fields, each made when names are known."""
        text = partial(scope.text, first=reads[0][1] if reads else None)
        own = self._options.site
        over = argument(self.over, text, "recurrent", own, "over")
        if self.steps is not None:
            over = argument({"steps": self.steps}, text, "recurrent", own, "steps")
        fields: dict[str, Callable[[], Any]] = {"over": lambda: over, "state": self._states(scope, text, own)}
        flags = {"reverse": self.reverse, "bidirectional": self.bidirectional}
        for name, value in flags.items():
            if name == "bidirectional" and value is not None and not isinstance(value, bool | Expression):
                fields[name] = partial(_same, held(scope, value, "merge", None, site))
            elif value is not None:
                fields[name] = partial(_same, argument(value, text, "recurrent", own, name))
        if self.lengths is not None:
            lengths = scope.read(self.lengths)
            fields["lengths"] = lambda: reference(lengths, scope, own.argument("lengths"))
        return fields

    def _states(self, scope: Scope, text: Any, site: Site) -> Callable[[], tuple[State, ...]]:
        starts: dict[str, Handle] = {}
        plain: dict[str, Any] = {}
        for name, one in self.state.items():
            form: dict[str, Any] = dict(cast("Mapping[str, Any]", one)) if isinstance(one, Mapping) else {}
            if isinstance(form.get("init"), Handle):
                starts[name] = scope.read(form.pop("init"))
            plain[name] = data(form or one, text, "recurrent", site, "state")
        span = site.argument("state")
        states = read_states(plain, dict.fromkeys(plain, span))

        def made() -> tuple[State, ...]:
            return tuple(
                one.model_copy(update={"start": reference(starts[one.name], scope, span)})
                if one.name in starts
                else one
                for one in states
            )

        return made


def _parameters(step: Callable[..., Any]) -> list[str]:
    code = getattr(step, "__code__", None)
    return list(code.co_varnames[: code.co_argcount]) if code is not None else []


def _same(value: Any) -> Any:
    return value
