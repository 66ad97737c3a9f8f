"""Text to verified graph: ResNet-50 and chains, beside Keras from JSON and torch on the meta device.

python benchmarks/checking.py [--peers]
"""

from __future__ import annotations

import os
import sys
from math import log
from pathlib import Path
from statistics import median

from measure import report, side_by_side

import lego

RESNET50 = Path(__file__).parent.parent / "specs" / "resnet50.yaml"


def chain(count: int) -> str:
    """A document of `count` nodes in a row: linear layers of varied sizes, and an operation at the end."""
    nodes = "".join(f"  n{index:06d}: {{Linear: {16 + index % 48}}}\n" for index in range(count - 1))
    return f"lego: 1\ninputs:\n  x: [N, 16]\ngraph:\n{nodes}  scaled: {{Mul: 0.5}}\n"


def chains() -> None:
    """Microseconds a node, and the exponent of growth."""
    print("\nchain, text to verified graph")
    medians: dict[int, float] = {}
    limits = lego.Limits(nodes=1_000_000)
    for count in (1_000, 10_000, 100_000):
        text = chain(count)
        rounds = 9 if count < 100_000 else 3
        spec = lego.parse(text, limits=limits)
        candidates = {
            "checked": lambda text=text: lego.parse(text, limits=limits).graph,
            "flat": lambda text=text: lego.parse(text, limits=limits).graph.nx,
            "source": lambda spec=spec: lego.source(spec),
        }
        times = side_by_side(candidates, rounds)
        medians[count] = median(times["checked"])
        checked, flat, source = (median(times[name]) / count * 1e6 for name in candidates)
        print(f"  {count:>7} nodes   {checked:6.1f} µs a node, {flat:6.1f} with the flat graph; source {source:6.1f}")
    for small, large in ((1_000, 10_000), (10_000, 100_000)):
        print(f"  exponent {small} → {large}: {log(medians[large] / medians[small]) / log(large / small):.3f}")


def peers() -> dict[str, object]:
    """Keras from JSON (torch backend), and torch's own: the module on meta, and one forward."""
    os.environ["KERAS_BACKEND"] = "torch"
    import keras
    import torch

    from tests.vision import torchvision

    model = keras.applications.ResNet50(weights=None)
    text = model.to_json()

    def on_meta() -> object:
        with torch.device("meta"):
            return torchvision.models.resnet50()(torch.empty(1, 3, 224, 224))

    return {"Keras from JSON": lambda: keras.models.model_from_json(text), "torch on meta": on_meta}


if __name__ == "__main__":
    candidates = {"lego": lambda: lego.load(RESNET50).graph, "with graph.nx": lambda: lego.load(RESNET50).graph.nx}
    if "--peers" in sys.argv:
        sys.path.insert(0, str(Path(__file__).parent.parent))
        candidates |= peers()  # type: ignore[arg-type]
    report("ResNet-50, text to verified graph", side_by_side(candidates, rounds=9), "lego")
    chains()
