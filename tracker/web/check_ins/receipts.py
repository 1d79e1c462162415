"""The words after sending: the receipt, help where an answer worries, or why nothing was stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for
from flask_babel import gettext, ngettext

from tracker.domain.check_ins import CannotAnswer, WhyNot
from tracker.domain.clinic import DAY_ENDS_AT, Clinic, OpenDays
from tracker.domain.instruments import Direction
from tracker.domain.safety import AlertLevel
from tracker.queries.check_ins import SentCheckIn
from tracker.queries.own_numbers import OwnNumbers
from tracker.web.check_ins.names import name_of
from tracker.web.check_ins.pages import Task, not_watched, opening_words, task
from tracker.web.formatting import day, day_short, number, sentence, spoken_time

FEWEST_NUMBERS = 2
"""One number says nothing of a way (project default)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Trend:
    """The newest numbers of one questionnaire, day beside number, and what they can say."""

    heading: str
    columns: tuple[str | tuple[str, str], ...]
    rows: tuple[tuple[str, str], ...]
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SentPage:
    title: str
    sent: str
    lines: tuple[str, ...]
    next_task: Task | None
    trend: Trend | None
    progress_href: str
    home_href: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CannotPage:
    title: str
    lines: tuple[str, ...]
    needs_help: bool
    home_href: str
    another_href: str


def sent_page(
    sent: SentCheckIn,
    *,
    clinic: Clinic,
    now: datetime,
    by_link: bool = False,
    sees_trend: bool = True,
    numbers: OwnNumbers | None = None,
) -> SentPage:
    """The receipt. By a link it leads nowhere; to how it goes only where the patient agreed.

    ``numbers`` are shown below it, but never beside help: that comes alone.
    """
    received = clinic.local(sent.received_at)
    today = clinic.date_of(now)
    words = _sent_words(received, today)
    return SentPage(
        title=words if sent.level is None else name_of(sent.instrument_key),
        sent=sentence(words),
        lines=(gettext("Your care team can read it."), _stored(sent), *_rest(sent, by_link)),
        next_task=None if by_link else _nexttask(sent, today),
        trend=None if by_link or not sees_trend or sent.level else _trend(numbers, clinic),
        progress_href="" if by_link or not sees_trend or sent.level else url_for("progress.own"),
        home_href="" if by_link else url_for("check_ins.home"),
    )


def _trend(numbers: OwnNumbers | None, clinic: Clinic) -> Trend | None:
    if numbers is None or not numbers.scores:
        return None
    if sum(each.value is not None for each in numbers.scores) < FEWEST_NUMBERS:
        return Trend(
            heading=gettext("How your answers went"),
            columns=(),
            rows=(),
            note=gettext("There are not enough answers yet to show how it goes."),
        )
    low, high = number(numbers.minimum), number(numbers.maximum)
    note = (
        gettext(
            "It can be %(low)s to %(high)s, and lower is better. Everybody has better and worse"
            " days: one number says little, and it is not a diagnosis.",
            low=low,
            high=high,
        )
        if numbers.direction is Direction.LOWER_IS_BETTER
        else gettext(
            "It can be %(low)s to %(high)s, and higher is better. Everybody has better and worse"
            " days: one number says little, and it is not a diagnosis.",
            low=low,
            high=high,
        )
    )
    rows = tuple(
        (
            day_short(clinic.date_of(each.occurred_at)),
            gettext("Too few answers for a number") if each.value is None else number(each.value),
        )
        for each in numbers.scores
    )
    return Trend(
        heading=gettext("How your answers went"),
        columns=(gettext("Day"), (gettext("Number"), "num")),
        rows=rows,
        note=note,
    )


def _sent_words(received: datetime, today: date) -> str:
    at = spoken_time(received)
    if received.date() == today:
        return gettext("Sent at %(time)s", time=at)
    return gettext("Sent at %(time)s on %(day)s", time=at, day=day_short(received.date()))


def _stored(sent: SentCheckIn) -> str:
    if not sent.skipped:
        return ngettext(
            "You answered %(num)s question.", "You answered %(num)s questions.", sent.answered
        )
    return ngettext(
        "You answered %(num)s question and skipped %(skipped)s.",
        "You answered %(num)s questions and skipped %(skipped)s.",
        sent.answered,
        skipped=sent.skipped,
    )


def _rest(sent: SentCheckIn, by_link: bool) -> tuple[str, ...]:
    if by_link:
        return (gettext("This link is used up. You can close this page."),)
    return () if sent.still_due else (gettext("Nothing else to do today."),)


