"""Specs written in Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lego.api.loading import check_loaded
from lego.api.spec import Spec
from lego.builder import Net, calling
from lego.builder import net as net_of
from lego.spec import Document, Package


def net(**inputs: Any) -> Callable[[Callable[..., Any]], Net[Spec]]:
    """Decorate a function that writes a graph, as a net: `@lego.net(image=["N", 3, 32, 32])`.

    Called with values for its parameters, `tiny(classes=100)`, it gives the `Spec`; on tensors of another net or block
    it is a block of that.

    Args:
        inputs: Shape of each input, as a document has it; `{"shape": ["N", "T"], "dtype": "int64"}` is the long form.

    Raises:
        SpecError: the function cannot be a net; when it is called, everything that is wrong with the spec.
    """
    return net_of(inputs, _spec, calling())


def _spec(document: Document) -> Spec:
    return check_loaded(Package(document), {})
