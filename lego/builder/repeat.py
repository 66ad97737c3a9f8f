"""Repeats: a body several times over, each time with weights of its own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from operator import index as to_index
from typing import Any, cast

from lego.builder import body as bodies
from lego.builder.body import Body, single, written_body
from lego.builder.composites import Composite
from lego.builder.data import argument
from lego.builder.expression import Expression, Wanted, leaves, needed
from lego.builder.failure import failure
from lego.builder.handle import Handle, OutputNames, inside, one_output
from lego.builder.module import Reads
from lego.builder.place import Site
from lego.builder.scope import Draft, Loop, ParameterLeaf, Scope, Turn
from lego.diagnostics import Span
from lego.spec import Sequential, What


class repeat(Composite):  # noqa: N801 - a word of the language
    """Instances of a body, one after the other.

    A function may take `index` and `count` beside the tensor, and `item` where `times` is a list. Where Python needs
    to know them, the instances are written one by one.

    Args:
        times: How many; or a list, with an item for each instance.
        body: A function of a tensor, a layer, a block, or a list of them.
    """

    base = "repeat"

    def __init__(self, times: Any, body: Body, **options: Any) -> None:
        super().__init__(options)
        self.times, self.body = times, body
        self.key = "each" if _is_list(times) else "repeat"

    def bind(self, inputs: list[Handle], slots: dict[str, Handle], site: Site) -> Reads:
        """The first goes from instance to instance, the others are the same for all."""
        if not inputs or slots:
            raise failure("missing-argument", "repeat takes its inputs by position, one at least", None, site.span)
        return [("", handle) for handle in inputs]

    def draft(self, scope: Scope, reads: Reads, site: Site) -> tuple[Draft, OutputNames]:
        """Its node: that of the body itself where it is a single one, else a Sequential."""
        loop = Loop(("index", "count", "item") if self.key == "each" else ("index", "count"))
        others = [handle for _, handle in reads[1:]]
        try:
            with scope.trace.document.undoing():
                inner = written_body(scope, self.body, None, site.span, loop, others)
        except Wanted as wanted:
            if wanted.owner is not loop:
                raise
            return self._unrolled(scope, reads, site), one_output
        text = partial(scope.text, first=reads[0][1])
        turns = {self.key: argument(self.times, text, "repeat", self._options.site, 0)}
        fields = {**self._options.fields(scope, reads[0][1]), **turns}
        return _joined(inner, reads[0][1], self.base, self._options.name, fields, site.span)

    def _unrolled(self, scope: Scope, reads: Reads, site: Site) -> Draft:
        """Every instance by itself, under the name that a repeat gives it."""
        if isinstance(self.times, Expression):
            needed(self.times)
        items = cast("Sequence[Any]", self.times) if self.key == "each" else [None] * to_index(self.times)
        chain = Scope(scope.trace, scope)
        chain.listed = True
        handle = chain.declare("input", reads[0][1])
        others = [one for _, one in reads[1:]]
        for at, item in enumerate(items):
            turn = Turn({"index": at, "count": len(items), **({"item": item} if self.key == "each" else {})})
            inner = written_body(chain, self.body, handle, site.span, turn, others)
            draft, names = _joined(inner, handle, "turn", None, {}, site.span)
            chain.drafts.append(draft)
            handle = Handle(chain, draft, names=names)
        if not items:
            raise failure("bad-value", "a repeat of no instances cannot depend on `index`", None, site.span)

        def what() -> Sequential:
            return Sequential(graph=bodies.graph(chain, site.span))

        return self.new_draft(scope, reads[:1], site, what, chain)


def _joined(
    inner: Scope, handle: Handle, base: str, name: str | None, fields: dict[str, Any], span: Span
) -> tuple[Draft, OutputNames]:
    """One node for a body: its own where it has a single one."""
    only = single(inner)
    if only is not None and not only.fields.keys() & (fields.keys() | {"repeat", "each"}):
        reads = [(slot, handle if at == 0 else one) for at, (slot, one) in enumerate(only.reads)]
        assert inner.result is not None
        names = inside(inner.result).names
        return Draft(only.base, name, only.what, reads, only.span, {**only.fields, **fields}, only.inner), names

    def what() -> What:
        return Sequential(graph=bodies.graph(inner, span))

    return Draft(base, name, what, [("", handle)], span, fields, [inner]), one_output


def _is_list(times: Any) -> bool:
    """Whether there is an instance for each item; a parameter is what its value is."""
    while isinstance(times, Expression):
        [*sources] = leaves(times)
        if len(sources) != 1 or not isinstance(sources[0], ParameterLeaf) or not times.is_name:
            return False
        times = sources[0].trace.values.get(sources[0].name)
    return isinstance(times, list | tuple)
