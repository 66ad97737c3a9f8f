"""From the document's models back to YAML: reading it again gives an equal document."""

from lego.spec.writing.document import to_yaml as to_yaml
from lego.spec.writing.package import package_files as package_files
