"""The initialisers by name: torch.nn.init's functions without the underscore, and the lecture's names for some."""

from __future__ import annotations

_NUMBER = (int, float)
_FAN = {"mode": (str,), "nonlinearity": (str,), "a": _NUMBER}

INITIALISERS: dict[str, dict[str, tuple[type, ...]]] = {
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
