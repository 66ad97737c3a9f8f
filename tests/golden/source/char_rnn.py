"""char_rnn: text [N, T] int64 -> head [N, T, 65]

A model of text by characters: an LSTM of two layers says which one comes next (Karpathy 2015, The unreasonable
effectiveness of recurrent neural networks; 65 are those of the plays of Shakespeare that he took). 280,897
parameters.
"""

import torch
from torch import nn


class CharRnn(nn.Module):
    """[N, T] int64 -> [N, T, 65]"""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(65, 128)
        self.lstm = nn.LSTM(128, 128, num_layers=2, batch_first=True, dropout=0.5)
        self.head = nn.Linear(128, 65)

    def forward(self, text: torch.Tensor) -> torch.Tensor:
        x = self.embed(text)
        x, _ = self.lstm(x)
        return self.head(x)
