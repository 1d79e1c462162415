"""A long trail of the bench stands: what is timed is the check of a whole one."""

from __future__ import annotations

import pytest

from bench import seed
from bench.trail import Share, checked, fill
from tests.bench.conftest import NOW
from tests.make.demo import make_demo_app
from tests.make.trail import FIELD_KEYS


def test_a_trail_that_was_made_longer_is_checked_whole(database):
    seed.seed(database, courses=2, busy=1, adherence=0.1, now=NOW, keys=FIELD_KEYS)
    app = make_demo_app(database.parent, now=NOW, demo=False)
    before, _ = checked(app)
    fill(app, 120)
    after, seconds = checked(app)
    assert after == before + 120
    assert seconds > 0


def test_what_a_trace_adds_is_told_of_the_page_without_it():
    assert Share(page="board", with_ms=5.5, without_ms=5).percent == pytest.approx(10)
