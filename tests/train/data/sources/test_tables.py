"""Tables: features in order or by name, and nothing is filled, numbered or dropped in silence."""

from __future__ import annotations

import pyarrow
import pytest
import torch
from pyarrow import parquet

from lego.train.data import open_data
from tests.train.data.making import graph, refused

IRIS = "length,width,kind\n5.1,3,setosa\n7.0,2,virginica\n6.3,3,setosa\n"
TWO = graph("{x: [N, 2]}", "[{Linear: 3}]")


@pytest.fixture
def csv(tmp_path):
    def write(text):
        (tmp_path / "data.csv").write_text(text, encoding="utf-8")
        return f"csv:{tmp_path / 'data.csv'}"

    return write


def test_the_last_column_is_the_target(csv):
    data = open_data(csv(IRIS), TWO)
    assert torch.equal(data.training.inputs["x"], torch.tensor([[5.1, 3], [7, 2], [6.3, 3]]))
    assert data.training.target.tolist() == [0, 1, 0]
    assert data.classes == ("setosa", "virginica")


def test_another_column_is_the_target(csv):
    data = open_data(csv("y,a,b\n2,1,4\n0,2,5\n"), TWO, target="y")
    assert data.training.inputs["x"].tolist() == [[1, 4], [2, 5]]
    assert data.training.target.tolist() == [2, 0]


def test_columns_named_as_the_inputs(csv):
    net = graph(
        "{age: [N], size: [N, 1]}",
        "{age1: {Unsqueeze: 1, from: age}, all: {Concat: 1, from: [age1, size]}, o: {Linear: 2}}",
    )
    data = open_data(csv("size,name,age,y\n1.5,a,3,0\n2.5,b,4,1\n"), net)
    assert {name: value.tolist() for name, value in data.training.inputs.items()} == {
        "age": [3.0, 4.0],
        "size": [[1.5], [2.5]],
    }


