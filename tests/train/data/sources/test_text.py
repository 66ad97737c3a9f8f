"""Texts: characters, and those that follow."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lego.train.data import open_data
from tests.train.data.making import graph, refused, spec_graph

NODES = "[{Embedding: {num_embeddings: 9, embedding_dim: 4}}, {Linear: 9}]"
NET = graph("{text: {shape: [N, 4], dtype: int64}}", NODES)


def written(folder, text):
    path = folder / "text.txt"
    path.write_text(text, encoding="utf-8", newline="")
    return f"text:{path}"


def test_each_character_and_the_next(tmp_path):
    data = open_data(written(tmp_path, "abacabadä"), NET)
    assert data.classes == ("a", "b", "c", "d", "ä")
    assert data.training.inputs["text"].tolist() == [[0, 1, 0, 2], [0, 1, 0, 3]]
    assert data.training.target.tolist() == [[1, 0, 2, 0], [1, 0, 3, 4]]
    assert data.training.target.dtype == data.training.inputs["text"].dtype == torch.int64


@given(st.text(st.sampled_from("abc 😀\nä"), min_size=5, max_size=60))
def test_the_vocabulary_gives_the_text_again(tmp_path_factory, text):
    data = open_data(written(tmp_path_factory.mktemp("text"), text), NET)
    numbers = [data.training.inputs["text"][0, 0], *data.training.target.flatten()]
    assert "".join(data.classes[number] for number in numbers) == text[: len(numbers)]


def test_64_where_the_input_leaves_it_open(tmp_path):
    data = open_data(written(tmp_path, "abcd" * 50), graph("{text: {shape: [N, T], dtype: int64}}", NODES))
    assert data.training.inputs["text"].shape == (3, 64)


def test_a_net_that_answers_once(tmp_path):
    net = graph("{text: {shape: [N, 4], dtype: int64}}", NODES.replace(", {Linear", ", Flatten, {Linear"))
    assert open_data(written(tmp_path, "abacabadä"), net).training.target.tolist() == [0, 4]


def test_the_vocabulary_of_a_training_counts(tmp_path):
    source = written(tmp_path, "cabba")
    assert open_data(source, NET, classes=("c", "b", "a")).training.inputs["text"].tolist() == [[0, 2, 1, 1]]
    assert refused(open_data, source, NET, classes=("a", "b")) == (
        f"data: {source} has the character 'c', which the net has not learned\n"
        "= help: leave it out of the text, or train with it"
    )


def test_what_is_wrong_is_told(tmp_path):
    assert refused(open_data, written(tmp_path, "abcd"), NET).endswith(
        "has 4 characters, and one sample takes 5\n= help: take a longer text, or a shorter input"
    )
    source = written(tmp_path, "abcdefghijklm")
    assert refused(open_data, source, NET).startswith(
        f"data: {source} has 0 … 11 for the input `text`, which takes 0 … 8"
    )
    wide = graph("{text: {shape: [N, 4], dtype: int64}}", NODES.replace("num_embeddings: 9", "num_embeddings: 99"))
    assert refused(open_data, source, wide) == (
        f"data: {source} has 13 classes, but the net's answer is [N, 4, 9]\n= help: give the last layer 13 outputs"
    )
    assert "but the spec's inputs are others" in refused(open_data, source, graph("{x: [N, 3, 4]}"))
    (tmp_path / "latin.txt").write_bytes("Käse".encode("latin-1"))
    assert "is not UTF-8: byte 1 is no part of a character" in refused(open_data, f"text:{tmp_path / 'latin.txt'}", NET)


@pytest.mark.parametrize("name", ["char_rnn", "deep_rnn"])
def test_specs_take_it(name, tmp_path):
    assert len(open_data(written(tmp_path, "abc " * 100), spec_graph(name)).training) == 6
