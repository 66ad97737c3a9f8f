"""Recurrent layers, which scan sequences, and their cells, which take one step."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, NamedTuple, Self

from annotated_types import Interval
from pydantic import Strict, model_validator

from lego.catalogue.arguments import (
    Expected,
    Flag,
    Inferred,
    Natural,
    Positive,
    Probability,
    argument,
    inferred,
)
from lego.catalogue.layer import Layer, Result, Slot, slot_names
from lego.catalogue.rules import Size, count, need_rank, product, with_shape
from lego.diagnostics import Note, Problem
from lego.shapes import Shape, TensorType

Depth = Annotated[int, Strict(), Interval(ge=1, le=1000), Expected("an integer between 1 and 1000")]
"""Bounded, for each layer has weights of its own, and all of them are listed."""
Nonlinearity = Annotated[Literal["tanh", "relu"], Expected("tanh or relu")]

_INPUT = Slot("input", "weights")
_HIDDEN = Slot("h_0", "weights", optional=True)
_CELL = Slot("c_0", "weights", optional=True)


class _State(NamedTuple):
    """The shape that a state must have, and what its axes are."""

    shape: Shape
    axes: str


class _Recurrent(Layer):
    """What all have in common. The slots after the first are states."""

    input_size: Inferred[Positive] = inferred("features of the input")
    hidden_size: Positive = argument(help="features of each state")

    if TYPE_CHECKING:  # no field here, or the order would not be torch's
        bias: bool

    alike = False
    gates: ClassVar[int] = 1

    def cell(self, features: int, state: int) -> dict[str, tuple[int, ...]]:
        """The weights of one cell, which reads so many features of its input and of its state."""
        rows = self.gates * self.hidden_size
        found: dict[str, tuple[int, ...]] = {"weight_ih": (rows, features), "weight_hh": (rows, state)}
        return found | ({"bias_ih": (rows,), "bias_hh": (rows,)} if self.bias else {})

    def check_states(self, states: Sequence[TensorType | None], wanted: Sequence[_State], sequences: str = "") -> None:
        """Raise unless all states are there, each as wanted, or none is; a text says how sequences are laid out."""
        names = slot_names(self, 0)[1:]
        missing = [name for name, state in zip(names, states, strict=True) if state is None]
        if 0 < len(missing) < len(states):
            raise Problem(
                "missing-argument",
                f"{type(self).__name__} takes {' and '.join(names)} together, but {' and '.join(missing)} is missing",
                help="give both, or none: they are zeros then",
            )
        for name, state, (shape, axes) in zip(names, states, wanted, strict=True):
            if state is not None and state.shape != shape:
                raise Problem(
                    "shape-mismatch",
                    f"{name} must be {shape}, found {state.shape}",
                    notes=[Note("state", axes)],
                    help=_mended(state.shape, shape, sequences),
                )

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Size:
        """Each step of each sequence is multiplied with every matrix once."""
        input = inputs[0]
        assert input is not None
        return product(input.shape[:-1]) * sum(prod(shape) for shape in self.weights().values() if len(shape) == 2)

    def join_inputs(self, inputs: tuple[str | None, ...]) -> str:
        """Two states are one tuple."""
        input, *states = inputs
        pair = len(states) == 2 and None not in states
        return f"{input}, ({states[0]}, {states[1]})" if pair else super().join_inputs(inputs)


def _mended(found: Shape, wanted: Shape, sequences: str) -> str | None:
    """What makes the one shape of the other, or why they may differ."""
    if (1, *found) == tuple(wanted):
        return "put `Unsqueeze: 0` before it"
    if len(found) != 3 or len(wanted) != 3:
        return None
    if (found[1], found[0], found[2]) == tuple(wanted):
        return "put `Transpose: {dim0: 0, dim1: 1}` before it: the batch of a state is dim 1, whatever batch_first is"
    return sequences if (found[0], found[2]) == (wanted[0], wanted[2]) else None


# -- sequences --------------------------------------------------------------------------------------------------------

_SCAN_LAYERS = '''\
def scan_layers(module: nn.RNNBase, input: torch.Tensor, hx):
    """What an nn.LSTM, nn.GRU or nn.RNN computes, by steps: torch's kernel can be neither compiled nor exported."""
    is_lstm = module.mode == "LSTM"
    batch_first = module.batch_first and input.ndim == 3
    directions = 2 if module.bidirectional else 1
    sizes = (module.proj_size or module.hidden_size, module.hidden_size)[: 2 if is_lstm else 1]
    starts = None if hx is None else hx if is_lstm else (hx,)
    run = scan_steps
    if torch.is_grad_enabled() and not torch.compiler.is_exporting():
        run = loop_steps  # Inductor lets the gradients of several scans share memory, and they come out wrong
    x = input.transpose(0, 1) if batch_first else input
    ends = []
    for layer in range(module.num_layers):
        x = F.dropout(x, module.dropout, module.training and layer > 0)
        outputs = []
        for index in range(directions * layer, directions * (layer + 1)):
            weight_ih, weight_hh, *others = module.all_weights[index]
            bias_ih, bias_hh = others[:2] if module.bias else (None, None)

            def step(states: Tensors, inputs: Tensors) -> tuple[Tensors, Tensors]:
                h, *c = module.step(*inputs, F.linear(states[0], weight_hh, bias_hh), *states)
                h = F.linear(h, others[-1]) if module.proj_size else h
                return (h, *c), (h,)

            read = F.linear(x, weight_ih, bias_ih)
            if starts is None:
                start = tuple(read.new_zeros(*read.shape[1:-1], size) for size in sizes)
            else:
                start = tuple(state[index].to(read.dtype) for state in starts)
            end, output = run(step, start, (read,), reverse=index % directions == 1)
            ends.append(end)
            outputs += output
        x = torch.cat(outputs, -1)
    states = tuple(map(torch.stack, zip(*ends)))
    return x.transpose(0, 1) if batch_first else x, states if is_lstm else states[0]


