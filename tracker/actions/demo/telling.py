"""From stories to rows: everything that the demonstration stores, by table. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain

from tracker.actions.demo import check_ins, infusions
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
    for story in cast:
        _join(told, tell_one(story, present))
    return told


def tell_one(story: Story, present: Present) -> Rows:
    """The rows of one patient."""
    if story.stage is Stage.NO_COURSE:
        return patient_rows(story, None, present)
    layout = lay_out(story, present)
    given = infusions.given_infusions(story, layout, present)
    told = patient_rows(story, layout, present)
    _join(told, _course_rows(story, layout, present))
    _join(told, _infusion_rows(story, given, present))
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
    by_clinician = {"clinic_id": CLINIC_ID, "recorded_by": known_id("clinician")}
    signs = (infusions.vital_sign_rows(story, each, present) for each in given)
    events = (infusions.event_rows(each, present) for each in given)
    return {
        "run_sheets": [by_clinician | infusions.run_sheet_row(story, each) for each in given],
        "run_sheet_moves": [
            by_clinician | row for each in given for row in infusions.move_rows(each, present)
        ],
        "given_infusions": [by_clinician | infusions.infusion_row(story, each) for each in given],
        "vital_signs": [by_clinician | row for row in chain.from_iterable(signs)],
        "infusion_events": [by_clinician | row for row in chain.from_iterable(events)],
    }


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
