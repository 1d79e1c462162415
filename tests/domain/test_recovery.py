"""The two recovery scores."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.errors import Refused
from tracker.domain.recovery import HIGHEST, SCALE_ITEMS, SCALE_NAMES, total
from tracker.domain.sheet_log import RecoveryScale


@pytest.mark.parametrize("scale", RecoveryScale)
def test_each_scale_has_five_items_with_words_for_each_point(scale):
    assert len(SCALE_ITEMS[scale]) == 5
    assert all(len(item.words) == 3 and all(item.words) for item in SCALE_ITEMS[scale])
    assert "10 points" in SCALE_NAMES[scale]


@given(st.lists(st.integers(0, 2), min_size=5, max_size=5))
def test_a_total_is_the_sum(items):
    assert total(items) == sum(items) <= HIGHEST


@pytest.mark.parametrize(
    ("items", "field"),
    [([2, 2, 2, 2], "item_5"), ([], "item_1"), ([2, 3, 2, 2, 2], "item_2"), ([-1] * 5, "item_1")],
)
def test_what_is_no_score_is_refused_beside_its_item(items, field):
    with pytest.raises(Refused) as raised:
        total(items)
    assert raised.value.field == field