'''
"""Each of the three is an `nn.RNNBase` of its own, not a subclass of torch's: Dynamo refuses what is one."""


class _Scan(_Recurrent):
    num_layers: Depth = argument(1, "layers, each of which scans the output of the one before")

    if TYPE_CHECKING:  # no fields here, or their order would not be torch's
        batch_first: bool
        dropout: float
        bidirectional: bool

    slots = (_INPUT, _HIDDEN)
    formula = (
        "[L, N, input_size], [D num_layers, N, hidden_size] -> [L, N, D hidden_size], [D num_layers, N, hidden_size] "
        "with D = 2 if bidirectional, else 1; with batch_first N is before L; one sequence has no N"
    )

    @property
    def directions(self) -> int:
        """How often each layer scans."""
        return 2 if self.bidirectional else 1

    @property
    def state_arguments(self) -> tuple[str, ...]:
        """The argument that says how many features a state has, for each; the output has those of the first."""
        return ("hidden_size",)

    @property
    def output_size(self) -> int:
        """Features of the output of each direction."""
        return self.__dict__[self.state_arguments[0]]

    def output_names(self) -> tuple[str, ...]:
        return ("output", "h_n")

    def infer(self, input: TensorType, h_0: TensorType | None = None) -> Result:
        return self.scan(input, h_0)

    def scan(self, input: TensorType, *states: TensorType | None) -> Result:
        """The shape rule."""
        layout = "[N, L, input_size]" if self.batch_first else "[L, N, input_size]"
        need_rank(input, f"{layout}, or one sequence [L, input_size]", 3, 2)
        batch = () if len(input.shape) == 2 else (input.shape[0 if self.batch_first else 1],)
        wanted = [self._state(name, batch) for name in self.state_arguments]
        self.check_states(states, wanted, f"batch_first is {str(self.batch_first).lower()}: sequences are {layout}")
        output = with_shape(input, (*input.shape[:-1], self.directions * self.output_size))
        found = (output, *(with_shape(input, state.shape) for state in wanted))
        return Result(found, {"input_size": input.shape[-1]})

    def _state(self, features: str, batch: tuple[Size, ...]) -> _State:
        depth = "2 num_layers" if self.bidirectional else "num_layers"
        shape = Shape((self.directions * self.num_layers, *batch, self.__dict__[features]))
        return _State(shape, f"[{', '.join((depth, *('N' for _ in batch), features))}]")

    def weights(self) -> dict[str, tuple[int, ...]]:
        assert self.input_size is not None
        state, both = self.output_size, self.directions * self.output_size
        return {
            f"{name}_l{number}{direction}": shape
            for number in range(self.num_layers)
            for direction in ("", "_reverse")[: self.directions]
            for name, shape in self.cell(both if number else self.input_size, state).items()
        }


class RNN(_Scan):
    """h_t = tanh(x_t W_ihᵀ + b_ih + h_(t-1) W_hhᵀ + b_hh) at each step of a sequence (Elman 1990).

    As in torch, sequences are [L, N, features] unless `batch_first` is true; h_0 is zeros where it is left out.
    """

    nonlinearity: Nonlinearity = argument("tanh", "what is applied to the sum")
    bias: Flag = argument(True, "add learned numbers, b_ih and b_hh")
    batch_first: Flag = argument(False, "sequences are [N, L, features]; states have the batch second all the same")
    dropout: Probability = argument(0.0, "probability of a zero, between layers, in training")
    bidirectional: Flag = argument(False, "scan backwards as well, with weights of its own")

    torch_name = "RNN"
    page = "torch.nn.RNN"
    helper = (
        _SCAN_LAYERS
        + '''\
