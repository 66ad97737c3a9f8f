"""From a tree with positions to the document's models; every mistake in form is said here, all at once."""

from lego.spec.parsing.data import read_init as read_init
from lego.spec.parsing.data import read_inputs as read_inputs
from lego.spec.parsing.data import read_states as read_states
from lego.spec.parsing.document import VERSION as VERSION
from lego.spec.parsing.document import parse as parse
from lego.spec.parsing.document import parse_partly as parse_partly
from lego.spec.parsing.issues import unreadable_graph as unreadable_graph
