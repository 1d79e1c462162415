"""Answers that somebody must look at, by when, and the help that is shown at once.

A low answer is not proof of safety: in VA data 71.6 % of suicides followed a most recent answer
of "not at all" to the self-harm item of the PHQ-9 (Louzon 2016). Rules only ever add attention.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any, Self
from zoneinfo import ZoneInfo

from tracker.domain import scoring
from tracker.domain.clinic import DAY_ENDS_AT, MONDAY_TO_FRIDAY, OpenDays
from tracker.domain.errors import Refused
from tracker.domain.instruments import Answers, Instrument, SafetyRule, Verdict, check_answers
from tracker.domain.languages import Language, to_say
from tracker.domain.local_time import is_in_future

UNDETERMINED = Verdict.UNDETERMINED


NONE_OPEN = "No alert is open. A low answer is not proof of safety: ask in person too."
"""What stands in the place of alerts. It is never a verdict that all is well."""


class AlertLevel(IntEnum):
    """How urgent an answer is. Stored as the number."""

    WATCH = 1
    SOON = 2
    NOW = 3

    @property
    def words(self) -> str:
        return {1: "Look today", 2: "Within hours", 3: "Now"}[self.value]


@dataclass(frozen=True, kw_only=True, slots=True)
class Concern:
    """A rule of the instrument that an answer met.

    ``deadline_hours`` None means: by the end of the clinic's working day (`answer_due_at`).
    """

    rule: str
    level: AlertLevel
    deadline_hours: int | None
    item_id: str
    """Empty for a rule about a category, which several questions make."""
    skipped: bool
    """Raised because of what was skipped, not by what was answered."""


def concerns(instrument: Instrument, answers: Answers) -> tuple[Concern, ...]:
    """What the answers raise, most urgent first. Any concern at all shows the crisis lines.

    Levels and deadlines of the shipped rules are the project's own defaults and need a clinical
    lead's approval: a first positive answer the same working day, a stronger one within 4 hours,
    an intention at once; a skipped question counts as the lowest level.
    """
    raised = [
        Concern(
            rule=rule.id,
            level=AlertLevel(rule.level),
            deadline_hours=rule.deadline_hours,
            item_id=rule.item,
            skipped=answers[rule.item] is None if rule.item else UNDETERMINED in rule.outcomes,
        )
        for rule in _raised(instrument, answers)
    ]
    return tuple(sorted(raised, key=lambda concern: -concern.level))


def _raised(instrument: Instrument, answers: Answers) -> tuple[SafetyRule, ...]:
    """The rules that are met, and those about a category that are met whatever was skipped.

    A skipped question leaves a category open; what the others say of it already counts all the
    same. Least of all says the lowest answer, in every definition with such a rule.
    """
    found = scoring.raised_rules(instrument, answers)
    if not answers.skipped or not any(rule.category for rule in instrument.safety_rules):
        return found
    least = scoring.raised_rules(instrument, _with_lowest(instrument, answers))
    return (*found, *(rule for rule in least if rule.category and rule not in found))


def _with_lowest(instrument: Instrument, answers: Answers) -> Answers:
    lowest = {
        item.id: instrument.answer_scale(item).lowest
        for item in instrument.items
        if answers[item.id] is None
    }
    return check_answers(instrument, {**answers.to_json(), **lowest})


def concerns_so_far(instrument: Instrument, kept: Mapping[str, object]) -> tuple[Concern, ...]:
    """What answers raise that are kept page by page: what was not reached yet is not skipped.

    Raises `AnswerNotOffered`.
    """
    found = concerns(instrument, check_answers(instrument, kept))
    is_whole = all(item.id in kept for item in instrument.items)
    return tuple(
        each
        for each in found
        if is_whole or not each.skipped or (each.item_id and each.item_id in kept)
    )


def met_by(concern: Concern, answers: Answers) -> dict[str, Any]:
    """The answers that a rule was met by, as stored: to one question, or all of a category's."""
    given = answers.to_json()
    return {concern.item_id: given[concern.item_id]} if concern.item_id else given


def answer_due_at(
    concern: Concern,
    raised_at: datetime,
    *,
    zone: ZoneInfo,
    days: OpenDays = MONDAY_TO_FRIDAY,
) -> datetime:
    """By when (UTC) somebody must have dealt with it.

    Closed days are waited for, but no longer than the clinic lets an alert wait. Where it is closed
    on each of the next 30 days, its working day counts on every day.
    """
    if concern.deadline_hours is not None:
        return raised_at.astimezone(UTC) + timedelta(hours=concern.deadline_hours)
    local = raised_at.astimezone(zone)
    today = local.date()
    is_over = local.time() >= DAY_ENDS_AT
    if days.is_open(today) and not is_over:
        return _day_end(today, zone)
    on = days.next_open(today) or today + timedelta(days=int(is_over))
    return _day_end(min(on, days.waits_until(today)), zone)


