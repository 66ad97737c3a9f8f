"""A text, of which each character is to be foretold by those before it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from lego.diagnostics import Note, Problem
from lego.train.data.files import existing_file
from lego.train.data.fitting import Part, Source, fit
from lego.train.data.samples import Data
from lego.train.data.wanted import Wanted

_LENGTH = 64  # characters of a sample, where the input leaves it open


def text(where: str, wanted: Wanted) -> Data:
    """Characters by their numbers in the sorted vocabulary, [n, T], and for each the one that follows it.

    Where the net answers with one character for all, [N, V], the target is the one after the last.
    """
    content = _read(where)
    source = f"text:{where}"
    length = _length(wanted, source)
    vocabulary = wanted.classes or tuple(sorted(set(content)))
    numbers = torch.as_tensor(_numbers(content, vocabulary, source))
    count = (len(numbers) - 1) // length
    if count < 1:
        message = f"`{where}` has {len(content)} characters, and one sample takes {length + 1}"
        raise Problem("data", message, help="take a longer text, or a shorter input")
    inputs = numbers[: count * length].view(count, length)
    following = numbers[1 : count * length + 1].view(count, length)
    answer = wanted.answer
    target = following[:, -1] if answer is not None and len(answer) == 2 else following
    return fit(Source(source, Part({"text": inputs}, target), classes=vocabulary), wanted)


def _read(where: str) -> str:
    path = existing_file(where)
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"`{where}` is not UTF-8: byte {error.start} is no part of a character"
        raise Problem("data", message, help="save it as UTF-8") from None


def _length(wanted: Wanted, source: str) -> int:
    if wanted.only is None or len(wanted.only[1].shape) != 2:
        shapes = ", ".join(f"{name}: {type}" for name, type in wanted.inputs.items())
        message = f"{source} gives numbers of characters, [N, T] int64, but the spec's inputs are others"
        help = "declare one input, `text: {shape: [N, T], dtype: int64}`, and read it with an Embedding"
        raise Problem("data", message, notes=[Note("inputs", shapes)], help=help)
    length = wanted.only[1].shape[1]
    return length if isinstance(length, int) else _LENGTH


def _numbers(content: str, vocabulary: Sequence[str], source: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The place of each character in the vocabulary, by a table of all that the text has."""
    points = np.frombuffer(content.encode("utf-32-le"), np.uint32)
    own, places = np.unique(points, return_inverse=True)
    number = {character: index for index, character in enumerate(vocabulary)}
    characters = [chr(point) for point in own.tolist()]
    strange = [character for character in characters if character not in number]
    if strange:
        message = f"{source} has the character {strange[0]!r}, which the net has not learned"
        raise Problem("data", message, help="leave it out of the text, or train with it")
    return np.array([number[character] for character in characters], np.int64)[places]
