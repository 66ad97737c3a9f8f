"""Floor 4: specs written in Python. Functions of handles write the very same documents as YAML does."""

from lego.builder import layers as layers
from lego.builder.block import Block as Block
from lego.builder.block import Net as Net
from lego.builder.block import block as block
from lego.builder.block import net as net
from lego.builder.composites import skip as skip
from lego.builder.composites import split as split
from lego.builder.ends import init as init
from lego.builder.ends import tie as tie
from lego.builder.expression import choose as choose
from lego.builder.handle import Handle as Handle
from lego.builder.place import calling as calling
from lego.builder.recurrent import recurrent as recurrent
from lego.builder.repeat import repeat as repeat
