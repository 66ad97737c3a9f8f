"""Names and layers: lego's own, registered ones, and those that packages offer."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lego
from lego.catalogue import (
    Layer,
    Operation,
    find_layer,
    is_layer,
    layer_fault,
    layer_faults,
    layer_names,
    layers,
    outside,
)
from lego.catalogue import Result as Found
from lego.cli import main
from lego.shapes import TensorType

Offer = Callable[..., None]

SWISH = """
from lego.catalogue import Operation, Result
class Swish(Operation):
    "y = x * sigmoid(x)."
    def infer(self, input):
        return Result((input,))
    def call(self, module, inputs, sizes):
        return f"{inputs[0]} * torch.sigmoid({inputs[0]})"
"""


@pytest.fixture(autouse=True)
def nothing_outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No layers but those of the test."""
    monkeypatch.setattr(outside, "_registered", {})
    caches = (outside._offers, outside._load)
    for cached in caches:
        cached.cache_clear()
    yield
    for cached in caches:
        cached.cache_clear()


@pytest.fixture
def offer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Offer:
    """`offer("acme", "Swish = acme:Swish", code)` is what an installed package looks like."""

    def install(package: str, entries: str, code: str = SWISH) -> None:
        folder = tmp_path / package
        info = folder / f"{package}-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[lego.layers]\n{entries}\n")
        (folder / f"{package}.py").write_text(code)
        monkeypatch.syspath_prepend(str(folder))
        monkeypatch.delitem(sys.modules, package, raising=False)

    return install


def diagnostics(nodes: str, rest: str = "") -> str:
    with pytest.raises(lego.SpecError) as error:
        lego.parse(f"lego: 1\ninputs: {{x: [N, 4]}}\n{rest}graph: {nodes}\n", "net.yaml")
    return str(error.value)


# -- what packages offer ----------------------------------------------------------------------------------------------


def test_a_layer_of_a_package(offer: Offer) -> None:
    offer("acme", "Swish = acme:Swish")
    spec = lego.parse("lego: 1\ninputs: {x: [N, 4]}\ngraph: [Swish]\n")
    assert str(spec.graph.outputs["0"]) == "[N, 4]"
    assert "return x * torch.sigmoid(x)" in lego.source(spec)
    assert layer_names()["Swish"] == "acme"
    assert list(layers())[-1] == "Swish" and layers()["Swish"].family == "acme"
    assert "did you mean `Swish`?" in diagnostics("[Swich]")


def test_names_are_listed_without_importing(offer: Offer) -> None:
    offer("acme", "Swish = acme:Swish", "raise AssertionError")
    assert "Swish" in layer_names() and "acme" not in sys.modules


def test_lego_s_own_layers_need_no_look_at_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "_offers", lambda: pytest.fail("looked"))
    text = "lego: 1\ninputs: {x: [N, 4]}\nblocks: {Body: {graph: [Linear: 4]}}\ngraph: {a: {Body: ~, repeat: 2}}\n"
    assert lego.parse(text).graph.outputs


def test_a_block_goes_before_a_package(offer: Offer) -> None:
    text = "lego: 1\ninputs: {x: [N, 4]}\nblocks: {Swish: {graph: [Linear: 7]}}\ngraph: [Swish]\n"
    offer("acme", "Swish = acme:Swish")
    assert str(lego.parse(text).graph.outputs["0"]) == "[N, 7]"


@pytest.mark.parametrize(
    ("entries", "code", "told"),
    [
        (
            "Swish = acme:Swish",
            "import nowhere_to_be_found",
            "the layer `Swish` of the package acme cannot be loaded\n  |\n3 | graph: [Swish]\n  |         ^^^^^\n"
            "   = offers  acme:Swish\n   = reason  ModuleNotFoundError: No module named 'nowhere_to_be_found'\n"
            "   = help: install acme with all that it needs",
        ),
        (
            "Swish = acme:Swich",
            SWISH,
            "the layer `Swish` of the package acme cannot be loaded\n  |\n3 | graph: [Swish]\n  |         ^^^^^\n"
            "   = offers  acme:Swich\n   = reason  AttributeError: module 'acme' has no attribute 'Swich'\n"
            "   = help: install acme with all that it needs",
        ),
        (
            "Swish = acme:Swish",
            "Swish = print",
            "what the package acme offers as the layer `Swish` is no layer\n  |\n3 | graph: [Swish]\n"
            "  |         ^^^^^\n   = offers  acme:Swish\n"
            '   = help: derive it from `lego.Layer`, or register the torch module: `@lego.register(infer="meta")`',
        ),
        (
            "Swish = acme:Swoosh",
            SWISH.replace("Swish", "Swoosh"),
            "the package acme offers the layer Swoosh under another name, `Swish`\n  |\n3 | graph: [Swish]\n"
            "  |         ^^^^^\n   = offers  acme:Swoosh\n   = help: call the entry point as its class is called",
        ),
    ],
)
def test_a_broken_offer(offer: Offer, entries: str, code: str, told: str) -> None:
    offer("acme", entries, code)
    assert diagnostics("[Swish]") == f"net.yaml:3:9: error[unknown-layer] {told}"
    assert not is_layer("Swish") and "Swish" not in layers()
    assert [fault.message for fault in layer_faults()] == [told.partition("\n")[0]]


