"""Floor 2: the layers, and the rules that turn input types into output types. Adding one touches one family file."""

from lego.catalogue.apply import Applied as Applied
from lego.catalogue.apply import apply as apply
from lego.catalogue.arguments import INFERRED as INFERRED
from lego.catalogue.create import ArgumentProblem as ArgumentProblem
from lego.catalogue.create import create as create
from lego.catalogue.create import needs_integer as needs_integer
from lego.catalogue.create import open_symbols as open_symbols
from lego.catalogue.create import show as show
from lego.catalogue.layer import Construct as Construct
from lego.catalogue.layer import Layer as Layer
from lego.catalogue.layer import Slot as Slot
from lego.catalogue.layer import Variadic as Variadic
from lego.catalogue.layer import expected as expected
from lego.catalogue.layer import slot_names as slot_names
from lego.catalogue.literals import Code as Code
from lego.catalogue.literals import literal as literal
from lego.catalogue.registry import find_layer as find_layer
from lego.catalogue.registry import is_layer as is_layer
from lego.catalogue.registry import layer_names as layer_names
from lego.catalogue.registry import layers as layers
