"""The initialisers by name: torch.nn.init's functions without the underscore, other names for some, and our own."""

from __future__ import annotations

_NUMBER = (int, float)
_FAN = {"mode": (str,), "nonlinearity": (str,), "a": _NUMBER}

TORCH_INITIALISERS: dict[str, dict[str, tuple[type, ...]]] = {
    "uniform": {"a": _NUMBER, "b": _NUMBER},
    "normal": {"mean": _NUMBER, "std": _NUMBER},
    "trunc_normal": {"mean": _NUMBER, "std": _NUMBER, "a": _NUMBER, "b": _NUMBER},
    "constant": {"val": _NUMBER},
    "ones": {},
    "zeros": {},
    "eye": {},
    "dirac": {"groups": (int,)},
    "xavier_uniform": {"gain": _NUMBER},
    "xavier_normal": {"gain": _NUMBER},
    "kaiming_uniform": _FAN,
    "kaiming_normal": _FAN,
    "orthogonal": {"gain": _NUMBER},
    "sparse": {"sparsity": _NUMBER, "std": _NUMBER},
}
"""Arguments and their types, by function."""

AUTO = "auto"
"""Kind and gain by the activation that follows; the checked graph has a function of torch in its place."""

LSUV = "lsuv"
"""Orthogonal at first; then scaled on data, layer by layer, to a variance of 1 (Mishkin and Matas 2016)."""

INITIALISERS: dict[str, dict[str, tuple[type, ...]]] = {**TORCH_INITIALISERS, AUTO: {}, LSUV: {}}
"""Those of torch, and what is more than one function of it."""

ALIASES = {
    "he": "kaiming_normal",
    "he_normal": "kaiming_normal",
    "he_uniform": "kaiming_uniform",
    "xavier": "xavier_normal",
}
"""Other names for them; `he` and `xavier` are the normal forms."""


def is_initialiser(name: str) -> bool:
    """Whether an initialiser has this name."""
    return name in INITIALISERS or name in ALIASES
