"""Floor 7, the first with torch: generated source is run here, and modules are written to files."""

from lego.runtime.artifacts import save_weights as save_weights
from lego.runtime.artifacts import write_result as write_result
from lego.runtime.build import build as build
from lego.runtime.meta import register_module as register_module
from lego.runtime.weights import Given as Given
from lego.runtime.weights import Report as Report
from lego.runtime.weights import build_loaded as build_loaded
from lego.runtime.weights import compare_weights as compare_weights
from lego.runtime.weights import load_weights as load_weights
