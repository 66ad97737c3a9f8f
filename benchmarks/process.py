"""Whole processes: `lego check`, beside `import torch` alone; and the peak memory of a forward, beside hand-written.

python benchmarks/process.py
"""

from __future__ import annotations

from pathlib import Path
from statistics import median

from measure import in_process

ROOT = Path(__file__).parent.parent
CHECK = f"""
sys.argv = ["lego", "check", {str(ROOT / "specs" / "resnet50.yaml")!r}]
from lego.cli import main
try:
    main()
except SystemExit:
    pass
"""
FORWARD = """
sys.path.insert(0, {root!r})
import torch
torch.set_num_threads(1)
from tests.vision import torchvision
import lego
{model}
model.eval()
with torch.no_grad():
    for _ in range(3):
        model(torch.randn(32, 3, 224, 224))
"""
OURS = "model = lego.build(lego.load({root!r} + '/specs/resnet18.yaml'), seed=0)"
THEIRS = "lego.load({root!r} + '/specs/resnet18.yaml'); model = torchvision.models.resnet18()"


def main() -> None:
    """Print medians."""
    for name, code in (("lego check resnet50.yaml", CHECK), ("import torch", "import torch")):
        runs = [in_process(code) for _ in range(7)]
        seconds, peak = (median(run[key] for run in runs) for key in ("seconds", "peak"))
        print(f"{name:<28} {seconds:6.3f} s   {peak / 1e6:7.1f} MB")
    print("\npeak memory of a forward without gradients, ResNet-18, batch 32, 224 × 224")
    peaks: dict[str, float] = {}
    for name, model in (("torchvision", THEIRS), ("lego", OURS)):
        code = FORWARD.format(root=str(ROOT), model=model.format(root=str(ROOT)))
        peaks[name] = median(in_process(code)["peak"] for _ in range(7))
        print(f"  {name:<26} {peaks[name] / 1e6:7.1f} MB")
    print(f"  ratio {peaks['lego'] / peaks['torchvision']:.3f}")


if __name__ == "__main__":
    main()
