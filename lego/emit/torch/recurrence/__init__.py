"""Cells of recurrents as source: torch's own kernel, a loop, or a scan, with all that can leave the loop outside it."""

from lego.emit.torch.recurrence.cell import write_cell as write_cell
from lego.emit.torch.recurrence.forced import check_lowering as check_lowering
from lego.emit.torch.recurrence.forced import recurrents as recurrents
from lego.emit.torch.recurrence.helpers import HELPERS as HELPERS
from lego.emit.torch.recurrence.helpers import helpers_of as helpers_of
from lego.emit.torch.recurrence.lowering import Lowering as Lowering
