"""What `lego explain` says of a subject beyond the mistake: the argument, the choices, and where they are from."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lego.cli.topics.initialisation import initialisation

FURTHER: Mapping[str, Callable[[], str]] = {"init": initialisation}
"""By the code whose page it is added to."""
