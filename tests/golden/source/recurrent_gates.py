"""gates: x [T, N, 5] -> lstm [T, N, 8]

An LSTM gate by gate, with eight Linears.
"""

import torch
from torch import nn


class GatesLstmInitial(nn.Module):
    """nothing -> [1, 8]"""

    def __init__(self) -> None:
        super().__init__()
        self.c = nn.Parameter(torch.zeros((1, 8)))

    def forward(self) -> tuple[torch.Tensor, ...]:
        return self.c,


class GatesLstmCell(nn.Module):
    """All steps; of one: [N, 5], [N, 8], [N, 8] -> [N, 8], [N, 8], [N, 8]"""

    def __init__(self) -> None:
        super().__init__()
        self.xi = nn.Linear(5, 8)
        self.hi = nn.Linear(8, 8)
        self.i = nn.Sigmoid()
        self.xf = nn.Linear(5, 8)
        self.hf = nn.Linear(8, 8)
        self.f = nn.Sigmoid()
        self.xg = nn.Linear(5, 8)
        self.hg = nn.Linear(8, 8)
        self.g = nn.Tanh()
        self.xo = nn.Linear(5, 8)
        self.ho = nn.Linear(8, 8)
        self.o = nn.Sigmoid()
        self.t = nn.Tanh()

    def forward(self, x: torch.Tensor, c: torch.Tensor) -> tuple[torch.Tensor, ...]:
        weights = (
            torch.cat([self.xi.weight, self.xf.weight, self.xg.weight, self.xo.weight]),
            torch.cat([self.hi.weight, self.hf.weight, self.hg.weight, self.ho.weight]),
            torch.cat([self.xi.bias, self.xf.bias, self.xg.bias, self.xo.bias]),
            torch.cat([self.hi.bias, self.hf.bias, self.hg.bias, self.ho.bias]),
        )
        start = (x.new_zeros(x.shape[1], 8).unsqueeze(0), c.unsqueeze(0))
        h_new, h, c = torch.lstm(x, start, weights, True, 1, 0.0, self.training, False, False)
        h, c = h.squeeze(0), c.squeeze(0)
        return h_new, h, c


class GatesLstm(nn.Module):
    """[T, N, 5] -> [T, N, 8], [N, 8], [N, 8]"""

    def __init__(self) -> None:
        super().__init__()
        self.initial = GatesLstmInitial()
        self.cell = GatesLstmCell()

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        y = self.initial()[0]
        y = y.expand(x.shape[1], 8)
        return self.cell(x, y)


class Gates(nn.Module):
    """[T, N, 5] -> [T, N, 8]"""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = GatesLstm()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x, _, _ = self.lstm(x)
        return x
