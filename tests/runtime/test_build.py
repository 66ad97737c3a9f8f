"""The built module: what it computes, what it holds, and where it can go."""

from __future__ import annotations

import copy
import linecache
import pickle
import traceback
import weakref
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

import lego

EVERYTHING = Path(__file__).parents[1] / "data" / "everything.yaml"


def net(nodes: str, *, inputs: str = "x: [N, 8]", rest: str = "") -> lego.Spec:
    body = "".join(f"  {line}\n" for line in nodes.split("\n"))
    return lego.parse(f"lego: 1\nname: net\ninputs:\n  {inputs}\n{rest}graph:\n{body}")


def everything_inputs(n: int = 2, t: int = 7, h: int = 2, w: int = 3) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return (
        torch.randint(0, 50, (n, t), generator=generator),
        torch.randn(n, 3, 4 * h, 4 * w, generator=generator),
    )


# -- what it computes -------------------------------------------------------------------------------------------------


def test_equals_what_one_would_write_by_hand() -> None:
    spec = net(
        "fc1: {Linear: 6}\nact: Tanh\nfc2: {Linear: 8}\nsum: {Add: ~, from: [fc2, x]}\n"
        "gate: {Sigmoid: ~, from: fc2}\nout: {Mul: ~, from: [sum, gate]}"
    )
    module = lego.build(spec, seed=1)
    x = torch.randn(3, 8)
    y = module.fc2(torch.tanh(module.fc1(x)))
    assert torch.equal(module(x), (y + x) * torch.sigmoid(y))


def test_outputs_take_the_form_that_is_asked_for() -> None:
    one = "lego: 1\ninputs: {x: [N, 8]}\ngraph: {a: {Linear: 2}, b: {Linear: 3, from: x}}\noutputs: "
    x = torch.randn(4, 8)
    assert lego.build(lego.parse(one.replace(", b:", ", a2: {ReLU: ~, from: a}, b:") + "b\n"))(x).shape == (4, 3)
    pair = lego.build(lego.parse(one + "[a, b]\n"))(x)
    assert isinstance(pair, tuple) and [tuple(y.shape) for y in pair] == [(4, 2), (4, 3)]
    named = lego.build(lego.parse(one + "{left: a, right: b}\n"))(x)
    assert {name: tuple(y.shape) for name, y in named.items()} == {"left": (4, 2), "right": (4, 3)}


def test_keys_of_the_state_are_the_paths_of_the_nodes() -> None:
    spec = lego.load(EVERYTHING)
    expected = {
        f"{path}.{weight}" if weight else path
        for path, data in spec.graph.nx.nodes(data=True)
        if data["layer"] is not None and not path.startswith("again.")
        for weight in (*data["layer"].weights(), *data["layer"].buffers())
    }
    assert set(lego.build(spec).state_dict()) == expected


def test_shapes_are_those_that_were_inferred() -> None:
    spec = lego.load(EVERYTHING)
    outputs = lego.build(spec)(*everything_inputs())
    inferred = {name: shape for name, shape in spec.graph.outputs.items()}
    sizes = {"N": 2, "T": 7, "h": 2, "w": 3}
    for name, shape in inferred.items():
        expected = tuple(size if isinstance(size, int) else eval(str(size), dict(sizes)) for size in shape)
        assert tuple(outputs[name].shape) == expected


# -- weights ----------------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_weights_and_leaves_the_generator_alone() -> None:
    spec = lego.load(EVERYTHING)
    torch.manual_seed(5)
    before = torch.get_rng_state()
    first, second, other = (lego.build(spec, seed=seed).state_dict() for seed in (3, 3, 4))
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert not torch.equal(first["toproj.weight"], other["toproj.weight"])


