"""What can be said of the graph of a step: what need not run in each, and whether torch has a kernel for it."""

from lego.graph.steps.canonical import Rows as Rows
from lego.graph.steps.fused import Fused as Fused
from lego.graph.steps.fused import fused as fused
from lego.graph.steps.fused import way_of as way_of
from lego.graph.steps.parts import Parts as Parts
from lego.graph.steps.parts import find_parts as find_parts
from lego.graph.steps.parts import way_in_time as way_in_time
from lego.graph.steps.parts import whole as whole
from lego.graph.steps.parts import with_steps as with_steps
from lego.graph.steps.recognise import Recognised as Recognised
from lego.graph.steps.recognise import recognise as recognise
