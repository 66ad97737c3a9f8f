"""Weights from files: what is read, what is renamed, what fits, and what is said of the rest."""

from __future__ import annotations

import datetime
import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file, save_model
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

import lego
from lego.catalogue import Stored, outside
from lego.diagnostics import Problem
from lego.runtime import Given, build_loaded

ROOT = Path(__file__).parents[2]
EVERYTHING = ROOT / "tests" / "data" / "everything.yaml"
State = dict[str, torch.Tensor]


def net(nodes: str, rest: str = "") -> lego.Spec:
    return lego.parse(f"lego: 1\nname: net\ninputs: {{x: [N, 8]}}\n{rest}graph:\n{nodes}")


SMALL = net("  fc: {Linear: 6}\n  bn: BatchNorm1d\n  head: {Linear: 3}\n")
TIED = net("  a: {Linear: 8}\n  b: {Linear: 8}\n  again: {share: a}\n", "tie: {b.weight: a.weight}\n")


def random_state(spec: lego.Spec) -> State:
    """A state with other values than those that a module starts with."""
    module = lego.build(spec, seed=5)
    state = module.state_dict()
    for value in {id(one): one for one in state.values()}.values():
        value.copy_(torch.rand(value.shape) * 9 if value.is_floating_point() else torch.full_like(value, 4))
    return {key: value.clone() for key, value in state.items()}


def equal(module: nn.Module, state: State) -> bool:
    found = module.state_dict()
    return found.keys() == state.keys() and all(torch.equal(found[key], state[key]) for key in state)


# -- files -------------------------------------------------------------------------------------------------------------

WRITERS: dict[str, Callable[[State, Path], object]] = {
    "safetensors": save_file,
    "torch": torch.save,
    "legacy torch": lambda state, path: torch.save(state, path, _use_new_zipfile_serialization=False),
    "lightning": lambda state, path: torch.save({"epoch": 3, "state_dict": state, "optimizer_states": [{}]}, path),
    "step and model": lambda state, path: torch.save({"step": torch.tensor(1), "model": state}, path),
    "optimizer": lambda state, path: torch.save(
        {"net": state, "optimizer": {"state": {0: {"exp_avg": torch.ones(2)}}}}, path
    ),
    "nested": lambda state, path: torch.save({"model": {"state_dict": state}}, path),
    "one of an unknown name": lambda state, path: torch.save({"generator_3": state, "epoch": 1}, path),
}


@pytest.mark.parametrize("written", WRITERS)
def test_files_are_told_apart_by_what_is_in_them(written: str, tmp_path: Path) -> None:
    state = random_state(SMALL)
    WRITERS[written](state, tmp_path / "weights")
    assert equal(lego.build(SMALL, weights=tmp_path / "weights"), state)
    assert lego.load_weights(SMALL, str(tmp_path / "weights")).complete


@pytest.mark.parametrize(
    "spec", [ROOT / "specs" / "shufflenet_v2.yaml", EVERYTHING, ROOT / "specs" / "peephole_lstm.yaml"]
)
@pytest.mark.parametrize("write", [save_model, lambda module, path: torch.save(module.state_dict(), path)])
def test_a_spec_loads_what_it_wrote(spec: Path, write: Callable[[nn.Module, str], None], tmp_path: Path) -> None:
    module = lego.build(spec, seed=1)
    write(module, str(tmp_path / "weights"))
    assert equal(lego.build(spec, weights=tmp_path / "weights", seed=2), module.state_dict())


def test_the_report_says_where_in_a_checkpoint_it_looked() -> None:
    report = lego.load_weights(SMALL, {"epoch": 1, "model": {"state_dict": random_state(SMALL)}})
    assert str(report) == "<mapping> (under `model.state_dict`): 9 of 9 tensors loaded"


