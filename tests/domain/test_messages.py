"""What becomes of a message: whatever happens, and in whatever order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make.patients import NOW
from tracker.domain.messages import (
    ACCEPTED,
    MOST_ATTEMPTS,
    RETRY_AT_MOST,
    RETRY_FIRST,
    Kind,
    MessageState,
    Outcome,
    Result,
    Settled,
    after_interruption,
    after_try,
    retry_after,
    when_too_late,
)

DIED = "died"
EVENTS = st.lists(st.sampled_from([*Result, DIED]), min_size=1, max_size=130)
MAY_HAVE_ARRIVED = {Result.ACCEPTED, Result.UNKNOWN, DIED}


def settled_by(kind: Kind, event: str, attempts: int) -> Settled:
    if event == DIED:
        return after_interruption(kind, attempts=attempts, now=NOW)
    return after_try(kind, Outcome(result=Result(event)), attempts=attempts, now=NOW)


@given(st.sampled_from(Kind), EVENTS)
def test_a_message_is_tried_until_it_is_settled_and_never_after(kind, events):
    handed_over, attempts, state = 0, 0, MessageState.QUEUED
    for event in events:
        assert state is MessageState.QUEUED
        attempts += 1
        handed_over += event in MAY_HAVE_ARRIVED
        settled = settled_by(kind, event, attempts)
        state = settled.state
        assert state is not MessageState.SENDING
        assert (settled.not_before is None) == state.is_settled
        assert (state is MessageState.SENT) == (event == Result.ACCEPTED)
        if state.is_settled:
            break
        assert RETRY_FIRST <= settled.not_before - NOW <= RETRY_AT_MOST
    assert attempts <= MOST_ATTEMPTS
    if not kind.may_go_out_twice:
        assert handed_over <= 1, "a reminder that may have arrived is not sent again"
    elif state is MessageState.FAILED:
        assert event == Result.REFUSED or attempts == MOST_ATTEMPTS


@pytest.mark.parametrize(
    ("kind", "event", "state"),
    [
        (Kind.REMINDER, Result.UNKNOWN, MessageState.FAILED),
        (Kind.ALERT, Result.UNKNOWN, MessageState.QUEUED),
        (Kind.REMINDER, DIED, MessageState.FAILED),
        (Kind.ESCALATION, DIED, MessageState.QUEUED),
        (Kind.REMINDER, Result.TRY_AGAIN, MessageState.QUEUED),
        (Kind.ALERT, Result.REFUSED, MessageState.FAILED),
        (Kind.REMINDER, Result.NOT_NEEDED, MessageState.NOT_NEEDED),
    ],
)
def test_reminders_go_out_once_at_most_and_alerts_once_at_least(kind, event, state):
    assert settled_by(kind, event, 1).state is state


def test_pauses_double_up_to_a_quarter_of_an_hour():
    minutes = [retry_after(attempts) / timedelta(minutes=1) for attempts in range(1, 8)]
    assert minutes == [1, 2, 4, 8, 15, 15, 15]


def test_what_was_tried_in_vain_has_failed_and_what_never_was_is_not_needed():
    assert when_too_late(attempts=0, problem="").state is MessageState.NOT_NEEDED
    tried = when_too_late(attempts=3, problem="no connection")
    assert (tried.state, tried.problem) == (MessageState.FAILED, "no connection")


def test_an_accepted_message_is_sent():
    assert after_try(Kind.ALERT, ACCEPTED, attempts=99, now=NOW).state is MessageState.SENT
