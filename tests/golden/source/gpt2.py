"""gpt2: tokens [N, T] int64 -> lm_head [N, T, 50257]

GPT-2 small: language models are unsupervised multitask learners (Radford et al. 2019). Names as in the
published weights, whose matrices are those of Linear transposed; the head is the embedding. 124,439,808
parameters.
"""

import torch
import torch.nn.functional as F
from torch import nn


class Attention(nn.Module):
    """Each token reads those before it and itself.

    [N, T, 768] -> [N, T, 768]
    """

    def __init__(self) -> None:
        super().__init__()
        self.c_attn = nn.Linear(768, 2304)
        self.c_proj = nn.Linear(768, 768)
        nn.init.normal_(self.c_attn.weight, std=0.02)
        nn.init.zeros_(self.c_attn.bias)
        nn.init.normal_(self.c_proj.weight, std=0.004082482904638631)
        nn.init.zeros_(self.c_proj.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.c_attn(x)
        x = x.unflatten(2, (36, -1)).permute(0, 2, 1, 3)
        qkv_0, qkv_1, qkv_2 = x.chunk(3, dim=1)
        del x
        x = F.scaled_dot_product_attention(qkv_0, qkv_1, qkv_2, dropout_p=0.1 if self.training else 0.0, is_causal=True)
        del qkv_0, qkv_1, qkv_2
        x = x.permute(0, 2, 1, 3).flatten(2, 3)
        return self.c_proj(x)


class Mlp(nn.Sequential):
    """Each token by itself, on four times the features.

    [N, T, 768] -> [N, T, 768]
    """

    def __init__(self) -> None:
        super().__init__()
        self.c_fc = nn.Linear(768, 3072)
        self.act = nn.GELU(approximate="tanh")
        self.c_proj = nn.Linear(3072, 768)
        nn.init.normal_(self.c_fc.weight, std=0.02)
        nn.init.zeros_(self.c_fc.bias)
        nn.init.normal_(self.c_proj.weight, std=0.004082482904638631)
        nn.init.zeros_(self.c_proj.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x)


class Layer(nn.Module):
    """Attention and a perceptron, each added to its input; `std` is that of the weights that end in the sum.

    [N, T, 768] -> [N, T, 768]
    """

    def __init__(self) -> None:
        super().__init__()
        self.ln_1 = nn.LayerNorm(768)
        self.attn = Attention()
        self.attn_dropout = nn.Dropout(p=0.1)
        self.ln_2 = nn.LayerNorm(768)
        self.mlp = Mlp()
        self.mlp_dropout = nn.Dropout(p=0.1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.ln_1(x)
        y = self.attn(y)
        y = self.attn_dropout(y)
        x = x + y
        del y
        y = self.ln_2(x)
        y = self.mlp(y)
        y = self.mlp_dropout(y)
        return x + y


class Gpt2(nn.Module):
    """[N, T] int64 -> [N, T, 50257]"""

    def __init__(self) -> None:
        super().__init__()
        self.wte = nn.Embedding(50257, 768)
        self.wpe = nn.Embedding(1024, 768)
        self.drop = nn.Dropout(p=0.1)
        self.h = nn.Sequential(*(Layer() for _ in range(12)))
        self.ln_f = nn.LayerNorm(768)
        self.lm_head = nn.Linear(768, 50257, bias=False)
        for module in (self.wte, self.wpe, self.lm_head):
            nn.init.normal_(module.weight, std=0.02)
        self.lm_head.weight = self.wte.weight

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        x = self.wte(tokens)
        y = torch.arange(tokens.shape[1], device=tokens.device)
        y = self.wpe(y)
        x = x + y
        del y
        x = self.drop(x)
        x = self.h(x)
        x = self.ln_f(x)
        return self.lm_head(x)
