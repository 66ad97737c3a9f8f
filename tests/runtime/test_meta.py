"""Torch modules as layers: what they take, and that their shapes are torch's at any size."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator
from math import isqrt
from typing import Literal

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import lego
from lego.catalogue import create, outside
from lego.runtime.fit import fit
from lego.runtime.meta import MetaLayer, meta_layer
from lego.shapes import Size, evaluate, floor_div, symbol


class Gate(nn.Module):
    """y = x · sigmoid(W x)."""

    def __init__(self, channels: int, scale: float = 1.0, *, bias: bool = True) -> None:
        super().__init__()
        self.scale = scale
        self.conv = nn.Conv2d(channels, channels, 3, padding=1, bias=bias)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return input * torch.sigmoid(self.scale * self.norm(self.conv(input)))


class Strided(nn.Module):
    def __init__(self, stride: int, kernel: int = 3, mode: Literal["conv", "pool"] = "conv") -> None:
        super().__init__()
        self.body = nn.Conv2d(4, 6, kernel, stride) if mode == "conv" else nn.AvgPool2d(kernel, stride)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.body(x)


class Deep(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(*(nn.Conv2d(channels, channels, 3, 2) for _ in range(2)))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.body(x)


class Patches(nn.Module):
    def __init__(self, width: int, size: int = 4) -> None:
        super().__init__()
        self.project = nn.Conv2d(3, width, size, size)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return self.project(image).flatten(2).transpose(1, 2)


class Attend(nn.Module):
    """Two inputs, one of them optional, and two outputs."""

    def __init__(self, width: int, heads: int = 2) -> None:
        super().__init__()
        self.inner = nn.MultiheadAttention(width, heads, batch_first=True)

    def forward(
        self, query: torch.Tensor, memory: torch.Tensor | None = None, scale: float = 1.0
    ) -> tuple[torch.Tensor, torch.Tensor]:
        memory = query if memory is None else memory
        return self.inner(query * scale, memory, memory)


class Zigzag(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x[:, : isqrt(x.shape[1])]


class Picky(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if x.shape[-1] % 3 or x.shape[0] < 2:
            raise ValueError("the width is no multiple of 3\nand more that nobody reads")
        return x.unflatten(-1, (3, -1))


class Squeezer(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.squeeze()


class Mixed(nn.Module):
    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        return {"x": x}


class Lazy(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.LazyLinear(4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.inner(x)


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The modules of this file as layers."""
    monkeypatch.setattr(outside, "_registered", {})
    for module in (Gate, Strided, Deep, Patches, Zigzag, Picky, Squeezer, Mixed, Lazy):
        lego.register(infer="meta")(module)
    lego.register(infer="meta", outputs=("y", "weights"))(Attend)
    yield


def net(nodes: str, inputs: str, rest: str = "") -> lego.Spec:
    return lego.parse(f"lego: 1\nname: net\ninputs: {{{inputs}}}\ngraph: {nodes}\n{rest}", "net.yaml")


def told(nodes: str, inputs: str) -> str:
    with pytest.raises(lego.SpecError) as error:
        net(nodes, inputs)
    return str(error.value)


# -- shapes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("nodes", "inputs", "shape"),
    [
        ("[{Gate: 4}]", "x: [N, 4, H, W]", "[N, 4, H, W]"),
        ("[{Gate: 4}]", "x: [2, 4, 8, 8]", "[2, 4, 8, 8]"),
        ("[{Strided: 2}]", "x: [N, 4, H, W]", "[N, 6, (H - 1)//2, (W - 1)//2]"),
        ("[{Strided: {stride: 3, kernel: 5, mode: pool}}]", "x: [N, 4, 2*h, 8]", "[N, 4, (2*h - 2)//3, 2]"),
        ("[{Patches: 5}]", "image: [N, 3, 4*h, 4*w]", "[N, h*w, 5]"),
        ("[{Attend: 6}]", "x: [N, T, 6]", "[N, T, 6]"),
        ("{a: {Attend: 6, from: [x, y]}, b: {Mul: 2, from: a.weights}}", "x: [N, T, 6], y: [N, S, 6]", "[N, T, S]"),
        ("[{Picky: ~}]", "x: [N, 3*f]", "[N, 3, f]"),
    ],
)  # fmt: skip
def test_symbols(nodes: str, inputs: str, shape: str) -> None:
    assert str(next(iter(net(nodes, inputs).graph.outputs.values()))) == shape


