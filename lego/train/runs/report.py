"""report.html: a run on one page, with nothing that is loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from lego.diagnostics import Problem
from lego.emit.diagram import diagram_source, render
from lego.graph import Graph
from lego.spec.recipe import Recipe, recipe_yaml
from lego.train.runs.checkpoints import write_whole
from lego.train.runs.curves import curves_svg, overfitting_from
from lego.train.runs.folder import About
from lego.train.runs.history import Epoch
from lego.train.runs.overfitting import remedies

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
h1 { font-size: 1.6rem } h2 { font-size: 1.2rem; margin-top: 2rem }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
td, th { padding: .15rem .8rem; text-align: right; border-bottom: 1px solid #ddd }
pre { background: #f5f5f5; padding: .8rem; overflow-x: auto } svg { max-width: 100%; height: auto }
.remedies { background: #fdf3e7; padding: .5rem 1rem; border-left: 4px solid #d1660f }
"""


def write_report(folder: Path, graph: Graph, recipe: Recipe, history: Sequence[Epoch], about: About) -> None:
    """Write curves.svg and report.html."""
    curves = curves_svg(history)
    write_whole(folder / "curves.svg", curves.encode())
    write_whole(folder / "report.html", report_html(graph, recipe, history, about, curves).encode())


def report_html(graph: Graph, recipe: Recipe, history: Sequence[Epoch], about: About, curves: str) -> str:
    """The page: outcome, curves, what to do where the net overfits, the epochs, the recipe, the diagram."""
    parts = [
        f"<h1>{escape(graph.name)} on {escape(about.data)}</h1>",
        f"<p>{escape(_outcome(recipe, history, about))}</p>",
        _inline(curves),
        *_remedies(recipe, graph, history),
        "<h2>Epochs</h2>",
        _table(history),
        "<h2>Recipe</h2>",
        f"<pre>{escape(recipe_yaml(recipe))}</pre>",
        *_diagram(graph),
    ]
    head = f'<meta charset="utf-8"><title>{escape(graph.name)}</title><style>{_STYLE}</style>'
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>\n' + "\n".join(parts) + "\n</body></html>\n"


def _remedies(recipe: Recipe, graph: Graph, history: Sequence[Epoch]) -> Iterable[str]:
    start = overfitting_from(history)
    if start is None:
        return
    told = f"From epoch {start} on the loss of validation rises while that of training falls: the net overfits."
    items = "".join(f"<li>{escape(one)}</li>" for one in remedies(recipe, graph))
    yield f'<div class="remedies"><p>{told} What helps:</p><ul>{items}</ul></div>'


def _outcome(recipe: Recipe, history: Sequence[Epoch], about: About) -> str:
    last = history[-1]
    state = "finished" if about.finished else "not finished"
    text = f"{state} after {last.epoch} of {recipe.epochs} epochs, {sum(one.seconds for one in history):.1f} s"
    if last.validation_error is None:
        return f"{text}; training error {last.train_error:.4g}"
    best = min(history, key=lambda one: one.validation_error if one.validation_error is not None else float("inf"))
    return (
        f"{text}; validation error {last.validation_error:.4g}, best {best.validation_error:.4g} in epoch {best.epoch}"
    )


def _table(history: Sequence[Epoch]) -> str:
    head = "".join(f"<th>{escape(name.replace('_', ' '))}</th>" for name in Epoch._fields)
    rows = "".join(f"<tr>{''.join(f'<td>{_number(value)}</td>' for value in row)}</tr>" for row in history)
    return f"<table><tr>{head}</tr>{rows}</table>"


def _number(value: Any) -> str:
    return "" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)


def _diagram(graph: Graph) -> Iterable[str]:
    try:
        picture = render(diagram_source(graph), "svg").decode()
    except Problem:  # nothing on this machine can draw it
        return
    yield "<h2>Net</h2>"
    yield _inline(picture)


def _inline(svg: str) -> str:
    """An SVG without the lines that a file of its own begins with."""
    return svg[svg.index("<svg") :]
