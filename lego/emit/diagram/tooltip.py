"""All that a box can say of what it stands for, line by line."""

from __future__ import annotations

from lego.emit.diagram.label import value
from lego.emit.diagram.recurrence import recurrence
from lego.emit.diagram.wires import Use, text_of
from lego.graph import Call, Costs, Frame


class Tooltips:
    """Texts for uses of calls; costs are counted once a frame."""

    def __init__(self) -> None:
        self.costs = Costs()

    def of(self, use: Use, path: str) -> tuple[str, ...]:
        """What is known of a use; of several instances, of the first."""
        frame = use.frames[0]
        call = frame.calls[use.first]
        parameters = self.costs.parameters_of(call)
        macs = self.costs.macs_of(frame, call)
        lines = [path, *_what(call), *(f"output: {text_of(type)}" for type in call.outputs)]
        if parameters:
            lines.append(f"parameters: {parameters:,}")
        if macs != 0:
            lines.append(f"MACs: {macs:,}" if isinstance(macs, int) else f"MACs: {macs}")
        return (*lines, call.node.doc) if call.node.doc else tuple(lines)

    def size(self, use: Use) -> str:
        """What is folded into a box: `7 layers · 74,112 parameters`, of all instances together."""
        layers = parameters = 0
        for call in use.calls:
            layers += call.body.size if isinstance(call.body, Frame) else 1
            parameters += self.costs.parameters_of(call)
        counted = f"{layers:,} layer{'s' if layers != 1 else ''}"
        return f"{counted} · {parameters:,} parameters" if parameters else counted


def _what(call: Call) -> list[str]:
    body = call.body
    if isinstance(body, Frame):
        arguments = body.arguments if body.kind == "block" else {}
        if body.kind == "recurrent":
            return [recurrence(body)]
        return [body.label or body.kind, *(f"{name}: {value(item)}" for name, item in arguments.items())]
    return [type(body).__name__, *(f"{name}: {value(getattr(body, name))}" for name in type(body).model_fields)]
