"""What is done between steps: epochs are written down and told, and Ctrl-C is heeded where nothing is lost."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from lego.train.engine import callbacks, lightning
from lego.train.fit.learner import Learner
from lego.train.runs import Epoch, history_csv, write_whole

Report = Callable[[Epoch], None]


class Interrupted(Exception):
    """The user wants the training to stop; what it has learned is saved, if it has a folder."""


class Journal(lightning.Callback):
    """Writes an epoch down when it is over: into the history, metrics.csv and Lightning's loggers; and reports it."""

    def __init__(self, file: Path | None, report: Report) -> None:
        self.file = file
        self.report = report
        self._before = 0.0
        self._started = time.perf_counter()

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        self._started = time.perf_counter()

    def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:
        if not pl_module.training_meter.seen:  # Lightning ends an epoch again when it goes on from its end
            return
        learner: Learner = pl_module
        loss, error = learner.training_meter.compute()
        found = trainer.callback_metrics
        held_back, wrong = (_number(found.get(f"validation_{name}")) for name in ("loss", "error"))
        row = Epoch(len(learner.history) + 1, loss, error, held_back, wrong, learner.rate, self._seconds())
        self._before, self._started = 0.0, time.perf_counter()
        learner.history.append(row)
        learner.log_dict({"train_loss": loss, "train_error": error, "lr": row.lr})
        if self.file is not None and trainer.is_global_zero:
            write_whole(self.file, history_csv(learner.history).encode())
        if trainer.is_global_zero:
            self.report(row)

    def _seconds(self) -> float:
        return self._before + time.perf_counter() - self._started

    def state_dict(self) -> dict[str, float]:
        return {"seconds": self._seconds()}

    def load_state_dict(self, state_dict: dict[str, float]) -> None:
        self._before = state_dict["seconds"]


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


class Interruption(lightning.Callback):
    """Ctrl-C stops a training after the step that is being done, or after the validation: never in the middle.

    A second Ctrl-C stops it at once, as of the last save.
    """

    def __init__(self, checkpoint: Path | None) -> None:
        self.checkpoint = checkpoint
        self.wanted = False

    @contextmanager
    def heeding(self) -> Generator[None]:
        """Around the whole fit: Lightning sets all handlers back to what they were when it began."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.signal(signal.SIGINT, self._heed)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def _heed(self, number: int, frame: FrameType | None) -> None:
        if self.wanted:
            raise Interrupted
        self.wanted = True

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        if self.wanted and batch_idx + 1 < trainer.num_training_batches:
            if self.checkpoint is not None:
                trainer.save_checkpoint(self.checkpoint)
            raise Interrupted

    def on_train_epoch_start(self, trainer: Any, pl_module: Any) -> None:
        if self.wanted:  # what the epoch before has come to is saved
            raise Interrupted


class Bar(callbacks.RichProgressBar):
    """Lightning's, on stderr, its epochs counted from 1 as everywhere."""

    def __init__(self) -> None:
        super().__init__(leave=False, console_kwargs={"stderr": True})

    def _get_train_description(self, current_epoch: int) -> str:
        text = f"Epoch {current_epoch + 1}/{self.trainer.max_epochs}"
        return text.ljust(len(self.validation_description))


class Stopping(callbacks.EarlyStopping):
    """Lightning's; a training that it has stopped is not begun again when the run goes on."""

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        if self.wait_count >= self.patience:
            trainer.should_stop = True


class Checkpoints(callbacks.ModelCheckpoint):
    """Lightning's, as safetensors, and at the end of each epoch."""

    FILE_EXTENSION = ".safetensors"

    def __init__(self, folder: Path, name: str, **arguments: Any) -> None:
        where = {"dirpath": folder, "filename": name, "save_on_train_epoch_end": True, "enable_version_counter": False}
        super().__init__(**where, **arguments)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """A run that was moved goes on where it is now."""
        here: dict[str, Any] = {
            "dirpath": self.dirpath,
            "last_model_path": "",
            "kth_best_model_path": "",
            "best_k_models": {},
        }
        best = state_dict.get("best_model_path")
        if best:
            path = str(Path(str(self.dirpath)) / Path(best).name)
            here |= {"best_model_path": path, "kth_best_model_path": path}
            here["best_k_models"] = {path: state_dict["best_model_score"]}
        super().load_state_dict({**state_dict, **here})
