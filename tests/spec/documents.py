"""Any document that a text can say, as Hypothesis strategies."""

from __future__ import annotations

import string
from typing import Any

from hypothesis import strategies as st

from lego.catalogue import create
from lego.diagnostics import NOWHERE, Problem
from lego.spec import (
    Argument,
    Block,
    Copies,
    Document,
    Graph,
    Init,
    Initialiser,
    Input,
    Node,
    Output,
    Outputs,
    Reads,
    Recurrent,
    Reference,
    Sequential,
    Share,
    Skip,
    Split,
    State,
    Tie,
    Use,
)
from lego.spec.document import Include
from lego.spec.names import check_node_name
from lego.spec.recipe import Recipe


def short(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The same strategy with a short name: Hypothesis writes out the names of nested ones, however long."""
    return st.deferred(lambda: strategy)


TRICKY = st.sampled_from(
    """a b|- a|a: b|a #b|#|<<|~|null|no|True|1|-1|-a|1e3|0x1F|.inf|$max(a, b)|$(a if b else c)|$x[0]|it's|say "so"|a\\b
    |two\nlines|two\nlines\n|\n| a|a |---|...|32*h|*h|&a|!t|%|@|`|{|}|(|)|a,b|?|? a|:|a:|\ufeff|\x85|é|😀|\t""".split(
        "|"
    )
)
TEXT = TRICKY | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NAMES = st.from_regex(r"\A(?:[a-z_][a-zA-Z0-9_]{0,5}|[0-9]{1,3}|null|true|on|graph|x)\Z").filter(
    lambda name: name not in ("input", "from", "none", "copy", "merge", "by", "shortcut") and not name.startswith("__")
)
SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False) | TEXT
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=6
)
ARGUMENTS = short(st.builds(lambda value: Argument(value, NOWHERE), VALUES))
PRIMARY = ARGUMENTS.filter(lambda one: one.value is not None and not isinstance(one.value, dict))
LAYERS = st.sampled_from(["Linear", "ReLU", "resnet.Block", "$act", "$blocks[0]", "Conv2d"])
REFERENCES = st.builds(lambda name, output: Reference(name, output, NOWHERE), NAMES, st.none() | NAMES)


def legal(name: str) -> bool:
    try:
        check_node_name(name)
    except Problem:
        return False
    return True


NAMES = NAMES.filter(legal)
USES = st.builds(
    lambda name, arguments: Use(name=name, arguments=arguments, span=NOWHERE),
    LAYERS,
    st.dictionaries(TEXT, ARGUMENTS, max_size=3),
) | st.builds(lambda name, primary: Use(name=name, primary=primary, span=NOWHERE), LAYERS, PRIMARY)
READS = st.builds(
    lambda positional: Reads(positional=tuple(positional), span=NOWHERE), st.lists(REFERENCES, min_size=1, max_size=3)
) | st.builds(
    lambda slots: Reads(slots=slots, spans=dict.fromkeys(slots, NOWHERE), span=NOWHERE),
    st.dictionaries(NAMES, REFERENCES, min_size=1, max_size=3),
)
INITIALISERS = st.builds(
    lambda name, arguments: Initialiser(name, arguments, NOWHERE),
    st.sampled_from(["he_normal", "constant", "normal", "auto", "lsuv"]),
    st.dictionaries(st.sampled_from(["val", "std", ""]), SCALARS, max_size=2),
)
INITS = st.builds(lambda whole: Init(whole=whole, span=NOWHERE), st.sampled_from([Initialiser("zeros", {}, NOWHERE)]))
INITS |= st.builds(
    lambda weights, layers: Init(weights=weights, layers=layers, span=NOWHERE),
    st.dictionaries(st.sampled_from(["weight", "bias"]), INITIALISERS),
    st.dictionaries(
        st.sampled_from(["Conv2d", "Linear"]),
        st.dictionaries(st.sampled_from(["weight", "bias"]), INITIALISERS)
        | st.sampled_from(
            [{"": Initialiser("zeros", {}, NOWHERE)}, {"": Initialiser("constant", {"val": 2}, NOWHERE)}]
        ),
    ),
)


def nodes(what: st.SearchStrategy[Any], name: st.SearchStrategy[str] = NAMES) -> st.SearchStrategy[Node]:
    plain = st.builds(lambda name, what: Node(name=name, what=what, span=NOWHERE), name, what)
    wiring = st.fixed_dictionaries(
        {},
        optional={
            "reads": READS,
            "when": ARGUMENTS,
            "init": INITS,
            "freeze": st.booleans(),
            "checkpoint": st.booleans(),
            "doc": TEXT.filter(bool),
        },
    )
    turns = st.fixed_dictionaries({"repeat": ARGUMENTS}) | st.fixed_dictionaries({"each": ARGUMENTS}) | st.just({})
    wired = st.builds(
        lambda node, wiring, turns: Node(name=node.name, what=node.what, span=NOWHERE, **wiring, **turns),
        plain,
        wiring,
        turns,
    )
    return short(plain | wired)


def graphs(what: st.SearchStrategy[Any]) -> st.SearchStrategy[Graph]:
    def listed(found: list[Node]) -> Graph:
        numbered = [node.model_copy(update={"name": str(index)}) for index, node in enumerate(found)]
        return Graph(nodes=tuple(numbered), listed=True, span=NOWHERE)

    def named(found: list[Node]) -> Graph:
        return Graph(nodes=tuple(found), listed=False, span=NOWHERE)

    lists = st.lists(nodes(what), min_size=1, max_size=3)
    unique = st.lists(nodes(what), min_size=1, max_size=3, unique_by=lambda node: node.name)
    return short(lists.map(listed) | unique.map(named))


OUTPUT = st.builds(lambda reference: Output(key=str(reference), reference=reference), REFERENCES)
OUTPUTS = (
    OUTPUT.map(lambda one: Outputs(form="one", entries=(one,)))
    | st.lists(OUTPUT, min_size=1, max_size=3).map(lambda found: Outputs(form="list", entries=tuple(found)))
    | st.dictionaries(TEXT.filter(bool), st.tuples(REFERENCES, st.none() | ARGUMENTS), min_size=1, max_size=3).map(
        lambda found: Outputs(
            form="mapping",
            entries=tuple(Output(key=key, reference=name, when=when) for key, (name, when) in found.items()),
        )
    )
)
DIMS = st.lists(SCALARS.filter(lambda dim: dim is not None), max_size=3).map(lambda dims: Argument(dims, NOWHERE))
LAST = short(
    OUTPUTS.map(lambda one: one.model_copy(update={"entries": tuple(_last(one.form, entry) for entry in one.entries)}))
)
"""Outputs of a recurrent, some of them of the last step alone."""


def _last(form: str, output: Output) -> Output:
    return output if form == "list" else output.model_copy(update={"last": len(output.key) % 2 == 0})


LAST = LAST.filter(lambda one: all(output.key != "from" for output in one.entries))
STATES = st.lists(
    st.builds(
        lambda name, shape, dtype, start, delay: State(
            name=name, shape=shape, dtype=dtype, start=start, delay=delay, span=NOWHERE
        ),
        NAMES,
        DIMS,
        st.sampled_from(["float32", "int64"]),
        st.sampled_from(["zeros", "ones", "learned"]) | REFERENCES,
        st.none() | ARGUMENTS,
    ),
    min_size=1,
    max_size=2,
    unique_by=lambda one: one.name,
).map(tuple)
OVER = st.sampled_from(["T", "2*t", "1", "$shape[1]", 1, -1, {"steps": 3}, {"steps": "$n"}])


def composites(what: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    graph = graphs(what)

    def part(name: str) -> st.SearchStrategy[Node | None]:
        return st.none() | nodes(what, st.just(name))

    merge = part("merge")
    branches = st.dictionaries(NAMES, graph, min_size=1, max_size=2)
    return (
        st.builds(lambda graph: Sequential(graph=graph), graph)
        | st.builds(
            lambda graph, shortcut, merge: Skip(graph=graph, shortcut=shortcut, merge=merge),
            graph,
            part("shortcut"),
            merge,
        )
        | st.builds(
            lambda branches, by, merge: Split(
                branches=branches, by=by, merge=merge, spans=dict.fromkeys(branches, NOWHERE)
            ),
            branches,
            part("by"),
            merge,
        )
        | st.builds(
            lambda copies, graph, by, merge: Copies(copies=copies, graph=graph, by=by, merge=merge),
            ARGUMENTS,
            graph,
            part("by"),
            merge,
        )
        | st.builds(
            lambda states, next, **parts: Recurrent(
                state=states, following={state.name: next for state in states}, **parts
            ),
            STATES,
            REFERENCES,
            over=OVER.map(lambda over: Argument(over, NOWHERE)),
            graph=graph,
            outputs=st.none() | LAST,
            reverse=st.none() | ARGUMENTS,
            bidirectional=st.none()
            | st.sampled_from([True, False, "$both"]).map(lambda one: Argument(one, NOWHERE))
            | nodes(what, st.just("merge")),
            lengths=st.none() | REFERENCES,
        )
    )


SHARES = st.builds(lambda name: Share(of=Reference(name, None, NOWHERE)), NAMES)
WHATS = st.recursive(USES | SHARES, composites, max_leaves=4)
GRAPHS = graphs(WHATS)
INPUTS = st.lists(
    st.builds(
        lambda name, shape, dtype, range: Input(name=name, shape=shape, dtype=dtype, range=range, span=NOWHERE),
        NAMES,
        DIMS,
        st.sampled_from(["float32", "int64"]),
        st.none() | ARGUMENTS,
    ),
    max_size=2,
    unique_by=lambda one: one.name,
).map(tuple)
OPEN = st.lists(
    st.builds(lambda name: Input(name=name, span=NOWHERE), NAMES), max_size=2, unique_by=lambda one: one.name
).map(tuple)
PARAMS = st.dictionaries(
    st.text(string.ascii_lowercase, min_size=4, max_size=6).map("p_".__add__), ARGUMENTS, max_size=3
)
TIES = st.dictionaries(TEXT, TEXT, max_size=2).map(
    lambda found: tuple(Tie(left, right, NOWHERE, NOWHERE) for left, right in found.items())
)
RATES = st.floats(1e-6, 1)
RECIPES = st.fixed_dictionaries(
    {},
    optional={
        "data": TEXT,
        "loss": st.sampled_from(["MSELoss", {"CrossEntropyLoss": {"label_smoothing": 0.1}}]),
        "optimizer": st.sampled_from(["SGD", "AdamW"]) | RATES.map(lambda lr: {"SGD": {"lr": lr, "momentum": 0.9}}),
        "schedule": st.sampled_from(["CosineAnnealingLR", {"StepLR": 3}, {"MultiStepLR": [1, 2]}]),
        "epochs": st.integers(1, 99),
        "l2": RATES | st.just({"strength": 0.5, "of": ["head.*"]}),
        "early_stopping": st.integers(1, 9),
        "gradient_clipping": RATES | st.just({"value": 1.0}),
        "class_weights": st.sampled_from(["balanced", [1.0, 2.0]]),
        "pretrain": st.sampled_from([{"dbn": {}}, {"dbn": 3}, {"dbn": {"k": 2, "visible": "gaussian"}}]),
        "ensemble": st.sampled_from([5, {"members": 3, "combine": "vote"}]),
    },
).map(lambda given: create(Recipe, given))
COMMON: dict[str, Any] = {
    "doc": TEXT,
    "params": PARAMS,
    "graph": GRAPHS,
    "outputs": st.none() | OUTPUTS,
    "init": st.none() | INITS,
    "tie": TIES,
}
COMMON = {name: short(strategy) for name, strategy in COMMON.items()}
BLOCKS = short(st.builds(Block, span=st.just(NOWHERE), inputs=INPUTS | OPEN, **COMMON))
DOCUMENTS = st.builds(
    Document,
    lego=st.just(1),
    span=st.just(NOWHERE),
    name=TEXT,
    inputs=INPUTS,
    include=st.dictionaries(
        st.sampled_from(["IncA", "IncB"]), TEXT.filter(bool).map(lambda path: Include(path, NOWHERE))
    ),
    blocks=st.dictionaries(st.sampled_from(["BlockA", "BlockB"]), BLOCKS, max_size=1),
    train=st.none() | short(RECIPES),
    **COMMON,
)
