"""The recurrent specs: they learn, run equally in a loop, and are exported with lengths that stay open."""

from __future__ import annotations

import onnxruntime
import pytest
import torch
from torch.nn.functional import cross_entropy

import lego
from lego.graph import parameters
from tests.specs.test_specs import inputs, path_of

WORDS = {"vocabulary": 20, "width": 8}
DROPS_NOTHING = {"input": 0, "state": 0, "output": 0}
SMALL = {
    "char_rnn": {"width": 8, "dropout": 0},
    "crnn": {"planes": [4, 4, 8, 8, 8, 8, 8], "hidden": 8, "classes": 5},
    "deep_rnn": {"width": 8},
    "elman": {},
    "jordan": {},
    "minimal_gated_unit": {"hidden": 8},
    "peephole_lstm": {},
    "rcnn96": {"planes": 8, "dropout": 0},
    "recurrent_highway": WORDS | {"depth": 3, "dropout": DROPS_NOTHING},
    "seq2seq": WORDS | {"hidden": 8, "align": 7, "maxout": 4},
    "seq2seq_greedy": WORDS | {"hidden": 8, "align": 7, "maxout": 4, "steps": 6},
    "tagger": WORDS | {"hidden": 8, "tags": 5},
}
LEARN = [name for name in SMALL if name != "seq2seq_greedy"]


def spec_of(name):
    return lego.load(path_of(name), **SMALL[name])


def sizes(graph, above):
    symbols = sorted({name for type in graph.inputs.values() for name in type.shape.symbols})
    return {name: graph.requires.get(name, 1) + above + index for index, name in enumerate(symbols)}


