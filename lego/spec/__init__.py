"""Floor 3: from YAML text to positions to frozen models, and the expression language."""

from lego.spec.collector import collector_paused as collector_paused
from lego.spec.document import Argument as Argument
from lego.spec.document import Block as Block
from lego.spec.document import Copies as Copies
from lego.spec.document import Document as Document
from lego.spec.document import Graph as Graph
from lego.spec.document import Init as Init
from lego.spec.document import Initialiser as Initialiser
from lego.spec.document import Input as Input
from lego.spec.document import Node as Node
from lego.spec.document import Output as Output
from lego.spec.document import Outputs as Outputs
from lego.spec.document import Reads as Reads
from lego.spec.document import Reference as Reference
from lego.spec.document import Sequential as Sequential
from lego.spec.document import Share as Share
from lego.spec.document import Skip as Skip
from lego.spec.document import Split as Split
from lego.spec.document import Tie as Tie
from lego.spec.document import Use as Use
from lego.spec.limits import DEFAULT_LIMITS as DEFAULT_LIMITS
from lego.spec.limits import Limits as Limits
from lego.spec.package import Definition as Definition
from lego.spec.package import Package as Package
from lego.spec.package import load_package as load_package
from lego.spec.package import parse_package as parse_package
