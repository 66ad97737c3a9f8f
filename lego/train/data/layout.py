"""Images in the dims that an input has for them."""

from __future__ import annotations

from math import isqrt, prod
from typing import NamedTuple

from lego.shapes import Shape, Size

Sizes = tuple[int, ...]


class Layout(NamedTuple):
    """Channels and size of an image."""

    channels: int
    height: int
    width: int

    @property
    def pixels(self) -> str:
        """As people write it: `28×28`."""
        return f"{self.height}×{self.width}"


def layout(wanted: Shape, own: Layout) -> Layout:
    """What images that can be resized are resized to.

    Args:
        wanted: Dims of a sample: [C, H, W], [H, W], or [F] for a square image that is flattened.
        own: What the images are. It stays where the input leaves a size open.
    """
    if len(wanted) == 1:
        return _square(wanted[0], own)
    if len(wanted) == 2:
        return Layout(1, *_pixels(wanted[0], wanted[1], own))
    if len(wanted) == 3:
        channels = 3 if wanted[0] == 3 else 1 if wanted[0] == 1 else own.channels
        return Layout(channels, *_pixels(wanted[1], wanted[2], own))
    return own


def _pixels(height: Size, width: Size, own: Layout) -> tuple[int, int]:
    """Where one of both is open, it follows from the other and the proportions of the image."""
    fixed_height, fixed_width = (size if isinstance(size, int) else None for size in (height, width))
    if fixed_height is None and fixed_width is None:
        return own.height, own.width
    by_width = round(own.height * (fixed_width or 0) / own.width)
    by_height = round(own.width * (fixed_height or 0) / own.height)
    return fixed_height or by_width, fixed_width or by_height


def _square(count: Size, own: Layout) -> Layout:
    if not isinstance(count, int) or count == prod(own):
        return own
    for channels in (1, 3):
        side = isqrt(count // channels)
        if channels * side * side == count and side:
            return Layout(channels, side, side)
    return own


def dims_of(found: Layout, wanted: Shape) -> Sizes:
    """The sizes of a sample of such images, in the dims of an input."""
    return (prod(found),) if len(wanted) == 1 else arranged(found, wanted)


def arranged(sizes: Sizes, wanted: Shape) -> Sizes:
    """The sizes of a sample in as many dims as are wanted, where no more than dims of an image tell them apart.

    A channel of one is added or dropped, an image is flattened, a row of pixels becomes the image of one channel
    that is wanted; a number becomes a row of one. What is none of that stays as it is.
    """
    candidates: list[Sizes] = (
        [(1, *sizes)] if len(sizes) in (0, 2) else [sizes[1:]] if len(sizes) == 3 and sizes[0] == 1 else []
    )
    fixed = tuple(size for size in wanted if isinstance(size, int))
    if len(fixed) == len(wanted) and prod(fixed) == prod(sizes) and _is_image(sizes, fixed):
        candidates.append(fixed)
    return next((found for found in candidates if len(found) == len(wanted) != len(sizes)), sizes)


def _is_image(sizes: Sizes, wanted: Sizes) -> bool:
    """Whether the one is the other, flattened; of several channels it is not known which dim counts them."""
    if len(wanted) == 1:
        return len(sizes) in (2, 3)
    return len(sizes) == 1 and (len(wanted) == 2 or (len(wanted) == 3 and wanted[0] == 1))
