"""Blocks filled in: their parameters, their inputs, their outputs, their ties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import zip_longest
from typing import Any, NoReturn, cast

from lego.catalogue import Layer, Slot, show
from lego.diagnostics import Note, Problem, did_you_mean, nearest
from lego.graph.builder import Builder, Read, Unknown
from lego.graph.context import Context, Place
from lego.graph.frame import Frame, FrameKind, Ref
from lego.graph.initial import Rule
from lego.graph.scope import AllSymbols, Later, Names, Scope, frozen, parameter_value, shape_value, value_of
from lego.shapes import Binding, Dim, Shape, TensorType, bind, less
from lego.spec import Argument, Block, Definition, Input, Node, Outputs, Reference, State, Tie


def block_slots(block: Block) -> tuple[Slot, ...]:
    """The inputs of a block as slots; one, called `input`, unless it says otherwise."""
    return tuple(Slot(one.name, "any") for one in block.inputs) or (Slot("input", "any"),)


# -- parameters --------------------------------------------------------------------------------------------------------


def parameters(context: Context, definition: Definition, given: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Values of all parameters: given ones, then defaults, which may use the parameters above them.

    One whose default is wrong is `Unknown`, and has been told of.

    Raises:
        Problem: `missing-argument`, for a required one (`~`) that is not given.
    """
    values: dict[str, Any] = dict.fromkeys(definition.block.params, Later)
    own = Scope(definition.home, values, context.limits)
    for name, default in definition.block.params.items():
        if name in given:
            values[name] = given[name]
        elif default.value is None:
            block = definition.name
            help = f"write `{{{block}: {{{name}: …}}}}`"
            raise Problem("missing-argument", f"{block} needs its parameter `{name}`", help=help)
        else:
            try:
                with context.at(default.span, path):
                    values[name] = parameter_value(default.value, Names(own, None, None))
            except Unknown:
                values[name] = Unknown
    return values


def unknown_parameters(
    what: str, params: Mapping[str, Argument], given: Mapping[str, Any]
) -> Iterator[tuple[str, Problem]]:
    """Arguments that a block has no parameter for."""
    for name in given:
        if name not in params:
            help = did_you_mean(name, params) or f"its parameters are: {', '.join(params) or 'none'}"
            yield name, Problem("unknown-argument", f"{what} has no parameter `{name}`", help=help)


# -- inputs ------------------------------------------------------------------------------------------------------------


def declared_type(context: Context, one: Input | State, names: Names, path: str) -> TensorType:
    """The type that an input or a state is declared with; a problem stands on its dim.

    Raises:
        Unknown: something is wrong with it.
    """
    shape = None
    with suppress(Unknown):
        shape = declared_shape(context, one, names, path)
    values = None if one.range is None else _range(context, one, one.range, names, path)
    if shape is None:
        raise Unknown
    return TensorType(shape, one.dtype, values)


def declared_shape(context: Context, one: Input | State, names: Names, path: str) -> Shape:
    """The shape that an input is declared with, in its own symbols, or a state, in those that it sees.

    Raises:
        Unknown: a dim is wrong.
    """
    assert one.shape is not None
    if isinstance(one, Input):
        scope = names.scope
        names = Names(Scope(scope.package, scope.parameters, scope.limits, AllSymbols()), None, None)
    raw: Any = one.shape.value
    sizes: list[int | Dim] = []
    for span, dim in zip_longest(one.dims, raw, fillvalue=one.shape.span):
        with suppress(Unknown), context.at(span, path):
            [size] = shape_value([dim], names)
            if less(0, size) is False:
                raise Problem("bad-value", f"a dim is at least 1, found {size}")
            sizes.append(size)
    if len(sizes) < len(raw):
        raise Unknown
    return Shape(sizes)


def _range(context: Context, one: Input | State, range: Argument, names: Names, path: str) -> tuple[int, int]:
    with context.at(range.span, path):
        value: object = value_of(range.value, names)
        found = show(value)
        bounds = cast("list[Any]", value) if isinstance(value, list) else []
        if len(bounds) != 2 or not all(type(bound) is int for bound in bounds) or bounds[0] >= bounds[1]:
            help = "the second is the first value that is too large: `range: [0, 256]`"
            message = f"range must be two integers, the first below the second; found {found}"
            raise Problem("bad-value", message, help=help)
        if one.dtype.startswith(("float", "bfloat", "complex", "bool")):
            message = f"range is for integers, but `{one.name}` is {one.dtype}"
            raise Problem("bad-value", message, help="add `dtype: int64`")
    return (bounds[0], bounds[1])


def bind_inputs(
    context: Context, inputs: Sequence[Input], types: Sequence[TensorType], scope: Scope, path: str
) -> dict[str, Any]:
    """The sizes of a block's own symbols, from its declared shapes and the actual ones.

    Raises:
        Problem: a shape or dtype is not as declared.
        Unknown: a declared shape is wrong in itself.
    """
    bound: dict[str, Binding] = {}
    for one, type in zip(inputs, types, strict=False):
        if one.shape is None:
            continue
        bound = bind(declared_shape(context, one, Names(scope, None, None), path), type.shape, bound, one.name)
        if one.dtype != type.dtype:
            notes = [Note("declared", one.dtype), Note("given", type.dtype)]
            help = f"convert it: `Cast: {one.dtype}`"
            raise Problem("dtype-mismatch", f"{one.name} is declared {one.dtype}", notes=notes, help=help)
    return {name: binding.size for name, binding in bound.items()}


# -- a block in use ----------------------------------------------------------------------------------------------------


