"""Two processes that meet at a file, so that no port can be taken; none is left over."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import torch
import torch.distributed as dist
import torch.multiprocessing as mp

_SECONDS = 90


def run(work: Callable[..., None], folder: Path, *arguments: object, count: int = 2) -> None:
    """Call `work(rank, folder, …)` in so many processes; each calls `joined` itself."""
    context = mp.spawn(work, (str(folder), *arguments), nprocs=count, join=False)
    try:
        for _ in range(count):
            if context.join(timeout=_SECONDS):
                return
        raise TimeoutError(f"not done after {_SECONDS} s")
    finally:
        for process in context.processes:
            process.kill()
            process.join()


@contextmanager
def joined(rank: int, folder: str, count: int = 2):
    """In a group of processes, by gloo."""
    torch.set_num_threads(1)
    store = (Path(folder) / "store").as_uri()
    dist.init_process_group("gloo", init_method=store, rank=rank, world_size=count, timeout=timedelta(seconds=60))
    try:
        yield
    finally:
        dist.destroy_process_group()
