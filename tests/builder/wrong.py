"""Programs that are wrong; the golden of each is the whole message. Each is a function without arguments."""

from __future__ import annotations

from typing import Any

import lego
from lego import layers as L


def _net(function: Any) -> Any:
    return lego.net(x=["N", 8])(function)()


@lego.block
def mlp(x, width: int, act=L.ReLU):
    return act()(L.Linear(width)(x))


def handle_as_condition():
    @_net
    def net(x):
        return x if x > 0 else -x


def size_as_condition():
    @_net
    def net(x):
        y = L.Linear(8)(x)
        return x if y.features > 4 else y


def tensor():
    class Tensor:
        __module__ = "torch"

    @_net
    def net(x):
        return L.Linear(8)(Tensor())


def tensor_in_an_operator():
    class Tensor:
        __module__ = "torch"

    @_net
    def net(x):
        return x + Tensor()


def number():
    @_net
    def net(x):
        return L.Linear(8)(3)


def handle_as_argument():
    @_net
    def net(x):
        return L.ReLU(x)


def handle_as_an_argument_by_name():
    @_net
    def net(x):
        return L.Linear(out_features=x)(x)


def object_as_argument():
    @_net
    def net(x):
        return L.Linear(object())(x)


def too_many_inputs():
    @_net
    def net(x):
        return L.Linear(8)(x, x)


def too_few_inputs():
    @_net
    def net(x):
        return L.Add()(x) + L.MultiheadAttention(2)(x)


def unknown_slot():
    @_net
    def net(x):
        return L.MultiheadAttention(2)(x, x, x, mask=x)


def too_many_arguments():
    @_net
    def net(x):
        return L.Linear(8, True, 8)(x)


def unknown_argument():
    @_net
    def net(x):
        x = L.Linear(8, biass=False)(x)
        return L.Dropout(50)(x)


def value_of_the_wrong_kind():
    @_net
    def net(x):
        return L.Linear("wide")(x)


def shapes_that_differ():
    @_net
    def net(x):
        y = mlp(x, 16)
        return (
            x
            + y
        )  # fmt: skip


def inside_a_block():
    @lego.block
    def block(x, width: int):
        return x + L.Linear(width)(x)

    @_net
    def net(x):
        return block(x, width=4)


def returns_nothing():
    @_net
    def net(x):
        L.Linear(8)(x)


def body_returns_nothing():
    @_net
    def net(x):
        def body(x):
            L.Linear(8)(x)

        return lego.skip(body)(x)


def returns_a_number():
    @_net
    def net(x):
        return L.Linear(8)(x), 3


def handle_of_another_net():
    kept = []

    @_net
    def first(x):
        kept.append(L.Linear(8)(x))
        return kept[0]

    @_net
    def second(x):
        return x + kept[0]


def handle_of_an_ended_body():
    @_net
    def net(x):
        kept = []

        def body(x):
            kept.append(L.Linear(8)(x))
            return kept[0]

        return lego.skip(body)(x) + kept[0]


def handle_in_a_block():
    @_net
    def net(x):
        @lego.block
        def inner(y):
            return x + y

        return inner(L.Linear(8)(x))


def layer_in_two_bodies():
    @_net
    def net(x):
        layer = L.Linear(8)
        return lego.skip(lambda x: layer(x))(x) + lego.skip(lambda x: layer(x))(x)


def outside_of_a_net():
    L.Linear(8)(lego.Handle(None, None))


def size_of_a_stranger():
    @_net
    def net(x):
        y = L.Linear(16)(x)
        return L.Linear(y.features)(x)


def two_of_a_name():
    @_net
    def net(x):
        for _ in range(2):
            x = L.Linear(8, name="fc")(x)
        return x


def name_of_a_module():
    @_net
    def net(x):
        return L.Linear(8, name="half")(x)


def unpacked():
    @_net
    def net(x):
        a, _b = L.Linear(8)(x)
        return a


def no_attribute():
    @_net
    def net(x):
        return x.flatten(1)


def unknown_layer():
    return L.Conv2D


def unknown_parameter():
    @_net
    def net(x):
        return mlp(x, widht=8)


def missing_parameter():
    @_net
    def net(x):
        return mlp(x)


def inputs_of_a_block():
    @_net
    def net(x):
        return mlp(L.Linear(8)(x), x, width=8)


def missing_parameter_of_a_net():
    @lego.net(x=["N", 8])
    def net(x, width: int):
        return L.Linear(width)(x)

    net()


def unknown_parameter_of_a_net():
    @lego.net(x=["N", 8])
    def net(x, width: int = 8):
        return L.Linear(width)(x)

    net(widht=4)


def net_on_a_tensor():
    class Tensor:
        __module__ = "torch"

    @lego.net(x=["N", 8])
    def net(x, width: int = 8):
        return L.Linear(width)(x)

    net(Tensor())


def input_without_shape():
    @lego.net(x=["N", 8])
    def net(x, y):
        return x + y


def shape_without_input():
    @lego.net(x=["N", 8], image=["N", 3])
    def net(x):
        return x


def shape_that_is_none():
    @lego.net(x="N")
    def net(x):
        return x


def block_without_input():
    @lego.block
    def block(width: int):
        return width


def parameter_of_a_taken_name():
    @lego.block
    def block(x, index: int):
        return x


def block_of_a_layers_name():
    @lego.block
    def Linear(x):  # noqa: N802
        return x


def recursion():
    @lego.block
    def again(x, width: int):
        return again(x, width=width)

    @_net
    def net(x):
        return again(x, width=8)


def step_of_the_wrong_form():
    @_net
    def net(x):
        return lego.recurrent(lambda x, h, c: h, over=0, state={"h": ["N", 8], "c": ["N", 8]})(x)


def body_that_is_none():
    @_net
    def net(x):
        return lego.skip(8)(x)


def index_with_a_tensor():
    @_net
    def net(x):
        return x[x > 0]


def written_to():
    @_net
    def net(x):
        x[0] = 1
        return x


CASES = {name: value for name, value in globals().items() if type(value) is type(_net) and name != "_net"}
