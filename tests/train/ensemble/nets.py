"""A small net, its samples, and the training of its members both ways."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from lego.api import parse
from lego.graph import Graph
from lego.spec.recipe import Ensemble, Recipe
from lego.train.data import Data, Tensors
from lego.train.ensemble.training import Group, group_of, train_in_turn, train_together
from lego.train.fit import Watch, prepared

DROPPED = "graph: {a: {Linear: 16}, b: ReLU, c: {Dropout: 0.4}, d: {Linear: 4}}"


def graph_of(graph: str = DROPPED) -> Graph:
    """A net of inputs [N, 12]."""
    return parse(f"lego: 1\ninputs: {{x: [N, 12]}}\n{graph}\n").graph


def samples(count: int, seed: int = 0) -> Tensors:
    """Four classes that a linear map tells apart."""
    generator = torch.Generator().manual_seed(seed)
    rule = torch.randn(12, 4, generator=torch.Generator().manual_seed(7))
    inputs = torch.randn(count, 12, generator=generator)
    return Tensors({"x": inputs}, (inputs @ rule).argmax(1))


DATA = Data("points", samples(70), samples(30, 1))


def group(graph: Graph, ensemble: Ensemble, data: Data = DATA, **recipe: Any) -> Group:
    """Members before they learn."""
    chosen = Recipe(**{"batch_size": 16, "epochs": 2, "ensemble": ensemble, **recipe})
    return group_of(graph, chosen, ensemble, data, prepared(graph, chosen, data).objective)


def both_ways(graph: Graph, ensemble: Ensemble, data: Data = DATA, **recipe: Any) -> tuple[Group, Group]:
    """Members that have learned together, and the same that have learned one after another."""
    together, in_turn = (group(graph, ensemble, data, **recipe) for _ in range(2))
    train_together(together, Watch(), {})
    train_in_turn(in_turn, Watch(), {})
    return together, in_turn


def farthest(one: Group, other: Group) -> float:
    """The largest difference of their members' weights and buffers."""
    pairs = zip(one.modules, other.modules, strict=True)
    return max(_farthest(left, right) for left, right in pairs)


def _farthest(left: nn.Module, right: nn.Module) -> float:
    pairs: list[tuple[Tensor, Tensor]] = list(zip(left.state_dict().values(), right.state_dict().values(), strict=True))
    return max(float((a - b).abs().max()) for a, b in pairs)
