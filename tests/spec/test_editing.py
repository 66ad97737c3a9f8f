"""Edits change what they name, and not a character besides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lego.diagnostics import Source, SpecError
from lego.spec import read, read_source, replaced
from lego.spec.tree import to_value
from lego.spec.writing.layout import Tall, lines
from tests.spec.documents import TEXT

ROOT = Path(__file__).parents[2]
SPECS = [*sorted((ROOT / "specs").rglob("*.yaml")), *sorted((ROOT / "tests").glob("*/*everything.yaml"))]

NET = """\
# A net.
lego: 1
name: net                 # its name
params: {width: 8, act: ReLU}   # the knobs
inputs:
  x: [N, 16]
graph:
  # the first
  fc: {Linear: $width}    # wide
  act: $act

  # the last two
  sum: {Add, from: [act, fc]}
  tail:
    - Linear: 4           # four
      init: zeros
    # between
    - ReLU
    - {Dropout: 0.5}
  pair: [Linear: 4, ReLU]
"""


def edited(edits: dict[str, Any], text: str = NET, after: str | None = None) -> str:
    return replaced(Source("net.yaml", text), edits, after)


def value(text: str) -> Any:
    return to_value(read(Source("net.yaml", text)))


@pytest.mark.parametrize(
    ("path", "new", "old_line", "new_line"),
    [
        ("name", "wide", "name: net                 # its name", "name: wide                 # its name"),
        ("params.width", 16, "params: {width: 8, act: ReLU}", "params: {width: 16, act: ReLU}"),
        ("params.depth", 2, "params: {width: 8, act: ReLU}", "params: {width: 8, act: ReLU, depth: 2}"),
        ("params.act", None, "params: {width: 8, act: ReLU}", "params: {width: 8}"),
        ("params.width", None, "params: {width: 8, act: ReLU}", "params: {act: ReLU}"),
        ("inputs.x", ["N", "2*h"], "  x: [N, 16]", "  x: [N, 2*h]"),
        ("inputs.x.1", 32, "  x: [N, 16]", "  x: [N, 32]"),
        ("graph.fc.Linear", "$max(width, 4)", "{Linear: $width}    # wide", '{Linear: "$max(width, 4)"}    # wide'),
        ("graph.fc", {"Linear": 3}, "{Linear: $width}    # wide", "{Linear: 3}    # wide"),
        ("graph.act", "true", "  act: $act", '  act: "true"'),
        ("graph.act", None, "  act: $act\n", ""),
        ("graph.sum.Add", {"broadcast": True}, "{Add, from", "{Add: {broadcast: true}, from"),
        ("graph.sum.Add.broadcast", True, "{Add, from", "{Add: {broadcast: true}, from"),
        ("graph.sum.Add", None, "{Add, from: [act, fc]}", "{from: [act, fc]}"),
        ("graph.sum.from.0", "x", "[act, fc]", "[x, fc]"),
        ("graph.sum.from.2", "x", "[act, fc]", "[act, fc, x]"),
        ("graph.tail.0.Linear", 5, "Linear: 4           # four", "Linear: 5           # four"),
        ("graph.tail.0.Linear", None, "- Linear: 4           # four\n      init", "- init"),
        ("graph.tail.0.init", None, "\n      init: zeros", ""),
        ("graph.tail.0.freeze", True, "      init: zeros", "      init: zeros\n      freeze: true"),
        ("graph.tail.0", None, "- Linear: 4           # four\n      init: zeros\n    # bet", "# bet"),
        ("graph.tail.1", "GELU", "    - ReLU", "    - GELU"),
        ("graph.tail.3", "GELU", "    - {Dropout: 0.5}", "    - {Dropout: 0.5}\n    - GELU"),
        ("graph.tail", "GELU", NET[NET.index("tail:") : NET.index("  pair")], "tail: GELU\n"),
        ("graph.pair.0.freeze", True, "[Linear: 4, ReLU]", "[{Linear: 4, freeze: true}, ReLU]"),
        ("graph.pair.0.Linear", 5, "[Linear: 4, ReLU]", "[Linear: 5, ReLU]"),
        ("graph.pair.0.Linear", None, "[Linear: 4, ReLU]", "[{}, ReLU]"),
        ("graph.end", "ReLU", "  pair: [Linear: 4, ReLU]", "  pair: [Linear: 4, ReLU]\n  end: ReLU"),
        ("outputs", ["a", "b"], "  pair: [Linear: 4, ReLU]", "  pair: [Linear: 4, ReLU]\noutputs: [a, b]"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_one_edit(path: str, new: Any, old_line: str, new_line: str, newline: str) -> None:
    assert NET.count(old_line) == 1
    expected = NET.replace(old_line, new_line).replace("\n", newline)
    assert edited({path: new}, NET.replace("\n", newline)) == expected


def test_what_is_long_gets_lines_of_its_own() -> None:
    layers = {f"layer{number}": {"Conv2d": {"out_channels": 64, "kernel_size": 3}} for number in range(3)}
    found = edited({"graph.act": {"skip": {"graph": layers, "shortcut": "Identity"}}})
    assert "  act:\n    skip:\n      graph:\n        layer0: {Conv2d: {out_channels: 64, kernel_size: 3}}\n" in found
    assert value(found)["graph"]["act"]["skip"]["graph"] == layers


def test_comments_stay_where_a_value_grows() -> None:
    text = "a: 1  # one\nb:  # two\n  - 3  # three\nc: 4\n"
    found = edited({"a": {"x": "y" * 60, "z": ["y" * 60]}, "b": 2}, text)
    assert found == f"a:  # one\n  x: {'y' * 60}\n  z: [{'y' * 60}]\nb: 2  # two\nc: 4\n"


def test_a_block_stays_a_block() -> None:
    assert edited({"graph": {"fc": {"Linear": 2}, "act": "ReLU"}}).endswith("graph:\n  fc: {Linear: 2}\n  act: ReLU\n")


def test_a_node_after_another() -> None:
    found = edited({"graph.drop": {"Dropout": 0.5}, "graph.norm": "BatchNorm1d"}, after="fc")
    assert "# wide\n  norm: BatchNorm1d\n  drop: {Dropout: 0.5}\n  act: $act\n" in found
    found = edited({"graph.tail.1": "GELU"}, after="0")
    assert "      init: zeros\n    - GELU\n    # between\n    - ReLU\n" in found
    assert "[Linear: 4, GELU, ReLU]" in edited({"graph.pair.1": "GELU"}, after="0")


def test_several_edits_see_those_before() -> None:
    found = edited(
        {"graph.more": {"Linear": 3}, "graph.more.freeze": True, "tie": {"a": "b"}, "tie.fc.weight": "c.weight"}
    )
    assert value(found)["graph"]["more"] == {"Linear": 3, "freeze": True}
    assert value(found)["tie"] == {"a": "b", "fc.weight": "c.weight"}


def test_the_last_one_leaves_an_empty_collection() -> None:
    assert "inputs: {}\ngraph" in edited({"inputs.x": None})
    assert edited({"a.0": None}, "a:\n  - 1  # one\nb: 2\n") == "a: []\nb: 2\n"


def test_block_scalars() -> None:
    text = "doc: |\n  one\n\n  two\n\nname: >-  # why\n  long\n  text\nend: |+\n  kept\n\nlast: 1\n"
    assert edited({"doc": "short"}, text) == text.replace("|\n  one\n\n  two", "short")
    assert value(edited({"new": 1}, text, after="end"))["end"] == "kept\n\n"
    assert edited({"name": None}, text) == text.replace("name: >-  # why\n  long\n  text\n", "")
    assert value(edited({"last": "a\nb\n"}, text))["last"] == "a\nb\n"


@pytest.mark.parametrize(
    ("edits", "after", "line", "message", "help"),
    [
        ({"graph.tial.Linear": 1}, None, 9, "`graph` has no `tial`", "did you mean `tail`?"),
        ({"graph.tial": None}, None, 9, "`graph` has no `tial`", "did you mean `tail`?"),
        ({"grap.fc": 1}, None, 2, "the document has no `grap`", "did you mean `graph`?"),
        (
            {"graph.act.from": "x"},
            None,
            10,
            "`graph.act` is `$act`, which has no parts",
            "replace `graph.act` as a whole",
        ),
        ({"graph.tail.5": 1}, None, 15, "a list has no item `5` to replace, and the new one would be number 3", "`.3`"),
        ({"graph.drop": 1}, "tial", 9, "there is no `tial` for `drop` to come after", "did you mean `tail`?"),
    ],
)
def test_a_path_that_leads_nowhere(
    edits: dict[str, Any], after: str | None, line: int, message: str, help: str
) -> None:
    with pytest.raises(SpecError) as error:
        edited(edits, after=after)
    [one] = error.value.diagnostics
    assert (one.code, one.message) == ("unknown-name", message)
    assert one.help is not None and help in one.help
    assert one.line == line


def test_a_byte_order_mark_goes() -> None:
    assert edited({"b": 3}, "\ufeffa: 1\nb: 2\n") == "a: 1\nb: 3\n"


def test_lines_end_as_in_yaml() -> None:
    text = 'doc: "\u2028"\nlist:\n  - 1\n  - "\u2028 2"\nend: 3\n'
    assert edited({"list.1": None}, text) == 'doc: "\u2028"\nlist:\n  - 1\nend: 3\n'


def test_what_no_document_can_hold() -> None:
    with pytest.raises(TypeError, match="a document holds texts, numbers, lists and mappings, not object"):
        edited({"graph.act": object()})


# -- every spec ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_no_edit_changes_nothing(path: Path) -> None:
    source = read_source(path)
    assert replaced(source, {}) == source.text


PLAIN = st.one_of(
    st.integers(-99, 99), st.booleans(), st.floats(allow_nan=False), TEXT, st.sampled_from(["on", "1_0", "~"])
)
DATA = st.one_of(
    PLAIN, st.lists(PLAIN, max_size=3), st.dictionaries(st.sampled_from("abc"), PLAIN | st.lists(PLAIN), max_size=3)
)


KEYS = st.sampled_from(["a", "b", "on", "1", "x y", "~", "- c"])
PARTS = st.recursive(
    PLAIN | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(KEYS, inner, max_size=3)
        | st.dictionaries(KEYS, inner, min_size=1, max_size=3).map(Tall)
    ),
    max_leaves=8,
)
DOCUMENTS = st.dictionaries(KEYS, PARTS, min_size=1, max_size=4).map(Tall)


@settings(max_examples=200)
@given(st.data(), st.sampled_from(SPECS))
def test_the_text_of_a_spec_says_what_the_edit_says(data: st.DataObject, path: Path) -> None:
    check_an_edit(data, read_source(path).text)


@settings(max_examples=200)
@given(st.data(), DOCUMENTS)
def test_any_text_says_what_the_edit_says(data: st.DataObject, document: dict[str, Any]) -> None:
    check_an_edit(data, "\n".join(lines(document)) + "\n")


def check_an_edit(data: st.DataObject, text: str) -> None:
    before = value(text)
    parts, is_new = _walk(data, before)
    new = data.draw(DATA if is_new else st.none() | DATA)
    found = edited({".".join(parts): new}, text)
    _apply(before, parts, new)
    assert value(found) == before
    comments = [[line for line in one.splitlines() if line.startswith("#")] for one in (text, found)]
    assert comments[0] == comments[1]


def _walk(data: st.DataObject, document: Any) -> tuple[list[str], bool]:
    """A path to a part, or to one that could be added, and which of both it is."""
    node, parts = document, list[str]()
    while isinstance(node, dict | list):
        names = list(node) if isinstance(node, dict) else list(map(str, range(len(node))))
        if not names or data.draw(st.integers(0, 5)) == 0:
            return [*parts, "brand_new" if isinstance(node, dict) else str(len(node))], True
        parts.append(data.draw(st.sampled_from(names)))
        node = node[parts[-1] if isinstance(node, dict) else int(parts[-1])]
        if data.draw(st.integers(0, 3)) == 0:
            break
    return parts, False


def _apply(node: Any, parts: list[str], new: Any) -> None:
    *walk, last = parts
    for part in walk:
        node = node[part if isinstance(node, dict) else int(part)]
    key: Any = last if isinstance(node, dict) else int(last)
    if new is None:
        del node[key]
    elif isinstance(node, list) and key == len(node):
        node.append(new)
    else:
        node[key] = new