def test_weights_start_as_the_nearest_init_says() -> None:
    spec = net(
        "a: {Linear: 8}\nb: {Linear: 8, init: {weight: 0.5, bias: ones}}\nn: LayerNorm\n"
        "p: {Parameter: {shape: [8]}, init: {constant: 7}}\nsum: {Add: {broadcast: true}, from: [n, p]}\n"
        "c: {Linear: 8}",
        rest="init: {weight: zeros, bias: 2, Linear: {weight: {normal: {std: 0.001}}, bias: 3}}\n",
    )
    state = lego.build(spec, seed=0).state_dict()
    assert 0 < state["a.weight"].abs().max() < 0.01 and (state["a.bias"] == 3).all()
    assert (state["b.weight"] == 0.5).all() and (state["b.bias"] == 1).all()
    assert (state["n.weight"] == 1).all() and (state["n.bias"] == 2).all()
    assert (state["p"] == 7).all()


def test_frozen_parameters_get_no_gradient() -> None:
    module = lego.build(
        net("a: {Linear: 8, freeze: true}\nb: {Sequential: [{Linear: 8}], freeze: true}\nc: {Linear: 8}")
    )
    module(torch.randn(2, 8)).sum().backward()
    assert {name for name, one in module.named_parameters() if one.requires_grad} == {"c.weight", "c.bias"}


def test_tied_weights_are_one_parameter_under_two_keys() -> None:
    spec = net("a: {Linear: {out_features: 8, bias: false}}\nb: {Linear: 8}", rest="tie: {b.weight: a.weight}\n")
    module = lego.build(spec)
    assert module.a.weight is module.b.weight
    assert {"a.weight", "b.weight"} <= set(module.state_dict())
    assert sum(one.numel() for one in module.parameters()) == 64 + 8


def test_a_shared_module_runs_twice_and_has_one_set_of_keys() -> None:
    module = lego.build(net("a: {Linear: 8}\nact: ReLU\nb: {share: a}"))
    x = torch.randn(2, 8)
    assert torch.equal(module(x), module.a(torch.relu(module.a(x))))
    assert set(module.state_dict()) == {"a.weight", "a.bias"}


def test_a_body_runs_a_module_from_around_it() -> None:
    spec = net("a: {Linear: 8}\nbody: {skip: [ReLU, {share: a}]}\ndeep: {Sequential: [{skip: [{share: a}]}]}")
    module = lego.build(spec)
    assert set(module.state_dict()) == {"a.weight", "a.bias"}
    x = torch.randn(2, 8)
    y = module.a(x)
    y = y + module.a(torch.relu(y))
    assert torch.equal(module(x), y + module.a(y))
    assert torch.equal(copy.deepcopy(module)(x), module(x))


def test_checkpoint_changes_neither_value_nor_gradient() -> None:
    text = "a: {{Linear: 8}}\nbody: {{Sequential: [{{Linear: 8}}, Tanh, {{Linear: 8}}]{}}}\nc: {{Linear: 1}}"
    plain = lego.build(net(text.format("")), seed=0)
    saving = lego.build(net(text.format(", checkpoint: true")), seed=0)
    x = torch.randn(4, 8)
    for module in (plain, saving):
        module(x).sum().backward()
    assert torch.equal(plain(x), saving(x))
    gradients = zip(plain.parameters(), saving.parameters(), strict=True)
    assert all(torch.equal(one.grad, other.grad) for one, other in gradients)
    assert "checkpoint(self.body, x, use_reentrant=False)" in lego.source(net(text.format(", checkpoint: true")))


def test_device_and_dtype() -> None:
    spec = lego.load(EVERYTHING)
    assert {one.device.type for one in lego.build(spec, device="meta").parameters()} == {"meta"}
    assert {one.dtype for one in lego.build(spec, dtype=torch.float64).parameters()} == {torch.float64}
    assert torch.get_default_dtype() == torch.float32


# -- memory -----------------------------------------------------------------------------------------------------------


def test_a_value_is_let_go_after_its_last_reader() -> None:
    spec = net(
        "a: {Linear: 8}\nb: {Linear: 8}\nc: {Linear: 8, from: a}\nab: {Add: ~, from: [b, c]}\n"
        "d: {Linear: 8}\ne: {Linear: 8}\nout: {Linear: 8}"
    )
    module = lego.build(spec).eval()
    alive: dict[str, weakref.ref[torch.Tensor]] = {}
    seen: dict[str, list[str]] = {}

    def watch(name: str) -> None:
        def before(*_: object) -> None:
            seen[name] = [other for other, ref in alive.items() if ref() is not None]

        def after(_: object, __: object, output: torch.Tensor) -> None:
            alive[name] = weakref.ref(output)

        module.get_submodule(name).register_forward_pre_hook(before)
        module.get_submodule(name).register_forward_hook(after)

    for name in ("a", "b", "c", "d", "e", "out"):
        watch(name)
    with torch.no_grad():
        module(torch.randn(2, 8))
    assert seen["c"] == ["a", "b"]
    assert seen["d"] == []
    assert seen["out"] == ["e"]


