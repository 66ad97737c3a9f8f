"""Which names a spec may use, and why not the others."""

from __future__ import annotations

import re
from keyword import iskeyword, kwlist

from lego.catalogue import is_reserved
from lego.diagnostics import Problem
from lego.spec.expression import RESERVED

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DASHED = re.compile(r"[A-Za-z_]\w*(-\w+)+", re.ASCII)
_NAMES = "names have letters, digits and underscores, and start with no digit"

COMPOSITES = ("Sequential", "skip", "split", "recurrent", "share")
"""The words that say what a node is, beside layers and blocks."""

WIRING = ("from", "repeat", "each", "when", "init", "freeze", "checkpoint", "doc")
"""The words that stand beside what a node is."""

MODULE_ATTRIBUTES = frozenset(
    """
    T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval
    extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict modules
    mtia named_buffers named_children named_modules named_parameters parameters register_backward_hook register_buffer
    register_forward_hook register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook
    register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module register_parameter
    register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule
    share_memory state_dict to to_empty train training type xpu zero_grad
    """.split()
)
"""What torch.nn.Module calls its own (torch 2.13); a test compares."""


def is_plain(name: str) -> bool:
    """Whether a name keeps `check_node_name` at first sight, as nearly all do."""
    return name.isidentifier() and name.isascii() and name not in _TAKEN and name[0] != "_"


def check_node_name(name: str) -> None:
    """Raise `bad-name` for what cannot be the name of a node, an input or an output."""
    if not _NAME.fullmatch(name):
        quoted = f', or `"{name}"` in quotes where a model has the dash' if _DASHED.fullmatch(name) else ""
        raise Problem("bad-name", f"`{name}` is no name: {_NAMES}", help=f"{_mended(name) or ''}{quoted}" or None)
    if name == "input":
        raise Problem("bad-name", "`input` always means the input of the graph", help="choose another name")
    _check_python(name)


def check_module_name(name: str) -> None:
    """As `check_node_name`, for what is written in quotes: dashes may join its parts, as in the modules of some models.

    Unquoted, a dash is taken for the slip that it mostly is.
    """
    if not _DASHED.fullmatch(name):
        check_node_name(name)


def _mended(name: str) -> str | None:
    """What to write instead of a name with other characters, or one that begins with a digit."""
    mended = re.sub(r"[^A-Za-z0-9_]+", "_", name)
    mended = f"_{mended}" if mended[:1].isdigit() else mended
    return f"write `{mended}`" if mended.strip("_") else None


def _check_python(name: str) -> None:
    if iskeyword(name):
        raise Problem("bad-name", f"`{name}` is a word of Python, and the module is Python", help=f"write `{name}_`")
    if name in MODULE_ATTRIBUTES or (name.startswith("__") and name.endswith("__")):
        raise Problem(
            "bad-name",
            f"`{name}` is an attribute of torch.nn.Module: a node of this name would hide it",
            help=f"write `{name}_`",
        )
    if name.startswith("_") and name in _PRIVATE:
        raise Problem("bad-name", f"`{name}` is an attribute of torch.nn.Module", help="choose another name")


_PRIVATE = frozenset(
    """
    _apply _backward_hooks _backward_pre_hooks _buffers _call_impl _compiled_call_impl _forward_hooks
    _forward_hooks_always_called _forward_hooks_with_kwargs _forward_pre_hooks _forward_pre_hooks_with_kwargs
    _get_backward_hooks _get_backward_pre_hooks _get_name _is_full_backward_hook _load_from_state_dict
    _load_state_dict_post_hooks _load_state_dict_pre_hooks _maybe_warn_non_full_backward_hook _modules _named_members
    _non_persistent_buffers_set _parameters _register_load_state_dict_pre_hook _register_state_dict_hook
    _replicate_for_data_parallel _save_to_state_dict _slow_forward _state_dict_hooks _state_dict_pre_hooks _version
    _wrapped_call_impl
    """.split()
)


_TAKEN = frozenset((*kwlist, *MODULE_ATTRIBUTES, "input"))


def check_block_name(name: str) -> None:
    """Raise `bad-name` for what cannot be the name of a block or an include."""
    if iskeyword(name):
        _check_python(name)
    if not _IDENTIFIER.fullmatch(name):
        raise Problem("bad-name", f"`{name}` is no name for a block: {_NAMES}", help=_mended(name))
    if is_reserved(name) or name in (*COMPOSITES, *WIRING):
        kind = "a layer" if is_reserved(name) else "a word of the language"
        raise Problem("bad-name", f"`{name}` is {kind}, and a block may not take its name", help=f"write `My{name}`")


def check_parameter_name(name: str) -> None:
    """Raise `bad-name` for what cannot be the name of a parameter."""
    if iskeyword(name):
        _check_python(name)
    if not _IDENTIFIER.fullmatch(name):
        raise Problem("bad-name", f"`{name}` is no name for a parameter: {_NAMES}", help=_mended(name))
    if name in RESERVED:
        raise Problem("bad-name", f"`{name}` means something else in expressions", help=f"write `{name}_`")
