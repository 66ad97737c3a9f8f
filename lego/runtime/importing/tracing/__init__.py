"""A forward pass, seen call by call: torch's functions and modules with their arguments, at several sizes."""

from lego.runtime.importing.tracing.inputs import InputLike as InputLike
from lego.runtime.importing.tracing.trace import trace as trace
