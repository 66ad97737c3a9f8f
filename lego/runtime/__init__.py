"""Floor 7, the first with torch: generated source is run here, and modules are written to files."""

from lego.runtime.build import build as build
