"""The command line: each verb of the library as a command. Heavy imports stand inside the commands.

Results go to stdout, everything else to stderr. Exit status: 0 fine, 1 the spec is wrong, 2 the call is wrong.
"""

from lego.cli.app import main as main
