"""An ablation: one net, and the block that it is made of as a parameter."""

from __future__ import annotations

import lego
from lego import layers as L


@lego.block
def plain(x, width: int):
    """A convolution, normalised."""
    return L.ReLU()(L.BatchNorm2d()(L.Conv2d(width, 3, padding=1, bias=False)(x)))


@lego.block
def residual(x, width: int):
    """The same beside the identity."""
    return x + plain(width=width)(x)


@lego.block
def bottleneck(x, width: int):
    """Narrow, wide, and back, beside the identity (He et al. 2015)."""
    y = plain(width=width // 4)(L.Conv2d(width // 4, 1)(x))
    return x + L.Conv2d(width, 1)(y)


@lego.block
def inception(x, width: int):
    """Views of several sizes side by side (Szegedy et al. 2014)."""
    views = {f"view{size}": L.Conv2d(width // 4, size, padding=size // 2) for size in (1, 3, 5, 7)}
    return L.ReLU()(lego.split(views, merge=L.Concat(1))(x))


@lego.net(image=["N", 3, 32, 32])
def classifier(image, block=plain, depth: int = 6, width: int = 64, classes: int = 10):
    """A stack of blocks of one kind."""
    x = L.Conv2d(width, 3, padding=1, name="stem")(image)
    x = lego.repeat(depth, block(width=width), name="body")(x)
    return L.Linear(classes, name="head")(L.Mean([2, 3])(x))


def main() -> None:
    """A row for each block and depth; the specs are documents, which `to_yaml` writes."""
    print(f"{'block':12}{'depth':>6}{'parameters':>12}{'MACs':>14}")
    for block in (plain, residual, bottleneck, inception):
        for depth in (2, 8):
            spec = classifier(block=block, depth=depth)
            found = lego.summary(spec, image=[1, 3, 32, 32])
            print(f"{block.__name__:12}{depth:6}{found.params:12,}{found.macs:14,}")
    print(lego.diff(classifier(block=plain), classifier(block=residual)))


if __name__ == "__main__":
    main()
