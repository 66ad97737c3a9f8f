"""A training that was broken off anywhere comes to the same numbers as one that was not, bit for bit."""

from __future__ import annotations

import os
import signal
from multiprocessing import get_context
from pathlib import Path

import pytest
from safetensors.torch import load_file

from lego.api import parse, train
from lego.diagnostics import Problem
from lego.train.fit import Learner
from lego.train.runs import read_history
from tests.train.fit.nets import DROPPING, blobs

RECIPE = {"epochs": 4, "batch_size": 16, "seed": 3, "optimizer": {"Adam": 0.01}, "l2": 1e-3}
STEPS = 6  # of an epoch: 86 samples in batches of 16


def begin(folder, **changes):
    return train(parse(DROPPING), blobs(), RECIPE, folder=folder, progress=False, **changes)


def go_on(folder, **changes):
    return train(data=blobs(), folder=folder, resume=True, progress=False, **changes)


def numbers(folder):
    """All that must be equal: what the epochs came to, but for their time, and the weights."""
    weights = {key: one.tolist() for key, one in load_file(folder / "model.safetensors").items()}
    return [row[:-1] for row in read_history(folder / "metrics.csv")], weights


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "unbroken"
    begin(folder)
    return numbers(folder)


def at_call(monkeypatch, name, count, then):
    """Do something in the middle of a hook of the learner, at its so-manieth call."""
    hook, calls = getattr(Learner, name), iter(range(count))

    def changed(self, *arguments):
        if next(calls, None) == count - 1:
            then()
        return hook(self, *arguments)

    monkeypatch.setattr(Learner, name, changed)


def test_from_the_end_of_an_epoch(tmp_path, unbroken):
    begin(tmp_path / "run", epochs=2)
    assert len(go_on(tmp_path / "run", epochs=4).metrics) == 4
    assert numbers(tmp_path / "run") == unbroken


@pytest.mark.parametrize("step", [1, 4, STEPS, STEPS + 1, 2 * STEPS + 3, 4 * STEPS])
def test_from_any_step_at_which_it_was_interrupted(tmp_path, unbroken, step):
    with pytest.MonkeyPatch.context() as patch:
        at_call(patch, "training_step", step, lambda: signal.raise_signal(signal.SIGINT))
        if step == 4 * STEPS:  # the last: what is left to do is done
            begin(tmp_path / "run")
        else:
            with pytest.raises(KeyboardInterrupt):
                begin(tmp_path / "run")
            assert (tmp_path / "run" / "model.safetensors").is_file()
            go_on(tmp_path / "run")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert numbers(tmp_path / "run") == unbroken


def test_from_a_validation_and_from_several_breaks(tmp_path, unbroken):
    with pytest.MonkeyPatch.context() as patch:
        at_call(patch, "validation_step", 2, lambda: signal.raise_signal(signal.SIGINT))
        with pytest.raises(KeyboardInterrupt):
            begin(tmp_path / "run")
    for step in (2, 3):
        with pytest.MonkeyPatch.context() as patch:
            at_call(patch, "training_step", step, lambda: signal.raise_signal(signal.SIGINT))
            with pytest.raises(KeyboardInterrupt):
                go_on(tmp_path / "run")
    go_on(tmp_path / "run")
    assert numbers(tmp_path / "run") == unbroken


@pytest.mark.parametrize(
    "changes",
    [
        {"schedule": {"CosineAnnealingLR": {"interval": "step"}}, "optimizer": {"SGD": {"lr": 0.1, "momentum": 0.9}}},
        {"schedule": {"MultiStepLR": [1, 3]}, "optimizer": "RMSprop"},
        {"schedule": {"ReduceLROnPlateau": {"patience": 0, "threshold": 0.9}}, "early_stopping": {"patience": 2}},
        {"schedule": {"OneCycleLR": 0.1}, "class_weights": "balanced", "gradient_clipping": 0.5},
        {"precision": "bf16-mixed", "loss": "MSELoss"},
    ],
)
def test_with_whatever_a_recipe_has(tmp_path, changes):
    begin(tmp_path / "unbroken", **changes)
    for step in (STEPS, 3):
        folder = tmp_path / f"broken{step}"
        with pytest.MonkeyPatch.context() as patch:
            at_call(patch, "training_step", step, lambda: signal.raise_signal(signal.SIGINT))
            with pytest.raises(KeyboardInterrupt):
                begin(folder, **changes)
        go_on(folder)
        assert numbers(folder) == numbers(tmp_path / "unbroken")


