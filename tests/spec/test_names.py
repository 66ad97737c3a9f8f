"""Names that are frozen in lists here are torch's own."""

from __future__ import annotations

import inspect
import typing

import torch
from torch import nn

from lego.spec import ALIASES, TORCH_INITIALISERS
from lego.spec.names import _PRIVATE, MODULE_ATTRIBUTES, is_plain


def test_attributes_of_modules_are_those_of_torch() -> None:
    found = {*dir(nn.Module()), *typing.get_type_hints(nn.Module, include_extras=True)}
    names = {name for name in found if not name.startswith("__")}
    assert {name for name in names if not name.startswith("_")} <= MODULE_ATTRIBUTES
    assert {name for name in names if name.startswith("_")} <= _PRIVATE


def test_no_attribute_of_modules_is_free_to_take() -> None:
    assert not any(is_plain(name) for name in dir(nn.Module()))


def test_initialisers_and_their_arguments_are_those_of_torch() -> None:
    for name, arguments in TORCH_INITIALISERS.items():
        takes = inspect.signature(getattr(nn.init, f"{name}_")).parameters
        assert set(arguments) == set(takes) - {"tensor", "generator"}, name
    assert set(ALIASES.values()) <= set(TORCH_INITIALISERS)


def test_every_initialiser_of_torch_is_there() -> None:
    found = {name.removesuffix("_") for name in dir(nn.init) if name.endswith("_") and not name.startswith("_")}
    assert found == set(TORCH_INITIALISERS), torch.__version__
