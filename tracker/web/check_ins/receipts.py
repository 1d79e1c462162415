"""The words after sending: the receipt, help where an answer worries, or why nothing was stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import url_for

from tracker.domain.check_ins import CannotAnswer, WhyNot
from tracker.domain.clinic import Clinic
from tracker.domain.safety import AlertLevel
from tracker.queries.check_ins import OpenDays, SentCheckIn
from tracker.web.check_ins.pages import NOT_WATCHED, Task, name_of, opening_words, task
from tracker.web.formatting import count, day, day_short, sentence, spoken_time

CLINIC_DAY_ENDS_AT = time(17)


@dataclass(frozen=True, kw_only=True, slots=True)
class SentPage:
    title: str
    sent: str
    lines: tuple[str, ...]
    look: str
    needs_help: bool
    next_task: Task | None
    progress_href: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CannotPage:
    title: str
    lines: tuple[str, ...]
    needs_help: bool


def sent_page(
    sent: SentCheckIn, *, clinic: Clinic, days: OpenDays | None, now: datetime
) -> SentPage:
    """The receipt. Where an answer worries, help comes first."""
    received = clinic.local(sent.received_at)
    today = clinic.date_of(now)
    on = "" if received.date() == today else f" on {day_short(received.date())}"
    words = f"Sent at {spoken_time(received)}{on}"
    needs_help = sent.level is not None
    return SentPage(
        title=name_of(sent.instrument_key) if needs_help else words,
        sent=sentence(words),
        lines=("Your care team can read it.", _stored(sent), *_rest(sent)),
        look=when_read(sent.level, now, clinic, days) if sent.level and days else "",
        needs_help=needs_help,
        next_task=_nexttask(sent, today),
        progress_href=url_for("progress.own"),
    )


def _stored(sent: SentCheckIn) -> str:
    answered = f"You answered {count(sent.answered, 'question')}"
    return f"{answered} and skipped {sent.skipped}." if sent.skipped else f"{answered}."


def _rest(sent: SentCheckIn) -> tuple[str, ...]:
    return () if sent.still_due else ("Nothing else to do today.",)


def _nexttask(sent: SentCheckIn, today: date) -> Task | None:
    if not sent.still_due:
        return None
    return task(sent.still_due[0], frozenset(), {}, today)


def when_read(level: AlertLevel, now: datetime, clinic: Clinic, days: OpenDays) -> str:
    """When somebody at the clinic reads it: never sooner than is true."""
    local = clinic.local(now)
    if not _is_open(local.date(), days) or local.time() >= CLINIC_DAY_ENDS_AT:
        when = f"when the clinic is open again{_next_open(local.date(), days)}"
    else:
        when = "now" if level is AlertLevel.NOW else "today, while the clinic is open"
    return (
        f"Your care team is asked to look at your answer {when}. {NOT_WATCHED} "
        "Please do not wait for them: use the lines above."
    )


def _is_open(on: date, days: OpenDays) -> bool:
    return on.weekday() in days.weekdays and on not in days.closed_on


def _next_open(today: date, days: OpenDays) -> str:
    ahead = (today + timedelta(days=n) for n in range(1, 31))
    found = next((on for on in ahead if _is_open(on, days)), None)
    return f", on {day(found)}" if found else ""


def cannot_page(
    problem: CannotAnswer, *, clinic: Clinic, was_sent: bool, needs_help: bool
) -> CannotPage:
    """Why nothing can be answered now, and what to do."""
    words = {
        WhyNot.NO_COURSE: (
            "Nothing to answer now",
            "Your care team has not planned check-ins with you at the moment.",
        ),
        WhyNot.NOT_ASKED: (
            "Nothing to answer now",
            "This check-in is not asked of you at the moment.",
        ),
        WhyNot.NOT_OPEN_YET: ("Nothing to answer now", _opens(problem, clinic)),
        WhyNot.CLOSED: ("This check-in is closed", _closed(problem, clinic)),
        WhyNot.OTHER_VERSION: (
            "The questions have changed",
            "Go back to Home and open the check-in again.",
        ),
    }
    title, line = words[problem.why]
    call = f" or call {clinic.phone}" if clinic.phone else ""
    lines = [line]
    if was_sent:
        lines.append("What you have just sent was not stored.")
    lines.append(
        "If there is something to tell your care team, write it down for your next visit"
        f"{call}. {NOT_WATCHED}"
    )
    return CannotPage(title=title, lines=tuple(lines), needs_help=needs_help)


def _opens(problem: CannotAnswer, clinic: Clinic) -> str:
    if problem.due is None:
        return "There is nothing to do now."
    opens = opening_words(clinic.local(problem.due.opens_at))
    return sentence(f"There is nothing to do now. The next one opens on {opens}")


def _closed(problem: CannotAnswer, clinic: Clinic) -> str:
    if problem.due is None:
        return "Its time is over."
    closed = clinic.local(problem.due.closes_at)
    over = sentence(f"Its time was over on {day(closed.date())} at {spoken_time(closed)}")
    return f"{over} A gap does no harm: carry on with the next one."
