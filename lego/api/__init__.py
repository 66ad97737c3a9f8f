"""The public verbs, one subject a file; what needs torch is reached when a verb is called."""

from lego.api.building import net as net
from lego.api.comparing import diff as diff
from lego.api.exporting import export as export
from lego.api.importing import from_torch as from_torch
from lego.api.loading import check as check
from lego.api.loading import check_loaded as check_loaded
from lego.api.loading import load as load
from lego.api.loading import parse as parse
from lego.api.planning import plan as plan
from lego.api.probing import probe as probe
from lego.api.registering import register as register
from lego.api.results import build as build
from lego.api.results import draw as draw
from lego.api.results import source as source
from lego.api.results import summary as summary
from lego.api.spec import Spec as Spec
from lego.api.training import evaluate as evaluate
from lego.api.training import predict as predict
from lego.api.training import train as train
from lego.api.weights import load_weights as load_weights

__version__ = "0.1.0"
