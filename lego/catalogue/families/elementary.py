"""Functions of each element besides arithmetic: rounding, the sign, the error function."""

from __future__ import annotations

from lego.catalogue.elementwise import ElementFunction
from lego.catalogue.layer import Slot


class Erf(ElementFunction):
    """The error function y = 2 / √π · ∫₀ˣ exp(-t²) dt."""

    slots = (Slot("input", "real"),)
    page = "torch.erf"


class _Rounding(ElementFunction):
    """Integers stay as they are."""

    slots = (Slot("input", "real"),)

    def dtype(self, dtype: str) -> str:
        return dtype


class Floor(_Rounding):
    """The largest integer that is not above x."""

    page = "torch.floor"


class Ceil(_Rounding):
    """The smallest integer that is not below x."""

    page = "torch.ceil"


class Round(_Rounding):
    """The nearest integer; of two that are equally near, the even one."""

    page = "torch.round"


class Sign(_Rounding):
    """1 where x > 0, -1 where x < 0, else 0."""

    page = "torch.sign"
