"""Deep belief networks (Hinton, Osindero and Teh 2006): the Linear layers of a net, each trained before it learns.

Each layer is trained as a restricted Boltzmann machine on the hidden probabilities of the one before; its weight and
hidden bias then start the Linear layer. The last Linear, which gives the answer, keeps its own start.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import Tensor, nn

from lego.diagnostics import Note, Problem
from lego.graph import Graph
from lego.spec.recipe import DBN
from lego.train.pretrain.divergence import Epoch, fit
from lego.train.pretrain.rbm import RBM

if TYPE_CHECKING:
    import networkx as nx

_BETWEEN = ("Flatten", "Identity", "Dropout")


class Pretrained(NamedTuple):
    """A layer, by its path, and what its epochs have come to."""

    path: str
    epochs: tuple[Epoch, ...]


def linear_stack(graph: Graph) -> list[str]:
    """The paths of the Linear layers that a deep belief network would train, from the input on.

    Raises:
        Problem: the net is no chain of Linear layers with activations between them, or has fewer than two.
    """
    found: list[str] = []
    for path, node in _chain(graph.nx):
        layer = node["layer"]
        if node["kind"] == "Linear":
            found.append(path)
        elif layer.family != "activation" and node["kind"] not in _BETWEEN:
            message = f"a deep belief network is a stack of Linear layers, but `{path}` is {_a(node['kind'])}"
            between = "activations, Dropout and Flatten may stand between them"
            raise Problem("bad-value", message, notes=[Note("between", between)], help="leave `pretrain` out")
    if len(found) < 2:
        message = f"a deep belief network needs a hidden Linear layer and one for the answer, found {len(found)} Linear"
        raise Problem("bad-value", message, help="leave `pretrain` out")
    return found[:-1]


def _chain(flat: nx.MultiDiGraph[str]) -> list[tuple[str, dict[str, Any]]]:
    """The layers from the input to the output, each reading the one before."""
    path = next((name for name, node in flat.nodes(data=True) if node["kind"] == "input"), "")
    chain: list[tuple[str, dict[str, Any]]] = []
    while path:
        following = list(flat.successors(path))
        if len(following) > 1 or any(flat.in_degree(name) > 1 for name in following):
            message = f"a deep belief network is one stack of Linear layers, but the net branches at `{path}`"
            raise Problem("bad-value", message, help="leave `pretrain` out")
        path = following[0] if following else ""
        if path:
            chain.append((path, flat.nodes[path]))
    return chain


def _a(kind: str) -> str:
    return f"{'an' if kind[0] in 'AEIOU' else 'a'} {kind}"


def pretrain(
    module: nn.Module,
    graph: Graph,
    data: Tensor,
    recipe: DBN,
    *,
    seed: int = 0,
    report: Callable[[str, Epoch], None] = lambda path, epoch: None,
) -> list[Pretrained]:
    """Train the Linear layers of a built net greedily, and start it with what they have learned.

    Args:
        module: What `lego.build` gave; its weights are changed.
        graph: Its graph.
        data: Inputs of the net, [n, *]; each sample is flattened.
        recipe: How each layer learns.
        seed: The same seed gives the same weights.
        report: Called with the path of the layer after each of its epochs.

    Raises:
        Problem: what `linear_stack` raises; or the data are no probabilities, and the visible units are Bernoulli's.
    """
    visible = data.flatten(1)
    if recipe.visible == "bernoulli":
        _need_probabilities(visible)
    done: list[Pretrained] = []
    for index, path in enumerate(linear_stack(graph)):
        linear = module.get_submodule(path)
        assert isinstance(linear, nn.Linear)
        kind = recipe.visible if index == 0 else "bernoulli"
        rbm = RBM(
            linear.in_features,
            linear.out_features,
            visible=kind,
            seed=seed + index,
            device=linear.weight.device,
            dtype=linear.weight.dtype,
        )
        visible = visible.to(rbm.weight)
        epochs = fit(rbm, visible, recipe, lambda epoch, path=path: report(path, epoch))
        _start(linear, rbm)
        done.append(Pretrained(path, tuple(epochs)))
        visible = rbm.hidden_given(visible)
    return done


def _need_probabilities(data: Tensor) -> None:
    least, most = data.min().item(), data.max().item()
    if least < 0 or most > 1:
        message = f"Bernoulli units are between 0 and 1, but the data go from {least:.3g} to {most:.3g}"
        help = "scale the data to 0 … 1, or write `pretrain: {dbn: {visible: gaussian}}`"
        raise Problem("bad-value", message, help=help)


def _start(linear: nn.Linear, rbm: RBM) -> None:
    with torch.no_grad():
        linear.weight.copy_(rbm.weight)
        if linear.bias is not None:  # pyright: ignore[reportUnnecessaryComparison] - torch's stub knows no Linear without
            linear.bias.copy_(rbm.hidden_bias)
