"""The reference page, which lies in docs/."""

from __future__ import annotations

import pytest

from lego.catalogue import describe, is_reserved, layers
from lego.emit.reference import layer_text, list_markdown
from tests.conftest import Golden

_FACTS = {name: describe(layer) for name, layer in layers().items() if is_reserved(name)}


def test_the_page(golden: Golden) -> None:
    golden("../../docs/layers.md", list_markdown(list(_FACTS.values())))


@pytest.mark.parametrize("name", _FACTS)
def test_every_layer_is_described(name: str) -> None:
    facts = _FACTS[name]
    assert facts.summary and facts.formula and facts.page
    assert all(one.help and one.accepts != "of another kind" for one in facts.arguments)
    assert layer_text(facts).startswith(f"{name} ({facts.family})\n")
    assert max(map(len, layer_text(facts).splitlines())) <= 120