class RNN(nn.RNNBase):
    """nn.RNN, which torch.compile and torch.export can take; elsewhere it is torch's own."""

    def __init__(self, *sizes: int, nonlinearity: str = "tanh", **options) -> None:
        super().__init__(f"RNN_{nonlinearity.upper()}", *sizes, **options)
        self.nonlinearity = nonlinearity

    def forward(self, input: torch.Tensor, hx: torch.Tensor | None = None):
        if torch.compiler.is_compiling():
            return scan_layers(self, input, hx)
        return nn.RNN.forward(self, input, hx)

    def step(self, read: torch.Tensor, recalled: torch.Tensor, h: torch.Tensor):
        total = read + recalled
        return (total.relu() if self.nonlinearity == "relu" else total.tanh(),)
'''
    )


class _GatedScan(_Scan):
    bias: Flag = argument(True, "add learned numbers, b_ih and b_hh")
    batch_first: Flag = argument(False, "sequences are [N, L, features]; states have the batch second all the same")
    dropout: Probability = argument(0.0, "probability of a zero, between layers, in training")
    bidirectional: Flag = argument(False, "scan backwards as well, with weights of its own")


class GRU(_GatedScan):
    """Gated recurrent units: h_t = (1 - z) ⊙ n + z ⊙ h_(t-1) at each step of a sequence (Cho et al. 2014).

    r, z = σ(x_t W_ihᵀ + b_ih + h_(t-1) W_hhᵀ + b_hh), n = tanh(x_t W_inᵀ + b_in + r ⊙ (h_(t-1) W_hnᵀ + b_hn)).
    As in torch, sequences are [L, N, features] unless `batch_first` is true; h_0 is zeros where it is left out.
    """

    gates = 3
    torch_name = "GRU"
    page = "torch.nn.GRU"
    helper = (
        _SCAN_LAYERS
        + '''\
class GRU(nn.RNNBase):
    """nn.GRU, which torch.compile and torch.export can take; elsewhere it is torch's own."""

    def __init__(self, *sizes: int, **options) -> None:
        super().__init__("GRU", *sizes, **options)

    def forward(self, input: torch.Tensor, hx: torch.Tensor | None = None):
        if torch.compiler.is_compiling():
            return scan_layers(self, input, hx)
        return nn.GRU.forward(self, input, hx)

    def step(self, read: torch.Tensor, recalled: torch.Tensor, h: torch.Tensor):
        read_r, read_z, read_n = read.chunk(3, -1)
        recalled_r, recalled_z, recalled_n = recalled.chunk(3, -1)
        n = (read_n + (read_r + recalled_r).sigmoid() * recalled_n).tanh()
        return (n + (read_z + recalled_z).sigmoid() * (h - n),)
'''
    )


class LSTM(_GatedScan):
    """Long short-term memory: c_t = f ⊙ c_(t-1) + i ⊙ g, h_t = o ⊙ tanh(c_t) at each step (Hochreiter et al. 1997).

    i, f, o = σ(x_t W_ihᵀ + b_ih + h_(t-1) W_hhᵀ + b_hh), g is its tanh; with `proj_size`, h_t is multiplied with W_hr.
    As in torch, sequences are [L, N, features] unless `batch_first` is true; h_0 and c_0 are zeros where left out.
    """

    proj_size: Natural = argument(0, "features that h and the output are projected to; 0: they are not")

    gates = 4
    torch_name = "LSTM"
    page = "torch.nn.LSTM"
    helper = (
        _SCAN_LAYERS
        + '''\
