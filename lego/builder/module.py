"""Modules: what is called on handles. One that is called twice has one set of weights."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import partial
from typing import Any

from lego.builder.data import argument
from lego.builder.failure import failure
from lego.builder.handle import Handle, OutputNames, advice, kind, one_output
from lego.builder.place import Site, calling
from lego.builder.scope import Draft, Scope, current
from lego.diagnostics import Problem
from lego.spec import Reference, Share, check_node_name, read_init

OPTIONS = ("name", "when", "init", "freeze", "checkpoint", "doc")
"""What every layer, block and composite takes beside its own arguments."""

Reads = list[tuple[str, Handle]]


@dataclass(frozen=True)
class Options:
    """The name and the wiring of a node, as they were given."""

    given: dict[str, Any]
    site: Site

    @property
    def name(self) -> str | None:
        """The name of the node, where the user gave one.

        Raises:
            BuilderError: no node can be called that.
        """
        name = self.given.get("name")
        if name is None:
            return None
        try:
            check_node_name(str(name))
        except Problem as problem:
            raise failure(problem.code, problem.message, problem.help, self.site.argument("name")) from None
        return str(name)

    def fields(self, scope: Scope, first: Handle | None) -> dict[str, Any]:
        """The fields of the node."""
        found: dict[str, Any] = {}
        if self.given.get("when") is not None:
            text = partial(scope.text, first=first)
            found["when"] = argument(self.given["when"], text, "a node", self.site, "when")
        if self.given.get("init") is not None:
            found["init"] = read_init(self.given["init"], self.site.argument("init"))
        found |= {name: True for name in ("freeze", "checkpoint") if self.given.get(name)}
        return found | ({"doc": str(self.given["doc"])} if self.given.get("doc") else {})


def split_options(arguments: dict[str, Any], taken: tuple[str, ...] = ()) -> tuple[dict[str, Any], dict[str, Any]]:
    """Options apart from arguments; a layer's own arguments (`taken`) go before options of their name."""
    options = {name: value for name, value in arguments.items() if name in OPTIONS and name not in taken}
    return options, {name: value for name, value in arguments.items() if name not in options}


class Module(ABC):
    """A layer, block or composite with its arguments; each call adds a node to the graph that is being written."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = Options(options, calling())

    @property
    def given_name(self) -> str | None:
        """The name of its node, where the user gave one."""
        return self._options.name

    @property
    @abstractmethod
    def label(self) -> str:
        """What it is called in messages."""

    @abstractmethod
    def draft(self, scope: Scope, reads: Reads, site: Site) -> tuple[Draft, OutputNames]:
        """Its node in a graph, with the names of its outputs."""

    @abstractmethod
    def bind(self, inputs: list[Handle], slots: dict[str, Handle], site: Site) -> Reads:
        """Its inputs by slot, an empty name for those that go by position."""

    @property
    def weightless(self) -> bool:
        """Whether two calls have nothing to share."""
        return False

    def __call__(self, *inputs: Any, **slots: Any) -> Any:
        """Add it to the graph: a handle of what it gives."""
        site = calling()
        scope = current(f"`{self.label}`")
        for key, value in (*enumerate(inputs), *slots.items()):
            if value is not None and not isinstance(value, Handle):
                raise _no_handle(self.label, value, site, key)
        given = {name: value for name, value in slots.items() if value is not None}
        reads = self.bind(_without_ends(self.label, list(inputs), site), given, site)
        reads = [(slot, scope.read(handle)) for slot, handle in reads]
        home = None if self.weightless else self._home(scope)
        if home is not None:
            return self._again(scope, home[0], home[1], reads, site)
        draft, names = self.draft(scope, reads, site)
        scope.drafts.append(draft)
        scope.homes[id(self)] = self, draft
        scope.trace.document.homes.setdefault(id(self), (self, scope))
        self._last_names = names
        return Handle(scope, draft, names=names)

    def _home(self, scope: Scope) -> tuple[Scope, Draft] | None:
        """Where it was called first, if its weights are there."""
        for one in scope.chain():
            if id(self) in one.homes:
                return one, one.homes[id(self)][1]
        _, elsewhere = scope.trace.document.homes.get(id(self), (self, None))
        if elsewhere is None:
            return None
        message = f"this `{self.label}` was called in another body or block, where its weights are"
        help = "call it around both first, or make one layer for each"
        raise failure("unknown-name", message, help)

    def _again(self, scope: Scope, home: Scope, draft: Draft, reads: Reads, site: Site) -> Handle:
        for one in scope.chain():
            if one is home:
                break
            one.captured.append(draft)

        def what() -> Share:
            assert draft.name is not None
            return Share(of=Reference(draft.name, None, site.span))

        shared = Draft(draft.base, None, what, reads, site.span)
        scope.drafts.append(shared)
        return Handle(scope, shared, names=self._last_names)

    _last_names: OutputNames = staticmethod(one_output)


def _no_handle(label: str, value: object, site: Site, key: int | str) -> Exception:
    message = f"`{label}` is called on tensors of the graph, found {kind(value)}"
    return failure("bad-value", message, advice(value) or "arguments go into its first call", site.argument(key))


def _without_ends(label: str, inputs: list[Any], site: Site) -> list[Handle]:
    """Positional inputs, without empty ones at the end."""
    while inputs and inputs[-1] is None:
        inputs.pop()
    empty = [at for at, one in enumerate(inputs) if one is None]
    if empty:
        message = f"an input of `{label}` is None, and one after it is not"
        raise failure("missing-argument", message, "give what follows by name", site.argument(empty[0]))
    return inputs
