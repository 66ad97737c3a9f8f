"""The layers for people to read: as text on a terminal, and as a page of Markdown."""

from lego.emit.reference.markdown import layer_markdown as layer_markdown
from lego.emit.reference.markdown import list_markdown as list_markdown
from lego.emit.reference.text import layer_text as layer_text
from lego.emit.reference.text import list_text as list_text
