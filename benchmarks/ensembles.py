"""Members of an ensemble together beside one after another, in turn; medians of ratios, one thread.

First a step in plain torch, of 32 members: what stacking itself gives (the bar is 0.25). Then whole trainings by lego
of an epoch, start and end included, with the time that the plan foresees.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from measure import report, side_by_side
from torch.func import vmap
from torch.nn import functional as F

from lego.api import parse
from lego.graph import Graph
from lego.runtime import build
from lego.spec.recipe import Ensemble, Recipe
from lego.train.data import Data, Tensors
from lego.train.ensemble import Stacked, group_of, plan_ensemble, train_in_turn, train_together
from lego.train.fit import Watch, prepared

ROUNDS = 9
NETS = {"64-32-32-10": (64, 32), "64-128-128-10": (64, 128), "784-256-256-10": (784, 256), "784-512-512-10": (784, 512)}
STEPS = [("64-32-32-10", 32, 16), ("64-128-128-10", 32, 16), ("784-256-256-10", 5, 100), ("784-512-512-10", 5, 100)]
TRAININGS = [("64-32-32-10", 32, 16, 640), ("784-256-256-10", 5, 100, 2_000), ("784-512-512-10", 5, 100, 2_000)]


def graph_of(name: str) -> Graph:
    """A perceptron."""
    inputs, hidden = NETS[name]
    layers = f"[{{Linear: {hidden}}}, ReLU, {{Linear: {hidden}}}, ReLU, {{Linear: 10}}]"
    return parse(f"lego: 1\nname: net\ninputs: {{x: [N, {inputs}]}}\ngraph: {layers}\n").graph


def step(name: str, members: int, batch: int) -> None:
    """A step of all members with Adam, both ways."""
    graph = graph_of(name)
    x, y = torch.rand(members, batch, NETS[name][0]), torch.randint(0, 10, (members, batch))
    nets = [build(graph, seed=seed) for seed in range(members)]
    stacked = Stacked(build(graph, device="meta"), nets).train()
    own = [torch.optim.Adam(net.parameters(), fused=True) for net in nets]
    all_at_once = torch.optim.Adam(stacked.parameters(), fused=True)

    def in_turn() -> None:
        for net, steps, inputs, target in zip(nets, own, x, y, strict=True):
            steps.zero_grad()
            F.cross_entropy(net(inputs), target).backward()
            steps.step()

    def together() -> None:
        all_at_once.zero_grad()
        vmap(F.cross_entropy)(stacked(x), y).sum().backward()
        all_at_once.step()

    compare(f"a step of {members} x {name}, batch {batch}", in_turn, together, ROUNDS)


def training(name: str, members: int, batch: int, samples: int) -> None:
    """An epoch of lego's own training, both ways."""
    graph, ensemble = graph_of(name), Ensemble(members=members)
    inputs = NETS[name][0]
    points = Tensors({"x": torch.rand(samples, inputs)}, torch.randint(0, 10, (samples,)))
    data, recipe = Data("points", points), Recipe(batch_size=batch, epochs=1, validation=0.0, ensemble=ensemble)
    objective = prepared(graph, recipe, data).objective

    def run(train: Callable[..., object]) -> Callable[[], object]:
        return lambda: train(group_of(graph, recipe, ensemble, data, objective), Watch(), {})

    compare(f"an epoch of {members} x {name}, batch {batch}", run(train_in_turn), run(train_together), 3)
    print(f"  plan: {plan_ensemble(graph, members, {'x': [batch, inputs]})}")


def compare(title: str, in_turn: Callable[[], object], together: Callable[[], object], rounds: int) -> None:
    """Print one beside the other."""
    times = side_by_side({"one after another": in_turn, "together": together}, rounds=rounds)
    report(title, times, "one after another")


def main() -> None:
    """Print all."""
    torch.set_num_threads(1)
    for one in STEPS:
        step(*one)
    for one in TRAININGS:
        training(*one)


if __name__ == "__main__":
    main()
