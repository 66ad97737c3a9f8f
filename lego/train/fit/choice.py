"""Which objective fits a net and its data; what does not fit is told before the first step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from lego.catalogue import Layer
from lego.diagnostics import Note, Problem
from lego.graph import Graph
from lego.spec.recipe import LOSSES, Recipe
from lego.train.fit.loss import OF_NUMBERS_OF_CLASSES, module_of
from lego.train.fit.objective import LEFT_OUT, Binary, Classes, Numbers, Objective

_KINDS = {kind.__name__: kind for kind in LOSSES}
_PROBABLE = ("Softmax", "Sigmoid")


@dataclass(frozen=True)
class Ends:
    """What comes out of a net for some samples, and all targets that there are.

    Attributes:
        output: Of some samples.
        target: Of the same samples.
        every: The targets of all samples.
        last: The layer that gives the output, by name.
    """

    output: Tensor
    target: Tensor
    every: Tensor
    last: str = ""


def choose(recipe: Recipe, ends: Ends) -> Objective:
    """The objective of a recipe, or the one that is usual for such targets.

    Classes are learned with CrossEntropyLoss; 0 and 1 by one output with BCEWithLogitsLoss, or BCELoss after a Sigmoid;
    numbers with MSELoss.

    Raises:
        Problem: output and target do not fit each other, or the loss neither.
    """
    _check_floating(ends.output)
    if ends.every.is_floating_point():
        return _numbers(recipe, ends)
    dim = _class_dim(recipe, ends)
    return _classes(recipe, ends, dim) if dim is not None else _single(recipe, ends)


def last_layer(graph: Graph, output: str) -> str:
    """The layer that gives an output, by its name."""
    node, _ = graph.nx.graph["outputs"][output]
    return str(graph.nx.nodes[node]["kind"])


def described(objective: Objective) -> dict[str, Any]:
    """What `recalled` needs beside the recipe, as plain data."""
    found = {"learns": type(objective).__name__.lower()}
    return {**found, "classes": objective.classes, "dim": objective.dim} if isinstance(objective, Classes) else found


def recalled(recipe: Recipe, description: Mapping[str, Any], last: str) -> Objective:
    """The objective of a net that was trained, without weights of classes."""
    assert recipe.loss is not None
    module = module_of(recipe.loss)
    if description["learns"] == "classes":
        return Classes(module, description["classes"], description["dim"], last)
    return Binary(module) if description["learns"] == "binary" else Numbers(module)


def doubts(objective: Objective, last: str) -> str | None:
    """What is worth a warning in a net that ends in this layer and its loss."""
    if objective.name == "CrossEntropyLoss" and last == "Softmax":
        return (
            "the net ends in Softmax, and CrossEntropyLoss takes logits: it applies a softmax of its own, and the net "
            "learns slowly; leave the Softmax out, or make it a LogSoftmax with `loss: NLLLoss`"
        )
    if objective.name == "BCEWithLogitsLoss" and last == "Sigmoid":
        return "the net ends in Sigmoid, and BCEWithLogitsLoss takes logits; leave the Sigmoid out, or use BCELoss"
    return None


# -- classes -----------------------------------------------------------------------------------------------------------


def _class_dim(recipe: Recipe, ends: Ends) -> int | None:
    """Where an output has its classes; None where it has one number for each target."""
    output, target = tuple(ends.output.shape), tuple(ends.target.shape)
    if len(output) == len(target) + 1 and output[-1] > 1 and output[:-1] == target:
        return -1
    if len(output) == len(target) + 1 and output[1] > 1 and (output[0], *output[2:]) == target:
        return 1
    if ends.output.numel() == ends.target.numel():
        return None
    notes = [Note("output", _shape(output)), Note("target", f"{_shape(target)}, numbers of classes")]
    help = "the output needs one number for each class: end the net in a Linear of as many features"
    raise Problem("shape-mismatch", "the net's output does not fit what is to be learned", notes=notes, help=help)


def _classes(recipe: Recipe, ends: Ends, dim: int) -> Objective:
    outputs = ends.output.shape[dim]
    loss = recipe.loss or _KINDS["CrossEntropyLoss"]()
    left_out = vars(loss).get("ignore_index", LEFT_OUT)
    counted = ends.every[ends.every != left_out]
    classes = int(counted.max()) + 1 if counted.numel() else 0
    if classes > outputs:
        message = f"the data has {classes} classes (0 … {classes - 1}), but the net's output has {outputs}"
        raise Problem("shape-mismatch", message, help=f"give the last layer {classes} features")
    if counted.numel() and int(counted.min()) < 0:
        raise Problem("bad-value", f"classes are numbered from 0, found {int(counted.min())}")
    weights = _weights(recipe, counted, outputs)
    if weights is None:
        return Classes(module_of(loss), outputs, dim, ends.last, left_out)
    _check_takes_weights(loss)
    return Classes(module_of(loss, weight=torch.tensor(weights)), outputs, dim, ends.last, left_out)


def _check_takes_weights(loss: Layer) -> None:
    if type(loss).__name__ not in OF_NUMBERS_OF_CLASSES:
        message = f"class_weights are for {', '.join(OF_NUMBERS_OF_CLASSES)} and losses of 0 and 1, not for "
        raise Problem("bad-value", message + type(loss).__name__)


def _weights(recipe: Recipe, target: Tensor, classes: int) -> list[float] | None:
    """The weight of each class; balanced: n / (classes · count), as scikit-learn has it."""
    given = recipe.class_weights
    if given is None:
        return None
    if given == "balanced":
        counts = torch.bincount(target.flatten(), minlength=classes).clamp(min=1)
        there = int((counts > 0).sum())
        return [target.numel() / (there * count) for count in map(int, counts)]
    if len(given) != classes:
        message = f"class_weights must have one number for each of {classes} classes, found {len(given)}"
        raise Problem("bad-value", message)
    return [float(one) for one in given]


# -- one number a target -----------------------------------------------------------------------------------------------


def _single(recipe: Recipe, ends: Ends) -> Objective:
    """Integers by one output each: two classes, or numbers where the loss says so."""
    least, most = int(ends.every.min()), int(ends.every.max())
    if (least, most) in ((0, 1), (0, 0), (1, 1)):
        loss = recipe.loss or _KINDS["BCELoss" if ends.last == "Sigmoid" else "BCEWithLogitsLoss"]()
        _check_elementwise(loss)
        weights = _weights(recipe, ends.every, 2)
        return Binary(module_of(loss), None if weights is None else (weights[0], weights[1]))
    if recipe.loss is not None:
        return _numbers(recipe, ends)
    message = (
        f"the data has {most - least + 1} classes ({least} … {most}), but the net gives one number for each sample"
    )
    raise Problem("shape-mismatch", message, help=f"give the last layer {most + 1} features, or say `loss: MSELoss`")


def _numbers(recipe: Recipe, ends: Ends) -> Objective:
    loss = recipe.loss or _KINDS["MSELoss"]()
    _check_elementwise(loss)
    if recipe.class_weights is not None:
        raise Problem("bad-value", "class_weights are for classes, and the data has numbers to learn")
    if ends.output.numel() != ends.target.numel():
        notes = [Note("output", _shape(ends.output.shape)), Note("target", _shape(ends.target.shape))]
        message = "the net's output must have as many numbers as the target"
        raise Problem("shape-mismatch", message, notes=notes)
    return Numbers(module_of(loss))


def _check_elementwise(loss: Layer) -> None:
    if type(loss).__name__ in OF_NUMBERS_OF_CLASSES:
        message = f"{type(loss).__name__} learns classes, each of which needs a number in the output"
        raise Problem("bad-value", message, help="leave `loss` out, and the one that fits is taken")


def _check_floating(output: Any) -> None:
    if not isinstance(output, Tensor) or not output.is_floating_point():
        found = str(output.dtype).removeprefix("torch.") if isinstance(output, Tensor) else type(output).__name__
        raise Problem("dtype-mismatch", f"the output that is learned from must be floating, found {found}")


def _shape(sizes: Sequence[int]) -> str:
    return f"[{', '.join(map(str, sizes))}]"
