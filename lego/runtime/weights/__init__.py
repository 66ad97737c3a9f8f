"""Weights from files: read by content, renamed, matched with a module's by name and shape, copied, reported."""

from lego.runtime.weights.loading import Given as Given
from lego.runtime.weights.loading import build_loaded as build_loaded
from lego.runtime.weights.loading import compare_weights as compare_weights
from lego.runtime.weights.loading import load_weights as load_weights
from lego.runtime.weights.matching import Mismatch as Mismatch
from lego.runtime.weights.renaming import Renames as Renames
from lego.runtime.weights.report import Report as Report