def test_a_sharded_checkpoint(tmp_path: Path) -> None:
    state = random_state(SMALL)
    places = {key: f"model-{number % 2}.safetensors" for number, key in enumerate(state)}
    for name in set(places.values()):
        save_file({key: state[key] for key in state if places[key] == name}, tmp_path / name)
    index = tmp_path / "model.safetensors.index.json"
    index.write_text(json.dumps({"metadata": {}, "weight_map": places}))
    for source in (tmp_path, index):
        assert equal(lego.build(SMALL, weights=source), state)
    (tmp_path / "model-1.safetensors").unlink()
    with pytest.raises(Problem, match=r"names `model-1.safetensors`, which is not there"):
        lego.build(SMALL, weights=tmp_path)


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="holds no file of weights"):
        lego.load_weights(SMALL, tmp_path)
    torch.save(random_state(SMALL), tmp_path / "a.pt")
    assert lego.load_weights(SMALL, tmp_path).complete
    torch.save(random_state(SMALL), tmp_path / "b.pt")
    with pytest.raises(Problem, match=r"several files of weights: `a.pt`, `b.pt`"):
        lego.load_weights(SMALL, tmp_path)


@pytest.mark.parametrize("name", ["../a.safetensors", "/a.safetensors", "sub/a.safetensors", "..", "..\\a", ""])
def test_an_index_stays_in_its_folder(name: str, tmp_path: Path) -> None:
    save_file(random_state(SMALL), tmp_path / "a.safetensors")
    (tmp_path / "in").mkdir()
    index = tmp_path / "in" / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"fc.weight": name}}))
    with pytest.raises(Problem, match=r"stand beside it|not there"):
        lego.load_weights(SMALL, index)


class Touch:
    """Would write a file if it were unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (Path("pwned"),)


WRONG: list[tuple[object, str]] = [
    (b"", "is empty"),
    (b"hello, this is no file of weights", "is no file of weights that lego knows"),
    (b"version https://git-lfs.github.com/spec/v1\n", "is a pointer of Git LFS"),
    (b"\x08\0\0\0\0\0\0\0{not so}", "cannot be read"),
    (b"PK\x03\x04 and no more", "cannot be read"),
    (b"\x80\x02 and no more", "cannot be read|holds"),
    (nn.Linear(2, 2), r"holds torch.nn.modules.linear.Linear, a Python object, and nothing but tensors is read"),
    ({"w": torch.ones(1), "when": datetime.date(2020, 1, 1)}, "holds datetime.date, a Python object"),
    ({"fc.weight": Touch()}, "a Python object"),
    (torch.ones(2), "expected tensors by name, found one tensor"),
    ([torch.ones(2)], "expected tensors by name, found a list"),
    ({"epoch": 1}, "expected tensors by name, found the keys `epoch`"),
    ({}, "expected tensors by name, found nothing"),
    ({"a": {"w": torch.ones(1)}, "b": {"w": torch.ones(1)}}, "holds several states, `a`, `b`"),
]


@pytest.mark.parametrize(("content", "told"), WRONG)
def test_what_cannot_be_read(content: object, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "weights"
    path.write_bytes(content) if isinstance(content, bytes) else torch.save(content, path)
    with pytest.raises(Problem, match=told):
        lego.load_weights(SMALL, path)
    assert not (tmp_path / "pwned").exists()


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(Problem, match="there is no file") as caught:
        lego.load_weights(SMALL, "nowhere.safetensors")
    assert caught.value.code == "not-found"


def test_a_file_may_be_written_over_once_it_is_loaded(tmp_path: Path) -> None:
    state = random_state(SMALL)
    save_file(state, tmp_path / "weights")
    module = lego.build(SMALL, weights=tmp_path / "weights")
    (tmp_path / "weights").write_bytes(b"")
    assert equal(module, state)


# -- values ------------------------------------------------------------------------------------------------------------


def test_dtypes_are_the_modules(tmp_path: Path) -> None:
    state = {key: one.double() if one.is_floating_point() else one.int() for key, one in random_state(SMALL).items()}
    save_file(state, tmp_path / "weights")
    found = lego.build(SMALL, weights=tmp_path / "weights", dtype=torch.bfloat16).state_dict()
    assert found["fc.weight"].dtype == torch.bfloat16 and found["bn.num_batches_tracked"].dtype == torch.int64
    assert torch.equal(found["fc.weight"], state["fc.weight"].bfloat16())


def test_on_meta_there_are_shapes_alone() -> None:
    module = lego.build(SMALL, weights=random_state(SMALL), device="meta")
    assert all(one.is_meta for one in module.state_dict().values())
    with pytest.raises(lego.SpecError, match="lacks"):
        lego.build(SMALL, weights={"fc.bias": torch.ones(6)}, device="meta")


INITIALS = "normal trunc_normal uniform orthogonal zeros ones he_uniform xavier_uniform".split()


@pytest.mark.parametrize("spec", [EVERYTHING, ROOT / "specs" / "crnn.yaml", ROOT / "specs" / "gpt2.yaml"])
def test_what_is_loaded_is_not_initialised(spec: Path) -> None:
    sizes = {"width": 48, "depth": 2, "vocabulary": 99} if spec.stem == "gpt2" else {}
    state = random_state(lego.load(spec, **sizes))
    with Filled() as filled:
        assert equal(lego.build(lego.load(spec, **sizes), weights=state), state)
    assert filled.sizes == []
    with Filled() as filled:
        lego.build(lego.load(spec, **sizes))
    assert filled.sizes != []


class Filled(TorchDispatchMode):
    """Notes the sizes of what is filled with random numbers, but for what has no memory."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []

    def __torch_dispatch__(self, func: Any, types: object, args: Any = (), kwargs: Any = None) -> Any:
        if func in (torch.ops.aten.normal_.default, torch.ops.aten.uniform_.default) and not args[0].is_meta:
            self.sizes.append(args[0].numel())
        return func(*args, **kwargs or {})