class LSTM(nn.RNNBase):
    """nn.LSTM, which torch.compile and torch.export can take; elsewhere it is torch's own."""

    check_forward_args = nn.LSTM.check_forward_args
    get_expected_cell_size = nn.LSTM.get_expected_cell_size
    permute_hidden = nn.LSTM.permute_hidden

    def __init__(self, *sizes: int, **options) -> None:
        super().__init__("LSTM", *sizes, **options)

    def forward(self, input: torch.Tensor, hx: tuple[torch.Tensor, torch.Tensor] | None = None):
        if torch.compiler.is_compiling():
            return scan_layers(self, input, hx)
        return nn.LSTM.forward(self, input, hx)

    def step(self, read: torch.Tensor, recalled: torch.Tensor, h: torch.Tensor, c: torch.Tensor):
        i, f, g, o = (read + recalled).chunk(4, -1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c
'''
    )
    slots = (_INPUT, _HIDDEN, _CELL)
    formula = (
        "[L, N, input_size], [D num_layers, N, H], [D num_layers, N, hidden_size] "
        "-> [L, N, D H], [D num_layers, N, H], [D num_layers, N, hidden_size] with H = proj_size if given, else "
        "hidden_size, D = 2 if bidirectional, else 1; with batch_first N is before L; one sequence has no N"
    )

    @model_validator(mode="after")
    def _projects_to_less(self) -> Self:
        if self.proj_size >= self.hidden_size:
            raise ValueError(
                f"proj_size must be smaller than hidden_size, but {self.proj_size} is not below {self.hidden_size}"
            )
        return self

    @property
    def state_arguments(self) -> tuple[str, ...]:
        return ("proj_size" if self.proj_size else "hidden_size", "hidden_size")

    def output_names(self) -> tuple[str, ...]:
        return ("output", "h_n", "c_n")

    def infer(self, input: TensorType, h_0: TensorType | None = None, c_0: TensorType | None = None) -> Result:
        return self.scan(input, h_0, c_0)

    def cell(self, features: int, state: int) -> dict[str, tuple[int, ...]]:
        projection = {"weight_hr": (self.proj_size, self.hidden_size)} if self.proj_size else {}
        return super().cell(features, state) | projection

    def join_outputs(self, names: Sequence[str]) -> str:
        """Both states are one tuple."""
        output, *states = names
        return f"{output}, ({', '.join(states)})" if set(states) != {"_"} else f"{output}, _"


# -- one step ---------------------------------------------------------------------------------------------------------


class _Cell(_Recurrent):
    bias: Flag = argument(True, "add learned numbers, b_ih and b_hh")

    slots = (_INPUT, Slot("hx", "weights", optional=True))
    formula = "[N, input_size], [N, hidden_size] -> [N, hidden_size]; one sample has no N"

    def step(self, input: TensorType, *states: TensorType | None) -> Result:
        """The shape rule: the outputs are the next states."""
        rank = len(input.shape)
        if rank not in (1, 2):
            raise Problem(
                "rank-mismatch",
                f"needs an input [N, input_size], or one sample [input_size], found {input.shape}, "
                f"which has {count(rank, 'dim')}",
                help=f"{type(self).__name__} takes one step; {type(self).__name__[:-4]} scans a sequence",
            )
        shape = Shape((*input.shape[:-1], self.hidden_size))
        wanted = _State(shape, "[N, hidden_size]" if rank == 2 else "[hidden_size]")
        self.check_states(states, [wanted] * len(states))
        return Result((with_shape(input, shape),) * len(states), {"input_size": input.shape[-1]})

    def weights(self) -> dict[str, tuple[int, ...]]:
        assert self.input_size is not None
        return self.cell(self.input_size, self.hidden_size)


class RNNCell(_Cell):
    """One step of an RNN: h' = tanh(x W_ihᵀ + b_ih + h W_hhᵀ + b_hh); h is zeros where it is left out."""

    nonlinearity: Nonlinearity = argument("tanh", "what is applied to the sum")

    def infer(self, input: TensorType, hx: TensorType | None = None) -> Result:
        return self.step(input, hx)


class GRUCell(_Cell):
    """One step of a GRU: h' = (1 - z) ⊙ n + z ⊙ h; h is zeros where it is left out."""

    gates = 3

    def infer(self, input: TensorType, hx: TensorType | None = None) -> Result:
        return self.step(input, hx)


class LSTMCell(_Cell):
    """One step of an LSTM: c' = f ⊙ c + i ⊙ g, h' = o ⊙ tanh(c'); h and c are zeros where they are left out."""

    gates = 4
    slots = (_INPUT, _HIDDEN, _CELL)
    formula = "[N, input_size], [N, hidden_size], [N, hidden_size] -> [N, hidden_size], [N, hidden_size]; one: no N"

    def output_names(self) -> tuple[str, ...]:
        return ("h_1", "c_1")

    def infer(self, input: TensorType, h_0: TensorType | None = None, c_0: TensorType | None = None) -> Result:
        return self.step(input, h_0, c_0)
