"""Tensors too large to write out: `packed:` and the base64 text of their zlib-compressed little-endian bytes."""

from __future__ import annotations

import sys
import zlib
from array import array
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Sequence
from functools import lru_cache
from math import prod

MARK = "packed:"
MOST_BYTES = 2**24
"""Of one tensor, unpacked."""

_SIZES = {"bool": 1, "uint8": 1, "int8": 1, "int16": 2, "float16": 2, "bfloat16": 2, "int32": 4, "float32": 4,
          "int64": 8, "float64": 8, "complex64": 8, "complex128": 16}  # fmt: skip
_CODES = {"bool": "B", "uint8": "B", "int8": "b", "int16": "h", "int32": "i", "int64": "q"}

HELPER = '''\
def unpack_tensor(text: str, shape: tuple[int, ...], dtype: torch.dtype) -> torch.Tensor:
    """The tensor whose bytes, compressed, are this text; float32 stands for the floating dtype of the module."""
    tensor = torch.frombuffer(bytearray(zlib.decompress(base64.b64decode(text))), dtype=dtype).reshape(shape)
    wanted = torch.get_default_dtype() if dtype == torch.float32 else dtype
    return tensor.to(torch.get_default_device(), wanted)
'''


def is_packed(value: object) -> bool:
    """Whether a value is the text of a packed tensor."""
    return isinstance(value, str) and value.startswith(MARK)


def pack(data: bytes) -> str:
    """The text of the little-endian bytes of a tensor."""
    return MARK + b64encode(zlib.compress(data, 9)).decode("ascii")


@lru_cache(maxsize=1024)
def unpack(text: str, dtype: str, shape: Sequence[int]) -> bytes:
    """The bytes of a packed tensor.

    Raises:
        ValueError: the text is not what `pack` gives for a tensor of this dtype and shape.
    """
    wanted = prod(shape) * _SIZES[dtype]
    if wanted > MOST_BYTES:
        raise ValueError(
            f"a packed value has at most {MOST_BYTES} bytes, but [{_listed(shape)}] of {dtype} has {wanted}"
        )
    reader = zlib.decompressobj()
    try:
        data = reader.decompress(b64decode(text.removeprefix(MARK), validate=True), wanted + 1)
    except Error:
        raise ValueError("what stands after `packed:` is no base64") from None
    except zlib.error:
        raise ValueError("what stands after `packed:` is not compressed as zlib does") from None
    if len(data) == wanted and not (reader.eof and not reader.unused_data):
        raise ValueError(f"the packed value for [{_listed(shape)}] of {dtype} is cut off, or has more than a tensor")
    if len(data) != wanted:
        found = "more" if len(data) > wanted else len(data)
        raise ValueError(f"the packed value needs {wanted} bytes for [{_listed(shape)}] of {dtype}, found {found}")
    if dtype == "bool" and data.strip(b"\x00\x01"):
        raise ValueError("the packed value of a bool has other bytes than 0 and 1")
    return data


@lru_cache(maxsize=1024)
def packed_range(text: str, dtype: str, shape: Sequence[int]) -> tuple[int, int]:
    """The least integer of a packed tensor, and the first that is too large."""
    numbers = array(_CODES[dtype], unpack(text, dtype, shape))
    if sys.byteorder == "big":
        numbers.byteswap()
    return min(numbers), max(numbers) + 1


def _listed(shape: Sequence[int]) -> str:
    return ", ".join(map(str, shape))
