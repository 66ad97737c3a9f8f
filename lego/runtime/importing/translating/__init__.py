"""Calls of torch become steps of layers of the catalogue."""

from lego.runtime.importing.translating.translate import tensors_in as tensors_in
from lego.runtime.importing.translating.translate import translate as translate
