"""How a cell is run."""

from __future__ import annotations

from typing import Literal

Lowering = Literal["auto", "recognised", "hoisted", "loop", "scan"]
"""`auto`: torch's kernel where there is one, else `hoisted`; and `scan` under torch.compile and torch.export.
`recognised`: torch's kernel always. `hoisted`: a loop of what cannot leave it. `loop`: a loop of all, as written.
`scan`: torch's scan operator always."""