def batch(graph, above, dtype=torch.float32):
    """One tensor for each input; rows are as long as they may be, as half of it, and so on."""
    values = sizes(graph, above)
    tensors = [one.to(dtype) if one.is_floating_point() else one for one in inputs(graph, values, "cpu")]
    if "lengths" in graph.inputs:
        longest = values["S" if "S" in values else "T"]
        lengths = [max(1, longest // (1 + row)) for row in range(values["N"])]
        tensors[list(graph.inputs).index("lengths")] = torch.tensor(lengths)
    return tensors


@pytest.mark.parametrize("name", LEARN)
def test_training_lowers_the_loss(name):
    torch.manual_seed(0)
    spec = spec_of(name)
    module = lego.build(spec, seed=0)
    given = batch(spec.graph, 3)
    shape = module(*given).shape
    target = torch.randn(shape) if shape[-1] == 1 else torch.randint(shape[-1], shape[:-1]).flatten()
    optimizer = torch.optim.Adam(module.parameters(), lr=0.01)
    losses = []
    for _ in range(6):
        found = module(*given)
        loss = (found - target).square().mean() if shape[-1] == 1 else cross_entropy(found.flatten(0, -2), target)
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        assert all(weight.grad is not None and weight.grad.isfinite().all() for weight in module.parameters())
        optimizer.step()
    assert losses[-1] < losses[1] < losses[0]


@pytest.mark.parametrize("name", SMALL)
def test_what_runs_is_the_loop_as_it_is_written(name):
    torch.manual_seed(0)
    spec = spec_of(name)
    given = batch(spec.graph, 5, torch.float64)
    modules = [lego.build(spec, seed=0, dtype=torch.float64, lowering=lowering) for lowering in ("loop", "auto")]
    written, found = (module(*given) for module in modules)
    torch.testing.assert_close(found, written)
    if not found.is_floating_point():
        return
    written.square().sum().backward()
    found.square().sum().backward()
    expected = dict(modules[0].named_parameters())
    for key, weight in modules[1].named_parameters():
        torch.testing.assert_close(weight.grad, expected[key].grad)


# -- export ----------------------------------------------------------------------------------------------------------


SLOW = [name for name in SMALL if name != "elman"]


@pytest.mark.parametrize("name", ["elman", *(pytest.param(name, marks=pytest.mark.nightly) for name in SLOW)])
def test_onnx_runs_at_other_lengths(name, tmp_path):
    """A number of steps that was never seen, a single one among them."""
    spec = spec_of(name)
    module = lego.build(spec, seed=0).eval()
    session = onnxruntime.InferenceSession(lego.export(spec, tmp_path / "model.onnx", weights=module).path)
    for above in (0, 9):
        given = batch(spec.graph, above)
        with torch.no_grad():
            expected = module(*given)
        read = zip(session.get_inputs(), given, strict=True)
        [found] = session.run(None, {one.name: tensor.numpy() for one, tensor in read})
        torch.testing.assert_close(torch.from_numpy(found), expected, rtol=1e-4, atol=1e-5)


# -- what the specs say of themselves ---------------------------------------------------------------------------------


def test_lengths_of_a_sentence_hide_its_padding():
    """What stands beyond the end of a sentence is seen by nothing within it, in neither direction."""
    module = lego.build(spec_of("tagger"), seed=0)
    words = torch.randint(20, (3, 7))
    lengths = torch.tensor([7, 4, 1])
    changed = torch.where(torch.arange(7) < lengths[:, None], words, (words + 1) % 20)
    found, other = module(words, lengths), module(changed, lengths)
    assert torch.equal(found, other)
    alone = module(words[1:2, :4], lengths[1:2])
    torch.testing.assert_close(alone, found[1:2, :4])


def test_the_greedy_decoder_is_the_trained_one_that_reads_its_own_words():
    torch.manual_seed(0)
    training, greedy = (lego.build(spec_of(name), seed=0) for name in ("seq2seq", "seq2seq_greedy"))
    for weight in training.parameters():
        torch.nn.init.normal_(weight, std=0.7)
    greedy.load_state_dict(training.state_dict(), strict=True)
    source, lengths = torch.randint(20, (8, 7)), torch.tensor([7, 1, 2, 3, 4, 5, 6, 7])
    words = greedy(source, lengths)
    previous = torch.cat([torch.zeros(8, 1, dtype=torch.int64), words[:, :-1]], 1)
    assert torch.equal(training(source, lengths, previous).argmax(-1), words)
    assert len(words.unique()) > 2, "one word at all times would show nothing"


def test_variational_dropout_takes_the_same_features_in_all_steps():
    spec = lego.load(path_of("recurrent_highway"), **WORDS, depth=3)
    module = lego.build(spec, seed=0)
    seen = {}
    for name in ("drop_input", "drop_output"):
        module.get_submodule(name).register_forward_hook(lambda _, __, y, name=name: seen.update({name: y}))
    module(torch.randint(20, (3, 5)))
    for values in seen.values():
        dropped = values == 0
        assert torch.equal(dropped, dropped[:, :1].expand_as(dropped))
        assert dropped.any()


def test_layers_of_a_highway_network_share_the_depth_of_the_paper():
    """Each layer beyond the first has two square matrices and two biases."""
    counts = [parameters(lego.load(path_of("recurrent_highway"), depth=depth).graph.root) for depth in (9, 10)]
    assert counts[1] - counts[0] == 2 * (830 * 830 + 830)


@pytest.mark.parametrize("delay", [1, 2, 5])
def test_a_delay_reads_so_many_steps_back(delay):
    """With the weights of the step before at zero, a pulse comes back each `delay` steps, and in no other."""
    module = lego.build(lego.load(path_of("deep_rnn"), width=4, depth=1, delay=delay), seed=0)
    [cell] = [one for name, one in module.named_modules() if name.endswith("cell")]
    for weight in (cell.from_last.weight, cell.from_input.bias):
        torch.nn.init.zeros_(weight)
    for weight in (cell.from_input.weight, cell.from_earlier.weight):
        torch.nn.init.eye_(weight)
    module.embed.weight.data = torch.eye(65, 4).roll(1, 0)
    heard = []
    module.layers.register_forward_hook(lambda _, __, y: heard.append(y))
    module(torch.tensor([[1] + [60] * 10]))
    loud = heard[0][0].abs().sum(-1).nonzero().flatten().tolist()
    assert loud == list(range(0, 11, delay))
