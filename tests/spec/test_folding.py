"""Networks of torchvision, folded: whole texts, which mean the same as before."""

from __future__ import annotations

import pytest

import lego
from lego.spec import fold, to_yaml
from tests.conftest import Golden
from tests.spec import unfolded
from tests.spec.test_folding_law import meaning

NETWORKS = [unfolded.resnet50, unfolded.mobilenet_v3, unfolded.efficientnet, unfolded.swin, unfolded.densenet]


@pytest.mark.parametrize("write", NETWORKS, ids=lambda write: write.__name__)
def test_networks_read_as_a_person_would_write_them(write, golden: Golden) -> None:
    document = lego.parse(write()).document
    folded = fold(document)
    golden(f"folding/{write.__name__}.yaml", to_yaml(folded))
    assert fold(folded) == folded
    if write is not unfolded.densenet:
        assert meaning(folded) == meaning(document)
