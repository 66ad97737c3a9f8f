"""A checked graph as a file that other tools run: torch.export's `.pt2`, ONNX, or the Python source.

Every symbol of the spec stays open. What is written has been run at two sizes, and gives what the module gives.
"""

from lego.runtime.exporting.export import Exported as Exported
from lego.runtime.exporting.export import export as export
