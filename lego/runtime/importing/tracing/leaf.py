"""Which modules are not followed inside, for the catalogue has a layer that does the same."""

from __future__ import annotations

from torch import nn
from torch.nn.utils import parametrize

from lego.runtime.importing.translating.modules import layer_of

_HARMLESS = frozenset(
    """
    __init__ __module__ __doc__ __annotations__ __constants__ __qualname__ __firstlineno__ __static_attributes__
    __parameters__ __orig_bases__ __repr__ __setstate__ __getstate__ __dict__ __weakref__ __slots__ extra_repr
    reset_parameters _reset_parameters _load_from_state_dict _version forward
    """.split()
)
"""What a subclass may define anew without doing anything else in its forward pass."""


def is_leaf(module: nn.Module) -> bool:
    """Whether a module, with all that is in it, does what its layer does and nothing else."""
    return layer_of(module) is not None and all(map(_is_plain, module.modules()))


def _is_plain(module: nn.Module) -> bool:
    hooks = any(vars(module)[name] for name in ("_forward_hooks", "_forward_pre_hooks"))
    if hooks or "forward" in vars(module) or parametrize.is_parametrized(module):
        return False
    kinds = type(module).__mro__
    base = next(index for index, kind in enumerate(kinds) if kind.__module__.partition(".")[0] == "torch")
    if kinds[base] is nn.Module:  # known by its name
        return layer_of(module) is not None
    inherited = set(dir(kinds[base]))
    return not any(name in inherited and name not in _HARMLESS for kind in kinds[:base] for name in vars(kind))
