"""From a checked graph to the Python source of a `torch.nn.Module`. Writes text; torch is not imported."""

from lego.emit.torch.source import class_name as class_name
from lego.emit.torch.source import source as source
