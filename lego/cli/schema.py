"""`lego schema`: what editors complete and check specs with."""

from __future__ import annotations

import json


def schema() -> None:
    """Print the JSON Schema of specs.

    It is of Draft 2020-12, and has every layer that is known here, those of installed packages among them.
    """
    from lego.emit.schema import json_schema

    print(json.dumps(json_schema(), indent=1, ensure_ascii=False))