@pytest.mark.parametrize("initial", INITIALS)
def test_whatever_the_start_would_be(initial: str) -> None:
    spec = net(f"  fc: {{Linear: 6, init: {{weight: {initial}, bias: ones}}}}\n  bn: BatchNorm1d\n")
    state = random_state(spec)
    assert equal(lego.build(spec, weights=state), state)


def test_the_rest_starts_as_the_seed_says() -> None:
    state = random_state(SMALL)
    part = {key: one for key, one in state.items() if key.startswith("fc.")}
    plain, (module, report) = lego.build(SMALL, seed=3), build_loaded(SMALL.graph, Given(part, strict=False), seed=3)
    assert set(report.loaded) == set(part)
    for key, value in module.state_dict().items():
        assert torch.equal(value, (part if key in part else plain.state_dict())[key])
    torch.manual_seed(3)
    drawn, _ = build_loaded(SMALL.graph, Given(part, strict=False))
    assert torch.equal(drawn.state_dict()["head.weight"], plain.state_dict()["head.weight"])


def test_constants_are_there() -> None:
    spec = net("  c: {Constant: {shape: [8], value: 7}}\n  fc: {Linear: 8, from: x}\n"
               "  sum: {Add: {broadcast: true}, from: [fc, c]}\n")  # fmt: skip
    module = lego.build(spec, weights={"fc.weight": torch.zeros(8, 8), "fc.bias": torch.ones(8)})
    assert torch.equal(module(torch.ones(2, 8)), torch.full((2, 8), 8.0))


def test_frozen_weights_stay_frozen() -> None:
    spec = net("  fc: {Linear: 6, freeze: true}\n  head: {Linear: 3}\n")
    module = lego.build(spec, weights=random_state(spec))
    assert {name: one.requires_grad for name, one in module.named_parameters()} == {
        "fc.weight": False, "fc.bias": False, "head.weight": True, "head.bias": True
    }  # fmt: skip