def test_rows_of_pixels_are_images(csv):
    rows = "\n".join(",".join(map(str, range(number, number + 9))) + f",{number}" for number in range(3))
    header = ",".join(f"p{number}" for number in range(9))
    data = open_data(csv(f"{header},y\n{rows}\n"), graph("{image: [N, 1, 3, 3]}"))
    assert data.training.inputs["image"][1].tolist() == [[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]


def test_numbers_of_tokens(csv):
    net = graph(
        "{x: {shape: [N, T], dtype: int64}}",
        "[{Embedding: {num_embeddings: 9, embedding_dim: 2}}, {Mean: 1}, {Linear: 2}]",
    )
    data = open_data(csv("a,b,c,y\n1,2,3,0\n4,5,8,1\n"), net)
    assert data.training.inputs["x"].tolist() == [[1, 2, 3], [4, 5, 8]]
    assert data.training.inputs["x"].dtype == torch.int64


def test_parquet_is_the_same(csv, tmp_path):
    path = tmp_path / "data.parquet"
    kind = pyarrow.array(["setosa", "virginica", "setosa"]).dictionary_encode()
    parquet.write_table(pyarrow.table({"length": [5.1, 7.0, 6.3], "width": [3, 2, 3], "kind": kind}), path)
    one, other = open_data(csv(IRIS), TWO), open_data(f"parquet:{path}", TWO)
    assert torch.equal(one.training.inputs["x"], other.training.inputs["x"])
    assert torch.equal(one.training.target, other.training.target)
    assert one.classes == other.classes


def test_a_column_is_what_all_of_it_is(csv):
    source = csv("a,b,y\n" + "1,2,0\n" * 200_000 + "1.5,2,1\n")
    assert open_data(source, TWO).training.inputs["x"][-1].tolist() == [1.5, 2.0]


def test_text_is_refused_by_its_column(csv):
    source = csv("a,b,y\n1,2,0\n3,red,1\n")
    assert refused(open_data, source, TWO) == (
        f"data: the column `b` of {source} is text, where numbers are needed\n= row 2: 'red'\n"
        "= help: write it as numbers, a column of 0 and 1 for each of its values, say, or leave it out"
    )
    source = csv("a,b,y\n1,2020-01-01,0\n3,2020-01-01,1\n")
    assert refused(open_data, source, TWO) == (
        f"data: the column `b` of {source} is date32[day], where numbers are needed"
    )


@pytest.mark.parametrize(("text", "column"), [("a,b,y\n1,2,0\n3,,1\n", "b"), ("a,b,y\n1,2,u\n1,2,\n", "y")])
def test_missing_values_are_told_with_their_row(csv, text, column):
    source = csv(text)
    assert refused(open_data, source, TWO) == (
        f"data: the column `{column}` of {source} has no value in row 2\n= missing: 1 of 2\n"
        "= help: fill what is missing, or leave these rows out"
    )


def test_another_number_of_columns(csv):
    source = csv("a,b,c,y\n1,2,3,0\n")
    assert refused(open_data, source, TWO) == (
        f"shape-mismatch: {source} does not fit the input `x`: axis 1 of x is 3, but 2 is declared\n"
        "= declared: [N, 2]\n= given: [N, 3]\n= help: declare `x: [N, 3]`, or change the data"
    )


def test_tables_that_are_none(csv, tmp_path):
    assert refused(open_data, csv("1,2,0\n3,4,1\n"), TWO) == (
        "data: the first row of `data.csv` has numbers, where the names of the columns are to stand\n"
        "= help: write a first row of names"
    )
    assert refused(open_data, csv(",a,b,y\n0,3,4,1\n"), TWO) == (
        "data: column 1 of `data.csv` has no name, as the numbers of rows that pandas writes\n"
        "= help: write the table with `index=False`, or name the column"
    )
    assert open_data(csv("0,1,2\n3,4,1\n"), TWO).training.inputs["x"].tolist() == [[3, 4]]
    assert "has several columns `a`" in refused(open_data, csv("a,a,y\n3,4,1\n"), TWO)
    assert "cannot be read as a table: " in refused(open_data, csv(""), TWO)
    assert "cannot be read as a table: " in refused(open_data, csv("a,b,y\n1,2\n"), TWO)
    assert "has no samples" in refused(open_data, csv("a,b,y\n"), TWO)
    assert "cannot be read as a table: " in refused(open_data, "parquet:" + csv("a,b,y\n")[4:], TWO)
    (tmp_path / "data.csv").write_bytes(b"a,\xff,y\n1,2,0\n")
    assert "are not named in UTF-8" in refused(open_data, f"csv:{tmp_path / 'data.csv'}", TWO)
    assert "that is no number, in sample 0" in refused(open_data, csv("a,b,y\n1,1e300,0\n"), TWO)
    assert refused(open_data, "csv:/no/file.csv", TWO) == "not-found: there is no file `/no/file.csv`"


def test_a_target_that_is_not_there(csv):
    source = csv(IRIS)
    assert refused(open_data, source, TWO, target="kinds") == (
        f"data: {source} has no column `kinds`, which is to be learned\n"
        "= has: length, width, kind\n= help: did you mean `kind`?"
    )


def test_rows_without_a_target(csv):
    for target in (None, "y"):
        data = open_data(csv("a,b\n1,2\n3,4\n"), TWO, target=target, labelled=False, classes=("u", "v", "w"))
        assert data.training.inputs["x"].tolist() == [[1, 2], [3, 4]]
        assert data.training.target.shape == (2, 0)


def test_classes_keep_the_numbers_of_a_training(csv):
    learned = ("setosa", "versicolor", "virginica")
    assert open_data(csv(IRIS), TWO, classes=learned).training.target.tolist() == [0, 2, 0]
    assert "has the class `virginica`, which the net has not learned" in refused(
        open_data, csv(IRIS), TWO, classes=("setosa",)
    )
