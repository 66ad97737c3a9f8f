"""Composites: Sequential, skip and split."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from lego.builder import body as bodies
from lego.builder.body import Body, module_of, part, written_body
from lego.builder.data import argument
from lego.builder.failure import failure
from lego.builder.finish import node_of
from lego.builder.handle import Handle, OutputNames, kind, one_output
from lego.builder.module import Module, Reads, split_options
from lego.builder.place import Site
from lego.builder.scope import Draft, Loop, Scope
from lego.diagnostics import Problem
from lego.spec import Copies, Node, Skip, Split, check_node_name
from lego.spec import Sequential as SequentialModel


class Composite(Module):
    """A part of the graph with graphs inside."""

    base: str

    def __init__(self, options: dict[str, Any]) -> None:
        known, unknown = split_options(options)
        super().__init__(known)
        for name in unknown:
            message = f"{self.base} has no argument `{name}`"
            raise failure("unknown-argument", message, None, self._options.site.argument(name))

    @property
    def label(self) -> str:
        """The word of the language for it."""
        return self.base

    def bind(self, inputs: list[Handle], slots: dict[str, Handle], site: Site) -> Reads:
        """One input."""
        if len(inputs) != 1 or slots:
            message = f"{self.base} takes 1 input, found {len(inputs) + len(slots)}"
            code = "unknown-argument" if inputs else "missing-argument"
            raise failure(code, message, "other tensors are read from around: `lambda x: f(x, mask)`", site.span)
        return [("", inputs[0])]

    def new_draft(self, scope: Scope, reads: Reads, site: Site, what: Callable[[], Any], *inner: Scope) -> Draft:
        """The node of the composite."""
        fields = self._options.fields(scope, reads[0][1] if reads else None)
        return Draft(self.base, self._options.name, what, reads, site.span, fields, list(inner))


class Sequential(Composite):
    """Layers one after the other, as `torch.nn.Sequential`; a list, or one by one; or the function of a body."""

    base = "sequential"

    def __init__(self, *body: Body, **options: Any) -> None:
        super().__init__(options)
        self.body: Body = body[0] if len(body) == 1 else list(body)

    def draft(self, scope: Scope, reads: Reads, site: Site) -> tuple[Draft, OutputNames]:
        """Its node."""
        inner = written_body(scope, self.body, reads[0][1], site.span)

        def what() -> SequentialModel:
            return SequentialModel(graph=bodies.graph(inner, site.span))

        return self.new_draft(scope, reads, site, what, inner), one_output


class skip(Composite):  # noqa: N801 - a word of the language
    """merge(shortcut(x), body(x)): a fast-forward connection.

    Args:
        body: A function of a tensor, a layer, a block, or a list of them.
        shortcut: Likewise; the identity unless given.
        merge: A layer or block of two inputs; Add unless given.
    """

    base = "skip"

    def __init__(self, body: Body, shortcut: Body = None, merge: Any = None, **options: Any) -> None:
        super().__init__(options)
        self.body, self.shortcut, self.merge = body, shortcut, merge

    def draft(self, scope: Scope, reads: Reads, site: Site) -> tuple[Draft, OutputNames]:
        """Its node."""
        origin = reads[0][1]
        inner = written_body(scope, self.body, origin, site.span)
        inner.reserved |= {"shortcut", "merge"}
        beside: list[Scope] = [inner]
        shortcut: Callable[[], Node | None] = lambda: None  # noqa: E731
        if self.shortcut is not None:
            around, shortcut = part(scope, self.shortcut, "shortcut", origin, site.span)
            beside.append(around)
        merge = held(scope, self.merge, "merge", None, site)

        def what() -> Skip:
            return Skip(graph=bodies.graph(inner, site.span), shortcut=shortcut(), merge=merge)

        return self.new_draft(scope, reads, site, what, *beside), one_output


class split(Composite):  # noqa: N801 - a word of the language
    """Branches side by side.

    Args:
        branches: Bodies by name, or a list of bodies.
        copies: In place of branches: how many instances of `body` there are, each with weights of its own.
        body: Of one copy; a function may take `index` as its second parameter.
        by: How the input is shared out, `L.Chunk(2, dim=1)` say; every branch gets all of it unless given.
        merge: A layer or block that joins what they give; unless given, all of them are outputs.
    """

    base = "split"

    def __init__(
        self,
        branches: Mapping[str, Body] | list[Body] | None = None,
        *,
        copies: Any = None,
        body: Body = None,
        by: Any = None,
        merge: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(options)
        self.by, self.merge, self.copies, self.body = by, merge, copies, body
        if (branches is None) == (copies is None) or (copies is None) != (body is None):
            help = 'write `lego.split({"a": f, "b": g})`, or `lego.split(copies=4, body=f)`'
            raise failure("missing-argument", "split takes branches, or copies and their body", help)
        if isinstance(branches, list | tuple):
            branches = {str(at): one for at, one in enumerate(branches)}
        self.branches = dict(branches or {})
        self._check_names()

    def _check_names(self) -> None:
        for name in self.branches:
            try:
                check_node_name(name)
            except Problem as problem:
                raise failure(problem.code, problem.message, problem.help, self._options.site.span) from None
            if name in ("merge", "by"):
                raise failure("bad-name", f"a branch may not be called `{name}`: its split has one")

    def draft(self, scope: Scope, reads: Reads, site: Site) -> tuple[Draft, OutputNames]:
        """Its node."""
        first = reads[0][1]
        origin = first if self.by is None else None
        by, merge = held(scope, self.by, "by", first, site), held(scope, self.merge, "merge", None, site)
        if self.copies is not None:
            return self._copies(scope, reads, site, origin, by, merge)
        inner = {name: written_body(scope, body, origin, site.span) for name, body in self.branches.items()}

        def what() -> Split:
            graphs = {name: bodies.graph(one, site.span) for name, one in inner.items()}
            return Split(branches=graphs, by=by, merge=merge, spans=dict.fromkeys(graphs, site.span))

        names = tuple(inner)
        return self.new_draft(scope, reads, site, what, *inner.values()), one_output if merge else lambda: names

    def _copies(
        self, scope: Scope, reads: Reads, site: Site, origin: Handle | None, by: Node | None, merge: Node | None
    ) -> tuple[Draft, OutputNames]:
        inner = written_body(scope, self.body, origin, site.span, Loop(("index", "count")))
        copies = argument(self.copies, partial(scope.text, first=reads[0][1]), "split", self._options.site, "copies")

        def what() -> Copies:
            return Copies(copies=copies, graph=bodies.graph(inner, site.span), by=by, merge=merge)

        def names() -> tuple[str, ...]:
            return tuple(map(str, range(int(self.copies))))

        return self.new_draft(scope, reads, site, what, inner), one_output if merge else names


def held(scope: Scope, module: Any, name: str, first: Handle | None, site: Site) -> Node | None:
    """A layer or block that a composite holds, as a node without wiring; None stays."""
    if module is None:
        return None
    found = module_of(module, site.span)
    if not isinstance(found, Module) or isinstance(found, Composite):
        help = "give it a layer, `L.Concat(1)` say, or a block"
        raise failure("bad-value", f"the {name} of a composite is one layer or block, found {kind(module)}", help)
    draft, _ = found.draft(scope, [("", first)] if first is not None else [], site)
    draft.name = name
    return node_of(draft, scope, wired=False)
