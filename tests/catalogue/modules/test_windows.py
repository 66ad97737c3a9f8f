"""Random windows and sizes: lego and torch take the same, refuse the same, and agree on the result."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
DIMS = (1, 2, 3)


def arguments(dims: int, **ranges: tuple[int, int]) -> st.SearchStrategy[dict[str, object]]:
    """Each of them one number, or a list with one for each spatial dim."""

    def one(low: int, high: int) -> st.SearchStrategy[object]:
        number = st.integers(low, high)
        return number | st.lists(number, min_size=dims, max_size=dims)

    return st.fixed_dictionaries({name: one(*range) for name, range in ranges.items()})


def shapes(dims: int) -> st.SearchStrategy[tuple[int, ...]]:
    return st.tuples(st.just(2), st.just(4), *[st.integers(1, 13)] * dims)


@pytest.mark.parametrize("dims", DIMS)
@FEW
@given(data=st.data())
def test_convolution(like_torch, dims, data):
    ranges = {"kernel_size": (1, 5), "stride": (1, 4), "padding": (0, 3), "dilation": (1, 3)}
    options = data.draw(arguments(dims, **ranges))
    groups = data.draw(st.sampled_from([1, 2, 4, 3]))
    like_torch(f"Conv{dims}d", {"out_channels": 4, "groups": groups, **options}, data.draw(shapes(dims)))


@pytest.mark.parametrize("dims", DIMS)
@FEW
@given(data=st.data())
def test_transposed_convolution(like_torch, dims, data):
    ranges = {"kernel_size": (1, 5), "stride": (1, 4), "padding": (0, 3), "output_padding": (0, 3), "dilation": (1, 3)}
    options = data.draw(arguments(dims, **ranges))
    like_torch(f"ConvTranspose{dims}d", {"out_channels": 4, **options}, data.draw(shapes(dims)))


@pytest.mark.parametrize("dims", DIMS)
@FEW
@given(data=st.data())
def test_max_pooling(like_torch, dims, data):
    ranges = {"kernel_size": (1, 5), "stride": (1, 5), "padding": (0, 3), "dilation": (1, 3)}
    options = data.draw(arguments(dims, **ranges))
    options["ceil_mode"] = data.draw(st.booleans())
    like_torch(f"MaxPool{dims}d", options, data.draw(shapes(dims)))


@pytest.mark.parametrize("dims", DIMS)
@FEW
@given(data=st.data())
def test_average_pooling(like_torch, dims, data):
    options = data.draw(arguments(dims, kernel_size=(1, 5), stride=(1, 5), padding=(0, 3)))
    options["ceil_mode"] = data.draw(st.booleans())
    like_torch(f"AvgPool{dims}d", options, data.draw(shapes(dims)))


@pytest.mark.parametrize("dims", (2, 3))
@FEW
@given(data=st.data())
def test_fractional_pooling(like_torch, dims, data):
    options = data.draw(arguments(dims, kernel_size=(1, 4), output_size=(1, 7)))
    like_torch(f"FractionalMaxPool{dims}d", options, data.draw(shapes(dims)))


@FEW
@given(data=st.data())
def test_unfold_and_fold(like_torch, data):
    ranges = {"kernel_size": (1, 4), "stride": (1, 3), "padding": (0, 2), "dilation": (1, 2)}
    options = data.draw(arguments(2, **ranges))
    shape = data.draw(shapes(2))
    like_torch("Unfold", options, shape)
    options["output_size"] = list(shape[2:])
    like_torch("Fold", options, (2, data.draw(st.integers(1, 16)), data.draw(st.integers(1, 60))))


@pytest.mark.parametrize("kind", ["Constant", "Zero", "Reflection", "Replication", "Circular"])
@pytest.mark.parametrize("dims", DIMS)
@FEW
@given(data=st.data())
def test_padding(like_torch, kind, dims, data):
    number = st.integers(-1, 6)  # replication cuts more off than is there, and repeats what is elsewhere in memory
    options = {"padding": data.draw(number | st.lists(number, min_size=2 * dims, max_size=2 * dims))}
    if kind == "Constant":
        options["value"] = 0.5
    like_torch(f"{kind}Pad{dims}d", options, data.draw(shapes(dims)))


@FEW
@given(st.integers(1, 400), st.floats(0.1, 4) | st.sampled_from([0.5, 1.25, 2, 3]))
def test_scale_factors(like_torch, size, factor):
    from .conftest import shape_in_lego, shape_in_torch

    arguments = {"scale_factor": factor}
    assert shape_in_lego("Upsample", arguments, (1, 1, size)) == shape_in_torch("Upsample", arguments, (1, 1, size))
    if factor in (0.5, 1.25, 2, 3):
        like_torch("Upsample", arguments, (1, 1, size))
