"""Floor 0: spans, diagnostics and their text.

The error tree::

    Exception
    ├── Problem     a bare cause (code, message, notes, help), raised by a rule that knows no place
    └── SpecError   all diagnostics of a run, raised at the public door

A `Problem` becomes a `Diagnostic` where the place is known; diagnostics are collected, and a public verb
raises one `SpecError` with all of them.
"""

from lego.diagnostics.codes import CODES as CODES
from lego.diagnostics.codes import Code as Code
from lego.diagnostics.diagnostic import Diagnostic as Diagnostic
from lego.diagnostics.diagnostic import Note as Note
from lego.diagnostics.diagnostic import Problem as Problem
from lego.diagnostics.diagnostic import SpecError as SpecError
from lego.diagnostics.nearest import did_you_mean as did_you_mean
from lego.diagnostics.nearest import nearest as nearest
from lego.diagnostics.render import render as render
from lego.diagnostics.span import NOWHERE as NOWHERE
from lego.diagnostics.span import Source as Source
from lego.diagnostics.span import Span as Span