def test_two_packages_with_one_name(offer: Offer) -> None:
    offer("acme", "Swish = acme:Swish")
    offer("bolt", "Swish = bolt:Swish")
    assert diagnostics("[Swish]") == (
        "net.yaml:3:9: error[unknown-layer] the layer `Swish` comes from the package acme and from the package bolt\n"
        "  |\n3 | graph: [Swish]\n  |         ^^^^^\n   = acme  acme:Swish\n   = bolt  bolt:Swish\n"
        "   = help: rename one of them, or uninstall a package"
    )


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Linear", "lego has a layer of that name itself"),
        ("Sequential", "it is a word of the language"),
        ("swish", "the name of a layer starts with a capital letter"),
        ("os.Swish", "the name of a layer starts with a capital letter"),
    ],
)
def test_names_that_no_package_may_take(offer: Offer, name: str, why: str) -> None:
    own = find_layer("Linear")
    offer("acme", f"{name} = acme:Swish")
    assert find_layer("Linear") is own and layer_fault("Linear") is None
    assert name == "Linear" or find_layer(name) is None
    message = f"the package acme offers a layer `{name}`, which is left out: {why}"
    assert [fault.message for fault in layer_faults()] == [message]
    assert "acme" not in sys.modules


def test_the_command_tells_of_faults(
    offer: Offer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def call(*arguments: str) -> tuple[str, str]:
        monkeypatch.setattr(sys, "argv", ["lego", "layers", *arguments])
        with pytest.raises(SystemExit):
            main()
        return capsys.readouterr()

    offer("acme", "Swish = acme:Swish\nTwist = acme:Twist\nConv2d = acme:Swish")
    listed, warnings = call()
    assert "Swish" in listed and "Twist" not in listed
    assert warnings == (
        "warning: the package acme offers a layer `Conv2d`, which is left out: lego has a layer of that name itself\n"
        "warning: the layer `Twist` of the package acme cannot be loaded\n"
    )
    assert call("Twist")[1] == (
        "error: the layer `Twist` of the package acme cannot be loaded\n"
        "   = help: install acme with all that it needs\n"
    )
    assert "y = x * sigmoid(x)" in call("Swish")[0]


# -- what a program registers -----------------------------------------------------------------------------------------


def swish(scale: float = 1.0) -> type[Operation]:
    class Swish(Operation):
        def infer(self, input: TensorType) -> Found:
            return Found((input,))

        def call(self, module: str, inputs: tuple[str | None, ...], sizes: object) -> str:
            return f"{inputs[0]} * torch.sigmoid({scale} * {inputs[0]})"

    return Swish


def test_registered_again_it_is_the_new_one() -> None:
    text = "lego: 1\ninputs: {x: [N, 4]}\ngraph: [Swish]\n"
    lego.register(swish())
    first = lego.source(lego.parse(text))
    lego.register(swish(2.0))
    assert "2.0 * x" in lego.source(lego.parse(text)) and "1.0 * x" in first
    assert layer_names()["Swish"] == "registered"


def test_registered_and_offered_by_another(offer: Offer) -> None:
    offer("acme", "Swish = acme:Swish")
    lego.register(swish())
    assert "the layer `Swish` comes from the program and from the package acme" in diagnostics("[Swish]")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Linear", "lego has a layer of that name itself"),
        ("Sequential", "it is a word of the language"),
        ("swish", "the name of a layer starts with a capital letter"),
        ("Swish", "elsewhere.Swish has that name already"),
    ],
)
def test_names_that_no_program_may_take(name: str, why: str) -> None:
    first = swish()
    first.__module__, first.__qualname__ = "elsewhere", "Swish"
    lego.register(first)
    with pytest.raises(ValueError) as error:
        lego.register(type(name, (swish(),), {"__qualname__": name}))
    assert str(error.value) == f"`{name}` cannot be registered: {why}"


@pytest.mark.parametrize("what", [int, print, None])
def test_what_is_no_layer_is_refused(what: object) -> None:
    with pytest.raises(TypeError, match="register takes a subclass"):
        lego.register(what)  # pyright: ignore


# -- a document names layers, and no code ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["acme", "acme.Swish", "acme:Swish", "acme.acme:Swish", "os.system", "os:system"])
@pytest.mark.parametrize("form", ["[{0}]", "[{{{0}: 1}}]", "{{a: {0}}}", "[{{$act: 1}}]", "[$act]"])
def test_no_name_reaches_an_import(offer: Offer, name: str, form: str) -> None:
    offer("acme", "Swish = acme:Swish")
    told = diagnostics(form.format(f'"{name}"'), f'params: {{act: "{name}"}}\n')
    assert "error[" in told and "acme" not in sys.modules


@given(st.text().filter(lambda name: name != "Swish") | st.from_regex(r"[A-Za-z_.:]+", fullmatch=True))
def test_only_the_whole_name_is_found(name: str) -> None:
    entry = EntryPoint("Swish", "nowhere:Swish", outside.GROUP)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outside, "_offers", lambda: {"Swish": (entry,)})
        patch.setattr(outside, "_load", lambda entry: pytest.fail("imported"))
        found = find_layer(name)
    assert found is None or (issubclass(found, Layer) and found.__name__ == name)
