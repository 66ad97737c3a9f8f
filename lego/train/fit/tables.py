"""Predictions as files: csv, npz or json, by the ending."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from lego.diagnostics import Problem, did_you_mean
from lego.train.fit.evaluation import Predictions
from lego.train.runs import write_whole


def write_predictions(predictions: Predictions, path: Path) -> None:
    """Write predictions as the ending of the file says; one that is there is replaced once the new one is whole.

    Raises:
        Problem: there is no such format, or the predictions are no table and it is csv.
    """
    write_whole(path, writer_of(path)(predictions))


def writer_of(path: Path) -> Callable[[Predictions], bytes]:
    """What writes a file of this ending.

    Raises:
        Problem: nothing does.
    """
    ending = path.suffix.removeprefix(".")
    if ending not in _WRITERS:
        known = ", ".join(_WRITERS)
        help = did_you_mean(ending, _WRITERS) or f"name a file that ends in one of: {known}"
        raise Problem("bad-value", f"predictions are written as {known}, not as `{path.name}`", help=help)
    return _WRITERS[ending]


def _named(predictions: Predictions) -> Any:
    """Answers as nested lists, classes by their names."""
    answers: Any = predictions.answers
    numbers = answers.tolist()
    return _by_name(numbers, predictions.classes) if predictions.classes else numbers


def _by_name(numbers: Any, classes: tuple[str, ...]) -> Any:
    return [_by_name(one, classes) for one in numbers] if isinstance(numbers, list) else classes[numbers]  # pyright: ignore[reportUnknownVariableType]


def _csv(predictions: Predictions) -> bytes:
    answers = predictions.answers
    if predictions.probabilities is not None and answers.dim() != 1:
        message = "csv has a row for each sample, and each of these has several answers"
        raise Problem("bad-value", message, help="write npz or json")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    probabilities: Any = predictions.probabilities
    if probabilities is None:
        values: Any = answers.reshape(len(answers), -1)
        columns = ["prediction"] if values.shape[1] == 1 else [f"prediction_{n}" for n in range(values.shape[1])]
        writer.writerow(columns)
        writer.writerows(values.tolist())
    else:
        names = predictions.classes or tuple(map(str, range(probabilities.shape[-1])))
        writer.writerow(["prediction", *(f"p_{name}" for name in names)])
        rows = zip(_named(predictions), probabilities.tolist(), strict=True)
        writer.writerows([answer, *shares] for answer, shares in rows)
    return text.getvalue().encode("utf-8")


def _npz(predictions: Predictions) -> bytes:
    arrays: dict[str, Any] = {"predictions": predictions.answers.numpy()}
    if predictions.probabilities is not None:
        arrays["probabilities"] = predictions.probabilities.float().numpy()
    if predictions.classes:
        arrays["classes"] = np.array(predictions.classes)
    data = io.BytesIO()
    np.savez(data, **arrays)
    return data.getvalue()


def _json(predictions: Predictions) -> bytes:
    known: Any = predictions.probabilities
    found: dict[str, Any] = {
        "classes": predictions.classes,
        "predictions": _named(predictions),
        "probabilities": None if known is None else known.tolist(),
    }
    return (json.dumps(found, ensure_ascii=False) + "\n").encode("utf-8")


_WRITERS = {"csv": _csv, "npz": _npz, "json": _json}
