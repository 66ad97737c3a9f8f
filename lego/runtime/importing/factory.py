"""Modules from the user's Python, by the name of what makes them."""

from __future__ import annotations

import pkgutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from traceback import extract_tb
from typing import Any

from torch import nn

from lego.diagnostics import Problem


def module_from(target: str, arguments: Mapping[str, Any]) -> nn.Module:
    """The module that a factory makes.

    Args:
        target: `package.module:factory`, a function or class, or a module as it is; found from the current folder on.
        arguments: What the factory is called with.

    Raises:
        Problem: there is no such factory, it fails, or makes something else.
    """
    place, colon, attribute = target.partition(":")
    if not colon or not place or not attribute:
        help = "write `lego import torchvision.models:resnet18`, say"
        raise Problem("bad-value", f"expected PACKAGE.MODULE:FACTORY, found `{target}`", help=help)
    sys.path.insert(0, str(Path.cwd()))
    found = _tried(lambda: pkgutil.resolve_name(target), f"`{target}` cannot be imported")
    if isinstance(found, nn.Module):
        if arguments:
            raise Problem("bad-value", f"`{target}` is a module already, and takes no --arg")
        return found
    if not callable(found):
        raise Problem("bad-value", f"`{target}` is {type(found).__name__}, neither a torch module nor what makes one")
    made = _tried(lambda: found(**arguments), f"`{target}` fails")
    if not isinstance(made, nn.Module):
        raise Problem("bad-value", f"`{target}` gives {type(made).__name__}, not a torch.nn.Module")
    return made


def _tried(action: Callable[[], Any], what: str) -> Any:
    """What the user's Python gives.

    Raises:
        Problem: it fails; with the reason, and where in which file.
    """
    try:
        return action()
    except Exception as error:
        machinery = (__file__, pkgutil.__file__, "<frozen")
        frames = [one for one in extract_tb(error.__traceback__) if not one.filename.startswith(machinery)]
        help = f"it happens at {frames[-1].filename}:{frames[-1].lineno}" if frames else None
        raise Problem("bad-value", f"{what}: {type(error).__name__}: {error}", help=help) from None