def _nexttask(sent: SentCheckIn, today: date) -> Task | None:
    if not sent.still_due:
        return None
    return task(sent.still_due[0], frozenset(), {}, today)


def when_read(level: AlertLevel, now: datetime, clinic: Clinic, days: OpenDays) -> str:
    """When somebody at the clinic reads it: never sooner than is true."""
    local = clinic.local(now)
    if not days.is_open(local.date()) or local.time() >= DAY_ENDS_AT:
        asked = _asked_when_closed(local.date(), days)
    elif level is AlertLevel.NOW:
        asked = gettext("Your care team is asked to look at your answer now.")
    else:
        asked = gettext(
            "Your care team is asked to look at your answer today, while the clinic is open."
        )
    wait = gettext("Please do not wait for them: use the lines above.")
    return f"{asked} {not_watched()} {wait}"


def _asked_when_closed(today: date, days: OpenDays) -> str:
    """By the day that the staff have until, where that comes before the clinic opens."""
    opens_on, waits_until = days.next_open(today), days.waits_until(today)
    if opens_on is None or opens_on <= waits_until:
        return _asked_when_open(opens_on)
    return gettext(
        "Your care team is asked to look at your answer by %(day)s, though the clinic is closed"
        " until %(opens)s.",
        day=day(waits_until),
        opens=day(opens_on),
    )


def _asked_when_open(on: date | None) -> str:
    if on is None:
        return gettext(
            "Your care team is asked to look at your answer when the clinic is open again."
        )
    return gettext(
        "Your care team is asked to look at your answer when the clinic is open again, on %(day)s.",
        day=day(on),
    )


def cannot_page(
    problem: CannotAnswer,
    *,
    clinic: Clinic,
    was_sent: bool,
    needs_help: bool,
    by_link: bool = False,
) -> CannotPage:
    """Why nothing can be answered now, and what to do. By a link: how to get another one."""
    nothing = gettext("Nothing to answer now")
    words = {
        WhyNot.NO_COURSE: (
            nothing,
            gettext("Your care team has not planned check-ins with you at the moment."),
        ),
        WhyNot.NOT_ASKED: (nothing, gettext("This check-in is not asked of you at the moment.")),
        WhyNot.NOT_OPEN_YET: (nothing, _opens(problem, clinic)),
        WhyNot.CLOSED: (gettext("This check-in is closed"), _closed(problem, clinic)),
        WhyNot.OTHER_VERSION: (
            gettext("The questions have changed"),
            gettext("Go back to Home and open the check-in again."),
        ),
    }
    title, line = words[problem.why]
    lines = [line]
    if was_sent:
        lines.append(gettext("What you have just sent was not stored."))
    if was_sent and needs_help:
        lines.append(gettext("Your care team is told of your answer all the same."))
    lines.append(f"{_tell(clinic)} {not_watched()}")
    is_too_late = by_link and problem.why is not WhyNot.NOT_OPEN_YET
    if is_too_late:
        lines.append(
            gettext(
                "If you would like to send one all the same, ask your care team for a new link."
            )
        )
    return CannotPage(
        title=title,
        lines=tuple(lines),
        needs_help=needs_help,
        home_href="" if by_link else url_for("check_ins.home"),
        another_href=url_for("check_in_links.ask") if is_too_late else "",
    )


def _tell(clinic: Clinic) -> str:
    if clinic.phone:
        return gettext(
            "If there is something to tell your care team, write it down for your next visit "
            "or call %(phone)s.",
            phone=clinic.phone,
        )
    return gettext(
        "If there is something to tell your care team, write it down for your next visit."
    )


def _opens(problem: CannotAnswer, clinic: Clinic) -> str:
    if problem.due is None:
        return gettext("There is nothing to do now.")
    opens = opening_words(clinic.local(problem.due.opens_at))
    words = gettext("There is nothing to do now. The next one opens on %(when)s", when=opens)
    return sentence(words)


def _closed(problem: CannotAnswer, clinic: Clinic) -> str:
    if problem.due is None:
        return gettext("Its time is over.")
    closed = clinic.local(problem.due.closes_at)
    over = gettext(
        "Its time was over on %(day)s at %(time)s",
        day=day(closed.date()),
        time=spoken_time(closed),
    )
    harmless = gettext("A gap does no harm: carry on with the next one.")
    what = gettext(
        "This was for “%(name)s” of %(day)s.",
        name=name_of(problem.due.instrument_key),
        day=day(problem.due.due_on),
    )
    return f"{what} {sentence(over)} {harmless}"