@settings(max_examples=25)
@given(
    stride=st.integers(1, 4),
    kernel=st.integers(1, 4),
    factor=st.integers(1, 3),
    sizes=st.tuples(st.integers(1, 3), st.integers(4, 40), st.integers(4, 40)),
)
def test_shapes_are_torch_s(stride: int, kernel: int, factor: int, sizes: tuple[int, int, int]) -> None:
    spec = net(f"[{{Strided: {{stride: {stride}, kernel: {kernel}}}}}]", f"x: [N, 4, H, {factor}*w]")
    n, h, w = sizes
    found = [evaluate(size, {"N": n, "H": h, "w": w}) for size in spec.graph.outputs["0"]]
    assert found == list(Strided(stride, kernel)(torch.zeros(n, 4, h, factor * w)).shape)


A, B, C = symbol("A"), symbol("B"), symbol("C")


@given(st.lists(st.integers(-3, 5), min_size=3, max_size=3), st.sampled_from([A, A * B, A * A, A * B * C]))
def test_formulas_are_found(factors: list[int], product: Size) -> None:
    wanted = factors[0] * product + factors[1] * C + factors[2]
    samples = [{"A": 7 + 5 * i, "B": 11 + 3 * i * i, "C": 29 + i**3} for i in range(8)]
    assert fit([A, B, C], samples, [evaluate(wanted, one) for one in samples]) == wanted


@given(st.integers(2, 16), st.integers(-20, 20))
def test_roundings_are_found(divisor: int, shift: int) -> None:
    samples = [{"A": 40 + i, "B": 90 - 2 * i} for i in range(32)]
    wanted = floor_div(A + shift, divisor)
    assert fit([A, B], samples, [evaluate(wanted, one) for one in samples]) == wanted


