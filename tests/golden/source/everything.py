"""everything: tokens [N, T] int64, image [N, 3, 4*h, 4*w] -> logits [N, T, 50], r [N, T, 5], l [N, 1, 8], re [N,
    25*T, 2], left [N, T, 4], lse [N, T], low [N, T, 8], filtered [N, 6, h, w], mapped [N, T, 5]

One of each thing that a graph can hold; what it computes is of no use.
"""

import base64
import zlib

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.checkpoint import checkpoint


def unpack_tensor(text: str, shape: tuple[int, ...], dtype: torch.dtype) -> torch.Tensor:
    """The tensor whose bytes, compressed, are this text; float32 stands for the floating dtype of the module."""
    tensor = torch.frombuffer(bytearray(zlib.decompress(base64.b64decode(text))), dtype=dtype).reshape(shape)
    wanted = torch.get_default_dtype() if dtype == torch.float32 else dtype
    return tensor.to(torch.get_default_device(), wanted)


class EverythingSplit1B(nn.Module):
    """[N, 8, h, w] -> [N, 4, h, w]"""

    def __init__(self) -> None:
        super().__init__()
        self.c = nn.Conv2d(8, 4, kernel_size=1)
        nn.init.kaiming_normal_(self.c.weight)
        nn.init.zeros_(self.c.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.c(x)
        return x + x


class EverythingSplit1D(nn.Module):
    """[N, 8, h, w] -> [N, 8, h, w]"""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + x


class EverythingSplit1(nn.Module):
    """[N, 8, h, w] -> [N, 16, h, w]"""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Sequential(nn.Conv2d(8, 4, kernel_size=1), nn.ReLU())
        self.b = EverythingSplit1B()
        self.d = EverythingSplit1D()
        nn.init.kaiming_normal_(self.a[0].weight)
        nn.init.zeros_(self.a[0].bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.a(x)
        b = self.b(x)
        x = self.d(x)
        return torch.cat([y, b, x], dim=1)


class EverythingCopies(nn.ModuleList):
    """[N, 16, h, w] -> [N, 12, h, w]"""

    def __init__(self) -> None:
        super().__init__([
            nn.Sequential(nn.Conv2d(16, 2, kernel_size=1)),
            nn.Sequential(nn.Conv2d(16, 4, kernel_size=1)),
            nn.Sequential(nn.Conv2d(16, 6, kernel_size=1)),
        ])
        for module in (self[0][0], self[1][0], self[2][0]):
            nn.init.kaiming_normal_(module.weight)
            nn.init.zeros_(module.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self[0](x)
        x1 = self[1](x)
        x = self[2](x)
        return torch.cat([y, x1, x], dim=1)


class EverythingParts(nn.Module):
    """[N, 12, h, w] -> [N, 6, h, w], [N, 6, h, w]"""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Sequential(nn.ReLU())
        self.b = nn.Sequential(nn.Tanh())

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        by_0, by_1 = x.chunk(2, dim=1)
        y = self.a(by_0)
        del by_0
        b = self.b(by_1)
        return y, b


class Mlp(nn.Sequential):
    """[N, T, 8] -> [N, T, 8]"""

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(8, 16)
        self.act = nn.GELU()
        self.fc2 = nn.Linear(16, 8)
        for module in (self.fc1, self.fc2):
            nn.init.kaiming_normal_(module.weight)
            nn.init.zeros_(module.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x)


class Cross(nn.Module):
    """[N, T, 8], [N, h*w, 8] -> [N, T, 8]"""

    def __init__(self) -> None:
        super().__init__()
        self.attn = nn.MultiheadAttention(8, 2, batch_first=True)
        self.out = Mlp()
        nn.init.kaiming_normal_(self.attn.in_proj_weight)
        nn.init.zeros_(self.attn.in_proj_bias)
        nn.init.kaiming_normal_(self.attn.out_proj.weight)
        nn.init.zeros_(self.attn.out_proj.bias)

    def forward(self, x: torch.Tensor, memory: torch.Tensor) -> torch.Tensor:
        y, _ = self.attn(x, memory, memory)
        x = x + y
        del y
        return self.out(x)


class EverythingBlocks(nn.ModuleList):
    """[N, T, 8], [N, h*w, 8] -> [N, T, 8]"""

    def __init__(self) -> None:
        super().__init__([Cross(), Cross(), Cross()])

    def forward(self, emb: torch.Tensor, toproj: torch.Tensor) -> torch.Tensor:
        for layer in self:
            emb = layer(emb, toproj)
        return emb


class Mlp2(nn.Sequential):
    """[N, T, 8] -> [N, T, 8]"""

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(8, 9)
        self.act = nn.LeakyReLU(negative_slope=0.2)
        self.fc2 = nn.Linear(9, 8)
        for module in (self.fc1, self.fc2):
            nn.init.kaiming_normal_(module.weight)
            nn.init.zeros_(module.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x)


class EverythingSkip1(nn.ModuleList):
    """[N, T, 8] -> [N, T, 8]"""

    def __init__(self) -> None:
        super().__init__([Mlp2()])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self[0](x)
        return x * y


class Two(nn.Module):
    """[N, T, 8] -> [N, T, 4], [N, T, 5]"""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Linear(8, 4)
        self.b = nn.Linear(8, 5)
        for module in (self.a, self.b):
            nn.init.kaiming_normal_(module.weight)
            nn.init.zeros_(module.bias)

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        y = self.a(x)
        x = self.b(x)
        return {"left": y, "right": x}


class EverythingLstRepeatSkip(nn.ModuleList):
    """[N, 1, 8] -> [N, 1, 8]"""

    def __init__(self) -> None:
        super().__init__([nn.Linear(8, 8), nn.ReLU()])
        nn.init.kaiming_normal_(self[0].weight)
        nn.init.zeros_(self[0].bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self[0](x)
        y = self[1](y)
        return x + y


class EverythingLst(nn.ModuleDict):
    """[N, T, 5] -> [N, 1, 8]"""

    def __init__(self) -> None:
        super().__init__({
            "0": nn.Linear(5, 8),
            "2": nn.Sequential(EverythingLstRepeatSkip(), EverythingLstRepeatSkip()),
        })
        nn.init.kaiming_normal_(self["0"].weight)
        nn.init.zeros_(self["0"].bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self["0"](x)
        x = x.mean(dim=1, keepdim=True)
        return self["2"](x)


class Everything(nn.Module):
    """[N, T] int64, [N, 3, 4*h, 4*w] -> [N, T, 50], [N, T, 5], [N, 1, 8], [N, 25*T, 2], [N, T, 4], [N, T], [N, T,
        8], [N, 6, h, w], [N, T, 5]
    """

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(50, 8)
        self.pos = nn.Parameter(torch.zeros((1, 1, 8)))
        self.stem = nn.Conv2d(3, 8, kernel_size=4, stride=4)
        self.split1 = EverythingSplit1()
        self.copies = EverythingCopies()
        self.parts = EverythingParts()
        self.flat = nn.Flatten(start_dim=2)
        self.toproj = nn.Linear(12, 8)
        self.blocks = EverythingBlocks()
        self.skip1 = EverythingSkip1()
        self.two = Two()
        self.lst = EverythingLst()
        self.head = nn.Linear(8, 50, bias=False)
        self.register_buffer("order", torch.tensor((7, 6, 5, 4, 3, 2, 1, 0)))
        self.register_buffer("table", unpack_tensor("eNpjYGCwY2BoAOIDQMxgz8CgAMQOQJwAxA32AEJdBHY=", (8,), torch.float32), persistent=False)
        self.kernels = nn.Parameter(torch.zeros((6, 4, 3, 3)))
        self.maps = nn.Parameter(torch.zeros((5, 8)))
        nn.init.normal_(self.embed.weight, std=0.02)
        nn.init.normal_(self.pos, std=0.02)
        for module in (self.stem, self.toproj):
            nn.init.kaiming_normal_(module.weight)
            nn.init.zeros_(module.bias)
        nn.init.kaiming_normal_(self.head.weight)
        self.stem.requires_grad_(False)
        self.head.weight = self.embed.weight

    def forward(self, tokens: torch.Tensor, image: torch.Tensor) -> dict[str, torch.Tensor]:
        x = self.embed(tokens)
        x = x + self.pos
        y = self.stem(image)
        split1 = self.split1(y)
        copies = self.copies(split1)
        del split1
        parts, parts_b = self.parts(copies)
        del copies
        joined = torch.cat([parts, parts_b], dim=1)
        del parts, parts_b
        flat = self.flat(joined)
        del joined
        seq = flat.permute(0, 2, 1)
        del flat
        toproj = self.toproj(seq)
        del seq
        blocks = self.blocks(x, toproj)
        del toproj
        x = self.blocks(x, x)
        x = blocks + x
        del blocks
        skip1 = checkpoint(self.skip1, x, use_reentrant=False)
        two, two_right = self.two(skip1).values()
        del skip1
        lst = self.lst(two_right)
        head = self.head(x)
        re = head.reshape(head.shape[0], 25*head.shape[1], 2)
        lse = head.logsumexp(dim=-1)
        picked = x.index_select(-1, self.order)
        spread = picked.std(dim=-1, keepdim=True)
        scaled = picked / spread
        del picked, spread
        weighed = scaled * self.table
        del scaled
        low = weighed.tril()
        del weighed
        y = F.conv2d(y, self.kernels, padding=1, groups=2)
        x = F.linear(x, self.maps)
        return {"logits": head, "r": two_right, "l": lst, "re": re, "left": two, "lse": lse, "low": low, "filtered": y, "mapped": x}