class Masked(nn.Module):
    """Of the user's own: a buffer that is not saved, a plain tensor, and one weight under two keys."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.first = nn.Linear(size, size)
        self.second = self.first
        self.mask = torch.ones(size)
        self.register_buffer("scale", torch.full((size,), 2.0), persistent=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.second(x) * self.mask * self.scale


def test_a_module_of_the_users_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "_registered", {})
    lego.register(infer="meta")(Masked)
    spec = net("  own: {Masked: 8}\n")
    module = lego.build(spec, seed=1)
    save_model(module, str(tmp_path / "weights"))
    found = lego.build(spec, weights=tmp_path / "weights")
    x = torch.randn(2, 8)
    assert torch.equal(found(x), module(x))


def test_a_recurrent_module_runs_on_what_was_loaded() -> None:
    spec = lego.parse("lego: 1\ninputs: {x: [N, T, 4]}\ngraph: {lstm: {LSTM: {hidden_size: 3, batch_first: true}}}\n")
    module = lego.build(spec, seed=1)
    x = torch.randn(2, 5, 4)
    found = lego.build(spec, weights=module.state_dict())
    assert torch.equal(found(x), module(x))


# -- tied weights ------------------------------------------------------------------------------------------------------


def test_one_key_of_tied_weights_is_enough() -> None:
    state = random_state(TIED)
    for left_out in ("a.weight", "b.weight"):
        part = {key: one for key, one in state.items() if key != left_out}
        module, report = build_loaded(TIED.graph, Given(part))
        assert report.complete and set(report.loaded) == set(state)
        assert equal(module, state)
        assert module.get_parameter("a.weight") is module.get_parameter("b.weight")


def test_tied_weights_have_one_value() -> None:
    state = random_state(TIED)
    state["b.weight"] = state["b.weight"] + 1
    with pytest.raises(lego.SpecError, match=r"tied to `a.weight`, which has other values there"):
        lego.build(TIED, weights=state)


def test_what_was_tied_loads_where_it_is_not(tmp_path: Path) -> None:
    save_model(lego.build(TIED, seed=1), str(tmp_path / "weights"))
    apart = net("  a: {Linear: 8}\n  b: {Linear: 8}\n")
    found = lego.build(apart, weights=tmp_path / "weights").state_dict()
    assert torch.equal(found["a.weight"], found["b.weight"])


# -- what does not fit -------------------------------------------------------------------------------------------------


def edited(state: State) -> State:
    """A head of another size, a layer that is gone, and one that is new."""
    found = {key.replace("fc.", "stem."): one for key, one in state.items()}
    return found | {"head.weight": torch.ones(5, 6), "head.bias": torch.ones(5)}


def test_what_does_not_fit_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(lego.SpecError) as caught:
        lego.build(SMALL, weights=edited(random_state(SMALL)))
    assert str(caught.value) == TOLD
    assert [one.code for one in caught.value.diagnostics] == ["weights"] * 3


TOLD = """\
<string>:7:3: error[weights] head: `<mapping>` has 2 tensors of another shape or kind
  |
7 |   head: {Linear: 3}
  |   ^^^^
   = head.weight  [3, 6], there [5, 6]   line 7
   = head.bias    [3], there [5]         line 7
   = help: load what fits alone: strict=False, or --no-strict

<string>:5:3: error[weights] fc: `<mapping>` lacks 2 tensors of this module
  |
5 |   fc: {Linear: 6}
  |   ^^
   = fc.weight  [6, 8]   line 5
   = fc.bias    [6]      line 5
   = help: 2 more would load with --map '^stem\\.=fc.'
           in Python: map={r"^stem\\.": "fc."}

