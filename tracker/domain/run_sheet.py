"""What is decided at the start and at the end of an infusion, and the rules about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from tracker.domain.confirmation import Question
from tracker.domain.dosing_weight import check_weight_rule, weight_basis_questions
from tracker.domain.errors import Refused
from tracker.domain.infusion import (
    DOSE_MG_PER_KG,
    PLANNED_MINUTES,
    WEIGHT_KG,
    Dose,
    DoseLevel,
    dose_change_question,
    dose_level,
    dose_question,
    plain,
    usual_range_question,
    weight_question,
)
from tracker.domain.infusion_volume import check_preparation, dilution_question
from tracker.domain.local_time import is_in_future
from tracker.domain.numbers_in_words import rounded
from tracker.domain.protocol import DoseRules, Protocol
from tracker.domain.vital_limits import Level, Phase, notices
from tracker.domain.vital_signs import (
    ImpossibleVitalSigns,
    VitalSigns,
    check_possible,
    unusual_questions,
)
from tracker.domain.weight_basis import WeightBasis

LONGEST_INFUSION = timedelta(hours=12)
BEFORE_START = timedelta(hours=4)
AFTER_END = timedelta(hours=24)
"""Around an infusion something may be logged on its sheet; further away it belongs elsewhere."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Start:
    """What is decided at the start. `baseline` are the vital signs taken just before, if any."""

    dose: Dose
    started_at: datetime
    baseline: VitalSigns = VitalSigns()
    dose_reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Previous:
    """The infusion before in the same course."""

    number: int
    weight_kg: Decimal
    ended_at: datetime | None
    dose_mg_per_kg: Decimal | None = None
    weight_basis: WeightBasis | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class End:
    """How an infusion ended. Less than ordered was given: stopped early, with the reason.

    `infused_ml` was read off the pump or the bag; None when nobody read it.
    """

    ended_at: datetime
    given_mg: Decimal
    infused_ml: Decimal | None = None
    stop_reason: str = ""
    course_of_infusion: str = ""


def check_start(
    start: Start, rules: DoseRules, *, previous: Previous | None, now: datetime
) -> None:
    """Raise `Refused` for a dose, a time or a measurement that cannot be."""
    _check_numbers(start.dose)
    check_weight_rule(start.dose.rule, start.dose.weight_kg)
    _check_dose(start, rules)
    if start.dose.prepared is not None:
        check_preparation(start.dose.prepared, start.dose.ordered_mg)
    if is_in_future(start.started_at, now):
        raise Refused("The start cannot be in the future.", field="started_time")
    if previous and previous.ended_at is not None and start.started_at < previous.ended_at:
        raise Refused(
            f"The start cannot be before the end of infusion {previous.number}. "
            "Check date and time.",
            field="started_time",
        )
    try:
        check_possible(start.baseline)
    except ImpossibleVitalSigns as problem:
        raise Refused(str(problem), field=problem.measure.value) from None


def _check_numbers(dose: Dose) -> None:
    for name, value, (low, high) in (
        ("weight_kg", dose.weight_kg, WEIGHT_KG),
        ("dose_mg_per_kg", dose.dose_mg_per_kg, DOSE_MG_PER_KG),
        ("planned_minutes", dose.planned_minutes, PLANNED_MINUTES),
    ):
        if not low <= value <= high:
            raise Refused(f"Enter a number from {low} to {high}.", field=name)


def _check_dose(start: Start, rules: DoseRules) -> None:
    level = dose_level(start.dose.dose_mg_per_kg, rules)
    if level is DoseLevel.REFUSED:
        raise Refused(
            f"This protocol allows no dose above {plain(rules.refuse_above_mg_per_kg)} mg/kg. "
            "Enter a lower dose.",
            field="dose_mg_per_kg",
        )
    if level is DoseLevel.CONFIRM and not start.dose_reason:
        raise Refused(
            f"Above {plain(rules.confirm_above_mg_per_kg)} mg/kg this protocol asks for a reason. "
            "Enter it.",
            field="dose_reason",
        )


def start_questions(
    start: Start,
    protocol: Protocol,
    *,
    number: int,
    planned_on: date,
    started_on: date,
    previous: Previous | None,
    waiting: int | None,
    unreviewed_after: int | None = None,
    now: datetime | None = None,
) -> tuple[Question, ...]:
    """What somebody has to say is meant before this start is stored.

    `started_on` is the clinic's date of the start; `waiting` the number of an earlier infusion
    that is still planned; `unreviewed_after` the number of the infusion after which the protocol
    asks for a review of the course that nobody has written.
    """
    asked = [
        *_dose_questions(start.dose, protocol.dose, previous),
        _review_question(unreviewed_after),
        *(backdating_questions(start.started_at, now) if now else ()),
        _day_question(number, planned_on, started_on),
        _order_question(number, waiting),
        _hold_question(start.baseline, protocol),
        *unusual_questions(start.baseline),
    ]
    return tuple(question for question in asked if question is not None)


def _dose_questions(
    dose: Dose, rules: DoseRules, previous: Previous | None
) -> Iterator[Question | None]:
    yield weight_question(dose.weight_kg, previous.weight_kg if previous else None)
    yield from weight_basis_questions(
        dose.rule, dose.weight_kg, before=previous.weight_basis if previous else None
    )
    yield dose_question(dose, rules)
    yield usual_range_question(dose, rules)
    yield dose_change_question(dose, previous.dose_mg_per_kg if previous else None)
    if dose.prepared is not None:
        yield dilution_question(dose.prepared)


