"""What was due and did not come, run by run."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from tracker.domain.due import DueCheckIn, DueState
from tracker.domain.missed_check_ins import Missed, Run, missed_check_ins

FIRST_ON = date(2026, 5, 5)
STATES = {"a": DueState.ANSWERED, "m": DueState.MISSED, "u": DueState.UPCOMING}


def due(key: str, states: str, step: int = 7) -> list[DueCheckIn]:
    """One a week: answered, missed or upcoming."""
    return [
        _due(key, FIRST_ON + timedelta(days=step * n), STATES[each])
        for n, each in enumerate(states)
    ]


def _due(key: str, on: date, state: DueState) -> DueCheckIn:
    at = datetime.combine(on, time(), UTC)
    return DueCheckIn(
        instrument_key=key,
        due_key=f"{key}:{on}",
        due_on=on,
        opens_at=at,
        late_from=at,
        closes_at=at + timedelta(days=1),
        state=state,
    )


def test_a_long_run_is_one_with_its_first_and_last_day() -> None:
    (found,) = missed_check_ins(due("pcl-5-week", "ammmmaaaauu"))
    assert found == Missed(
        instrument_key="pcl-5-week",
        due=9,
        runs=(Run(first_on=date(2026, 5, 12), last_on=date(2026, 6, 2), count=4),),
    )
    assert found.count == 4


def test_an_answer_between_parts_two_runs_and_instruments_are_told_apart() -> None:
    found = missed_check_ins([*due("weekly", "mam"), *due("daily", "aa"), *due("phq-9", "m")])
    assert [(each.instrument_key, len(each.runs), each.due) for each in found] == [
        ("weekly", 2, 3),
        ("phq-9", 1, 1),
    ]


def test_nothing_is_missing_where_everything_came() -> None:
    assert missed_check_ins(due("weekly", "aaau")) == ()
