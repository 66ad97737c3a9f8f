"""A net whose weights are parted over processes (FSDP2), and never whole in one of them.

It is built on the meta device and sharded there; then its weights are made one at a time in every process, each of
which keeps its shard. They are the weights that `lego.build` gives for the same seed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.distributed.device_mesh import DeviceMesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor

from lego.train.distributed.deferred import Deferred, stored

_CONTAINERS = (nn.ModuleList, nn.ModuleDict)


def shard(deferred: Deferred, mesh: DeviceMesh, device: torch.device | str = "cpu") -> nn.Module:
    """Part the weights of a deferred net over the processes of a mesh, and make them.

    The nodes of its own graph, and those in a repeat, are gathered one after the other as they run; tied weights
    and those that several nodes share with the rest.

    Args:
        deferred: The net; its module is changed.
        mesh: One-dimensional.
        device: Where this process keeps its shards.
    """
    module = deferred.module
    for unit in list(_units(module)):
        fully_shard(unit, mesh=mesh)
    fully_shard(module, mesh=mesh)
    module.to_empty(device=device)
    own = stored(module)
    deferred.fill(lambda key, whole: _keep(own[key].detach(), whole.to(device)))
    return module


def _units(module: nn.Module) -> Iterator[nn.Module]:
    """The modules that are gathered by themselves: each with weights that no other has."""
    used = Counter(id(weight) for _, weight in module.named_parameters(remove_duplicate=False))
    for one in _children(module):
        inside = Counter(id(weight) for _, weight in one.named_parameters(remove_duplicate=False))
        if inside and all(used[weight] == count for weight, count in inside.items()):
            yield one


def _children(module: nn.Module) -> Iterator[nn.Module]:
    for child in module.children():
        if isinstance(child, _CONTAINERS):
            yield from _children(child)
        else:
            yield child


def _keep(own: Tensor, whole: Tensor) -> None:
    """Copy a whole weight, or this process' shard of it."""
    if isinstance(own, DTensor):
        shard = distribute_tensor(whole, own.device_mesh, own.placements, src_data_rank=None)
        own.to_local().copy_(shard.to_local())
    else:
        own.copy_(whole)


# -- files -------------------------------------------------------------------------------------------------------------

_NAMES = {
    torch.float64: "F64",
    torch.float32: "F32",
    torch.float16: "F16",
    torch.bfloat16: "BF16",
    torch.int64: "I64",
    torch.int32: "I32",
    torch.int16: "I16",
    torch.int8: "I8",
    torch.uint8: "U8",
    torch.bool: "BOOL",
}


def save_sharded(module: nn.Module, path: Path) -> None:
    """Write the weights of a sharded net as safetensors; every process calls it, and the first one writes.

    One weight at a time is whole. Tied weights are written once, as by `lego.runtime.save_weights`. An earlier file is
    there until the new one is whole.
    """
    state = _once(module)
    new = path.with_name(f".{path.name}.new")
    if dist.get_rank() == 0:
        path.parent.mkdir(parents=True, exist_ok=True)
        with new.open("wb") as file:
            _write_header(file, state)
            for weight in state.values():
                file.write(_bytes(_whole(weight)))
        new.replace(path)
    else:
        for weight in state.values():
            _whole(weight)
    dist.barrier()  # pyright: ignore[reportUnknownMemberType]


def _once(module: nn.Module) -> dict[str, Tensor]:
    """What `state_dict` has, each weight under the first of its keys alone."""
    learned = {name for name, _ in module.named_parameters()} | {name for name, _ in module.named_buffers()}
    return {key: value for key, value in module.state_dict().items() if key in learned}


def _whole(weight: Tensor) -> Tensor:
    weight = weight.detach()
    return weight.full_tensor() if isinstance(weight, DTensor) else weight


def _write_header(file: BinaryIO, state: dict[str, Tensor]) -> None:
    """How long the header is (8 bytes), and the header: name, dtype, shape and place of each tensor."""
    header: dict[str, object] = {}
    place = 0
    for key, weight in state.items():
        end = place + weight.numel() * weight.element_size()
        header[key] = {"dtype": _NAMES[weight.dtype], "shape": list(weight.shape), "data_offsets": [place, end]}
        place = end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    file.write(len(text).to_bytes(8, "little") + text)


def _bytes(weight: Tensor) -> bytes:
    return weight.cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
