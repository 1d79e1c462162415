from __future__ import annotations

from typing import Any

import pyotp
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.conftest import SettableClock
from tests.make.second_factors import (
    give_everybody_a_password,
    need_second_factor,
    opens,
    set_up,
    with_password,
)


@pytest.fixture
def second_factor_needed(app: Flask, db: Session) -> None:
    """Staff need a second factor; everybody has a password."""
    need_second_factor(app)
    give_everybody_a_password(db)


@pytest.fixture
def enrolled(
    browser: Any, clock: SettableClock, second_factor_needed: None
) -> tuple[pyotp.TOTP, list[str]]:
    """The clinician's app and recovery codes, half a minute after they were set up."""
    visitor = with_password(browser)
    app_on_phone, codes = set_up(visitor, clock)
    assert opens(visitor)
    clock.forward(seconds=30)
    return app_on_phone, codes
