"""Batches come in an order that seed and epoch decide; splits keep the share of each class."""

from __future__ import annotations

from itertools import chain

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lego.train.data import Batches, Tensors, split


def samples(count, classes=3):
    numbers = torch.arange(count)
    return Tensors({"x": numbers[:, None].float()}, numbers % classes)


def read(batches):
    return [inputs["x"][:, 0].tolist() for inputs, _ in batches]


@given(st.integers(1, 40), st.integers(1, 12), st.integers(0, 3))
def test_every_sample_once_an_epoch_in_an_order_of_its_own(count, size, seed):
    batches = Batches(samples(count), size, seed=seed)
    first, second = read(batches), read(batches)
    assert len(first) == len(batches)
    assert sorted(chain(*first)) == sorted(chain(*second)) == list(range(count))
    assert {len(batch) for batch in first[:-1]} <= {size}
    assert [read(Batches(samples(count), size, seed=seed)), count < 6 or first != second] == [first, True]


@given(st.integers(1, 40), st.integers(1, 12), st.data())
def test_it_goes_on_where_another_was(count, size, data):
    whole = Batches(samples(count), size, seed=1)
    expected = read(whole) + read(whole)
    stopped = Batches(samples(count), size, seed=1)
    stop = data.draw(st.integers(0, len(expected)))
    given = []
    while len(given) < stop:
        for inputs, _ in stopped:
            given.append(inputs["x"][:, 0].tolist())
            if len(given) == stop:
                break
    other = Batches(samples(count), size, seed=1)
    other.load_state_dict(stopped.state_dict())
    while len(given) < len(expected):
        given += read(other)
    assert given == expected


@given(st.integers(1, 40), st.integers(1, 12), st.integers(1, 4))
def test_processes_take_parts_of_each_batch(count, size, world):
    whole = read(Batches(samples(count), size, seed=2))
    parts = [read(Batches(samples(count), size, seed=2, rank=rank, world=world)) for rank in range(world)]
    for number, batch in enumerate(whole):
        own = [part[number] for part in parts]
        assert len({len(one) for one in own}) == 1
        assert set(chain(*own)) == set(batch)


def test_without_a_seed_samples_stay_in_order():
    assert read(Batches(samples(5), 2)) == [[0, 1], [2, 3], [4]]


def test_the_global_generator_is_left_alone():
    before = torch.get_rng_state()
    read(Batches(samples(5), 2, seed=0))
    split(samples(5), 0.5, 0)
    assert torch.equal(torch.get_rng_state(), before)


@given(st.integers(0, 300), st.floats(0, 0.99), st.integers(0, 3))
def test_a_split_parts_all_samples(count, share, seed):
    first, second = split(samples(count), share, seed)
    numbers = [*first.inputs["x"][:, 0].tolist(), *second.inputs["x"][:, 0].tolist()]
    assert sorted(numbers) == list(range(count))
    assert len(second) == round(count * share)


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5])
def test_a_split_keeps_the_share_of_each_class(share):
    target = torch.cat([torch.zeros(400), torch.ones(40), torch.full((160,), 2)]).long()
    both = Tensors({"x": torch.arange(600)[:, None].float()}, target)
    _, part = split(both, share, seed=0)
    for number, count in enumerate((400, 40, 160)):
        assert abs(int((part.target == number).sum()) - count * share) <= 1
    assert not torch.equal(part.inputs["x"], split(both, share, seed=1)[1].inputs["x"])
