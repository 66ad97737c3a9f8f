"""Curves, the point where a net begins to overfit, metrics.csv and the page of a run."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from lego.api import parse
from lego.spec.recipe import Recipe, changed_recipe
from lego.train.runs import About, Epoch, curves_svg, history_csv, overfitting_from, read_history, remedies
from lego.train.runs.report import report_html

NET = "lego: 1\nname: <net>\ninputs: {x: [N, 4]}\ngraph: [{Linear: 2}]\n"
ABOUT = About("blobs & more", ("a", "b"), {"learns": "classes", "classes": 2, "dim": -1}, True)


def history(training, validation):
    pairs = zip(training, validation, strict=True)
    return [
        Epoch(number, a, a / 2, b, None if b is None else b / 2, 0.01, 1.0) for number, (a, b) in enumerate(pairs, 1)
    ]


FALLS = [1 / (1 + epoch) for epoch in range(12)]
TURNS = [1.0, 0.8, 0.6, 0.5, 0.45, 0.5, 0.56, 0.6, 0.66, 0.7, 0.77, 0.8]


@pytest.mark.parametrize(
    ("training", "validation", "found"),
    [
        (FALLS, TURNS, 5),
        (FALLS, FALLS, None),
        (FALLS, [*FALLS[:11], FALLS[9]], None),  # the last one alone
        (FALLS, [0.5 + 0.1 * (epoch % 2) for epoch in range(12)], None),  # up and down
        ([1 + epoch for epoch in range(12)], TURNS, None),  # training rises too
        (FALLS, [None] * 12, None),
        (FALLS[:2], TURNS[:2], None),
        ([], [], None),
    ],
)
def test_where_overfitting_begins(training, validation, found):
    assert overfitting_from(history(training, validation)) == found


def test_curves_are_a_picture_and_mark_it():
    svg = curves_svg(history(FALLS, TURNS))
    texts = [one.text or "" for one in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
    assert {"loss", "error", "training", "validation"} <= set(texts)
    assert sum("overfitting" in text for text in texts) == 2
    assert svg == curves_svg(history(FALLS, TURNS))
    plain = curves_svg(history(FALLS, [None] * 12))
    assert "overfitting" not in plain and "validation" not in plain


def test_metrics_come_back(tmp_path):
    for rows in (history(FALLS, TURNS), history(FALLS, [None] * 12)):
        path = tmp_path / "metrics.csv"
        path.write_text(history_csv(rows))
        assert list(read_history(path)) == rows
    head = "epoch,train_loss,train_error,validation_loss,validation_error,lr,seconds"
    assert path.read_text().splitlines()[0] == head


def test_the_page_is_whole_and_tells_what_helps():
    rows = history(FALLS, TURNS)
    page = report_html(parse(NET).graph, Recipe(), rows, ABOUT, curves_svg(rows))
    for part in ("&lt;net&gt; on blobs &amp; more", "best 0.225 in epoch 5", "From epoch 5 on", "early_stopping: 5"):
        assert part in page, part
    assert page.count("<svg") == 2 and page.count("<tr>") == 13
    for elsewhere in ("<script", "<link", "src=", "url(http"):
        assert elsewhere not in page
    rows = history(FALLS, FALLS)
    assert "overfits" not in report_html(parse(NET).graph, Recipe(), rows, ABOUT, curves_svg(rows))


def test_what_is_done_already_is_no_remedy():
    told = " ".join(remedies(Recipe(), parse(NET).graph))
    assert all(name in told for name in ("early_stopping", "l2", "Dropout", "ensemble"))
    done = changed_recipe(Recipe(), {"early_stopping": 3, "optimizer": "AdamW", "ensemble": 3})
    told = " ".join(remedies(done, parse(NET).graph))
    assert not any(name in told for name in ("early_stopping", "l2", "ensemble"))
