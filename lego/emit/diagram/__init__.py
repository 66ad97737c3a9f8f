"""A checked graph as a diagram: draft (what is shown), dot (Graphviz's language), render (bytes)."""

from lego.emit.diagram.diagram import diagram_source as diagram_source
from lego.emit.diagram.diagram import draw as draw
from lego.emit.diagram.diagram import picture as picture
from lego.emit.diagram.picture import Box as Box
from lego.emit.diagram.picture import Edge as Edge
from lego.emit.diagram.picture import Group as Group
from lego.emit.diagram.picture import Picture as Picture
from lego.emit.diagram.render import FORMATS as FORMATS
from lego.emit.diagram.render import render as render