# -- the world --------------------------------------------------------------------------------------------------------


def test_copies_and_pickles() -> None:
    module = lego.build(lego.load(EVERYTHING), seed=0).eval()
    inputs = everything_inputs()
    expected = module(*inputs)
    for twin in (copy.deepcopy(module), pickle.loads(pickle.dumps(module))):
        found = twin(*inputs)
        assert all(torch.equal(found[name], expected[name]) for name in expected)
        assert twin.head.weight is twin.embed.weight
        assert not any(one is other for one, other in zip(module.parameters(), twin.parameters(), strict=True))


def test_compiles_in_one_graph() -> None:
    module = lego.build(lego.load(EVERYTHING), seed=0).eval()
    inputs = everything_inputs()
    expected = module(*inputs)
    found = torch.compile(module, fullgraph=True, backend="aot_eager")(*inputs)
    assert all(torch.allclose(found[name], expected[name], rtol=1e-4, atol=1e-4) for name in expected)


def test_exports_with_the_symbols_of_the_spec() -> None:
    module = lego.build(lego.load(EVERYTHING), seed=0).eval()
    n, t, h, w = (torch.export.Dim(name, min=2, max=64) for name in "NThw")
    shapes = ({0: n, 1: t}, {0: n, 2: 4 * h, 3: 4 * w})
    exported = torch.export.export(module, everything_inputs(), dynamic_shapes=shapes).module()
    for sizes in ((3, 5, 4, 2), (5, 9, 3, 7)):
        inputs = everything_inputs(*sizes)
        expected, found = module(*inputs), exported(*inputs)
        assert all(torch.allclose(found[name], expected[name], atol=1e-5) for name in expected)


def test_a_traceback_shows_the_line_of_the_node() -> None:
    module = lego.build(net("first: {Linear: 8}\nsecond: {Add: ~, from: [first, x]}"))
    with pytest.raises(RuntimeError) as caught:
        module(torch.randn(2, 9))
    frames = traceback.extract_tb(caught.value.__traceback__)
    assert any(frame.line and "self.first(x)" in frame.line for frame in frames)
    linecache.checkcache()
    assert any("self.first(x)" in line for frame in frames for line in linecache.getlines(frame.filename))


# -- random graphs ----------------------------------------------------------------------------------------------------