<mapping>:1:1: error[weights] `<mapping>` has 2 tensors that this module has not
   = stem.weight  [6, 8]
   = stem.bias    [6]
   = help: load what fits alone: strict=False, or --no-strict"""


def test_a_module_stays_as_it_was_where_something_does_not_fit() -> None:
    module = lego.build(SMALL, seed=1)
    before = {key: one.clone() for key, one in module.state_dict().items()}
    with pytest.raises(lego.SpecError, match=r"^<mapping>:1:1: error\[weights\]"):
        lego.load_weights(module, edited(random_state(SMALL)))
    assert equal(module, before)


def test_what_fits_is_loaded_and_the_rest_reported() -> None:
    module, state = lego.build(SMALL, seed=1), edited(random_state(SMALL))
    report = lego.load_weights(module, state, strict=False)
    assert report.loaded == tuple(key for key in module.state_dict() if key.startswith("bn."))
    assert list(report.missing) == ["fc.weight", "fc.bias"] and list(report.unexpected) == ["stem.weight", "stem.bias"]
    assert report.mismatched["head.weight"].found == Stored((5, 6))
    assert torch.equal(module.state_dict()["bn.running_mean"], state["bn.running_mean"])
    assert str(report) == (
        "<mapping>: 5 of 9 tensors loaded\n"
        "  missing    2: fc.weight [6, 8], fc.bias [6]\n"
        "  unexpected 2: stem.weight [6, 8], stem.bias [6]\n"
        "  mismatched 2: head.weight [3, 6], but [5, 6] in the file, head.bias [3], but [5] in the file\n"
        "  help: 2 more would load with --map '^stem\\.=fc.'\n"
        '        in Python: map={r"^stem\\.": "fc."}'
    )


def test_building_warns_of_what_is_not_loaded() -> None:
    state = random_state(SMALL)
    with pytest.warns(UserWarning, match="5 of 9 tensors loaded"):
        lego.build(SMALL, weights=edited(state), strict=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        lego.build(SMALL, weights=state, strict=False)


def test_listings_are_bounded() -> None:
    spec = lego.load(ROOT / "specs" / "resnet18.yaml")
    with pytest.raises(lego.SpecError) as caught:
        lego.build(spec, weights={f"other.{number}": torch.ones(1) for number in range(1000)})
    assert len(str(caught.value).splitlines()) < 30 and "and 94 more" in str(caught.value)
    assert "and 992 more" in str(caught.value)


def test_numbers_of_another_kind_are_not_converted() -> None:
    state = random_state(SMALL) | {"fc.weight": torch.ones(6, 8, dtype=torch.int8)}
    with pytest.raises(
        lego.SpecError, match=r"\[6, 8\], there \[6, 8\] int8 +line 5; int8 is not converted to float32"
    ):
        lego.build(SMALL, weights=state)


def test_a_transposed_matrix_is_recognised() -> None:
    state = random_state(SMALL)
    state["fc.weight"] = state["fc.weight"].T.contiguous()
    with pytest.raises(lego.SpecError, match=r"\[6, 8\], there \[8, 6\] +line 5; it is transposed there"):
        lego.build(SMALL, weights=state)


def test_a_near_name_is_told() -> None:
    state = random_state(SMALL)
    state["fc.weigth"] = state.pop("fc.weight")
    with pytest.raises(lego.SpecError, match=r"fc.weight  \[6, 8\]   line 5; is it `fc.weigth`\?"):
        lego.build(SMALL, weights=state)


def test_counters_of_batches_may_miss_as_in_torch() -> None:
    state = random_state(SMALL)
    del state["bn.num_batches_tracked"]
    module = lego.build(SMALL, weights=state)
    assert module.state_dict()["bn.num_batches_tracked"] == 0
    assert torch.equal(module.state_dict()["bn.weight"], state["bn.weight"])


# -- names -------------------------------------------------------------------------------------------------------------


def test_names_are_mapped_in_order() -> None:
    state = {f"module.{key}".replace("fc", "block3"): one for key, one in random_state(SMALL).items()}
    rules = {r"^module\.": "", r"^block(\d)\.": r"f\1.", "^f3": "fc"}
    report = lego.load_weights(SMALL, state, map=rules)
    assert report.complete and report.unused == ()
    assert lego.load_weights(SMALL, state, map=list(rules.items())).complete


@pytest.mark.parametrize(
    ("renamed", "advice"),
    [
        (lambda key: f"module.{key}", r"--map '^module\.='"),
        (lambda key: f"model.net.{key}", r"--map '^model\.net\.='"),
        (lambda key: key.replace("layer2.", "stage_2."), r"--map '^stage_2\.=layer2.'"),
        (lambda key: key.replace("layer", "stage"), r"--map '^stage1\.=layer1.'"),
    ],
)
def test_the_map_that_is_advised_helps(renamed: Callable[[str], str], advice: str) -> None:
    spec = lego.load(ROOT / "specs" / "resnet18.yaml")
    state = {renamed(key): one for key, one in lego.build(spec, seed=0).state_dict().items()}
    report = lego.load_weights(spec, state, strict=False)
    assert report.advice is not None and advice in report.advice
    assert lego.load_weights(spec, state, map=[(move.pattern, move.new) for move in report.moves]).complete


def test_a_prefix_of_the_module_is_advised() -> None:
    state = random_state(SMALL)
    spec = net("  body: [{Linear: 6}, BatchNorm1d, {Linear: 3}]\n")
    bare = {key.removeprefix("body."): one for key, one in lego.build(spec).state_dict().items()}
    report = lego.load_weights(spec, bare, strict=False)
    assert report.advice is not None and "--map '^=body.'" in report.advice
    assert lego.load_weights(spec, bare, map={"^": "body."}).complete
    assert lego.load_weights(SMALL, state).advice is None


def test_no_map_is_advised_where_it_would_be_a_guess() -> None:
    spec = net("  a: {Linear: 8}\n  b: {Linear: 8}\n")
    state = {f"{name}.{key}": torch.ones(shape) for name in "xy" for key, shape in (("weight", (8, 8)), ("bias", (8,)))}
    assert lego.load_weights(spec, state, strict=False).moves == ()


def test_a_map_that_changes_nothing_is_told() -> None:
    report = lego.load_weights(SMALL, random_state(SMALL), map={"^modul": ""})
    assert str(report).endswith("the map `^modul=` changed no name")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("fc(", "", "is no regular expression and replacement: missing"),
        ("fc", r"\1", "is no regular expression and replacement: invalid group reference"),
        ("(fc)", r"\g<name>", "is no regular expression and replacement"),
        ("", "x", "has no pattern"),
        ("x" * 201, "", "is longer than 200 characters"),
        ("(a+)+$", "", "could take very long"),
        (r"(\w|\d)*$", "", "could take very long"),
        (r"(?:(a?))*", "", "could take very long"),
        (r"(\w{2,3}){4,}", "", "could take very long"),
        (".*.*.*.*.*", "", "could take very long"),
        ("weight|bias", "w", "makes `fc.w` of two names: `fc.weight` and `fc.bias`"),
    ],
)
def test_maps_that_are_refused(old: str, new: str, told: str) -> None:
    with pytest.raises(Problem, match=told):
        lego.load_weights(SMALL, random_state(SMALL), map={old: new})


@pytest.mark.parametrize("old", [r"^(\w+)\.(\d+)\.(.*)$", r"[*+]+\*", r"\(a+\)+", r"(a|b)\.", "(?P<n>q+)b?"])
def test_maps_that_are_taken(old: str) -> None:
    assert lego.load_weights(SMALL, random_state(SMALL), map={old: "z"}).complete


def test_a_map_is_for_weights() -> None:
    with pytest.raises(TypeError, match="give weights too"):
        lego.build(SMALL, map={"^module.": ""})


# -- what else can be loaded into --------------------------------------------------------------------------------------


def test_any_module_takes_weights(tmp_path: Path) -> None:
    module = nn.Sequential(nn.Linear(4, 2), nn.ReLU())
    save_file({"net.0.weight": torch.ones(2, 4), "net.0.bias": torch.zeros(2)}, tmp_path / "weights")
    assert lego.load_weights(module, tmp_path / "weights", map={"^net.": ""}).loaded == ("0.weight", "0.bias")
    assert torch.equal(module(torch.ones(1, 4)), torch.full((1, 2), 4.0))


def test_the_weights_of_an_edited_spec_carry_over() -> None:
    old = lego.load(ROOT / "specs" / "resnet18.yaml")
    new = lego.load(ROOT / "specs" / "resnet18.yaml", classes=10)
    state = lego.build(old, seed=1).state_dict()
    with pytest.warns(UserWarning, match="120 of 122 tensors loaded"):
        module = lego.build(new, weights=state, strict=False)
    found = module.state_dict()
    assert all(torch.equal(found[key], state[key]) for key in state if not key.startswith("fc."))
