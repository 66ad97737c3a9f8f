"""A step of training beside a plain torch loop, Lightning's own Trainer, and Keras' fit (torch backend, if installed).

All learn 6,400 samples of 64 numbers in ten classes with fused Adam (Keras: its own), in turn, on one thread. What is
told is the time of a step; start and end are taken off by the difference of a long training and a short one.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import torch
from measure import report
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from lego.api import Spec, build, parse, train
from lego.train.data import Data, Tensors
from lego.train.engine import lightning, quiet

os.environ["KERAS_BACKEND"] = "torch"

ROUNDS, SAMPLES, SHORT, LONG = 5, 6_400, 1, 4
NETS = {"64-32-10": [32], "64-512-512-512-10": [512, 512, 512]}
BATCHES = (16, 100)

generator = torch.Generator().manual_seed(0)
X, Y = torch.rand(SAMPLES, 64, generator=generator), torch.randint(0, 10, (SAMPLES,), generator=generator)


def net(hidden: list[int]) -> Spec:
    """A perceptron."""
    layers = ", ".join(f"{{Linear: {width}}}, ReLU" for width in hidden)
    return parse(f"lego: 1\nname: net\ninputs: {{x: [N, 64]}}\ngraph: [{layers}, {{Linear: 10}}]\n")


def plain(hidden: list[int], batch: int, epochs: int) -> None:
    """The loop that one writes, its losses and errors added up."""
    module = build(net(hidden), seed=0)
    steps = torch.optim.Adam(module.parameters(), fused=True)
    for _ in range(epochs):
        loss_sum, wrong = torch.zeros(()), torch.zeros(())
        for numbers in torch.randperm(SAMPLES).split(batch):
            x, y = X[numbers], Y[numbers]
            output = module(x)
            loss = F.cross_entropy(output, y)
            steps.zero_grad()
            loss.backward()
            steps.step()
            loss_sum += loss.detach() * len(y)
            wrong += (output.detach().argmax(1) != y).sum()


class Plain(lightning.LightningModule):
    """As Lightning's own pages have it: the loss is logged in each step."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def training_step(self, batch: Any, batch_idx: int) -> torch.Tensor:
        x, y = batch
        output = self.module(x)
        loss = F.cross_entropy(output, y)
        wrong = (output.detach().argmax(1) != y).float().mean()
        self.log_dict({"loss": loss, "error": wrong}, on_step=False, on_epoch=True, batch_size=len(y))
        return loss

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.Adam(self.parameters(), fused=True)


def lightnings(hidden: list[int], batch: int, epochs: int) -> None:
    """Lightning over torch's DataLoader."""
    with quiet():
        trainer = lightning.Trainer(
            max_epochs=epochs,
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
            accelerator="cpu",
        )
        loader = DataLoader(TensorDataset(X, Y), batch, shuffle=True)
        trainer.fit(Plain(build(net(hidden), seed=0)), loader)


def ours(hidden: list[int], batch: int, epochs: int) -> None:
    """`lego.train`."""
    data = Data("random", Tensors({"x": X}, Y))
    options = {"accelerator": "cpu"}
    train(net(hidden), data, epochs=epochs, batch_size=batch, validation=0, progress=False, trainer=options)


def keras_fit() -> Callable[[list[int], int, int], None] | None:
    """Keras on torch; None where it is not installed."""
    try:
        import keras
    except ImportError:
        return None

    def run(hidden: list[int], batch: int, epochs: int) -> None:
        layers = [keras.layers.Dense(width, activation="relu") for width in hidden]
        model = keras.Sequential([keras.Input((64,)), *layers, keras.layers.Dense(10)])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile("adam", loss, metrics=["accuracy"])
        model.fit(X.numpy(), Y.numpy(), batch_size=batch, epochs=epochs, verbose=0)

    return run


def step_seconds(run: Callable[[list[int], int, int], None], hidden: list[int], batch: int) -> float:
    """Of one step, start and end taken off."""
    times = []
    for epochs in (SHORT, LONG):
        start = perf_counter()
        run(hidden, batch, epochs)
        times.append(perf_counter() - start)
    return (times[1] - times[0]) / ((LONG - SHORT) * (SAMPLES / batch))


def main() -> None:
    """Print the time of a step in each way, and what is added to the plain loop's."""
    torch.set_num_threads(1)
    ways = {"plain torch": plain, "lego.train": ours, "Lightning": lightnings, "Keras fit": keras_fit()}
    for name, hidden in NETS.items():
        for batch in BATCHES:
            times: dict[str, list[float]] = {way: [] for way, run in ways.items() if run is not None}
            for _ in range(ROUNDS):
                for way, found in times.items():
                    found.append(step_seconds(ways[way], hidden, batch))  # type: ignore[arg-type]
            report(f"a step of {name}, batch {batch}", times, "plain torch")
            base = times["plain torch"]
            for way, found in times.items():
                added = median(one - other for one, other in zip(found, base, strict=True))
                print(f"  {way:<28} {added * 1e6:+9.0f} µs a step")


if __name__ == "__main__":
    main()
