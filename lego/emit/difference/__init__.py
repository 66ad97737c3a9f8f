"""What tells two graphs apart: nodes added, removed, moved and changed, and the weights that fit both."""

from lego.emit.difference.compare import compare as compare
from lego.emit.difference.difference import Carried as Carried
from lego.emit.difference.difference import Change as Change
from lego.emit.difference.difference import Difference as Difference
from lego.emit.difference.difference import Edit as Edit
from lego.emit.difference.text import Line as Line
from lego.emit.difference.text import difference_lines as difference_lines
from lego.emit.difference.text import difference_text as difference_text
