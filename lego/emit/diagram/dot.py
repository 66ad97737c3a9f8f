"""A picture in Graphviz's language. Every text of the user's passes `escape` on its way in."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape as escape_markup
from typing import Literal, Protocol, cast

from lego.emit.diagram.palette import DARK, LIGHT, LOOKS, Theme
from lego.emit.diagram.picture import Box, Edge, Group, Picture, boxes_in

Direction = Literal["TB", "LR"]

_FONT = "Helvetica"
_NO_TOOLTIP = " "
_LEGEND_COLUMNS = 4


class _Canvas(Protocol):
    """What is used of `graphviz.Digraph`."""

    source: str

    def attr(self, kw: str | None = None, **attributes: str) -> None: ...
    def node(self, name: str, **attributes: str) -> None: ...
    def edge(self, tail_name: str, head_name: str, **attributes: str) -> None: ...
    def subgraph(self, graph: _Canvas) -> None: ...


def to_dot(picture: Picture, direction: Direction = "TB", dark: bool = False) -> str:
    """The source that `dot` lays out; equal pictures give equal texts."""
    return _Writer(picture, direction, DARK if dark else LIGHT).source()


def escape(text: str) -> str:
    """A text for labels and ids alike: no markup, no escape of Graphviz's, nothing that XML forbids."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    return escape_markup(plain).replace("\\", "\\\\").replace(":", "&#58;")


def _tooltip(lines: Sequence[str]) -> str:
    """Lines of a tooltip; Graphviz reads backslashes in it twice."""
    return "\\n".join(escape(line).replace("\\", "\\\\") for line in lines) or _NO_TOOLTIP


def _canvas(name: str | None) -> _Canvas:
    from graphviz import Digraph  # pyright: ignore[reportMissingTypeStubs]

    return cast("_Canvas", Digraph(name))


