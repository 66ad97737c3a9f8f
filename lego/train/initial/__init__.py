"""What of the start of a net needs data: layer-sequential unit variance."""

from lego.train.initial.lsuv import Scaled as Scaled
from lego.train.initial.lsuv import apply_lsuv as apply_lsuv
from lego.train.initial.lsuv import start_on_data as start_on_data
