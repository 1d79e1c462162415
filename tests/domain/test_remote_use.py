"""What may be asked of a patient who is not in the room."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.errors import Refused
from tracker.domain.instrument_uses import Daily, InstrumentUse
from tracker.domain.instruments import Remote, definitions
from tracker.domain.remote_use import (
    answers_of_either,
    asked_remotely,
    check_may_ask,
    needs_watcher,
    remote_use_refused,
)

KNOWN = definitions()
WATCHED = sorted(key for key, each in KNOWN.items() if each.remote is Remote.WATCHED)


def use(key: str) -> InstrumentUse:
    return InstrumentUse(key=key, rules=(Daily(every_days=14),))


def keys(*wanted: str, has_watcher: bool) -> list[str]:
    found = asked_remotely([use(key) for key in wanted], KNOWN, has_watcher=has_watcher)
    assert all(each.rules == (Daily(every_days=14),) for each in found)
    return [each.key for each in found]


@pytest.mark.parametrize("has_watcher", [True, False])
def test_an_item_on_self_harm_needs_somebody_who_watches(has_watcher: bool) -> None:
    assert "phq-9" in WATCHED
    assert remote_use_refused(KNOWN["phq-9"], has_watcher=has_watcher) is not has_watcher
    assert not remote_use_refused(KNOWN["phq-8"], has_watcher=has_watcher)


def test_the_form_without_that_item_is_asked_instead() -> None:
    assert keys("daily", "phq-9", has_watcher=False) == ["daily", "phq-8"]
    assert keys("daily", "phq-9", has_watcher=True) == ["daily", "phq-9"]
    assert keys("phq-8", "phq-9", has_watcher=False) == ["phq-8"]


@given(
    wanted=st.lists(st.sampled_from(sorted(KNOWN)), unique=True),
    has_watcher=st.booleans(),
)
def test_nothing_refused_is_ever_asked_and_nothing_twice(
    wanted: list[str], has_watcher: bool
) -> None:
    found = keys(*wanted, has_watcher=has_watcher)
    assert len(found) == len(set(found))
    assert not [key for key in found if remote_use_refused(KNOWN[key], has_watcher=has_watcher)]
    kept = [key for key in wanted if not remote_use_refused(KNOWN[key], has_watcher=has_watcher)]
    assert [key for key in found if key in kept] == kept


def test_what_is_not_known_is_left_to_others() -> None:
    assert keys("of-a-clinic", has_watcher=False) == ["of-a-clinic"]
    assert not needs_watcher([use("of-a-clinic"), use("daily")], KNOWN)
    assert needs_watcher([use("phq-9")], KNOWN)


def test_a_protocol_does_not_begin_to_ask_for_what_nobody_watches() -> None:
    with pytest.raises(Refused, match="PHQ-8 can be asked instead"):
        check_may_ask([use("daily")], [use("daily"), use("phq-9")], KNOWN, has_watcher=False)
    check_may_ask([use("daily")], [use("phq-9")], KNOWN, has_watcher=True)
    check_may_ask([use("phq-9")], [use("phq-9")], KNOWN, has_watcher=False)


ON_MONDAY = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(("asked", "answered"), [("phq-9", "phq-8"), ("phq-8", "phq-9")])
def test_an_answer_to_the_other_form_counts_when_who_is_named_has_changed(
    asked: str, answered: str
) -> None:
    given = {f"{answered}:2026-11-23": ON_MONDAY, "daily:2026-11-23": ON_MONDAY}
    found = answers_of_either([use(asked), use("daily")], KNOWN, given)
    assert found == given | {f"{asked}:2026-11-23": ON_MONDAY}


def test_forms_that_are_asked_beside_each_other_keep_their_own_answers() -> None:
    given = {"phq-8:2026-11-23": ON_MONDAY}
    assert answers_of_either([use("phq-9"), use("phq-8")], KNOWN, given) == given
    assert answers_of_either([use("gad-7"), use("of-a-clinic")], KNOWN, given) == given
