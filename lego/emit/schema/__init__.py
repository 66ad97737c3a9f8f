"""The JSON Schema of a document, from which editors complete, explain and check."""

from lego.emit.schema.document import json_schema as json_schema
