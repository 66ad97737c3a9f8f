"""The stages of checking as text: the tree with its positions, the document, the flat graph with its shapes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lego.graph import Graph
from lego.spec import Document, Mapping, Scalar, Tree, read, read_source, to_yaml


def tree(path: Path) -> Iterator[str]:
    """What was read: every key and value with its line and column."""
    return _tree(read(read_source(path)), "")


def _tree(part: Tree, margin: str) -> Iterator[str]:
    if isinstance(part, Scalar):
        yield _at(part, margin, part.text if part.plain else repr(part.text))
    elif isinstance(part, Mapping):
        for key, value in part:
            yield _at(key, margin, f"{key.text}:")
            yield from _tree(value, f"{margin}  ")
    else:
        for item in part:
            yield _at(item, margin, "-")
            yield from _tree(item, f"{margin}  ")


def _at(part: Tree, margin: str, text: str) -> str:
    place = f"{part.span.line}:{part.span.column}"
    return f"{place:>8}  {margin}{text}"


def document(document: Document) -> Iterator[str]:
    """What was parsed, as YAML again."""
    return iter(to_yaml(document).splitlines())


def inferred(graph: Graph) -> Iterator[str]:
    """Every layer with the shapes that it reads and gives."""
    flat = graph.nx
    for path, node in flat.nodes(data=True):
        edges = sorted((data["slot"], data["shape"]) for _, _, data in flat.in_edges(path, data=True))
        reads = ", ".join(str(shape) for _, shape in edges)
        gives = ", ".join(str(type) for type in node["outputs"])
        yield f"{path}: {node['kind']}: {reads + ' ' if reads else ''}-> {gives}"
