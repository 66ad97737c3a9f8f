"""How calls of torch's functions and methods become steps: a rule for each, one family a file.

A rule has the writer, then the arguments of the function under torch's names; it returns what the function gives.
"""

from lego.runtime.importing.functions import activation as _activation  # noqa: F401 - registers its rules
from lego.runtime.importing.functions import arithmetic as _arithmetic  # noqa: F401
from lego.runtime.importing.functions import comparison as _comparison  # noqa: F401
from lego.runtime.importing.functions import indexing as _indexing  # noqa: F401
from lego.runtime.importing.functions import joining as _joining  # noqa: F401
from lego.runtime.importing.functions import products as _products  # noqa: F401
from lego.runtime.importing.functions import reduction as _reduction  # noqa: F401
from lego.runtime.importing.functions import reshaping as _reshaping  # noqa: F401
from lego.runtime.importing.functions import spatial as _spatial  # noqa: F401
from lego.runtime.importing.functions import weighted as _weighted  # noqa: F401
from lego.runtime.importing.functions.registry import find_rule as find_rule