def _day_end(on: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, DAY_ENDS_AT, zone).astimezone(UTC)


def check_done_at(at: datetime, *, raised_at: datetime, now: datetime) -> None:
    """Raise `Refused` for a time at which nothing can have been done about an alert yet."""
    if is_in_future(at, now):
        raise Refused("The time cannot be in the future.", field="done_time")
    if at < raised_at.replace(second=0, microsecond=0):
        raise Refused(
            "That is before the answer came. Check date and time.",
            field="done_time",
        )


class ContactBy(StrEnum):
    """How a crisis line is reached."""

    CALL = "call"
    TEXT = "text"
    WEB = "web"


@dataclass(frozen=True, kw_only=True, slots=True)
class CrisisLine:
    """One way to talk to someone now. ``label`` is the finished text, number included."""

    label: str
    by: ContactBy
    target: str
    """A telephone number or a web address without its scheme."""
    for_whom: str = ""
    translated: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)
    """The clinic's own words in other languages: ``{"es": {"label", "for_whom"}}``."""

    def words(self, language: Language) -> str:
        """The finished line: the clinic's words in this language, or the catalogue's, or English.

        Help in English is better than none: a line without a translation is shown as it is.
        """
        own = self.translated.get(language, {})
        label = own.get("label") or language.say(self.label)
        for_whom = own.get("for_whom") or (language.say(self.for_whom) if self.for_whom else "")
        return f"{for_whom}: {label}" if for_whom else label

    @property
    def href(self) -> str:
        return {"call": "tel:", "text": "sms:", "web": "https://"}[self.by] + self.target


@dataclass(frozen=True, kw_only=True, slots=True)
class CrisisLines:
    """What the help card and every report print, in order. A clinic may set its own."""

    lines: tuple[CrisisLine, ...]

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any] | None) -> Self:
        """``{"lines": [{"label", "by", "target", "for_whom"}]}``, or the US default when empty.

        A line may hold its words in other languages: ``"es": {"label", "for_whom"}``.
        Raises ValueError that says which line is wrong: help that cannot be reached is worse
        than a start that fails.
        """
        if not settings:
            return cls(lines=US_CRISIS_LINES)
        lines = tuple(_line(n, line) for n, line in enumerate(settings.get("lines", ()), 1))
        if not lines:
            raise ValueError("the crisis lines must name at least one line")
        return cls(lines=lines)

    def to_settings(self) -> dict[str, Any]:
        """What `from_settings` reads back."""
        return {
            "lines": [
                {
                    "label": line.label,
                    "by": str(line.by),
                    "target": line.target,
                    "for_whom": line.for_whom,
                    **{code: dict(words) for code, words in line.translated.items()},
                }
                for line in self.lines
            ]
        }


def _line(number: int, line: Any) -> CrisisLine:
    try:
        made = CrisisLine(
            label=str(line["label"]).strip(),
            by=ContactBy(line["by"]),
            target=str(line["target"]).strip(),
            for_whom=str(line.get("for_whom", "")).strip(),
            translated={
                code: {name: str(words).strip() for name, words in line[code].items()}
                for code in Language
                if code in line
            },
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"crisis line {number} is wrong: {error}") from None
    if not made.label or not made.target:
        raise ValueError(f"crisis line {number} needs a label and a target")
    return made


# Source: veteranscrisisline.net and 988lifeline.org, as in force in November 2026.
US_CRISIS_LINES = (
    CrisisLine(label=to_say("Call 988"), by=ContactBy.CALL, target="988"),
    CrisisLine(label=to_say("Text 988"), by=ContactBy.TEXT, target="988"),
    CrisisLine(
        label=to_say("Call 988, then press 1"),
        by=ContactBy.CALL,
        target="988",
        for_whom=to_say("Veterans"),
    ),
    CrisisLine(
        label=to_say("Text 838255"),
        by=ContactBy.TEXT,
        target="838255",
        for_whom=to_say("Veterans"),
    ),
    CrisisLine(
        label=to_say("Call 911"),
        by=ContactBy.CALL,
        target="911",
        for_whom=to_say("If life is in danger now"),
    ),
)
DEFAULT_CRISIS_LINES = CrisisLines(lines=US_CRISIS_LINES)
