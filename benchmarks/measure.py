"""Timing side by side: candidates take turns in one process, so that a noisy machine is noisy for all of them."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter


def side_by_side(
    candidates: dict[str, Callable[[], object]], rounds: int = 30, repeat: int = 1
) -> dict[str, list[float]]:
    """Seconds of each candidate in each round; a round runs every candidate `repeat` times, in turn."""
    for run in candidates.values():
        run()
    times: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(rounds):
        gc.collect()
        for name, run in candidates.items():
            start = perf_counter()
            for _ in range(repeat):
                run()
            times[name].append((perf_counter() - start) / repeat)
    return times


def report(title: str, times: dict[str, list[float]], base: str) -> None:
    """Medians, and the median over the rounds of each candidate's ratio to `base`."""
    print(f"\n{title}")
    for name, values in times.items():
        ratio = median(value / other for value, other in zip(values, times[base], strict=True))
        print(f"  {name:<28} {_seconds(median(values)):>10}   {ratio:8.3f} of {base}")


def _seconds(value: float) -> str:
    return f"{value * 1e6:.1f} µs" if value < 1e-3 else f"{value * 1e3:.2f} ms" if value < 1 else f"{value:.2f} s"


def in_process(code: str, *arguments: str) -> dict[str, float]:
    """Wall seconds and peak memory (bytes) of a Python process that runs `code`.

    glibc otherwise moves its threshold for memory that is given back with the history of the process, by more than
    what is to be measured; here it is fixed.
    """
    script = (
        "import resource, sys, time\n"
        f"{code}\n"
        "print('PEAK', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)\n"
    )
    start = perf_counter()
    environment = {**os.environ, "MALLOC_MMAP_THRESHOLD_": "65536"}
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    seconds = perf_counter() - start
    peak = next(line.split()[1] for line in done.stdout.splitlines() if line.startswith("PEAK"))
    return {"seconds": seconds, "peak": float(peak)}
