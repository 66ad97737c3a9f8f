"""Graphviz source, and what is drawn from it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lego.diagnostics import Problem
from lego.emit.diagram import FORMATS, Box, Edge, Group, Picture, diagram_source, draw, picture, render
from lego.emit.diagram.dot import to_dot
from lego.emit.diagram.palette import LOOKS, kind_of
from tests.emit.diagram.specs import RESIDUAL, net

HOSTILE = [
    '"><script>alert(1)</script>',
    r"\N \G \E \T",
    "<b>bold</b>",
    "&lt;i&gt; &#60;",
    '" URL="http://x',
    "a\x00b\nc",
    "<<i>x</i>>",
]
XLINK = "{http://www.w3.org/1999/xlink}"


@pytest.fixture
def graph() -> Any:
    return net("stem: {Linear: 16}\ntower: {Residual, repeat: 3}\nhead: {Linear: 2}", blocks=RESIDUAL)


def laid_out(source: str) -> Any:
    """What an engine makes of a source, as JSON."""
    engine = shutil.which("graphviz-pure", path=sysconfig.get_path("scripts"))
    assert engine is not None
    done = subprocess.run([engine, "-Kdot", "-Tjson"], input=source.encode(), capture_output=True, check=True)
    return json.loads(done.stdout)


def test_boxes_groups_and_edges_reach_the_engine(graph: Any) -> None:
    drawn = picture(graph)
    objects = laid_out(diagram_source(graph))
    found = [item["name"] for item in objects["objects"]]
    assert found == [*(f"cluster_{group.id}" for group in drawn.groups), *(box.id for box in drawn.boxes)]
    assert len(objects["edges"]) == len(drawn.edges)
    cluster = objects["objects"][0]
    assert {found[number] for number in cluster["nodes"]} == {item.id for item in drawn.groups[0].items}


def test_equal_graphs_give_equal_bytes(graph: Any) -> None:
    again = net("stem: {Linear: 16}\ntower: {Residual, repeat: 3}\nhead: {Linear: 2}", blocks=RESIDUAL)
    assert diagram_source(graph) == diagram_source(again)
    assert render(diagram_source(graph), "svg") == render(diagram_source(again), "svg")


def test_bytes_do_not_depend_on_the_hash_seed() -> None:
    program = (
        "from tests.emit.diagram.specs import RESIDUAL, net; from lego.emit.diagram import diagram_source;"
        "print(diagram_source(net('tower: {Residual, repeat: 3}', blocks=RESIDUAL)))"
    )
    root = Path(__file__).parents[3]
    texts = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True, cwd=root
        ).stdout
        for seed in ("1", "2")
    }
    assert len(texts) == 1


def test_directions_and_paper(graph: Any) -> None:
    assert laid_out(diagram_source(graph, direction="LR"))["rankdir"] == "LR"
    light, dark = laid_out(diagram_source(graph)), laid_out(diagram_source(graph, dark=True))
    assert light["bgcolor"] != dark["bgcolor"]
    assert light["objects"][1]["name"] == dark["objects"][1]["name"]


# -- texts of the user -------------------------------------------------------------------------------------------------


def texts_of(svg: bytes) -> list[str]:
    root = ElementTree.fromstring(svg)
    found = ["".join(element.itertext()) for element in root.iter() if element.tag.endswith(("text", "title"))]
    return found + [element.get(f"{XLINK}title", "") for element in root.iter()]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_shown_and_nothing_more(text: str) -> None:
    box = Box("a", text, (text,), "layer", "linear", (text,))
    merge = Box("b", text, (), "merge", "operation", (text,))
    group = Group("g", text, (text,), text, (merge,), (text,))
    svg = render(to_dot(Picture(text, (box, group), (Edge("a", "b", text),), (text,))), "svg")
    root = ElementTree.fromstring(svg)
    allowed = {"svg", "g", "title", "text", "path", "polygon", "polyline", "ellipse", "a"}
    assert {element.tag.rpartition("}")[2] for element in root.iter()} <= allowed
    assert not [name for element in root.iter() for name in element.attrib if name.endswith("href")]
    shown = text.replace("\x00", " ").replace("\n", " ")
    found = texts_of(svg)
    assert sum(shown == line.strip() for line in found) >= 6, found


@pytest.mark.parametrize("text", HOSTILE)
def test_ids_are_escaped_too(text: str) -> None:
    drawn = Picture(
        "net", (Box(text, "a", (), "layer", "linear"), Box("b", "b", (), "layer", "linear")), (Edge(text, "b"),)
    )
    assert len(laid_out(to_dot(drawn))["objects"]) == 2


def test_the_doc_of_a_node_reaches_the_tooltip_only() -> None:
    graph = net("fc: {Linear: 2, doc: '\"><script> \\N <b>'}")
    svg = render(diagram_source(graph), "svg")
    assert b"<script" not in svg
    assert any(title.endswith('"><script> \\N <b>') for title in texts_of(svg))


# -- looks -------------------------------------------------------------------------------------------------------------


def test_kinds_differ_in_more_than_colour() -> None:
    borders = {(look.style, look.lines, look.width) for look in LOOKS.values()}
    assert len(borders) == len(LOOKS) == 8
    assert len({look.fill for look in LOOKS.values()}) == len({look.dark for look in LOOKS.values()}) == 8


def test_an_unknown_family_has_a_look() -> None:
    assert kind_of("of a package") in LOOKS


def test_the_legend_has_the_kinds_that_are_there(graph: Any) -> None:
    source = diagram_source(graph)
    assert "linear, embedding" in source and "activation" in source
    assert "convolution" not in source and "dropout" not in source


def test_the_same_block_has_the_same_tint() -> None:
    graph = net("a: Residual\nmid: Tanh\nb: Residual", blocks=RESIDUAL)
    objects = laid_out(diagram_source(graph))["objects"]
    tints = {item["name"]: item.get("fillcolor") for item in objects}
    assert tints["cluster_a"] == tints["b"]


# -- files -------------------------------------------------------------------------------------------------------------

STARTS = {"svg": b"<?xml", "png": b"\x89PNG", "dot": b"digraph", "pdf": b"%PDF"}


@pytest.mark.parametrize("format", ["svg", "png", "dot", pytest.param("pdf", marks=pytest.mark.dot)])
def test_the_suffix_says_the_format(graph: Any, tmp_path: Path, format: str) -> None:
    draw(graph, tmp_path / f"net.{format.upper()}")
    draw(graph, str(tmp_path / f"net.{format}"))
    content = (tmp_path / f"net.{format}").read_bytes()
    assert content.startswith(STARTS[format])
    assert sorted(path.suffix.lower() for path in tmp_path.iterdir()) in ([f".{format}"] * 2, [f".{format}"])


@pytest.mark.parametrize("name", ["net.html", "net.jpeg", "net"])
def test_an_unknown_suffix_names_the_known_ones(graph: Any, tmp_path: Path, name: str) -> None:
    with pytest.raises(Problem) as caught:
        draw(graph, tmp_path / name)
    assert caught.value.code == "bad-value"
    assert caught.value.help == "end the name of the file with one of: svg, png, pdf, dot"
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_stays_when_drawing_fails(graph: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "net.svg").write_text("old")
    nothing_installed(monkeypatch)
    with pytest.raises(Problem):
        draw(graph, tmp_path / "net.svg")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("net.svg", "old")]


# -- engines -----------------------------------------------------------------------------------------------------------


def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(sysconfig, "get_path", lambda name: "/nowhere")


def test_it_draws_with_an_empty_path(graph: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert render(diagram_source(graph), "svg").startswith(b"<?xml")


def test_with_nothing_installed_it_says_what_to_install(graph: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing_installed(monkeypatch)
    assert render(diagram_source(graph), "dot").startswith(b"digraph")
    with pytest.raises(Problem) as caught:
        render(diagram_source(graph), "svg")
    assert caught.value.code == "not-found"
    assert caught.value.message == "nothing is installed that could draw the diagram"
    assert caught.value.help is not None and "pip install graphviz-pure" in caught.value.help


def test_a_pdf_needs_the_dot_of_graphviz(graph: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Problem) as caught:
        render(diagram_source(graph), "pdf")
    assert caught.value.code == "not-found"
    assert caught.value.message == "a PDF needs Graphviz's own `dot`, which is not installed"


def test_a_layout_has_a_time_limit(graph: Any) -> None:
    with pytest.raises(Problem) as caught:
        render(diagram_source(graph), "svg", seconds=1e-6)
    assert caught.value.code == "limit"
    assert caught.value.help is not None and "depth" in caught.value.help


def test_what_an_engine_refuses_is_a_problem() -> None:
    with pytest.raises(Problem) as caught:
        render("digraph {", "svg")
    assert caught.value.message.endswith("could not draw the diagram")


@pytest.mark.dot
def test_both_engines_draw_the_same_structure(graph: Any) -> None:
    source = diagram_source(graph)
    done = subprocess.run(["dot", "-Kdot", "-Tjson"], input=source.encode(), capture_output=True, check=True)
    theirs, ours = json.loads(done.stdout), laid_out(source)
    assert [item["name"] for item in theirs["objects"]] == [item["name"] for item in ours["objects"]]
    ends = [sorted((edge["tail"], edge["head"]) for edge in drawing["edges"]) for drawing in (theirs, ours)]
    assert ends[0] == ends[1]


def test_all_formats_are_told_of() -> None:
    assert set(FORMATS) == set(STARTS)


def test_a_picture_is_a_value(graph: Any) -> None:
    drawn = picture(graph)
    assert picture(graph) == drawn
    assert hash(drawn) == hash(replace(drawn))