class _Writer:
    def __init__(self, picture: Picture, direction: Direction, theme: Theme) -> None:
        self.picture = picture
        self.direction = direction
        self.theme = theme
        self.order = {box.id: number for number, box in enumerate(picture.boxes)}
        rows = [row for group in picture.groups for row in group.rows]
        self.row_of = {id: row[0] for row in rows for id in row}
        kinds = [group.kind for group in picture.groups]
        kinds += [box.kind for box in picture.boxes if box.form in ("block", "step")]
        self.tints = {kind: theme.tints[number % len(theme.tints)] for number, kind in enumerate(dict.fromkeys(kinds))}

    def source(self) -> str:
        canvas = _canvas(escape(self.picture.name))
        self.defaults(canvas)
        for item in self.picture.items:
            self.item(canvas, item)
        for edge in self.picture.edges:
            self.edge(canvas, edge)
        return canvas.source

    def defaults(self, canvas: _Canvas) -> None:
        ink, faint, line = self.theme.ink, self.theme.faint, self.theme.line
        canvas.attr(rankdir=self.direction, bgcolor=self.theme.paper, nodesep="0.3", ranksep="0.3")
        canvas.attr(label=self.foot(), labelloc="b", fontname=_FONT, fontsize="11", fontcolor=ink, tooltip=_NO_TOOLTIP)
        canvas.attr("node", fontname=_FONT, fontsize="11", fontcolor=ink, color=line, height="0.3", margin="0.14,0.06")
        canvas.attr("edge", fontname=_FONT, fontsize="9", fontcolor=faint, color=line, arrowsize="0.6")
        canvas.attr("edge", tooltip=_NO_TOOLTIP, labeltooltip=_NO_TOOLTIP, weight="8")

    # -- boxes and groups ----------------------------------------------------------------------------------------------

    def item(self, canvas: _Canvas, item: Box | Group) -> None:
        if isinstance(item, Box):
            canvas.node(escape(item.id), tooltip=_tooltip(item.tooltip), **self.box(item))
        else:
            canvas.subgraph(self.group(item))

    def group(self, group: Group) -> _Canvas:
        canvas = _canvas(f"cluster_{escape(group.id)}")
        lines = [f"<b>{escape(group.name)}</b>", *(self.small(line, 10) for line in group.lines)]
        label = "".join([f'{line}<br align="left"/>' for line in lines])
        canvas.attr(label=f"<{label}>", labeljust="l", labelloc="t")
        canvas.attr(style="filled,rounded", fillcolor=self.tints[group.kind], color=self.theme.faint, penwidth="0.8")
        canvas.attr(
            margin="22" if self.has_arc(group) else "10", tooltip="\\n".join(map(escape, group.tooltip)) or _NO_TOOLTIP
        )
        for item in group.items:
            self.item(canvas, item)
        for row in group.rows:
            canvas.subgraph(self.row(row))
        return canvas

    def row(self, row: tuple[str, ...]) -> _Canvas:
        """Boxes side by side."""
        canvas = _canvas(None)
        canvas.attr(rank="same")
        for id in row:
            canvas.node(escape(id))
        return canvas

    def has_arc(self, group: Group) -> bool:
        """Whether a skip needs room beside the boxes of a group."""
        item_of = {box.id: number for number, item in enumerate(group.items) for box in boxes_in([item])}
        skips = [edge for edge in self.picture.edges if edge.style == "skip"]
        return any(
            edge.source in item_of and edge.target in item_of and item_of[edge.source] != item_of[edge.target]
            for edge in skips
        )

    def box(self, box: Box) -> dict[str, str]:
        match box.form:
            case "input" | "output":
                return {"label": self.text(box), "shape": "plain"}
            case "value":
                return {"label": self.text(box), "shape": "plain", "margin": "0.04"}
            case "state":
                return {
                    "label": self.text(box),
                    "shape": "box",
                    "style": "filled,rounded",
                    "fillcolor": self.theme.paper,
                }
            case "step":
                size = {"width": "0.9", "height": "0.6"}
                tint = self.tints[box.kind]
                return {"label": self.text(box), "shape": "box", "style": "filled,bold", "fillcolor": tint, **size}
            case "fork":
                return {"shape": "point", "width": "0.05", "height": "0.05"}
            case "merge":
                size = "0.26" if len(box.name) < 3 else "0.42"
                round = {"shape": "circle", "fixedsize": "true", "width": size, "height": size, "style": "filled"}
                return {"label": escape(box.name), "fillcolor": self.theme.fill(box.kind), **round}
            case "block":
                tint = self.tints[box.kind]
                return {"label": self.text(box), "shape": "box", "style": "filled,bold", "fillcolor": tint}
            case "layer":
                return {"label": self.text(box), **self.look(box.kind)}

    def look(self, kind: str) -> dict[str, str]:
        look = LOOKS[kind]
        style = f"filled,{look.style}" if look.style else "filled"
        lines = {"peripheries": str(look.lines), "penwidth": str(look.width)}
        return {"shape": "box", "style": style, "fillcolor": self.theme.fill(kind), **lines}

    def text(self, box: Box) -> str:
        lines = [f"<b>{escape(box.name)}</b>", *(self.small(line, 10) for line in box.lines)]
        return f"<{'<br/>'.join(lines)}>"

    def small(self, text: str, size: int) -> str:
        return f'<font point-size="{size}">{escape(text)}</font>'

    # -- edges ---------------------------------------------------------------------------------------------------------

    def edge(self, canvas: _Canvas, edge: Edge) -> None:
        attributes: dict[str, str] = {}
        if edge.label:
            attributes["label"] = f" {escape(edge.label)} "
        if edge.style == "skip":
            attributes["weight"] = "0"  # it bends round what it skips, which stays in line
        if edge.style == "back":
            attributes |= {"style": "dashed", "constraint": "false"}
        if edge.style == "order":
            attributes["style"] = "invis"
        if edge.style == "shared":
            attributes |= {"style": "dotted", "dir": "none", "constraint": "false"}
        ends = [edge.source, edge.target]
        if edge.style != "back" and self.goes_back(edge):
            attributes["dir"] = "back"
            ends.reverse()
        canvas.edge(*map(escape, ends), **attributes)

    def goes_back(self, edge: Edge) -> bool:
        """Whether an edge goes against the engine's order, which is up in a row where the diagram goes to the right."""
        source, target = self.order[edge.source], self.order[edge.target]
        beside = self.row_of.get(edge.source, edge.source) == self.row_of.get(edge.target, edge.target)
        return (source > target) == (self.direction == "TB") if beside else source > target and self.direction == "TB"

    # -- caption and legend --------------------------------------------------------------------------------------------

    def foot(self) -> str:
        """What stands below: the caption, and the kinds that are there."""
        caption = "<br/>".join([f"<b>{escape(self.picture.name)}</b>", *map(escape, self.picture.caption)])
        rows = [f'<tr><td colspan="{_LEGEND_COLUMNS}">{caption}</td></tr>', *self.legend()]
        return f'<<table border="0" cellborder="0" cellspacing="3">{"".join(rows)}</table>>'

    def legend(self) -> list[str]:
        present = {box.kind for box in self.picture.boxes if box.form in ("layer", "merge")}
        cells = [f"<td>{self.sample(kind)}</td>" for kind in LOOKS if kind in present]
        starts = range(0, len(cells), _LEGEND_COLUMNS)
        return [f"<tr>{''.join(cells[start : start + _LEGEND_COLUMNS])}</tr>" for start in starts]

    def sample(self, kind: str) -> str:
        """A box of the legend, in the look of its kind."""
        look = LOOKS[kind]
        border = f'border="{look.width}" cellborder="{look.lines - 1}" cellspacing="{2 * (look.lines - 1)}"'
        style = f' style="{look.style}"' if look.style else ""
        fill = f'color="{self.theme.line}" bgcolor="{self.theme.fill(kind)}"'
        return f'<table {border}{style} cellpadding="3" {fill}><tr><td>{self.small(look.title, 9)}</td></tr></table>'
