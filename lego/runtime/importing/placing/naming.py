"""Names of nodes, of blocks and of their inputs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import chain, count

from torch import nn

from lego.catalogue import is_reserved
from lego.diagnostics import Problem, SpecError
from lego.runtime.importing.placing.parts import Group, Item, around, last
from lego.spec import COMPOSITES, WIRING, check_module_name, check_node_name


def name_items(group: Group, model: nn.Module) -> None:
    """Name all items of a group: what has weights as the model does, all else apart from that.

    Raises:
        SpecError: a module has a name that no node can have.
    """
    fixed = [item for item in group.items if item.fixed]
    for item in fixed:
        item.name = last(item.path)
        try:
            check_module_name(item.name)
        except Problem as problem:
            raise SpecError([problem.at(item.span, item.path)]) from None
    taken = {item.name for item in fixed}
    children = _children(model, group.path)
    for item in group.items:
        if not item.fixed:
            own = last(item.path) if item.path and around(item.path) == group.path else ""
            reserved = taken | (children - {own})
            item.name = own if _is_free(own, reserved) else free_name(_base(item, group), reserved)
            taken.add(item.name)


def _children(model: nn.Module, path: str) -> set[str]:
    """Names that a module's own parts have."""
    try:
        module = model.get_submodule(path)
    except AttributeError:
        return set()
    parts = (module.named_children(), module.named_parameters(recurse=False), module.named_buffers(recurse=False))
    return {name for named in parts for name, _ in named}


def _base(item: Item, group: Group) -> str:
    """What an item may be called, perhaps with a number."""
    inside = item.path.removeprefix(f"{group.path}.") if item.path.startswith(f"{group.path}.") else ""
    names = (inside.replace(".", "_"), last(item.path), item.path.replace(".", "_"), item.hint)
    return next((name for name in names if name and not name[0].isdigit()), "node")


def free_name(base: str, taken: Collection[str]) -> str:
    """A name for a node or input: `add`, `add_1`, …"""
    base = re.sub(r"\W", "_", base, flags=re.ASCII)
    numbered = (f"{base}_{number}" for number in count(1))
    return next(name for name in chain((base,), numbered) if _is_free(name, taken))


def _is_free(name: str, taken: Collection[str]) -> bool:
    if not name or name in taken:
        return False
    try:
        check_node_name(name)
    except Problem:
        return False
    return True


def block_name(group: Group, taken: Collection[str]) -> str:
    """A name for a block: that of the module's class; `Bottleneck`, `Bottleneck_2`, …"""
    if group.frame is not None and type(group.frame.module) is not nn.Sequential:
        base = type(group.frame.module).__name__.strip("_")
    else:
        parts = [part for part in group.path.split(".") if not part.isdigit()]
        base = "".join(word.title() for word in (parts[-1] if parts else "body").split("_"))
    base = re.sub(r"\W", "_", base, flags=re.ASCII).lstrip("0123456789") or "Body"
    if is_reserved(base) or base in (*COMPOSITES, *WIRING):
        base = f"{base}Block"
    return next(name for name in _numbered(base) if name not in taken)


def _numbered(base: str) -> Iterator[str]:
    return chain((base,), (f"{base}_{number}" for number in count(2)))
