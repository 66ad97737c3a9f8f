"""A document together with the documents it includes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath

from lego.diagnostics import Diagnostic, Problem, Source, SpecError, did_you_mean
from lego.spec.collector import collector_paused
from lego.spec.document import Block, Document, Include
from lego.spec.limits import DEFAULT_LIMITS, Limits
from lego.spec.parsing import parse
from lego.spec.read import read, read_source


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    """A block, where it is written: its own names (layers aside) are those of its package."""

    name: str
    block: Block
    home: Package


@dataclass(frozen=True, slots=True, eq=False)
class Package:
    """A document with its includes by name; `path` is where it was read from, if from a file."""

    document: Document
    path: Path | None = None
    includes: dict[str, Package] = field(default_factory=dict[str, "Package"])
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
        return package.definition(rest) if dot else package.whole(first)

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
            own += [name, *(f"{name}.{block}" for block in package.document.blocks)]
        return own


def load_package(path: str | Path, limits: Limits = DEFAULT_LIMITS) -> Package:
    """Read a document and all that it includes.

    Raises:
        SpecError: with all that is wrong with the form of any of them.
        Problem: `not-found`, where there is no such file.
    """
    return _Loader(limits).package(read_source(path, limits), Path(path))


def parse_package(text: str, name: str = "<string>", limits: Limits = DEFAULT_LIMITS) -> Package:
    """A document from its text; includes are found from the current directory."""
    return _Loader(limits).package(Source(name, text), None)


class _Loader:
    """Reads each file once, and knows which files are being read: an include may not include itself."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.open: list[Path] = []
        self.done: dict[Path, Package] = {}

    def package(self, source: Source, path: Path | None) -> Package:
        with collector_paused():
            document = parse(read(source, self.limits))
        key = path.resolve() if path is not None else Path(source.name)
        self.open.append(key)
        includes: dict[str, Package] = {}
        found: list[Diagnostic] = []
        for name, include in document.include.items():
            try:
                includes[name] = self.include(include, path)
            except SpecError as error:
                found.extend(error.diagnostics)
            except Problem as problem:
                found.append(problem.at(include.span))
        self.open.pop()
        if found:
            raise SpecError(found)
        return Package(document, path, includes)

    def include(self, include: Include, path: Path | None) -> Package:
        _check_relative(include.path)
        target = (path.parent if path is not None else Path()) / include.path
        key = target.resolve()
        if key in self.open:
            chain = " → ".join(one.name for one in [*self.open[self.open.index(key) :], key])
            raise Problem("include", f"documents include each other: {chain}", help="move what both need to a third")
        if key not in self.done:
            self.done[key] = self.package(self._source(target, include), target)
        return self.done[key]

    def _source(self, target: Path, include: Include) -> Source:
        try:
            return read_source(target, self.limits)
        except Problem:
            help = None
            if target.parent.is_dir():
                help = did_you_mean(target.name, sorted(one.name for one in target.parent.glob("*.y*ml")))
            message = f"there is no file `{include.path}` beside this one"
            raise Problem("include", message, help=help or "paths are relative to this file") from None


def _check_relative(path: str) -> None:
    if not path or PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute() or "://" in path:
        raise Problem("include", f"an include is a relative path, found `{path}`", help="write it from this file on")