def test_what_the_samples_leave_open_is_no_formula() -> None:
    samples = [{"A": 16 * i} for i in range(1, 9)]
    assert fit([A], samples, [one["A"] ** 4 for one in samples]) is None
    assert fit([A], samples, [(one["A"] + 3) // 16 * one["A"] ** 3 for one in samples]) is None


def test_nothing_of_the_program_changes() -> None:
    torch.manual_seed(3)
    before = torch.random.get_rng_state()
    torch.set_default_dtype(torch.float64)
    try:
        spec = net("[{Gate: 5}]", "x: [N, 5, H, W]")
        assert torch.get_default_dtype() is torch.float64 and torch.equal(torch.random.get_rng_state(), before)
    finally:
        torch.set_default_dtype(torch.float32)
    assert spec.graph.outputs


# -- what is known of the layer ----------------------------------------------------------------------------------------


def layer(module: type[nn.Module], **arguments: object) -> MetaLayer:
    made = create(meta_layer(module), arguments)
    assert isinstance(made, MetaLayer), made
    return made


def test_weights_and_buffers_are_the_module_s() -> None:
    module = Gate(3)
    found = layer(Gate, channels=3)
    assert found.weights() == {name: tuple(one.shape) for name, one in module.named_parameters()}
    assert {**found.weights(), **found.buffers()} == {
        name: tuple(one.shape) for name, one in module.state_dict().items()
    }


def test_macs_are_half_of_what_torch_counts() -> None:
    spec = net("[{Gate: 4}]", "x: [N, 4, H, W]")
    n, h, w = symbol("N"), symbol("H"), symbol("W")
    assert lego.summary(spec).macs == 4 * 4 * 9 * n * h * w
    attend = net("[{Attend: 6}]", "x: [N, T, 6]")
    same = net("[{MultiheadAttention: {num_heads: 2, batch_first: true}, from: [x, x, x]}]", "x: [N, T, 6]")
    assert lego.summary(attend).params == lego.summary(same).params


def test_macs_without_a_formula_say_so_until_sizes_are_given() -> None:
    spec = net("[{Strided: 1}, {Deep: 6}]", "x: [N, 4, H, W]")
    assert str(spec.graph.outputs["1"]) == "[N, 6, (H - 5)//4, (W - 5)//4]"
    assert str(lego.summary(spec).macs) == "216*H*N*W + MACs(Deep) + 864*N - 432*H*N - 432*N*W"
    assert lego.summary(spec, x=[1, 4, 13, 21]).macs == 216 * 11 * 19 + 324 * (5 * 9 + 2 * 4)


def test_arguments_are_those_of_init() -> None:
    class Everything(nn.Module):
        def __init__(self, a: int, b: tuple[int, float], c: list[str] | None = None, d=2.5, e: bool = False) -> None:
            super().__init__()

        def forward(self, x):
            return x

    Everything.__qualname__ = "Everything"
    kind = meta_layer(Everything)
    assert list(kind.model_fields) == ["a", "b", "c", "d", "e"] and kind.primary() == "a"
    made = create(kind, {"a": 1, "b": [2, 3], "c": ["x"]})
    assert isinstance(made, MetaLayer) and made.split_arguments() == ({"a": 1, "b": (2, 3.0)}, {"c": ("x",)})
    wrong = create(kind, {"a": True, "b": 1, "c": 3, "d": "x", "e": 1})
    assert not isinstance(wrong, MetaLayer)
    assert [problem.problem.message for problem in wrong] == [
        "a must be an integer, found true",
        "b must be a list of 2: an integer and a number each, found 1",
        "c must be a list, a text each, found 3",
        'd must be a number, found "x"',
        "e must be true or false, found 1",
    ]


# -- the source and the module -----------------------------------------------------------------------------------------


def test_the_source_imports_the_module() -> None:
    nodes = "{Gate: {Gate: {channels: 4, bias: false}}, b: {Patches: 4, from: y}}"
    source = lego.source(net(nodes, "x: [N, 4, 8, 8], y: [N, 3, 8, 8]", "outputs: [Gate, b]\n"))
    assert f"\nfrom {__name__} import Gate, Patches\nfrom torch import nn\n" in source
    assert "self.Gate = Gate(4, bias=False)" in source and "self.b = Patches(4)" in source


def test_a_generated_class_keeps_off_the_name() -> None:
    text = """\
lego: 1
name: gate
inputs: {x: [N, 4, H, W]}
blocks:
  gate:
    params: {Gate: ~, scale: 1.0}
    graph: [{Gate: {channels: $Gate, scale: $scale}}, {Conv2d: {out_channels: 8, kernel_size: 1}}]
graph: [{gate: {Gate: 4}}, {gate: {Gate: 8, scale: 0.5}}]
"""
    spec = lego.parse(text)
    source = lego.source(spec)
    assert "class Gate2(" in source and "class Gate3(" in source and "Gate: int" not in source
    x = torch.randn(2, 4, 5, 5)
    assert lego.build(spec, seed=0)(x).shape == (2, 8, 5, 5)


def test_the_module_copies_and_pickles() -> None:
    x = torch.randn(2, 4, 6, 6)
    module = lego.build(net("[{Gate: 4}, ReLU]", "x: [N, 4, H, W]"), seed=0).eval()
    assert torch.equal(copy.deepcopy(module)(x), module(x))
    assert torch.equal(pickle.loads(pickle.dumps(module))(x), module(x))
    assert sorted(module.state_dict()) == sorted(f"0.{name}" for name in Gate(4).state_dict())


def test_registered_again_the_new_class_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = "lego: 1\ninputs: {x: [N, 3]}\ngraph: [Squeezer, Identity]\n"
    fixed = spec.replace("[N, 3]", "[2, 3]")
    assert isinstance(lego.build(lego.parse(fixed))[0], Squeezer)

    class Again(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x.unsqueeze(0)

    Again.__name__ = Again.__qualname__ = "Squeezer"
    monkeypatch.setitem(globals(), "Squeezer", Again)
    lego.register(infer="meta")(Again)
    assert str(lego.parse(spec).graph.outputs["1"]) == "[1, N, 3]"
    assert isinstance(lego.build(lego.parse(fixed))[0], Again)


# -- what is refused ---------------------------------------------------------------------------------------------------


def test_an_input_that_the_module_does_not_take() -> None:
    assert told("[Picky]", "x: [4, 8]") == (
        "net.yaml:4:9: error[shape-mismatch] 0: Picky does not take [4, 8]\n"
        "  |\n4 | graph: [Picky]\n  |         ^^^^^\n"
        "   = x       [4, 8]   the input `x`\n   = reason  the width is no multiple of 3"
    )


def test_a_symbol_that_has_to_be_a_multiple() -> None:
    found = told("[Picky]", "x: [N, F]")
    assert "Picky does not take [N, F]" in found and "   = reason  the width is no multiple of 3\n" in found
    assert found.endswith("   = help: declare F as 3*f")
    assert told("[{Patches: 4}]", "x: [N, 3, H, W]").endswith("   = help: declare H as 4*h and W as 4*w")


def test_sizes_without_a_formula() -> None:
    found = told("[Zigzag]", "x: [N, T]")
    assert "error[unresolved-dim] 0: the sizes that Zigzag gives follow no formula of `N` and `T`" in found
    found = told("[Squeezer]", "x: [N, 3]")  # a batch of one has a dim less
    assert "error[shape-mismatch] 0: the sizes that Squeezer gives follow no one formula" in found
    assert found.endswith("   = help: declare N as 2*n")


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ("[Mixed]", "output of Mixed is a dict, and the outputs of a layer are tensors"),
        ("[{Strided: 0}]", "Strided does not take [N, 4, 8, 8]"),
        ("[{Strided: {stride: 1, kernel: -1}}]", "Strided cannot be made with these arguments"),
        ("[{Strided: {stride: 1, mode: max}}]", 'mode must be "conv" or "pool", found "max"'),
        ("[Lazy]", "Lazy has weights whose sizes its first input would decide"),
    ],
)
def test_a_module_that_cannot_be_a_layer_here(nodes: str, message: str) -> None:
    assert message in told(nodes, "x: [N, 4, 8, 8]")


def test_outputs_are_as_many_as_named() -> None:
    lego.register(infer="meta")(Attend)
    assert "Attend gives 2 values, but its outputs are: output" in told("[{Attend: 6}]", "x: [N, T, 6]")


def test_what_cannot_be_registered() -> None:
    class Local(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x

    with pytest.raises(ValueError, match="no source can import it; define it at the top of a module"):
        lego.register(infer="meta")(Local)
    Local.__qualname__ = "Local"
    with pytest.raises(TypeError, match=r"Local\.forward has no argument `y`"):
        lego.register(infer="meta", slots=("y",))(Local)
    Local.__init__ = lambda self, inner: None  # type: ignore[method-assign,assignment]
    with pytest.raises(TypeError, match="needs an annotation that a document can fill"):
        lego.register(infer="meta")(Local)
    Local.__init__ = lambda self, slots=True: None  # type: ignore[method-assign,assignment]
    with pytest.raises(TypeError, match="an argument `slots`, which no layer can have"):
        lego.register(infer="meta")(Local)
    Local.__init__ = lambda self: None  # type: ignore[method-assign,assignment]
    Local.forward = lambda self, *xs: xs[0]  # type: ignore[method-assign,assignment]
    with pytest.raises(TypeError, match="takes any number of inputs"):
        lego.register(infer="meta")(Local)
    with pytest.raises(TypeError, match='infer is "meta" where it is given'):
        lego.register(infer="fake")  # type: ignore[call-overload]