@st.composite
def random_graphs(draw: st.DrawFn) -> str:
    """Up to 25 nodes over [N, C, H, W], wired at random; each is an output."""
    lines = ["lego: 1", "inputs: {n0: [N, 4, 8*h, 8*w]}", "graph:"]
    shapes: dict[str, tuple[int, int]] = {"n0": (4, 0)}
    for index in range(1, draw(st.integers(1, 25)) + 1):
        source = draw(st.sampled_from(sorted(shapes)))
        channels, halvings = shapes[source]
        same = [name for name, shape in shapes.items() if shape == (channels, halvings)]
        sized = [name for name, shape in shapes.items() if shape[1] == halvings]
        kind = draw(st.sampled_from(["conv", "relu", "norm", "pool", "add", "concat", "skip", "split", "repeat"]))
        name = f"n{index}"
        if kind == "conv":
            out = draw(st.sampled_from([2, 4, 6]))
            lines.append(f"  {name}: {{Conv2d: {{out_channels: {out}, kernel_size: 3, padding: 1}}, from: {source}}}")
            shapes[name] = (out, halvings)
        elif kind == "pool" and halvings < 3:
            lines.append(f"  {name}: {{MaxPool2d: 2, from: {source}}}")
            shapes[name] = (channels, halvings + 1)
        elif kind == "add":
            other = draw(st.sampled_from(same))
            lines.append(f"  {name}: {{Add: ~, from: [{source}, {other}]}}")
            shapes[name] = (channels, halvings)
        elif kind == "concat":
            other = draw(st.sampled_from(sized))
            lines.append(f"  {name}: {{Concat: 1, from: [{source}, {other}]}}")
            shapes[name] = (channels + shapes[other][0], halvings)
        elif kind == "skip":
            other = draw(st.sampled_from(same))
            lines.append(f"  {name}: {{skip: {{a: ReLU, b: {{Add: ~, from: [a, {other}]}}}}, from: {source}}}")
            shapes[name] = (channels, halvings)
        elif kind == "split":
            lines.append(
                f"  {name}: {{split: {{branches: {{a: [ReLU], b: [{{Conv2d: {{out_channels: 3, kernel_size: 1}}}}]}}, "
                f"merge: {{Concat: 1}}}}, from: {source}}}"
            )
            shapes[name] = (channels + 3, halvings)
        elif kind == "repeat":
            lines.append(f"  {name}: {{BatchNorm2d: ~, repeat: {draw(st.integers(0, 3))}, from: {source}}}")
            shapes[name] = (channels, halvings)
        else:
            lines.append(f"  {name}: {{{'ReLU' if kind == 'relu' else 'BatchNorm2d'}: ~, from: {source}}}")
            shapes[name] = (channels, halvings)
        if lines[-1].endswith("repeat: 0, from: " + source + "}"):
            del shapes[name]
    outputs = [name for name in shapes if name != "n0"] or ["n0"]
    lines.append("outputs: {" + ", ".join(f"o{name}: {name}" for name in outputs) + "}")
    return "\n".join(lines) + "\n"


@settings(max_examples=40, deadline=None)
@given(text=random_graphs(), n=st.integers(1, 3), h=st.integers(1, 3), w=st.integers(1, 3))
def test_random_graphs_have_the_inferred_shapes(text: str, n: int, h: int, w: int) -> None:
    spec = lego.parse(text)
    module = lego.build(spec, device="meta").eval()
    outputs = module(torch.empty(n, 4, 8 * h, 8 * w, device="meta"))
    for name, shape in spec.graph.outputs.items():
        sizes = tuple(size if isinstance(size, int) else eval(str(size), {"N": n, "h": h, "w": w}) for size in shape)
        assert tuple(outputs[name].shape) == sizes


def test_float32_stands_for_the_dtype_of_the_module() -> None:
    spec = net("mask: {Cast: float32}\nfc: {Linear: 4}", inputs="x: {shape: [N, 8], dtype: int64}")
    module = lego.build(spec, dtype=torch.float64)
    assert "x = x.to(self.fc.weight.dtype)" in lego.source(spec)
    assert module(torch.ones(2, 8, dtype=torch.int64)).dtype == torch.float64
    assert module.to(torch.bfloat16)(torch.ones(2, 8, dtype=torch.int64)).dtype == torch.bfloat16


def test_a_forward_holds_no_more_than_one_written_by_hand() -> None:
    """Bytes of all tensors alive at once, counted at every operation."""
    from tests.vision import torchvision

    by_hand = peak_bytes(torchvision.models.resnet18(), torch.randn(2, 3, 64, 64))
    assert peak_bytes(lego.build(lego.load("specs/resnet18.yaml")), torch.randn(2, 3, 64, 64)) <= by_hand


class Alive(TorchDispatchMode):
    """Counts the bytes of the tensors that operations make, while they live."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0
        self.peak = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        out = func(*args, **(kwargs or {}))
        for tensor in tree_leaves(out):
            if isinstance(tensor, torch.Tensor) and not any(tensor is one for one in tree_leaves(args)):
                self.count(tensor.untyped_storage().nbytes())
                weakref.finalize(tensor, self.count, -tensor.untyped_storage().nbytes())
        return out

    def count(self, size: int) -> None:
        self.now += size
        self.peak = max(self.peak, self.now)


def peak_bytes(module: torch.nn.Module, x: torch.Tensor) -> int:
    with torch.no_grad(), Alive() as alive:
        module.eval()(x)
    return alive.peak