def test_a_run_that_was_moved_goes_on(tmp_path, unbroken):
    begin(tmp_path / "old", epochs=2, early_stopping=9)
    (tmp_path / "old").rename(tmp_path / "new")
    run = go_on(tmp_path / "new", epochs=4)
    best = min(run.metrics, key=lambda row: row.validation_loss)
    whole = train(parse(DROPPING), blobs(), RECIPE, progress=False, epochs=best.epoch)
    assert run.module(blobs().training.inputs["x"]).equal(whole.module(blobs().training.inputs["x"]))
    assert not (tmp_path / "old").exists()


@pytest.mark.parametrize("changes", [{}, {"early_stopping": {"patience": 1, "min_delta": 10.0}}])
def test_a_run_that_is_over_stays_as_it_is(tmp_path, changes):
    begun = begin(tmp_path / "run", **changes)
    before = numbers(tmp_path / "run")
    assert len(begun.metrics) == (2 if changes else 4)
    assert go_on(tmp_path / "run").metrics == begun.metrics
    assert numbers(tmp_path / "run") == before


# -- processes of their own --------------------------------------------------------------------------------------------


def _killed_in_save(folder: Path, count: int) -> None:
    """Ends as a process does that is killed when a file is written and has not its name yet."""
    flush, calls = os.fsync, iter(range(count))

    def changed(file: int) -> None:
        flush(file)
        if ".safetensors" in str(Path(f"/proc/self/fd/{file}").readlink()) and next(calls, None) == count - 1:
            os.kill(os.getpid(), signal.SIGKILL)

    os.fsync = changed
    begin(folder)


def _interrupted(folder: Path, step: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        at_call(patch, "training_step", step, lambda: os.kill(os.getpid(), signal.SIGINT))
        begin(folder)


@pytest.fixture(scope="module")
def processes():
    """Each a process of its own, forked from one that has Lightning and no threads."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["lego.train.fit", "lego.train.runs"])
    return context


def run(processes, target, *arguments):
    process = processes.Process(target=target, args=arguments)
    process.start()
    process.join(120)
    return process.exitcode


@pytest.mark.parametrize("count", [1, 3])
def test_a_kill_during_a_save_loses_nothing_that_was_saved(tmp_path, unbroken, processes, count):
    folder = tmp_path / "run"
    assert run(processes, _killed_in_save, folder, count) == -signal.SIGKILL
    assert (folder / "checkpoints" / "last.safetensors").is_file() == (count > 1)
    go_on(folder)
    assert numbers(folder) == unbroken


def test_a_process_that_is_interrupted(tmp_path, unbroken, processes):
    assert run(processes, _interrupted, tmp_path / "run", STEPS + 2) == 1
    go_on(tmp_path / "run")
    assert numbers(tmp_path / "run") == unbroken


# -- what is refused ---------------------------------------------------------------------------------------------------


def test_what_cannot_go_on(tmp_path):
    with pytest.raises(Problem, match="is no run: it has no"):
        go_on(tmp_path)
    begin(tmp_path / "run", epochs=1)
    with pytest.raises(Problem, match="holds a run already"):
        begin(tmp_path / "run")
    with pytest.raises(Problem, match="is of another spec"):
        train(parse(DROPPING.replace("16", "17")), blobs(), folder=tmp_path / "run", resume=True)
    with pytest.raises(Problem, match="a run goes on with its own recipe"):
        train(data=blobs(), recipe=RECIPE, folder=tmp_path / "run", resume=True)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("mine")
    with pytest.raises(Problem, match="is there already, and is no run"):
        begin(tmp_path / "other")