def _review_question(unreviewed_after: int | None) -> Question | None:
    if unreviewed_after is None:
        return None
    return Question(
        key=f"review {unreviewed_after}",
        words=f"The protocol asks for a review of the course after infusion {unreviewed_after}, "
        "and none is written. The infusion is started before the review.",
    )


def _day_question(number: int, planned_on: date, started_on: date) -> Question | None:
    if started_on == planned_on:
        return None
    return Question(
        key=f"day {started_on} {planned_on}",
        words=f"Infusion {number} is planned for {planned_on:%-d %b %Y}. "
        f"It started on {started_on:%-d %b %Y}.",
    )


def _order_question(number: int, waiting: int | None) -> Question | None:
    if waiting is None:
        return None
    return Question(
        key=f"order {number} {waiting}",
        words=f"Infusion {waiting} was not given yet. Infusion {number} is given before it.",
    )


def _hold_question(baseline: VitalSigns, protocol: Protocol) -> Question | None:
    words = "; ".join(
        notice.words
        for notice in notices(baseline, protocol, phase=Phase.BEFORE)
        if notice.level is Level.URGENT
    )
    if not words:
        return None
    return Question(key=f"hold {words}", words=f"{words}. The infusion is started all the same.")


def check_end(end: End, *, started_at: datetime, ordered_mg: Decimal, now: datetime) -> None:
    """Raise `Refused` for an end that cannot be."""
    if is_in_future(end.ended_at, now):
        raise Refused("The end cannot be in the future.", field="ended_time")
    if end.ended_at < started_at:
        raise Refused("The end cannot be before the start.", field="ended_time")
    if end.ended_at - started_at > LONGEST_INFUSION:
        raise Refused(
            "That is more than 12 hours after the start. Check date and time.", field="ended_time"
        )
    if not 0 <= end.given_mg <= ordered_mg:
        words = f"Enter a number from 0 to {plain(ordered_mg)}, which was ordered."
        raise Refused(words, field="given_mg")
    if end.given_mg < ordered_mg and not end.stop_reason:
        raise Refused("Say why less was given than was ordered.", field="stop_reason")


AMOUNTS_DIFFER_FROM_PERCENT = Decimal(5)


def check_infused(infused_ml: Decimal | None, total_ml: Decimal | None) -> None:
    """Raise `Refused` for more millilitres than there were, or for some of an unknown volume."""
    if infused_ml is None:
        return
    if total_ml is None:
        raise Refused(
            "No volume was written down at the start of this infusion. Leave this empty.",
            field="infused_ml",
        )
    if not 0 <= infused_ml <= total_ml:
        raise Refused(
            f"Enter a number from 0 to {plain(total_ml)}, which was prepared.", field="infused_ml"
        )


def end_questions(
    end: End, *, ordered_mg: Decimal, total_ml: Decimal | None
) -> tuple[Question, ...]:
    """What to ask when the milligrams and the millilitres given do not fit each other.

    The fluid has ordered mg ÷ total mL; a difference of more than 5 % of the order asks.
    """
    if end.infused_ml is None or not total_ml:
        return ()
    by_volume = end.infused_ml * ordered_mg / total_ml
    if abs(by_volume - end.given_mg) * 100 <= AMOUNTS_DIFFER_FROM_PERCENT * ordered_mg:
        return ()
    return (
        Question(
            key=f"amounts {plain(end.given_mg)} {plain(end.infused_ml)}",
            words=f"{plain(end.infused_ml)} mL of {plain(total_ml)} mL hold "
            f"{plain(rounded(by_volume, 1))} mg; {plain(end.given_mg)} mg are entered as given. "
            "Both are right.",
        ),
    )


def check_logged_time(
    at: datetime, *, began_at: datetime, ended_at: datetime | None, now: datetime, field: str
) -> None:
    """Raise `Refused` for a measurement or an event that cannot belong to this infusion.

    `began_at` is the start of the infusion or, before it, the patient's arrival.
    """
    if is_in_future(at, now):
        raise Refused("The time cannot be in the future.", field=field)
    if at < began_at - BEFORE_START:
        raise Refused(
            "That is more than 4 hours before the start. Check date and time.", field=field
        )
    if at > (ended_at or began_at + LONGEST_INFUSION) + AFTER_END:
        raise Refused(
            "That is more than a day after the infusion. Check date and time.", field=field
        )


def check_not_before(at: datetime, arrived_at: datetime, *, field: str) -> None:
    """Raise `Refused` for an entry from before the patient came."""
    if at < arrived_at:
        raise Refused(
            "That is before the patient arrived. Check date and time, or correct the time of "
            "arrival first.",
            field=field,
        )


LONG_AGO = timedelta(hours=24)


def backdating_questions(at: datetime, now: datetime) -> tuple[Question, ...]:
    """What to ask before something is stored that happened more than a day ago."""
    if now - at <= LONG_AGO:
        return ()
    hours = int((now - at).total_seconds() // 3600)
    return (
        Question(key=f"ago {at:%Y-%m-%dT%H:%M}", words=f"This is {hours} hours ago. It is meant."),
    )
