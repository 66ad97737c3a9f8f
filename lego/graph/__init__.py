"""Floor 4: a document filled in and checked: names to values, arguments to layers, a type for every value."""

from lego.graph.check import check_package as check_package
from lego.graph.cost import Costs as Costs
from lego.graph.cost import macs as macs
from lego.graph.cost import parameters as parameters
from lego.graph.cost import value_bytes as value_bytes
from lego.graph.digest import digest as digest
from lego.graph.flat import Flat as Flat
from lego.graph.flat import Item as Item
from lego.graph.flat import flat as flat
from lego.graph.flat import parameters_of as parameters_of
from lego.graph.frame import Call as Call
from lego.graph.frame import Carried as Carried
from lego.graph.frame import Frame as Frame
from lego.graph.frame import Initial as Initial
from lego.graph.frame import Port as Port
from lego.graph.frame import Ref as Ref
from lego.graph.frame import Scan as Scan
from lego.graph.frame import Shared as Shared
from lego.graph.graph import Graph as Graph
from lego.graph.graph import Site as Site
from lego.graph.graph import sites as sites
from lego.graph.scope import Component as Component
from lego.graph.stored import Place as Place
from lego.graph.stored import place_of as place_of
from lego.graph.stored import state_shapes as state_shapes
