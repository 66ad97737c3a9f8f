"""lego: neural networks as documents. A spec goes in; a torch module, its source, a summary and a diagram come out.

Importing this is fast: torch is imported by `build` alone.
"""

from lego.api import Spec as Spec
from lego.api import __version__ as __version__
from lego.api import build as build
from lego.api import check as check
from lego.api import diff as diff
from lego.api import draw as draw
from lego.api import evaluate as evaluate
from lego.api import export as export
from lego.api import from_torch as from_torch
from lego.api import load as load
from lego.api import load_weights as load_weights
from lego.api import net as net
from lego.api import parse as parse
from lego.api import plan as plan
from lego.api import predict as predict
from lego.api import probe as probe
from lego.api import register as register
from lego.api import source as source
from lego.api import summary as summary
from lego.api import train as train  # the verb: what is in the folder of that name is imported by `from`
from lego.builder import Handle as Handle
from lego.builder import block as block
from lego.builder import choose as choose
from lego.builder import init as init
from lego.builder import layers as layers
from lego.builder import recurrent as recurrent
from lego.builder import repeat as repeat
from lego.builder import skip as skip
from lego.builder import split as split
from lego.builder import tie as tie
from lego.catalogue import Layer as Layer
from lego.diagnostics import Diagnostic as Diagnostic
from lego.diagnostics import SpecError as SpecError
from lego.spec import Limits as Limits
