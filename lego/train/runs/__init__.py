"""A training on disk: its folder, checkpoints, curves and report."""

from lego.train.runs.checkpoints import SafetensorsIO as SafetensorsIO
from lego.train.runs.checkpoints import read_checkpoint as read_checkpoint
from lego.train.runs.checkpoints import write_checkpoint as write_checkpoint
from lego.train.runs.checkpoints import write_whole as write_whole
from lego.train.runs.curves import curves_svg as curves_svg
from lego.train.runs.curves import overfitting_from as overfitting_from
from lego.train.runs.folder import METRICS as METRICS
from lego.train.runs.folder import SPEC as SPEC
from lego.train.runs.folder import WEIGHTS as WEIGHTS
from lego.train.runs.folder import About as About
from lego.train.runs.folder import about as about
from lego.train.runs.folder import is_run as is_run
from lego.train.runs.folder import need_free as need_free
from lego.train.runs.folder import need_run as need_run
from lego.train.runs.folder import recipe_of as recipe_of
from lego.train.runs.folder import save_module as save_module
from lego.train.runs.folder import settle as settle
from lego.train.runs.folder import start as start
from lego.train.runs.history import Epoch as Epoch
from lego.train.runs.history import history_csv as history_csv
from lego.train.runs.history import read_history as read_history
from lego.train.runs.overfitting import overfitting as overfitting
from lego.train.runs.overfitting import remedies as remedies
from lego.train.runs.report import write_report as write_report
