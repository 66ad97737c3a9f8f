"""The combined net answers as its members do, and is a net like any other."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lego.api import parse
from lego.diagnostics import Problem
from lego.graph import Graph, check_package
from lego.runtime import build
from lego.spec import Package, package_files
from lego.spec.recipe import Ensemble
from lego.train.ensemble import combined, member_path
from lego.train.fit import Objective, Ports
from lego.train.fit.objective import Binary, Classes, Numbers

MEMBERS, CLASSES = 3, 4
LINEAR = "c: {Linear: %d}"

Reference = Callable[[Tensor], Tensor]


def _shares(outputs: Tensor) -> Tensor:
    votes = F.one_hot(outputs.argmax(-1), CLASSES).sum(0)
    return (votes + 1) / (MEMBERS + CLASSES)


def _share(votes: Tensor) -> Tensor:
    return (votes.sum(0) + 1) / (MEMBERS + 2)


def _package(graph: str, combine: str, objective: Objective, shape: str, dims: int) -> Package:
    net = parse(
        f"lego: 1\nparams: {{w: 8, act: ReLU}}\ninputs: {{x: {shape}}}\n"
        f"graph: {{a: {{Linear: $w}}, b: $act, {graph}}}\n"
    )
    ensemble = Ensemble(members=MEMBERS, combine=combine)  # type: ignore[arg-type]
    (output,) = net.graph.outputs
    return combined(net.package, ensemble, objective, Ports(("x",), 0, (output,)), dims)


def _graph(package: Package) -> Graph:
    graph = check_package(package, {})
    assert graph is not None
    return graph


CROSS, LOGITS = Classes(nn.CrossEntropyLoss(), CLASSES, -1), Binary(nn.BCEWithLogitsLoss())
ENDS_IN_SOFTMAX = Classes(nn.CrossEntropyLoss(), CLASSES, 1, "Softmax")


@pytest.mark.parametrize(
    ("graph", "objective", "combine", "reference"),
    [
        (LINEAR % 4, CROSS, "mean", lambda each: each.softmax(-1).mean(0).log()),
        (LINEAR % 4, CROSS, "vote", lambda each: _shares(each).log()),
        (f"{LINEAR % 4}, d: {{Softmax: 1}}", ENDS_IN_SOFTMAX, "mean", lambda each: each.mean(0)),
        (f"{LINEAR % 4}, d: {{Softmax: 1}}", ENDS_IN_SOFTMAX, "vote", _shares),
        (
            f"{LINEAR % 4}, d: {{LogSoftmax: 1}}",
            Classes(nn.NLLLoss(), 4, 1),
            "mean",
            lambda each: each.exp().mean(0).log(),
        ),
        (LINEAR % 4, Classes(nn.MultiMarginLoss(), 4, -1), "mean", lambda each: each.mean(0)),
        (LINEAR % 1, LOGITS, "mean", lambda each: each.sigmoid().mean(0).logit()),
        (LINEAR % 1, LOGITS, "vote", lambda each: _share(each > 0).logit()),
        (f"{LINEAR % 1}, d: Sigmoid", Binary(nn.BCELoss()), "mean", lambda each: each.mean(0)),
        (f"{LINEAR % 1}, d: Sigmoid", Binary(nn.BCELoss()), "vote", lambda each: _share(each > 0.5)),
        (LINEAR % 2, Numbers(nn.MSELoss()), "mean", lambda each: each.mean(0)),
    ],
)
def test_combines(graph: str, objective: Objective, combine: str, reference: Reference) -> None:
    module = build(_graph(_package(graph, combine, objective, "[N, 6]", 2)), seed=0).eval()
    inputs = torch.randn(40, 6)
    each = torch.stack([module.get_submodule(member_path(member))(inputs) for member in range(MEMBERS)])
    assert torch.allclose(module(inputs), reference(each), atol=1e-5)


def test_a_vote_with_classes_in_dim_1() -> None:
    objective = Classes(nn.CrossEntropyLoss(), CLASSES, 1)
    package = _package(f"{LINEAR % 4}, t: {{Permute: [0, 2, 1]}}", "vote", objective, "[N, 5, 6]", 3)
    module = build(_graph(package), seed=0).eval()
    inputs = torch.randn(7, 5, 6)
    each = torch.stack([module.get_submodule(member_path(member))(inputs) for member in range(MEMBERS)])
    assert torch.allclose(module(inputs), _shares(each.transpose(2, 3)).log().transpose(1, 2), atol=1e-5)


def test_numbers_do_not_vote() -> None:
    with pytest.raises(Problem, match="a vote is for classes"):
        _package(LINEAR % 2, "vote", Numbers(nn.MSELoss()), "[N, 6]", 2)


def test_what_is_too_small_for_a_probability_is_kept() -> None:
    module = build(_graph(_package(LINEAR % 4, "mean", CROSS, "[N, 6]", 2)), seed=0).eval()
    assert torch.isfinite(module(torch.full((1, 6), 1e4))).all()


def test_is_a_document_and_a_module_like_any_other() -> None:
    package = _package(LINEAR % 4, "mean", CROSS, "[N, 6]", 2)
    assert list(package_files(package)) == ["spec.yaml", "include/net.yaml"]
    module = build(_graph(package), seed=0).eval()
    inputs = torch.randn(5, 6)
    assert torch.equal(pickle.loads(pickle.dumps(module))(inputs), module(inputs))
    exported = torch.export.export(module, (inputs,), dynamic_shapes=({0: torch.export.Dim("N")},))
    assert torch.allclose(exported.module()(inputs[:3]), module(inputs[:3]), atol=1e-6)
