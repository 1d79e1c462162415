"""Who may change to whom a record is restricted."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tracker.domain.errors import Refused
from tracker.domain.restrictions import check_may_change, with_oneself

ME, OTHER = uuid4(), uuid4()


@pytest.mark.parametrize("named", [(), (ME,), (ME, OTHER)])
def test_whoever_is_named_or_nobody_is_may_change_it(named):
    check_may_change(ME, named)


def test_whoever_only_broke_the_glass_may_not_change_it():
    with pytest.raises(Refused, match="Only somebody who is named"):
        check_may_change(ME, (OTHER,))


def test_nobody_locks_themselves_out():
    assert with_oneself(ME, (OTHER,)) == {ME, OTHER}
    assert with_oneself(ME, ()) == {ME}
