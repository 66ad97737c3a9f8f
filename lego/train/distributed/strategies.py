"""How a training is spread over devices and machines, by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from lego.diagnostics import Problem, did_you_mean

STRATEGIES = ("ddp", "fsdp")


@dataclass(frozen=True)
class Strategy:
    """What Lightning's Trainer is told.

    With `ddp` each device has the whole net and takes its part of every batch; gradients are averaged. `fsdp` parts the
    weights too (FSDP2). Either way a step is that of one device on the whole batch, if its size is a multiple of the
    number of devices, nothing is dropped out, and no BatchNorm sees parts of a batch alone: on GPUs `ddp` joins what
    it sees; on CPUs, and with `fsdp`, it does not.

    Attributes:
        name: One of STRATEGIES.
        devices: Of each machine.
        nodes: How many machines.

    Raises:
        Problem: there is no such strategy; there is less than one device or machine.
    """

    name: str
    devices: int = 1
    nodes: int = 1

    def __post_init__(self) -> None:
        if self.name not in STRATEGIES:
            help = did_you_mean(self.name, STRATEGIES) or f"there are: {', '.join(STRATEGIES)}"
            raise Problem("bad-value", f"there is no strategy `{self.name}`", help=help)
        for what, count in (("devices", self.devices), ("nodes", self.nodes)):
            if count < 1:
                raise Problem("bad-value", f"{what} must be at least 1, found {count}")

    def options(self) -> dict[str, Any]:
        """Arguments of the Trainer."""
        return {"strategy": self._strategy(), "devices": self.devices, "num_nodes": self.nodes, **self._norms()}

    def _strategy(self) -> Any:
        if self.name == "ddp":
            return "ddp"
        from lightning.pytorch.strategies import ModelParallelStrategy  # Lightning's FSDPStrategy is FSDP1, for GPUs

        return ModelParallelStrategy(data_parallel_size=self.devices * self.nodes, tensor_parallel_size=1)

    def _norms(self) -> dict[str, Any]:
        return {"sync_batchnorm": self.name == "ddp" and torch.cuda.is_available()}
