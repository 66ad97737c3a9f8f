"""From files to batches: sources, their fit to a spec's inputs, splits, and the order in which samples are read."""

from lego.train.data.batches import Batches as Batches
from lego.train.data.batches import mixed as mixed
from lego.train.data.batches import order_of as order_of
from lego.train.data.opening import open_data as open_data
from lego.train.data.samples import Batch as Batch
from lego.train.data.samples import Data as Data
from lego.train.data.samples import Samples as Samples
from lego.train.data.samples import Tensors as Tensors
from lego.train.data.samples import split as split
