"""Whatever a layer is given, lego says what torch does: the same types, weights and counts, or a refusal.

A run draws a few examples of each layer; `pytest -m nightly` draws 2,000 of each family.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from lego.catalogue import Applied, Layer, layers
from lego.diagnostics import Problem
from lego.shapes import evaluate
from tests.catalogue.oracle import Ran, check, filled, known
from tests.catalogue.proof.reasons import counted, reason_for
from tests.catalogue.proof.symbolic import at_sizes, symbolic_examples
from tests.catalogue.proof.verdict import Example, by_values, examples, lego_says, torch_says

FAMILIES: dict[str, list[type[Layer]]] = {}
for found in layers().values():
    FAMILIES.setdefault(found.family, []).append(found)

PER_LAYER = 6
PER_FAMILY = 2000
LEAST_SHARE = 0.1
"""Of the examples that torch takes, of each layer."""


class Tally(NamedTuple):
    """How many examples of each layer torch took, and how many it refused."""

    taken: Counter[str]
    refused: Counter[str]

    def share(self, name: str) -> float:
        return self.taken[name] / max(self.taken[name] + self.refused[name], 1)


def prove(drawn: st.SearchStrategy[Example], holds: Callable[[Example], bool], count: int) -> Tally:
    """Draw so many examples; `holds` says whether torch takes one."""
    tally = Tally(Counter(), Counter())

    @settings(max_examples=count, suppress_health_check=list(HealthCheck))
    @given(drawn)
    def all_hold(example: Example) -> None:
        (tally.taken if holds(example) else tally.refused)[example.layer.__name__] += 1

    all_hold()
    return tally


def compare(example: Example, said: Applied | Problem) -> Ran | None:
    """What torch gives, if it does; where lego takes it, that is what lego says."""
    with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:  # it counts no fused attention
        ran = torch_says(example, said)
    if isinstance(said, Problem):
        return ran if isinstance(ran, Ran) else None
    if not isinstance(ran, Ran):
        assert by_values(example, ran), ran.text
        return None
    check(said, ran, example.values)
    shapes = [known(tensor, example.values).shape for tensor in example.inputs if tensor is not None]
    if counted(example.layer, shapes):
        macs = said.layer.macs(filled(said.layer, example.inputs), said.outputs)
        assert evaluate(macs, example.values) == counter.get_total_flops() // 2
    return ran


def agrees(example: Example) -> bool:
    said = lego_says(example)
    ran = compare(example, said)
    assert not isinstance(said, Problem) or not ran or reason_for(example.layer, said), said
    return ran is not None


def agrees_with_symbols(example: Example) -> bool:
    """The symbolic types, evaluated, are torch's; where their requirements do not hold, lego refuses the sizes."""
    said = lego_says(example)
    if isinstance(said, Problem):
        return False
    if all(evaluate(size, example.values) >= 1 for size in said.requires):
        return compare(example, said) is not None
    numbers = at_sizes(example)
    assert isinstance(lego_says(numbers), Problem)
    return agrees(numbers)


def takes_anything(layer: type[Layer]) -> bool:
    """One input of any shape: torch may well refuse nothing."""
    return isinstance(layer.slots, tuple) and len(layer.slots) == 1 and layer.formula.startswith("[*]")


def check_shares(tally: Tally, family: list[type[Layer]]) -> None:
    """The strategies are any good: each layer was taken often enough, and refused, unless it takes all."""
    rare = {
        layer.__name__: tally.share(layer.__name__) for layer in family if tally.share(layer.__name__) < LEAST_SHARE
    }
    assert not rare, f"torch takes too few examples of {rare}: give them a hint"
    easy = [layer.__name__ for layer in family if not tally.refused[layer.__name__] and not takes_anything(layer)]
    assert not easy, f"torch refuses no example of {easy}: the strategies are too tame"


@pytest.mark.parametrize("family", FAMILIES)
def test_lego_says_what_torch_says(family):
    count = PER_LAYER * len(FAMILIES[family])
    tally = prove(examples(FAMILIES[family]), agrees, count)
    assert tally.taken.total() > count * LEAST_SHARE


@pytest.mark.parametrize("family", FAMILIES)
def test_symbolic_types_at_sizes_are_those_of_torch(family):
    prove(symbolic_examples(FAMILIES[family]), agrees_with_symbols, PER_LAYER * len(FAMILIES[family]) // 2)


@pytest.mark.nightly
@pytest.mark.parametrize("family", FAMILIES)
def test_lego_says_what_torch_says_at_length(family):
    check_shares(prove(examples(FAMILIES[family]), agrees, PER_FAMILY), FAMILIES[family])


@pytest.mark.nightly
@pytest.mark.parametrize("family", FAMILIES)
def test_symbolic_types_at_sizes_are_those_of_torch_at_length(family):
    tally = prove(symbolic_examples(FAMILIES[family]), agrees_with_symbols, PER_FAMILY)
    assert tally.taken.total() > PER_FAMILY * LEAST_SHARE
