"""Steps become a document: modules its blocks, their attributes its nodes."""

from lego.runtime.importing.placing.place import place as place
