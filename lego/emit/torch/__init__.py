"""From a checked graph to the Python source of a `torch.nn.Module`. Writes text; torch is not imported."""

from lego.emit.torch.recurrence import Lowering as Lowering
from lego.emit.torch.source import Source as Source
from lego.emit.torch.source import source as source
from lego.emit.torch.source import write as write
