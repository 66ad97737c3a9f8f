"""Edits of a document's text: what an edit does not concern stays as it was written, to the character.

`layout.py` says where in the text each part of a document stands, `paths.py` which part a path names, `splice.py` puts
in and takes out, `replace.py` does one edit after another.
"""

from lego.spec.editing.replace import replaced as replaced
