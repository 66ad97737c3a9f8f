"""From a torch module to a document: trace → translate → place; `lego.spec` then folds what is alike."""

from lego.runtime.importing.convert import Imported as Imported
from lego.runtime.importing.convert import import_module as import_module
from lego.runtime.importing.factory import module_from as module_from
from lego.runtime.importing.tracing import InputLike as InputLike
