"""Whatever a spec says, it is sound or there are diagnostics: nothing else ever comes out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lego.api import parse
from lego.diagnostics import CODES, Source, SpecError
from lego.spec import Limits, read
from lego.spec.tree import to_value

_SPECS = Path(__file__).parents[2] / "specs"
_LIMITS = Limits(nodes=300, elements=2**24, items=1000)

_OWN = [Path(__file__).with_name(f"{name}.yaml") for name in ("everything", "recurrent")]
_FILES = [*_OWN, *(_SPECS / f"{name}.yaml" for name in ("unet", "xor", "gpt2"))]
_TEXTS = [path.read_text(encoding="utf-8") for path in _FILES]
_DOCUMENTS: list[Any] = [to_value(read(Source("<good>", text))) for text in _TEXTS]

_WORDS = st.sampled_from(
    "x input image N T W stem norm act fc pair deep lines Linear ReLU Conv2d Basic Pair Sequential skip split share "
    "recurrent from repeat each when init freeze doc graph shortcut merge branches by copies outputs params inputs "
    "blocks include tie none copy zeros he_normal shape dtype range int64 bool $width $act $item $index $shape[0] "
    "$channels $(1/0) $(width $nothing $$ 32*h 2*a+b N+1 h//2 -1 pair.average heads.2 "
    "over state next reverse bidirectional lengths learned delay step last steps h token "
    "fc.weight a.b.c forward 0 1x . $".split()
)
_SCALARS = st.one_of(
    _WORDS,
    st.none(),
    st.booleans(),
    st.integers(-3, 70),
    st.sampled_from([2**40, -(2**63), 0.5, -1.5, 1e308, float("inf"), float("nan")]),
    st.text(max_size=4),
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS | st.text(max_size=3), inner, max_size=3),
    max_leaves=4,
)


def places(data: Any) -> Iterator[tuple[Any, Any]]:
    """Every collection in a document with one of its keys or indices."""
    keys = list(data) if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ()
    for key in keys:
        yield data, key
        yield from places(data[key])


def mutate(draw: st.DrawFn, data: Any) -> None:
    """Drop, duplicate, rename, replace, swap or wrap something."""
    inside, key = draw(st.sampled_from(list(places(data))))
    kind = draw(st.sampled_from(["drop", "rename", "replace", "replace", "swap", "wrap", "add", "copy"]))
    if kind == "drop":
        del inside[key]
    elif kind == "replace":
        inside[key] = draw(_VALUES)
    elif kind == "wrap":
        inside[key] = [inside[key]] if draw(st.booleans()) else {draw(_WORDS): inside[key]}
    elif kind in ("swap", "copy"):
        other, place = draw(st.sampled_from(list(places(data))))
        value = json.loads(json.dumps(inside[key]))
        if kind == "swap":
            inside[key] = json.loads(json.dumps(other[place]))
        if place in other if isinstance(other, dict) else place < len(other):
            other[place] = value
    elif isinstance(inside, dict):
        name = draw(_WORDS | st.text(max_size=3))
        inside[name] = inside.pop(key) if kind == "rename" else draw(_VALUES)
    else:
        inside.insert(key, draw(_VALUES))


@st.composite
def mistaken(draw: st.DrawFn) -> str:
    """The text of a spec with a few things wrong."""
    data = json.loads(json.dumps(draw(st.sampled_from(_DOCUMENTS))))
    for _ in range(draw(st.integers(1, 4))):
        if list(places(data)):
            mutate(draw, data)
    return json.dumps(data, indent=1, ensure_ascii=False).replace("Infinity", ".inf").replace("NaN", ".nan")


@st.composite
def scrambled(draw: st.DrawFn) -> str:
    """The text of a spec with a few characters or lines gone, doubled or new."""
    text = draw(st.sampled_from(_TEXTS[:4]))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        stop = min(len(text), start + draw(st.sampled_from([0, 1, 2, 5, 30])))
        new = draw(
            st.sampled_from(["", text[start:stop] * 2, "  ", "\n", ": ", ", ", "[", "}", "$", "-", '"', "~", "x"])
        )
        text = text[:start] + new + text[stop:]
    return text


def check(text: str) -> None:
    try:
        found = parse(text, limits=_LIMITS).warnings
    except SpecError as error:
        found = error.diagnostics
        assert any(one.severity == "error" for one in found)
        assert str(error)
    lines = text.splitlines() or [""]
    for one in found:
        assert one.code in CODES
        assert one.message
        assert 1 <= one.span.line <= len(lines) + 1
        assert one.span.column >= 1
        assert one.span.length >= 0
    order = [one.span[1:3] for one in found]
    assert order == sorted(order)
    assert len({(one.code, one.message, one.span[1:3]) for one in found}) == len(found)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(mistaken())
def test_a_spec_with_mistakes(text: str) -> None:
    check(text)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(scrambled())
def test_a_text_with_slips(text: str) -> None:
    check(text)


def test_the_good_ones_are_good() -> None:
    for text in _TEXTS:
        assert parse(text, limits=Limits()).warnings == ()
