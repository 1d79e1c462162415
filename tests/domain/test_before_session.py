"""What is put together before a therapy session, without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tests.make.course_record import NOW, infusion, local, progress, record, weekly
from tests.make.world import known_id
from tracker.domain.before_session import OpenAlert, before_session
from tracker.domain.progress import Verdict
from tracker.domain.safety import AlertLevel

RATED = [weekly(date(2026, 10, 23), 60), weekly(date(2026, 11, 16), 20)]
ALERT = OpenAlert(
    id=known_id("alert"), level=AlertLevel.NOW, due_at=datetime(2026, 11, 23, tzinfo=UTC)
)


def before(found, *, forms=(), alerts=(), now=NOW):
    course = progress(found, now=now)
    return before_session(course, forms=forms, alerts=alerts, last_held=None)


def test_the_verdict_is_that_of_the_course():
    found = before(record([infusion(1), infusion(2)], RATED)).standing
    assert found is not None
    assert found.change.verdict is Verdict.BETTER
    assert found.weekly.change_words == "−40"
    assert [each.scale.id for each in found.groups] == [
        "intrusion",
        "avoidance",
        "mood_and_thinking",
        "arousal",
    ]


def test_days_since_the_last_infusion_go_by_the_calendar_of_the_clinic():
    """Late in the evening of the third day it is three days ago, not two and a half."""
    given = [infusion(1), infusion(2, on=date(2026, 11, 20)), infusion(3, is_given=False)]
    for hour, today, days in (
        (23, date(2026, 11, 20), 0),
        (0, date(2026, 11, 21), 1),
        (23, date(2026, 11, 23), 3),
    ):
        last = before(record(given), now=local(today, hour)).last_infusion
        assert last is not None
        assert (last.planned.number, last.days_ago) == (2, days)
    assert before(record([infusion(1, is_given=False)])).last_infusion is None


def test_a_booster_is_the_last_infusion_too():
    given = [infusion(1), infusion(7, on=date(2026, 11, 18), is_booster=True)]
    last = before(record(given)).last_infusion
    assert last is not None
    assert (last.planned.is_booster, last.days_ago) == (True, 5)


def test_what_somebody_may_not_see_is_not_even_computed():
    found = before(record([infusion(1)], RATED), forms=None, alerts=None)
    assert (found.standing, found.alerts) == (None, None)
    assert before(record([infusion(1)], RATED), alerts=(ALERT,)).alerts == (ALERT,)
