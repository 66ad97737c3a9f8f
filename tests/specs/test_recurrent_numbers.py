"""The recurrent specs against second ones, written by hand from the papers, with the same weights."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

import lego
from tests.specs.test_recurrent import SMALL
from tests.specs.test_specs import path_of


def build(name, **values):
    """The module in float64, with weights that are large enough to be seen, and its weights by name."""
    torch.manual_seed(0)
    module = lego.build(path_of(name), seed=0, dtype=torch.float64, **SMALL[name] | values).eval()
    for weight in module.parameters():
        nn.init.normal_(weight, std=0.5)
    return module, module.state_dict()


def linear(x, state, name):
    y = x @ state[f"{name}.weight"].T
    return y + state[f"{name}.bias"] if f"{name}.bias" in state else y


def numbers(*shape):
    return torch.randn(shape, dtype=torch.float64)


def below(prefix, state):
    return {key.removeprefix(f"{prefix}."): value for key, value in state.items() if key.startswith(f"{prefix}.")}


# -- simple networks -------------------------------------------------------------------------------------------------


def test_elman():
    module, state = build("elman", hidden=3)
    x, context, outputs = numbers(2, 6, 1), numbers(2, 3) * 0, []
    for step in x.unbind(1):
        summed = linear(step, state, "layer.cell.from_input") + linear(context, state, "layer.cell.from_context")
        context = torch.sigmoid(summed)
        outputs.append(linear(context, state, "output"))
    torch.testing.assert_close(module(x), torch.stack(outputs, 1))


def test_jordan():
    module, state = build("jordan", hidden=3, outputs=2)
    state = below("net.cell", state)
    x, context, outputs = numbers(2, 6, 1), numbers(2, 2) * 0, []
    for step in x.unbind(1):
        hidden = torch.sigmoid(linear(step, state, "from_input") + linear(context, state, "from_context"))
        context = linear(hidden, state, "output")
        outputs.append(context)
    torch.testing.assert_close(module(x), torch.stack(outputs, 1))


@pytest.mark.parametrize("delay", [1, 3])
def test_deep_rnn(delay):
    module, state = build("deep_rnn", depth=2, delay=delay)
    text = torch.randint(65, (2, 7))
    x = state["embed.weight"][text]
    for layer in range(2):
        cell = below(f"layers.{layer}.layer.layer.cell", state)
        found = [torch.zeros_like(x[:, 0])] * delay
        for step in x.unbind(1):
            read = linear(step, cell, "from_input") + linear(found[-1], cell, "from_last")
            found.append(torch.tanh(read + linear(found[-delay], cell, "from_earlier")))
        x = x + torch.stack(found[delay:], 1)
    torch.testing.assert_close(module(text), linear(x, state, "head"))


# -- gates -----------------------------------------------------------------------------------------------------------


def test_peephole_lstm():
    """Formulas 1 to 6 of Greff et al. 2015, which are those of Gers and Schmidhuber with tanh."""
    module, state = build("peephole_lstm")
    cell = below("lstm.cell", state)
    w_i, w_f, w_z, w_o = cell["x.weight"].chunk(4)
    r_i, r_f, r_z, r_o = cell["r.weight"].chunk(4)
    b_i, b_f, b_z, b_o = cell["x.bias"].chunk(4)
    p_i, p_f, p_o = (cell[f"peep_{gate}.weight"] for gate in "ifo")
    signal, outputs = numbers(3, 8, 1), []
    y = c = torch.zeros(3, 16, dtype=torch.float64)
    for x in signal.unbind(1):
        z = torch.tanh(x @ w_z.T + y @ r_z.T + b_z)
        i = torch.sigmoid(x @ w_i.T + y @ r_i.T + p_i * c + b_i)
        f = torch.sigmoid(x @ w_f.T + y @ r_f.T + p_f * c + b_f)
        c = z * i + c * f
        o = torch.sigmoid(x @ w_o.T + y @ r_o.T + p_o * c + b_o)
        y = torch.tanh(c) * o
        outputs.append(linear(y, state, "head"))
    torch.testing.assert_close(module(signal), torch.stack(outputs, 1))


def test_minimal_gated_unit():
    """Formula 8 of the paper, with its matrices on the state and the input side by side."""
    module, state = build("minimal_gated_unit")
    cell = below("mgu.cell", state)
    w_f = torch.cat([cell["f_h.weight"], cell["f_x.weight"]], 1)
    w_h = torch.cat([cell["c_h.weight"], cell["c_x.weight"]], 1)
    image = numbers(3, 9, 28)
    h = torch.zeros(3, 8, dtype=torch.float64)
    for x in image.unbind(1):
        f = torch.sigmoid(torch.cat([h, x], 1) @ w_f.T + cell["f_x.bias"])
        proposal = torch.tanh(torch.cat([f * h, x], 1) @ w_h.T + cell["c_x.bias"])
        h = (1 - f) * h + f * proposal
    torch.testing.assert_close(module(image), linear(h, state, "head"))


def test_recurrent_highway():
    """Formulas 6 to 9 of the paper; the carry gate is 1 - t."""
    module, state = build("recurrent_highway")
    cell = below("rhn.cell", state)
    text, outputs = torch.randint(20, (3, 6)), []
    s = torch.zeros(3, 8, dtype=torch.float64)
    for word in text.unbind(1):
        x = state["embed.weight"][word]
        for layer in range(3):
            h, t = linear(s, cell, f"layers.{layer}.h_state"), linear(s, cell, f"layers.{layer}.t_state")
            if layer == 0:
                h, t = h + linear(x, cell, "h_word"), t + linear(x, cell, "t_word")
            t = torch.sigmoid(t)
            s = torch.tanh(h) * t + s * (1 - t)
        outputs.append(linear(s, state, "head"))
    torch.testing.assert_close(module(text), torch.stack(outputs, 1))


def test_tagger_is_torchs_lstm_on_packed_sentences():
    module, state = build("tagger")
    theirs = nn.LSTM(8, 8, bidirectional=True, batch_first=True, dtype=torch.float64)
    for suffix, cell in ("", "lstm.cell"), ("_reverse", "lstm.cell_reverse"):
        given = {"weight_ih": f"{cell}.x.weight", "weight_hh": f"{cell}.r.weight", "bias_ih": f"{cell}.x.bias"}
        for name, key in given.items():
            getattr(theirs, f"{name}_l0{suffix}").data = state[key]
        getattr(theirs, f"bias_hh_l0{suffix}").data.zero_()
    words, lengths = torch.randint(20, (4, 7)), torch.tensor([3, 7, 1, 6])
    packed = pack_padded_sequence(state["embed.weight"][words], lengths, batch_first=True, enforce_sorted=False)
    read, _ = pad_packed_sequence(theirs(packed)[0], batch_first=True, total_length=7)
    torch.testing.assert_close(module(words, lengths), linear(read, state, "tags"))


# -- attention -------------------------------------------------------------------------------------------------------


def gated_unit(x, s, state):
    """Formulas of appendix A.1.1: x holds what is read, for z, r and the proposal."""
    x_z, x_r, x_s = x.chunk(3, -1)
    u_z, u_r = state["gates.weight"].chunk(2)
    z, r = torch.sigmoid(x_z + u_z @ s), torch.sigmoid(x_r + u_r @ s)
    return (1 - z) * s + z * torch.tanh(x_s + state["candidate.weight"] @ (r * s))


def bahdanau(source, previous, state):
    """Scores for one sentence without padding, one number of a place after the other."""
    words = state["encoder.embed.weight"][source]
    sides = {}
    for name, order in ("cell", 1), ("cell_reverse", -1):
        cell, h, found = below(f"encoder.rnn.{name}", state), words.new_zeros(8), []
        for word in words if order == 1 else words.flip(0):
            h = gated_unit(linear(word, cell, "x"), h, below("h_new", cell))
            found.append(h)
        sides[name] = torch.stack(found[::order])
    memory = torch.cat([sides["cell"], sides["cell_reverse"]], -1)
    s = torch.tanh(state["encoder.start.weight"] @ sides["cell_reverse"][0])
    cell, scores = below("decoder.cell", state), []
    v = cell["context.energy.weight"][0]
    for token in previous:
        word = cell["word.weight"][token]
        energies = [v @ torch.tanh(cell["context.query.weight"] @ s + state["keys.weight"] @ place) for place in memory]
        context = torch.softmax(torch.stack(energies), 0) @ memory
        deep = linear(torch.cat([s, word, context]), cell, "scores.deep")
        largest = torch.stack([deep[at : at + 2].max() for at in range(0, len(deep), 2)])
        scores.append(linear(largest, cell, "scores.word_scores"))
        x = linear(word, cell, "word_x") + linear(context, cell, "context_x")
        s = gated_unit(x, s, below("s_new", cell))
    return torch.stack(scores)


def test_seq2seq():
    """Each sentence by itself, so that neither padding nor the rest of the batch is seen."""
    module, state = build("seq2seq")
    source, previous = torch.randint(20, (3, 6)), torch.randint(20, (3, 4))
    lengths = torch.tensor([6, 1, 4])
    rows = zip(source, lengths, previous, strict=True)
    expected = torch.stack([bahdanau(words[:length], given, state) for words, length, given in rows])
    torch.testing.assert_close(module(source, lengths, previous), expected)


# -- images ----------------------------------------------------------------------------------------------------------


def test_rcnn96():
    """Section 3.1 and 3.2; competition among 13 neighbours, as 96 // 8 + 1."""
    module, state = build("rcnn96", planes=96)

    def convolved(x, name):
        kernel = state[f"{name}.weight"]
        return F.conv2d(x, kernel, state.get(f"{name}.bias"), padding=kernel.shape[-1] // 2)

    def compete(x):
        squares = F.pad(x.square(), (0, 0, 0, 0, 6, 6)).unfold(1, 13, 1).sum(-1)
        return x / (1 + 0.001 / 13 * squares) ** 0.75

    for weight in module.parameters():
        nn.init.normal_(weight, std=0.03)
    image = numbers(2, 3, 20, 17)
    x = F.max_pool2d(F.relu(convolved(image, "conv")), 3, 2, 1)
    for layer in (1, 2, 3, 4):
        cell = f"layer{layer}.layer.cell"
        given = convolved(x, f"{cell}.feed_forward")
        x = compete(F.relu(given))
        for _ in range(3):
            x = compete(F.relu(given + convolved(x, f"{cell}.recurrent")))
        if layer == 2:
            x = F.max_pool2d(x, 3, 2, 1)
    torch.testing.assert_close(module(image), linear(x.flatten(2).max(-1)[0], state, "head"))


class Columns(nn.Module):
    """crnn.pytorch's BidirectionalLSTM."""

    def __init__(self, features, hidden, outputs):
        super().__init__()
        self.rnn = nn.LSTM(features, hidden, bidirectional=True)
        self.embedding = nn.Linear(2 * hidden, outputs)

    def forward(self, x):
        x, _ = self.rnn(x)
        steps, rows, features = x.shape
        return self.embedding(x.view(steps * rows, features)).view(steps, rows, -1)


class Crnn(nn.Module):
    """crnn.pytorch, by its table of layers."""

    def __init__(self, planes, hidden, classes):
        super().__init__()
        kernels, paddings = [3, 3, 3, 3, 3, 3, 2], [1, 1, 1, 1, 1, 1, 0]
        self.cnn = nn.Sequential()
        for index, (before, after) in enumerate(zip([1, *planes], planes, strict=False)):
            self.cnn.add_module(f"conv{index}", nn.Conv2d(before, after, kernels[index], 1, paddings[index]))
            if index in (2, 4, 6):
                self.cnn.add_module(f"batchnorm{index}", nn.BatchNorm2d(after))
            self.cnn.add_module(f"relu{index}", nn.ReLU(True))
            if index in (0, 1):
                self.cnn.add_module(f"pooling{index}", nn.MaxPool2d(2, 2))
            if index in (3, 5):
                self.cnn.add_module(f"pooling{(index + 1) // 2}", nn.MaxPool2d((2, 2), (2, 1), (0, 1)))
        self.rnn = nn.Sequential(Columns(planes[-1], hidden, hidden), Columns(hidden, hidden, classes))

    def forward(self, image):
        return self.rnn(self.cnn(image).squeeze(2).permute(2, 0, 1))


@pytest.mark.parametrize("width", [16, 100])
def test_crnn(width):
    """Names are those of the published weights."""
    module, state = build("crnn")
    theirs = Crnn(**SMALL["crnn"]).double().eval()
    theirs.load_state_dict(state, strict=True)
    image = numbers(2, 1, 32, width)
    torch.testing.assert_close(module(image), theirs(image))
    assert list(lego.build(path_of("crnn"), device="meta").state_dict()) == list(theirs.state_dict())
