"""The document of an ensemble: copies of a net side by side, and what is made of their answers.

The combined net answers as its members do: with logits where they give logits, with probabilities where they end in
Softmax or Sigmoid. So what is done with one of them, loss and probabilities included, can be done with all.
"""

from __future__ import annotations

import json
from math import log
from typing import Any

from lego.diagnostics import Problem
from lego.spec import VERSION, Document, Package, parse_package
from lego.spec.document import Include
from lego.spec.recipe import Ensemble
from lego.train.fit import Objective, Ports
from lego.train.fit.loss import OF_LOGITS
from lego.train.fit.objective import Binary, Classes

NET = "net"
"""The name under which the document of an ensemble includes its net."""

Nodes = dict[str, Any]


def combined(net: Package, ensemble: Ensemble, objective: Objective, ports: Ports, dims: int) -> Package:
    """The document of an ensemble. Its member `k` has its weights under `members.k.net`.

    Args:
        net: The document of a member; its parameters are those of the ensemble.
        ensemble: How many members there are, and how they are combined.
        objective: What they have learned.
        ports: Inputs and answer of a member.
        dims: How many dims the answer has.

    Raises:
        Problem: they are to vote, and have learned numbers.
    """
    answer = NET if len(ports.outputs) == 1 else f"{NET}.{ports.outputs[ports.answer]}"
    arguments = {name: f"${name}" for name in net.document.params}
    wires = {"from": {name: name for name in ports.inputs}} if len(ports.inputs) > 1 else {}
    inside, merge, after = _ways(ensemble, objective, answer, dims)
    members = {"copies": ensemble.members, "graph": {NET: {NET: arguments, **wires}, **inside}, "merge": merge}
    return _package(net, f"{net.document.name}_ensemble", _doc(net, ensemble), {"members": {"split": members}, **after})


def member_path(member: int) -> str:
    """Where the net of a member is in the combined one."""
    return f"members.{member}.{NET}"


def _package(net: Package, name: str, doc: str, graph: Nodes) -> Package:
    """A document of this graph, with the inputs and parameters of the net that it includes."""
    written = {"lego": VERSION, "name": name, "doc": doc, "inputs": {"input": ["N"]}, "graph": graph}
    document: Document = parse_package(json.dumps(written, ensure_ascii=False), name).document
    include = {NET: Include(f"{NET}.yaml", document.span)}
    own = {"include": include, "inputs": net.document.inputs, "params": net.document.params}
    return Package(document.model_copy(update=own), includes={NET: net})


def _doc(net: Package, ensemble: Ensemble) -> str:
    way = "the mean of their answers" if ensemble.combine == "mean" else "a vote"
    return f"{ensemble.members} nets of `{net.document.name}`, each with a start of its own, combined by {way}."


def _ways(ensemble: Ensemble, objective: Objective, answer: str, dims: int) -> tuple[Nodes, dict[str, int], Nodes]:
    """What each member does beside its net, how they are merged, and what follows."""
    votes = ensemble.combine == "vote"
    if isinstance(objective, Classes):
        end: Nodes = {"probability": {"Softmax": objective.dim}} if objective.ends_in == "Softmax" else {}
        inside, merge, after = (_votes if votes else _mean)(objective, ensemble.members, answer, dims)
        return inside, merge, {**after, **end}
    if isinstance(objective, Binary):
        end = {} if objective.name in OF_LOGITS else {"probability": "Sigmoid"}
        inside, merge, after = (_binary_votes if votes else _binary_mean)(objective, ensemble.members, answer)
        return inside, merge, {**after, **end}
    if votes:
        message = "a vote is for classes, and the data has numbers to learn"
        raise Problem("bad-value", message, help="write `combine: mean`")
    return _values(answer)


def _next(answer: str) -> Nodes:
    """What reads the answer, right after the net; its first output needs no name."""
    return {} if answer == NET else {"from": answer}


def _values(answer: str) -> tuple[Nodes, dict[str, int], Nodes]:
    inside: Nodes = {} if answer == NET else {"value": {"Identity": {}, "from": answer}}
    return inside, {"Stack": 0}, {"mean": {"Mean": 0}}


def _mean(objective: Classes, members: int, answer: str, dims: int) -> tuple[Nodes, dict[str, int], Nodes]:
    """Log of the mean of probabilities; by log Σ exp, which keeps what is too small for a probability."""
    if objective.ends_in != "Softmax" and objective.name not in ("CrossEntropyLoss", "NLLLoss"):
        return _values(answer)
    logs: Nodes = {"Log": {}} if objective.ends_in == "Softmax" else {"LogSoftmax": objective.dim}
    inside = {"log": {**logs, **_next(answer)}}
    return inside, {"Stack": 0}, {"sum": {"LogSumExp": 0}, "mean": {"Sub": log(members)}}


def _votes(objective: Classes, members: int, answer: str, dims: int) -> tuple[Nodes, dict[str, int], Nodes]:
    """Log of the shares of votes, each class with one more than it has, so that none is impossible."""
    inside: Nodes = {"choice": {"ArgMax": objective.dim, **_next(answer)}, "vote": {"OneHot": objective.classes}}
    if objective.dim != -1 and dims > 2:
        inside["order"] = {"Permute": [0, dims - 1, *range(1, dims - 1)]}
    share = {"more": {"Add": 1}, "log": "Log", "share": {"Sub": log(members + objective.classes)}}
    return inside, {"Stack": 0}, {"votes": {"Sum": 0}, "float": {"Cast": "float32"}, **share}


def _binary_mean(objective: Binary, members: int, answer: str) -> tuple[Nodes, dict[str, int], Nodes]:
    """The logit of the mean probability: log of the mean of the second class' less that of the first's."""
    inside: Nodes
    if objective.name in OF_LOGITS:
        inside = {
            "second": {"LogSigmoid": {}, "from": answer},
            "turned": {"Neg": {}, "from": answer},
            "first": {"LogSigmoid": {}, "from": "turned"},
        }
    else:
        inside = {
            "second": {"Log": {}, "from": answer},
            "rest": {"Sub": {"other": 1, "reverse": True}, "from": answer},
            "first": {"Log": {}, "from": "rest"},
        }
    inside["both"] = {"Stack": 0, "from": ["first", "second"]}
    return inside, {"Stack": 1}, {"sums": {"LogSumExp": 1}, **_logit("sums")}


def _binary_votes(objective: Binary, members: int, answer: str) -> tuple[Nodes, dict[str, int], Nodes]:
    """The logit of the share of votes for the second class, each class with one more than it has."""
    border = 0 if objective.name in OF_LOGITS else 0.5
    inside: Nodes = {"choice": {"Greater": border, **_next(answer)}, "vote": {"Cast": "float32"}}
    second = {"votes": {"Sum": 0}, "second": {"Add": 1}, "first": {"Sub": {"other": members + 2, "reverse": True}}}
    logs = {"logs": {"Stack": 0, "from": ["first", "second"]}, "log": "Log"}
    return inside, {"Stack": 0}, {**second, **logs, **_logit("log")}


def _logit(logs: str) -> Nodes:
    """The second of two logs less the first."""
    return {
        "of_first": {"Select": {"dim": 0, "index": 0}, "from": logs},
        "of_second": {"Select": {"dim": 0, "index": 1}, "from": logs},
        "logit": {"Sub": {}, "from": ["of_second", "of_first"]},
    }
