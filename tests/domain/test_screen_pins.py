"""PINs that nobody would try first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.errors import Refused
from tracker.domain.screen_pins import check_pin


@pytest.mark.parametrize("pin", ["274913", "908172", "112358", "070503"])
def test_six_digits_will_do(pin):
    check_pin(pin)


@pytest.mark.parametrize(
    "pin",
    ["000000", "777777", "123456", "654321", "890123", "321098", "121212", "123123", "909090"],
)
def test_a_row_or_a_repetition_is_refused(pin):
    with pytest.raises(Refused, match="first"):
        check_pin(pin)


@given(st.text(max_size=8).filter(lambda text: len(text) != 6 or not text.isascii()))
def test_anything_else_is_no_pin(text):
    with pytest.raises(Refused, match="six digits"):
        check_pin(text)
