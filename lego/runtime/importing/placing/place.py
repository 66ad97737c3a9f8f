"""From steps to a document, in three passes: grow the tree of modules, gather what lies between, write it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lego.runtime.importing.calls import Value
from lego.runtime.importing.placing.ends import input_of, outputs_of, ties_of, unread
from lego.runtime.importing.placing.gathering import gather
from lego.runtime.importing.placing.growing import grow
from lego.runtime.importing.placing.naming import free_name, name_items
from lego.runtime.importing.placing.scope import Scope
from lego.runtime.importing.placing.writing import Writer
from lego.runtime.importing.steps import Step, Steps
from lego.runtime.importing.translating.translate import leaves, mapped
from lego.spec import VERSION, Document


def place(steps: Steps, name: str = "") -> Document:
    """The document of a forward pass; paths of its nodes are those of the model's modules.

    Args:
        steps: The forward pass, in layers of the catalogue.
        name: The document's name; that of the model's class unless given.

    Raises:
        SpecError: no document has the modules where the model has them; it says which, at the user's line.
    """
    model = steps.frames[0]
    live = _live(steps)
    root, same = grow(replace(steps, steps=(*live, *unread(model, live))))

    def renamed(value: Value) -> Value:
        return same.get(value, value)

    output = mapped(steps.output, renamed)
    exports = leaves(output)
    gather(root, exports)
    name_items(root, model.module)
    taken = {item.name for item in root.items}
    ports = {value: free_name(port, taken) for port, value in steps.inputs.items()}
    scope = Scope(next(iter(ports), None), ports)
    writer = Writer(model.module)
    graph = writer.graph(root, scope, exports)
    return Document(
        lego=VERSION,
        name=name or type(model.module).__name__,
        inputs=tuple(input_of(port, value, model.span) for value, port in ports.items()),
        blocks=writer.blocks,
        graph=graph.model_copy(update={"listed": False}),
        outputs=outputs_of(output, scope, graph.nodes[-1].name, model.span),
        tie=ties_of(model.module, model.span),
        span=model.span,
    )


def _live(steps: Steps) -> Sequence[Step]:
    """The steps with weights, and those on which they or the output depend."""
    needed = set(leaves(steps.output))
    live: list[Step] = []
    for step in reversed(steps.steps):
        if step.path or not needed.isdisjoint(step.results):
            live.append(step)
            needed.update(value for value in step.reads if value is not None)
    return live[::-1]
