"""Floor 7, the first with torch: generated source is run here, and modules are written to files."""

from lego.runtime.artifacts import write_result as write_result
from lego.runtime.build import build as build
from lego.runtime.meta import register_module as register_module
