"""From stories to rows: everything that the demonstration stores, by table. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tracker.actions.demo import check_ins, decisions, history, infusions, ledger, sheets
from tracker.actions.demo.cast import CAST
from tracker.actions.demo.clinic import CLINIC_ID, clinic_rows, patient_rows
from tracker.actions.demo.infusions import Infusion
from tracker.actions.demo.moments import Present, Row, known_id
from tracker.actions.demo.plans import Appointment, Layout, lay_out, room
from tracker.actions.demo.story import Stage, Story, TodayIs
from tracker.actions.demo.therapy import therapy_rows
from tracker.domain.courses import CourseState, PlannedState

Rows = dict[str, list[Row]]

_STATES = {
    Stage.PLANNED: CourseState.PLANNED,
    Stage.MID: CourseState.ACTIVE,
    Stage.AFTER_LAST: CourseState.ACTIVE,
    Stage.COMPLETED: CourseState.COMPLETED,
    Stage.MAINTENANCE: CourseState.MAINTENANCE,
    Stage.STOPPED: CourseState.STOPPED,
}


def tell(present: Present, cast: Iterable[Story] = CAST) -> Rows:
    """Every row of the demonstration for a moment, by table name."""
    told: Rows = {}
    _join(told, clinic_rows(present))
    given: list[Infusion] = []
    for story in cast:
        _join(told, tell_one(story, present))
        given += _given(story, present)
    _join(told, _ledger_rows(given, present))
    return told


def _given(story: Story, present: Present) -> tuple[Infusion, ...]:
    if story.stage is Stage.NO_COURSE:
        return ()
    return infusions.given_infusions(story, lay_out(story, present), present)


def _ledger_rows(given: list[Infusion], present: Present) -> Rows:
    rows = ledger.ledger_rows(given, present)
    clinic = {"clinic_id": CLINIC_ID}
    return {table: [clinic | row for row in found] for table, found in rows.items()}


def tell_one(story: Story, present: Present) -> Rows:
    """The rows of one patient."""
    if story.stage is Stage.NO_COURSE:
        return patient_rows(story, None, present)
    layout = lay_out(story, present)
    given = infusions.given_infusions(story, layout, present)
    told = patient_rows(story, layout, present)
    _join(told, _course_rows(story, layout, present))
    _join(told, _infusion_rows(story, given, present))
    _join(told, _arrived_rows(story, layout, present))
    _join(told, _decision_rows(story, layout, given, present))
    _join(told, _check_in_rows(story, layout, given, present))
    return told


def _join(told: Rows, more: Mapping[str, Iterable[Row]]) -> None:
    for table, rows in more.items():
        told.setdefault(table, []).extend(rows)


def _course_rows(story: Story, layout: Layout, present: Present) -> Rows:
    agreed_at = layout.agreed_at(present)
    by_clinician = {"clinic_id": CLINIC_ID, "recorded_by": known_id("clinician")}
    therapist = {
        "clinic_id": CLINIC_ID,
        "therapist_id": known_id("therapist"),
        "recorded_by": known_id("therapist"),
    }
    return {
        "courses": [by_clinician | _course(story, layout, present) | {"recorded_at": agreed_at}],
        "planned_infusions": [_planned(story, each) for each in layout.appointments],
        "plan_changes": [by_clinician | row for row in _changes(story, layout, present)],
        "therapy_sessions": [therapist | row for row in therapy_rows(story, layout, present)],
    }


def _course(story: Story, layout: Layout, present: Present) -> Row:
    is_over = story.stage in (Stage.COMPLETED, Stage.STOPPED)
    has_begun = story.given > 0 or story.today in (TodayIs.RUNNING, TodayIs.GIVEN)
    state = _STATES[story.stage]
    if story.stage is Stage.MID and not has_begun:
        state = CourseState.PLANNED
    return {
        "id": known_id(f"{story.key} course"),
        "patient_id": known_id(f"{story.key} patient"),
        "protocol_id": known_id("protocol"),
        "state": state,
        "infusion_count": story.count,
        "min_gap_days": layout.rules.min_gap_days,
        "max_gap_days": layout.rules.max_gap_days,
        "preferred_gap_days": layout.rules.preferred_gap_days,
        "start_on": layout.start_on,
        "therapy_weekday": None,
        "indication": "Post-traumatic stress disorder",
        "ended_on": present.day(-story.ended_days_ago) if is_over else None,
        "end_reason": story.end_reason if is_over else "",
        "version": 1,
    }


def _planned(story: Story, each: Appointment) -> Row:
    is_settled = each.state is not PlannedState.PLANNED
    return {
        "id": each.id,
        "clinic_id": CLINIC_ID,
        "course_id": known_id(f"{story.key} course"),
        "number": each.number,
        "planned_on": each.on,
        "planned_time": each.clock,
        "state": each.state,
        "is_booster": each.is_booster,
        "room": room(story),
        "not_given_reason": each.reason,
        "version": 2 if is_settled else 1,
    }


def _changes(story: Story, layout: Layout, present: Present) -> list[Row]:
    course = {"course_id": known_id(f"{story.key} course"), "broken_gaps": []}
    first = course | {
        "id": known_id(f"{story.key} plan 1"),
        "reason": "",
        "moves": [],
        "recorded_at": layout.agreed_at(present),
    }
    if story.setback is None:
        return [first]
    missed = next(each for each in layout.appointments if each.reason == story.setback.reason)
    return [
        first,
        course
        | {
            "id": known_id(f"{story.key} plan 2"),
            "reason": story.setback.reason,
            "moves": [
                {"number": number, "from_on": old.isoformat(), "to_on": new.isoformat()}
                for number, old, new in layout.moves
            ],
            "recorded_at": missed.at(hours_later=1),
        },
    ]


def _infusion_rows(story: Story, given: tuple[Infusion, ...], present: Present) -> Rows:
    told: Rows = {}
    for each in given:
        signs = list(infusions.vital_sign_rows(story, each, present))
        events = list(infusions.event_rows(each, present))
        rows: Rows = {
            "run_sheets": [sheets.run_sheet_row(story, each, present)],
            "run_sheet_moves": list(sheets.move_rows(each, present)),
            "sheet_checks": list(sheets.check_rows(each, present)),
            "given_infusions": [infusions.infusion_row(story, each)],
            "vital_signs": signs,
            "notice_acknowledgements": list(sheets.acknowledgement_rows(each, signs, present)),
            "infusion_events": events,
            "medicines_given": list(sheets.medicine_rows(each, events)),
            "sheet_notes": list(sheets.note_rows(each, present)),
            "recovery_scores": list(sheets.recovery_rows(each, present)),
        }
        _join(told, _by_clinician(rows))
    return told


def _arrived_rows(story: Story, layout: Layout, present: Present) -> Rows:
    here = sheets.arrived(story, layout, present)
    return {} if here is None else _by_clinician(sheets.arrived_rows(here, present))


def _decision_rows(
    story: Story, layout: Layout, given: tuple[Infusion, ...], present: Present
) -> Rows:
    changes = decisions.medicine_change_rows(story, layout, present)
    reviews = decisions.review_rows(story, given, present)
    return _by_clinician(
        {
            "medicine_changes": list(changes),
            "course_reviews": list(reviews),
            "prior_treatments": list(history.trial_rows(story, layout, present)),
            "course_assessments": list(history.assessment_rows(story, layout, given, present)),
        }
    )


def _by_clinician(rows: Rows) -> Rows:
    by = {"clinic_id": CLINIC_ID, "recorded_by": known_id("clinician")}
    return {table: [by | row for row in found] for table, found in rows.items()}


def _check_in_rows(
    story: Story, layout: Layout, given: tuple[Infusion, ...], present: Present
) -> Rows:
    clinic = {"clinic_id": CLINIC_ID}
    told: Rows = {"check_ins": [], "scores": [], "safety_alerts": []}
    for each in check_ins.answered_check_ins(story, layout, given, present):
        told["check_ins"].append(clinic | each.check_in)
        told["scores"].extend(clinic | row for row in each.scores)
        told["safety_alerts"].extend(clinic | row for row in each.alerts)
    return told
