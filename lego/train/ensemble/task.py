"""The training of an ensemble from its data to its folder, which is the folder of a run of the combined net."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from torch import nn

from lego.diagnostics import Problem
from lego.graph import Graph, check_package
from lego.runtime import build
from lego.spec import Package, package_files
from lego.train.data import Data, Samples
from lego.train.ensemble.combination import NET, combined, member_path
from lego.train.ensemble.gain import Gain, gain_of
from lego.train.ensemble.plan import Plan
from lego.train.ensemble.training import Group, group_of, plan_of, train_in_turn, train_together
from lego.train.fit import Run, Task, carried_out, data_of, named, ports_of, prepared, watch_of
from lego.train.fit.progress import tell
from lego.train.runs import write_whole

ENSEMBLE = "ensemble.json"
"""How the members of a run learned, and what they came to."""


@dataclass(frozen=True)
class Ensembled(Run):
    """An ensemble that has learned: a run of the combined net, whose metrics are means over the members.

    Attributes:
        members: The members' nets.
        plan: How they learned, and why.
        gain: What they came to, alone and together.
        package: The document of the combined net.
    """

    members: tuple[nn.Module, ...] = ()
    plan: Plan | None = None
    gain: Gain | None = None
    package: Package | None = None


def perform_ensemble(task: Task, net: Package) -> Ensembled:
    """Train the ensemble that a task's recipe asks for.

    Args:
        task: What is asked for; its graph is that of a member.
        net: The document of a member, whose parameters have the values that the graph was made with.

    Raises:
        Problem: spec, recipe and data do not fit each other; the folder holds something else.
        KeyboardInterrupt: Ctrl-C.
    """
    data, watch = data_of(task.data, task.graph, task.recipe), watch_of(task)
    member = prepared(task.graph, named(task), data, watch)
    ensemble = member.recipe.ensemble
    if ensemble is None:
        raise Problem("bad-value", "the recipe asks for no ensemble", help="write `ensemble: 5`")
    package, graph = _whole(net, member)
    group = group_of(
        task.graph, member.recipe, ensemble, data, member.objective, folder=task.folder, resume=task.resume
    )
    plan = plan_of(group, task.options)
    if task.progress:
        tell(f"{ensemble.members} members {plan}")

    def learn(run: Run) -> Run:
        try:
            train = train_together if plan.together else train_in_turn
            return replace(run, metrics=train(group, watch, task.options))
        finally:
            _fill(run.module, group.modules)

    run = Run(build(graph, seed=member.recipe.seed).eval(), (), member.recipe, graph, member.objective, data.classes)
    done = carried_out(replace(task, documents=package_files(package)), run, data, learn)
    gain = gain_of(done, task.graph, group.modules, *_judged(group, data))
    _write(done, plan, gain)
    if task.progress:
        tell(str(gain))
    return Ensembled(**vars(done), members=group.modules, plan=plan, gain=gain, package=package)


def net_of(package: Package) -> Package:
    """The document of a member, of the combined one in a run's folder."""
    return package.includes[NET]


def _whole(net: Package, member: Run) -> tuple[Package, Graph]:
    ports, recipe = ports_of(member.graph), member.recipe
    assert recipe.ensemble is not None
    dims = len(member.graph.outputs[ports.outputs[ports.answer]])
    package = combined(net, recipe.ensemble, member.objective, ports, dims)
    graph = check_package(package, {})
    assert graph is not None
    return package, graph


def _fill(module: nn.Module, members: tuple[nn.Module, ...]) -> None:
    """Give the combined net the weights of its members."""
    for number, member in enumerate(members):
        own = module.get_submodule(member_path(number))
        own.to(next(member.parameters()))
        own.load_state_dict(member.state_dict())


def _judged(group: Group, data: Data) -> tuple[str, Samples]:
    """On what an ensemble is held against its members: what none has learned from, where there is such."""
    if data.test is not None:
        return "test", data.test
    return ("training", group.samples) if group.validation is None else ("validation", group.validation)


def _write(run: Run, plan: Plan, gain: Gain) -> None:
    if run.folder is not None:
        found: dict[str, Any] = {"together": plan.together, "why": plan.why, "gain": gain.to_json()}
        write_whole(run.folder / ENSEMBLE, f"{json.dumps(found, indent=2, ensure_ascii=False)}\n".encode())
