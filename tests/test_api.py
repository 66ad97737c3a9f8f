"""The public package."""

from __future__ import annotations

import lego


def test_a_notebook_shows_the_diagram() -> None:
    bundle = lego.load("specs/xor.yaml")._repr_mimebundle_()
    assert bundle["text/plain"] == "<lego.Spec xor>"
    assert "<svg" in bundle["image/svg+xml"] and "probability" in bundle["image/svg+xml"]


def test_the_public_list_is_short() -> None:
    public = {name for name in vars(lego) if not name.startswith("_")} - {
        "api", "builder", "catalogue", "cli", "diagnostics", "emit", "graph", "runtime", "shapes", "spec"
    }  # fmt: skip
    assert public == {
        "Diagnostic", "Handle", "Layer", "Limits", "Spec", "SpecError",
        "block", "build", "check", "choose", "diff", "draw", "evaluate", "export", "from_torch", "init", "layers",
        "load", "load_weights", "net", "parse", "plan", "predict", "probe", "recurrent", "register",
        "repeat", "skip", "source", "split", "summary", "tie", "train"
    }  # fmt: skip


def test_the_verb_train_is_not_hidden_by_the_floor_of_its_name() -> None:
    import torch

    from lego.train.data import Data, Tensors

    bits = torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    data = Data("exclusive or", Tensors({"bits": bits}, torch.tensor([0, 1, 1, 0])))
    run = lego.train("specs/xor.yaml", data, optimizer={"Adam": 0.1}, epochs=60, validation=0, progress=False)
    assert lego.evaluate(run, data).accuracy == 1
    assert lego.predict(run, data).answers.tolist() == [0, 1, 1, 0]


def test_a_diagnostic_says_where_it_stands() -> None:
    (found,) = lego.check("tests/bad/unused-input.yaml")
    assert (found.file, found.code, found.severity) == ("tests/bad/unused-input.yaml", "unused", "warning")
    assert str(found).startswith(f"{found.file}:{found.line}:{found.column}: warning[unused]")
