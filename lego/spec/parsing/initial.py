"""`init`: how weights start."""

from __future__ import annotations

from lego.catalogue import is_layer, layer_names
from lego.diagnostics import did_you_mean
from lego.spec.document import Init, Initialiser
from lego.spec.initialisers import is_initialiser
from lego.spec.parsing.issues import Issues, kind
from lego.spec.tree import Mapping, Scalar, Tree, to_value


def parse_init(tree: Tree, issues: Issues) -> Init | None:
    """By weight (`{weight: he_normal}`), by layer (`{Conv2d: {weight: …}}`), or one for the whole Parameter."""
    if _is_one(tree):
        one = parse_initialiser(tree, issues)
        return None if one is None else Init(whole=one, span=tree.span)
    if not isinstance(tree, Mapping):
        issues.add("bad-value", f"init must be a mapping, found {kind(tree)}", tree.span)
        return None
    weights: dict[str, Initialiser] = {}
    layers: dict[str, dict[str, Initialiser]] = {}
    for key, value in tree.entries:
        if is_layer(key.text):
            layers[key.text] = _by_layer(value, issues)
        elif isinstance(value, Mapping) and not _is_one(value):
            help = did_you_mean(key.text, layer_names()) or "`lego layers` lists all layers"
            issues.add("unknown-layer", f"there is no layer `{key.text}`", key.span, help)
        elif (one := parse_initialiser(value, issues)) is not None:
            weights[key.text] = one
    return Init(weights=weights, layers=layers, span=tree.span)


def _by_layer(tree: Tree, issues: Issues) -> dict[str, Initialiser]:
    if _is_one(tree):
        one = parse_initialiser(tree, issues)
        return {} if one is None else {"": one}
    entries = issues.mapping(tree, "init of a layer")
    found = {name: parse_initialiser(value, issues) for name, (_, value) in entries.items()}
    return {name: one for name, one in found.items() if one is not None}


def _is_one(tree: Tree) -> bool:
    """Whether an initialiser stands where a mapping of weights may: `he_normal`, `{normal: {std: 0.02}}`, `0.5`."""
    if isinstance(tree, Mapping):
        return len(tree.entries) == 1 and is_initialiser(tree.entries[0][0].text)
    return isinstance(tree, Scalar)


def parse_initialiser(tree: Tree, issues: Issues) -> Initialiser | None:
    """`he_normal`, `{normal: {std: 0.02}}`, or a number."""
    if isinstance(tree, Mapping) and len(tree.entries) == 1:
        key, value = tree.entries[0]
        data = to_value(value)
        arguments = data if isinstance(data, dict) else {"": data}
        return Initialiser(key.text, dict(arguments), key.span)
    if isinstance(tree, Scalar):
        value = tree.value
        if isinstance(value, str):
            return Initialiser(value, {}, tree.span)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return Initialiser("constant", {"val": value}, tree.span)
    help = "write `he_normal`, `{normal: {std: 0.02}}` or a number"
    issues.add(
        "bad-value",
        f"an initialiser is a name, a name with arguments, or a number; found {kind(tree)}",
        tree.span,
        help,
    )
    return None