def fill(
    context: Context,
    definition: Definition,
    kind: FrameKind,
    path: str,
    values: dict[str, Any],
    types: Sequence[TensorType | None],
    rules: tuple[Rule, ...] = (),
    *,
    symbols: Mapping[str, Any] | None = None,
    level: int = 0,
) -> Frame:
    """The frame of a block with these parameters and input types (None: not known, because of an error).

    Raises:
        Problem: the inputs are not as declared.
        Unknown: something inside is wrong, and has been told.
    """
    block = definition.block
    if symbols is None:
        known = [type for type in types if type is not None]
        symbols = bind_inputs(context, block.inputs, known, Scope(definition.home, values, context.limits), path)
    scope = Scope(definition.home, values, context.limits, symbols)
    builder = Builder(kind, path, label=definition.name, level=level)
    for slot, type in zip(block_slots(block), types, strict=False):
        builder.declare(slot.name, type)
    names = Names(scope, types[0] if types else None, types[0] if types else None)
    rules = tuple(rule._replace(own=False) if rule.own else rule for rule in rules)
    if block.init is not None:
        rules = (Rule(block.init, names), *rules)
    place = Place(builder, scope, rules)
    try:
        context.graph(place, block.graph)
    except Unknown:
        if block.outputs is None:
            raise
    outputs, form = _outputs(context, place, block, names)
    frame = builder.finish(outputs, form, arguments=values, doc=block.doc)
    if block.tie and context.failed:
        return frame  # a weight may be missing for another reason
    ties = check_ties(context, frame, block.tie, path)
    return builder.finish(outputs, form, arguments=values, doc=block.doc, ties=ties) if ties else frame


def _outputs(context: Context, place: Place, block: Block, names: Names) -> tuple[list[tuple[str, Ref]], Any]:
    """Names and values of the outputs: as declared, or the last node."""
    builder = place.builder
    if block.outputs is None:
        last: Node = block.graph.nodes[-1]
        value = builder.values[last.name]
        if value is None:
            raise Unknown
        return [(last.name, value.first.ref)], "one"
    outputs = [pair for pair in _declared(context, place, block.outputs, names) if pair is not None]
    if not outputs:
        no_outputs(context, block.outputs, builder.path)
    return outputs, block.outputs.form


def no_outputs(context: Context, outputs: Outputs, path: str) -> NoReturn:
    """Tell of outputs of which none is there."""
    if outputs.entries:
        with context.at(outputs.entries[0].reference.span, path):
            raise Problem("bad-value", "all outputs are left out: their `when` is false", help="keep at least one")
    raise Unknown


def _declared(context: Context, place: Place, outputs: Outputs, names: Names) -> list[tuple[str, Ref] | None]:
    found: list[tuple[str, Ref] | None] = []
    unknown = False
    for output in outputs.entries:
        try:
            wanted = output.when is None or context.truth(output.when, names, place.builder.path)
            with context.at(output.reference.span, place.builder.path):
                found.append((output.key, output_read(place.builder, output.reference).ref) if wanted else None)
        except Unknown:
            unknown = True
    if unknown:
        raise Unknown
    return found


def output_read(builder: Builder, reference: Reference) -> Read:
    """The value of an output, which no node that is left out can give.

    Raises:
        Problem: it is left out, or a pick of an output that is not there.
        Unknown: because of an earlier error.
    """
    value = builder.values.get(reference.name)
    if value is not None and value.left_out:
        help = f"write `{{from: {reference}, when: …}}` with the same condition, to leave the output out as well"
        raise Problem("unknown-name", f"`{reference.name}` is left out here: its `when` is false", help=help)
    return builder.read(reference)


# -- ties --------------------------------------------------------------------------------------------------------------


def check_ties(context: Context, frame: Frame, ties: Sequence[Tie], path: str) -> tuple[tuple[str, str], ...]:
    """Pairs of weights of equal shape; what is not is told."""
    if not ties:
        return ()
    weights = dict(weights_of(frame))
    found: list[tuple[str, str]] = []
    for tie in ties:
        sides = ((tie.left, tie.span), (tie.right, tie.right_span))
        unknown = [(name, span) for name, span in sides if name not in weights]
        for name, span in unknown:
            suggestion = nearest(name, weights)
            help = f"did you mean `{suggestion}`?" if suggestion else "a path as in `state_dict`: `head.weight`"
            context.say(Problem("unknown-name", f"there is no weight `{name}`", help=help), span, path)
        if not unknown and weights[tie.left] != weights[tie.right]:
            notes = [Note(name, str(list(weights[name]))) for name, _ in sides]
            context.say(Problem("shape-mismatch", "tied weights need equal shapes", notes=notes), tie.span, path)
        elif not unknown:
            found.append((tie.left, tie.right))
    return tuple(found)


def weights_of(frame: Frame, prefix: str = "") -> Iterator[tuple[str, tuple[int, ...]]]:
    """Every weight in a frame: its path and shape."""
    for call in frame.calls:
        path = f"{prefix}{call.name}"
        match call.target:
            case Frame():
                yield from weights_of(call.target, f"{path}.")
            case Layer():
                for name, shape in call.target.weights().items():
                    yield (f"{path}.{name}" if name else path), shape
            case _:
                pass


def frame_key(
    definition: Definition, values: Mapping[str, Any], types: Sequence[TensorType], rules: Sequence[Rule]
) -> tuple[Any, ...]:
    """Equal for uses of a block that give equal frames."""
    parameters = tuple((name, frozen(value)) for name, value in values.items())
    return (id(definition.block), parameters, tuple(types), tuple(id(rule) for rule in rules))
