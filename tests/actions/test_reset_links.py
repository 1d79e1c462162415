"""What ends an account's links to choose a new password, and everything that would make one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.make.accounts import PASSWORD, give_app, give_password
from tests.make.patients import NOW
from tracker.actions import account_resets, accounts, asked_resets, message_claims, second_factors
from tracker.actions.asked_resets import ResetRules
from tracker.actions.message_claims import Claimed
from tracker.actions.tokens import token_hash
from tracker.domain.errors import NotFound
from tracker.domain.languages import Language
from tracker.domain.messages import Kind, MessageState, Outcome, Result
from tracker.domain.reminders import QuietHours
from tracker.models.account_resets import AskedResetRow
from tracker.models.messages import MessageRow
from tracker.queries import accounts as account_queries

RULES = ResetRules(staff_need_factor=True, demo=False)
NEW = "five words that are new"


@pytest.fixture
def people(db: Session, world: Any) -> Any:
    """Those of clinic A; the patient has a password and an app."""
    give_password(db, world.a.patient)
    give_app(db, world.a.patient)
    return world.a


def change_password(db: Session, people: Any) -> None:
    accounts.change_own_password(
        db, people.patient, current=PASSWORD, new=NEW, language=Language.ENGLISH, now=NOW
    )


def close_and_open_again(db: Session, people: Any) -> None:
    for active in (False, True):
        accounts.set_active(
            db, people.administrator, people.patient.user_id, active=active, now=NOW
        )


def give_the_factor_up(db: Session, people: Any) -> None:
    second_factors.remove_own(db, people.patient, must_have=False, now=NOW)


ACTS = pytest.mark.parametrize("act", [change_password, close_and_open_again, give_the_factor_up])
Act = Callable[[Session, Any], None]


def queue(db: Session, email: str = "patient@a.test", now: datetime = NOW) -> None:
    asked_resets.ask_for_link(db, email, address="", language=Language.ENGLISH, now=now)
    assert asked_resets.queue_links(db, RULES, now=now) == 1


def claimed(db: Session) -> Claimed | None:
    return message_claims.claim_next(db, {"email"}, QuietHours(), now=NOW)


def states(db: Session) -> list[str]:
    found = db.scalars(select(MessageRow.state).where(MessageRow.kind == Kind.FORGOTTEN)).all()
    db.rollback()
    return list(found)


def opens(db: Session, token: str) -> bool:
    return account_queries.find_reset(db, token_hash(token), now=NOW) is not None


@ACTS
def test_a_link_that_was_sent_opens_nothing_any_more(db, people, act: Act):
    queue(db)
    token = asked_resets.make_link(db, claimed(db), RULES, now=NOW)
    assert opens(db, token)
    act(db, people)
    assert not opens(db, token)


@ACTS
def test_a_message_that_waits_makes_no_link(db, people, act: Act):
    queue(db)
    act(db, people)
    assert states(db) == [MessageState.NOT_NEEDED]
    taken = claimed(db)
    assert taken is None or taken.kind is Kind.PASSWORD


@ACTS
def test_a_message_that_a_sender_has_taken_makes_no_link(db, people, act: Act):
    queue(db)
    taken = claimed(db)
    act(db, people)
    with pytest.raises(NotFound):
        asked_resets.make_link(db, taken, RULES, now=NOW)
    failed = Outcome(result=Result.TRY_AGAIN, problem="no connection")
    message_claims.settle(db, taken, failed, now=NOW)
    assert states(db) == [MessageState.NOT_NEEDED], "nor at another try"


@ACTS
def test_what_was_asked_for_and_not_looked_up_yet_is_forgotten(db, people, act: Act):
    for email in ("patient@a.test", "patient@b.test"):
        asked_resets.ask_for_link(db, email, address="", language=Language.ENGLISH, now=NOW)
    act(db, people)
    left = db.scalars(select(AskedResetRow.email)).all()
    assert left == ["patient@b.test"], "what others asked for stays"


@ACTS
def test_who_asks_afterwards_gets_a_link(db, people, act: Act):
    queue(db)
    act(db, people)
    queue(db, now=NOW + timedelta(minutes=1))
    assert sorted(states(db)) == [MessageState.NOT_NEEDED, MessageState.QUEUED]


def test_a_used_link_takes_the_message_with_another_one_along(db, people):
    queue(db)
    token = asked_resets.make_link(db, claimed(db), RULES, now=NOW)
    queue(db)
    assert sorted(states(db)) == [MessageState.QUEUED, MessageState.SENDING]
    account_resets.use_reset(
        db, token, password=NEW, address="", device="", language=Language.ENGLISH, now=NOW
    )
    assert states(db) == [MessageState.NOT_NEEDED] * 2
