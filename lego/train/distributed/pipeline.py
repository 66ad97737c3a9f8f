"""A plan's stages on as many processes: each holds one, and micro-batches run through them one behind the other.

The schedule is torch's GPipe (Huang et al. 2019). A step comes to the gradients of the whole net on the whole batch, if
the loss is a mean over samples and nothing is dropped out; a BatchNorm sees micro-batches.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.distributed.pipelining import PipelineStage, ScheduleGPipe
from torch.utils._pytree import tree_map_only

from lego.diagnostics import Problem
from lego.graph import Graph, Plan, state_shapes
from lego.runtime import build
from lego.train.distributed.deferred import defer, stored

Loss = Callable[[Tensor, Tensor], Tensor]


def build_stage(
    graph: Graph,
    plan: Plan,
    number: int,
    *,
    seed: int,
    device: torch.device | str = "cpu",
    dtype: torch.dtype | None = None,
) -> nn.Module:
    """The module of one stage, with the weights that it has in the whole net of this seed; no other is kept.

    Args:
        graph: The whole.
        plan: Of that graph.
        number: Of the stage, from 0.
        seed: As for `lego.build`.
        device: Where it is.
        dtype: Its floating dtype.
    """
    module = build(plan.stages[number].graph, device="meta", dtype=dtype).to_empty(device=device)
    own = stored(module)

    def take(key: str, whole: Tensor) -> None:
        if key in own:
            own[key].data.copy_(whole)

    defer(graph, seed=seed, dtype=dtype).fill(take)
    return module


class Pipeline:
    """This process' stage of a net, among as many processes as there are stages.

    Attributes:
        module: The stage: an ordinary module, whose weights have the same keys as in the whole net.

    Raises:
        Problem: there are more or fewer processes than stages; integers would have to cross between stages.
    """

    def __init__(
        self,
        graph: Graph,
        plan: Plan,
        loss: Loss,
        *,
        micro_batches: int,
        seed: int,
        device: torch.device | str = "cpu",
        dtype: torch.dtype | None = None,
    ) -> None:
        _check(plan, dist.get_world_size())
        self.rank = dist.get_rank()
        self.device = torch.device(device)
        self.module = build_stage(graph, plan, self.rank, seed=seed, device=device, dtype=dtype)
        self.is_first = self.rank == 0
        self.is_last = self.rank == len(plan.stages) - 1
        self.module.register_forward_pre_hook(_gradients_in_order)
        self.module.register_forward_hook(_in_order)
        stage = PipelineStage(self.module, self.rank, len(plan.stages), self.device)

        def share(output: Tensor, target: Tensor) -> Tensor:
            return loss(output, target) / micro_batches

        # what scales the gradients itself would scale those of earlier steps once more
        self._schedule = ScheduleGPipe(stage, micro_batches, loss_fn=share, scale_grads=False)
        self._tied = _tied(graph, plan)

    def step(self, *inputs: Tensor, target: Tensor) -> Tensor | None:
        """The gradients of a batch, added to what is in the weights' `grad`.

        Args:
            inputs: Of the whole net, in order; only the first stage reads them.
            target: Only the last stage reads it.

        Returns:
            The mean loss, in the last stage; None in the others.
        """
        before = self._gradients()
        losses: list[Tensor] = []
        given = inputs if self.is_first else ()
        asked: dict[str, Any] = {"target": target, "losses": losses} if self.is_last else {}
        self._schedule.step(*given, **asked)  # pyright: ignore[reportUnknownMemberType]
        self._add_up(before)
        return torch.stack(losses).detach().sum() if losses else None

    def _gradients(self) -> dict[str, Tensor]:
        """What tied weights have gathered before this step, which has been added up already."""
        found = {kept: self._own(keys) for kept, (keys, _) in self._tied.items()}
        return {kept: one.grad.clone() for kept, one in found.items() if one is not None and one.grad is not None}

    def _add_up(self, before: dict[str, Tensor]) -> None:
        """Each copy of a tied weight gets the gradient of all of them."""
        for kept, (keys, shape) in self._tied.items():
            own = self._own(keys)
            earlier = before.get(kept)
            if own is None or own.grad is None:
                dtype = next(self.module.parameters(), torch.empty(0)).dtype
                added = torch.zeros(shape, device=self.device, dtype=dtype)
            else:
                added = own.grad - earlier if earlier is not None else own.grad.clone()
            dist.all_reduce(added)  # pyright: ignore[reportUnknownMemberType]
            if own is not None:
                own.grad = added if earlier is None else earlier + added

    def _own(self, keys: tuple[str, ...]) -> nn.Parameter | None:
        weights = dict(self.module.named_parameters(remove_duplicate=False))
        return next((weights[key] for key in keys if key in weights), None)


def _gradients_in_order(module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
    """What goes back to the stage before is contiguous, as messages have to be."""
    for one in inputs:
        if one.requires_grad:
            one.register_hook(Tensor.contiguous)  # pyright: ignore[reportUnknownMemberType]


def _in_order(module: nn.Module, inputs: tuple[Tensor, ...], output: Any) -> Any:
    """What goes on to the next stage is contiguous."""
    return tree_map_only(Tensor, Tensor.contiguous, output)


def _check(plan: Plan, world: int) -> None:
    if world != len(plan.stages):
        help = f"start {len(plan.stages)} processes, or plan {world} stages"
        raise Problem(
            "bad-value", f"the plan has {len(plan.stages)} stages, and there are {world} processes", help=help
        )
    for stage in plan.stages:
        for one in stage.gives:
            if not one.type.dtype.startswith(("float", "bfloat")):
                message = f"`{one.name}` ({one.type}) would cross between stages, where only floating values can"
                raise Problem("dtype-mismatch", message, help="read integers in the first stage alone")


def _tied(graph: Graph, plan: Plan) -> dict[str, tuple[tuple[str, ...], tuple[int, ...]]]:
    """Keys and shape of each weight of which several stages have a copy."""
    shapes = state_shapes(graph)
    found: dict[str, tuple[str, ...]] = {}
    for copy, kept in plan.copies.items():
        found[kept] = (*found.get(kept, (kept,)), copy)
    return {kept: (keys, tuple(shapes[kept].shape)) for kept, keys in found.items()}
