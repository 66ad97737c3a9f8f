"""A document together with the documents it includes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath, PureWindowsPath

from lego.diagnostics import NOWHERE, Diagnostic, Problem, Source, SpecError, nearest
from lego.spec.collector import collector_paused
from lego.spec.document import Block, Document, Include
from lego.spec.limits import DEFAULT_LIMITS, Limits
from lego.spec.parsing import parse_partly, unreadable_graph
from lego.spec.read import read, read_source


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    """A block, where it is written: its own names (layers aside) are those of its package."""

    name: str
    block: Block
    home: Package


@dataclass(frozen=True, slots=True, eq=False)
class Package:
    """A document with its includes by name.

    Attributes:
        path: Where it was read from, if from a file.
        diagnostics: What is wrong with its form; the parts concerned are `Unreadable`.
        text: The text that it was read from; empty where it was made from none.
        edited: The text is one that `edited_package` was given.
    """

    document: Document
    path: Path | None = None
    includes: dict[str, Package] = field(default_factory=dict[str, "Package"])
    diagnostics: tuple[Diagnostic, ...] = ()
    text: str = ""
    edited: bool = False
    _definitions: dict[str, Definition] = field(default_factory=dict[str, Definition])

    def definition(self, name: str) -> Definition | None:
        """The block of this name: its own, an include's (`resnet.Bottleneck`), or an include itself."""
        if name not in self._definitions:
            found = self._find(name)
            if found is None:
                return None
            self._definitions[name] = found
        return self._definitions[name]

    def _find(self, name: str) -> Definition | None:
        first, dot, rest = name.partition(".")
        if not dot and name in self.document.blocks:
            return Definition(name, self.document.blocks[name], self)
        package = self.includes.get(first)
        if package is None:
            return None
        if package.is_unreadable:
            return Definition(name, Block(graph=unreadable_graph(package.document.span), span=NOWHERE), package)
        return package.definition(rest) if dot else package.whole(first)

    @property
    def is_unreadable(self) -> bool:
        """It stands for a document that could not be read at all."""
        return self.document.graph is None and not self.document.blocks

    def whole(self, name: str) -> Definition | None:
        """The document's own graph as a block."""
        document = self.document
        if document.graph is None:
            return None
        block = Block(
            doc=document.doc,
            params=document.params,
            inputs=document.inputs,
            graph=document.graph,
            outputs=document.outputs,
            init=document.init,
            tie=document.tie,
            span=document.span,
        )
        return Definition(name, block, self)

    def names(self) -> list[str]:
        """Every block that a node of this document can name."""
        own = list(self.document.blocks)
        for name, package in self.includes.items():
            own += [name] if package.document.graph is not None else []
            own += [f"{name}.{block}" for block in package.document.blocks]
        return own


def load_package(path: str | Path, limits: Limits = DEFAULT_LIMITS) -> Package:
    """Read a document and all that it includes.

    Raises:
        SpecError: it is no YAML.
        Problem: `not-found`, where there is no such file.
    """
    return _Loader(limits).package(read_source(path, limits), Path(path))


def parse_package(text: str, name: str = "<string>", limits: Limits = DEFAULT_LIMITS) -> Package:
    """A document from its text; includes are found from the current directory."""
    return _Loader(limits).package(Source(name, text), None)


def edited_package(package: Package, source: Source, limits: Limits = DEFAULT_LIMITS) -> Package:
    """The document that another text says; includes are found from where the package was read."""
    return replace(_Loader(limits).package(source, package.path), edited=True)


class _Loader:
    """Reads each file once, and knows which files are being read: an include may not include itself."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.open: list[Path] = []
        self.done: dict[Path, Package] = {}

    def package(self, source: Source, path: Path | None) -> Package:
        with collector_paused():
            document, found = parse_partly(read(source, self.limits))
        key = path.resolve() if path is not None else Path(source.name)
        self.open.append(key)
        includes: dict[str, Package] = {}
        for name, include in document.include.items():
            try:
                includes[name] = self.include(include, path)
            except Problem as problem:
                found.append(problem.at(include.span))
                includes[name] = Package(Document(lego=document.lego, span=include.span))
        self.open.pop()
        return Package(document, path, includes, tuple(found), source.text)

    def include(self, include: Include, path: Path | None) -> Package:
        _check_relative(include.path)
        target = (path.parent if path is not None else Path()) / include.path
        key = target.resolve()
        if key in self.open:
            chain = " → ".join(one.name for one in [*self.open[self.open.index(key) :], key])
            raise Problem("include", f"documents include each other: {chain}", help="move what both need to a third")
        if len(self.open) > self.limits.depth:
            raise self.limits.exceeded("depth", f"documents include each other more than {self.limits.depth} deep")
        if key not in self.done:
            self.done[key] = self._read(target, include)
        return self.done[key]

    def _read(self, target: Path, include: Include) -> Package:
        try:
            return self.package(read_source(target, self.limits), target)
        except SpecError as error:
            return Package(Document(lego=0, span=include.span), target, diagnostics=error.diagnostics)
        except Problem as problem:
            if problem.code == "limit":
                raise
            raise _missing(target, include, problem) from None


def _missing(target: Path, include: Include, problem: Problem) -> Problem:
    """The problem of an include that cannot be read; for a path that leads nowhere, with the file that is near it."""
    if target.exists():
        return Problem("include", problem.message)
    found = None
    if target.parent.is_dir():
        found = nearest(target.name, sorted(one.name for one in target.parent.glob("*.y*ml")))
    help = f"did you mean `{PurePosixPath(include.path).with_name(found)}`?" if found else None
    message = f"there is no file `{include.path}` beside this document"
    return Problem("include", message, help=help or "the path starts at the folder of this document")


def _check_relative(path: str) -> None:
    if not path or PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute() or "://" in path:
        help = "write the path from the folder of this document on: `blocks/resnet.yaml`"
        raise Problem("include", f"an include is a relative path, found `{path}`", help=help)
