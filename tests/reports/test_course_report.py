"""The report of a course: what stands in it, what is said where nothing is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.make.course_record import (
    ASKED_DAILY,
    NOW,
    given_infusion,
    infusion,
    local,
    medicine,
    progress,
    record,
    weekly,
)
from tests.make.world import known_id
from tracker.domain.clinic import Clinic
from tracker.domain.course_record import InfusionEvent
from tracker.domain.courses import CourseState, GivenState, PlannedState
from tracker.domain.languages import Language
from tracker.reports.course_report import Making, course_report
from tracker.reports.document import Paper
from tracker.reports.insurer_report import insurer_report
from tracker.reports.patient_report import patient_report

CLINIC = Clinic(
    id=known_id("clinic"), name="A Clinic", timezone="America/New_York", address="1 Street\n\nTown"
)
MAKING = Making(by="Kim Ade", at=NOW, paper=Paper.A4)
RATINGS = [weekly(date(2026, 10, 23), 60), weekly(date(2026, 11, 9), 24, gains=12)]
INFUSIONS = [infusion(number, is_given=number < 4) for number in range(1, 7)]


WORSE = "Worse since the baseline"


def report_of(course, clinic=CLINIC):
    return course_report(progress(course), clinic, MAKING)


def test_a_report_is_the_same_for_the_same_record():
    course = record(INFUSIONS, RATINGS, events=())
    assert report_of(course).to_json() == report_of(course).to_json()


def test_the_heading_says_whose_when_and_by_whom():
    report = report_of(record(INFUSIONS, RATINGS, events=(), indication="PTSD"))
    assert report.patient.name == "Robin Testcase"
    assert report.clinic.address_lines == ("1 Street", "Town")
    assert report.generated_text == "23 Nov 2026, 10:00 EST"
    assert report.period == "23 Oct 2026 to 23 Nov 2026"
    assert report.course.number_and_phase == "Course 1, in treatment, day 29"
    assert report.generated_by == "Kim Ade"


def test_each_infusion_is_a_row_with_what_was_given():
    part = infusion(
        2,
        given=given_infusion(
            2, local(date(2026, 10, 30)), state=GivenState.STOPPED_EARLY, given_mg=Decimal("30.5")
        ),
    )
    missed = infusion(3, is_given=False, state=PlannedState.MISSED)
    booster = infusion(7, on=date(2026, 11, 20), is_booster=True)
    event = InfusionEvent(
        infusion_number=2,
        is_booster=False,
        occurred_at=local(date(2026, 10, 30), 10),
        term="Nausea",
        grade=1,
        action="",
    )
    report = report_of(record([infusion(1), part, missed, booster], events=(event,)))
    rows = report.infusions
    assert [row.number for row in rows] == ["1", "2", "3", "B7"]
    assert [row.state for row in rows] == ["Given", "Given in part", "Missed", "Given"]
    first = rows[0]
    assert (first.day, first.dose_per_kg, first.weight, first.dose) == ("1", "0.5", "80", "40")
    assert (first.peak_blood_pressure, first.lowest_oxygen) == ("151/93", "95")
    assert [row.events for row in rows] == [
        "None recorded",
        "Nausea",
        "None recorded",
        "None recorded",
    ]
    assert [row.dose for row in rows] == ["40", "30.5 of 40", "Not recorded", "40"]
    assert [(row.what, row.grade, row.action) for row in report.events] == [
        ("Nausea", "1, mild", "Not recorded")
    ]


def test_a_running_infusion_has_no_dose_yet():
    running = infusion(
        1,
        given=given_infusion(
            1, local(date(2026, 11, 23)), state=GivenState.RUNNING, ended_at=None, given_mg=None
        ),
    )
    (row,) = report_of(record([running], events=())).infusions
    assert (row.state, row.dose, row.minutes) == ("Running", "Not recorded", "Not recorded")


def test_the_score_table_has_the_baseline_each_score_and_what_was_missed():
    rows = report_of(record(INFUSIONS, RATINGS, events=())).scores
    assert [(row.date, row.total, row.status) for row in rows] == [
        ("23 Oct 2026", "60 of 80", "Baseline"),
        ("2 Nov 2026", "Missed", "No data"),
        ("9 Nov 2026", "24 of 80", "Response"),
        ("16 Nov 2026", "Missed", "No data"),
    ]
    assert (rows[2].change, rows[2].percent) == ("−36", "60 % better")


@pytest.mark.parametrize(
    ("symptoms", "sentence"),
    [
        (24, "60 → 24 (−36, 60 % better). Response, since 9 Nov 2026, after infusion 3."),
        (78, "60 → 78 (+18, 30 % worse). Worse, since 9 Nov 2026, after infusion 3."),
    ],
)
def test_worse_is_said_where_better_is_said(symptoms, sentence):
    ratings = [RATINGS[0], weekly(date(2026, 11, 9), symptoms)]
    report = report_of(record(INFUSIONS, ratings, events=()))
    assert sentence in report.summary[0]
    assert report.verdict == ("Better since the baseline" if symptoms < 60 else WORSE)


def test_the_boosters_are_counted_beside_the_infusions_with_their_dose():
    boosters = [infusion(7, is_booster=True, on=date(2026, 11, 19))]
    found = record([*(infusion(number) for number in range(1, 7)), *boosters], RATINGS, events=())
    said = report_of(found).summary
    assert any(
        line.startswith(
            "6 of 6 infusions and 1 booster given, last on 19 Nov 2026. Boosters: 0.5 mg/kg."
        )
        for line in said
    )
    none_yet = report_of(record([infusion(1, is_given=False)], RATINGS, events=())).summary
    assert any(line.startswith("0 of 6 infusions given. ") for line in none_yet)


def relapse():
    """A response that is lost: 65, 27, 24, 35, 42."""
    values = ((date(2026, 10, 29), 27), (date(2026, 11, 2), 24), (date(2026, 11, 9), 35))
    ratings = [weekly(date(2026, 10, 23), 65), *(weekly(on, value) for on, value in values)]
    return record(INFUSIONS, [*ratings, weekly(date(2026, 11, 16), 42)], events=())


@pytest.mark.parametrize("make", [course_report, insurer_report])
def test_a_response_that_was_lost_is_said_beside_better_since_the_baseline(make):
    report = make(progress(relapse()), CLINIC, MAKING)
    heading = "Response lost: better than at the baseline, less than at the best"
    assert report.verdict == heading
    line = report.summary[0]
    assert (
        "65 → 42 (−23, 35 % better). Partial response, since 9 Nov 2026, after infusion 3. "
        "Best 24 on 2 Nov 2026; 18 worse since. Response lost since 9 Nov 2026, after infusion 3."
    ) in line
    assert "These questions have no published value for reliable change." in line
    assert "worse since" not in report_of(record(INFUSIONS, RATINGS, events=())).summary[0]


def test_a_plan_tells_relapse_that_is_not_met_from_what_nobody_measured():
    steady = [weekly(date(2026, 11, day), 24) for day in (2, 9, 16)]
    report = report_of(record(INFUSIONS, [RATINGS[0], *steady], events=()))
    said = report.notes[1].paragraphs[-1]
    assert "Not met: Half of the gain lost or more, in two weekly scores in a row." in said
    assert "infusion 1 (not asked since infusion 1)." in said
    assert said.endswith(
        "Not told, because PCL-5 and PHQ-9 were not measured: PCL-5 back at 33 or more, and 10 or "
        "more above the best; PCL-5 15 or more above the best; PHQ-9 5 or more above the best, and "
        "at 10 or more."
    )
    back = [weekly(date(2026, 11, day), value) for day, value in ((2, 24), (9, 50), (16, 55))]
    met = report_of(record(INFUSIONS, [RATINGS[0], *back], events=())).notes[1].paragraphs[-1]
    assert "Met: Half of the gain lost or more, in two weekly scores in a row. Cannot" in met
    assert "Not met" not in met


@pytest.mark.parametrize(
    ("values", "heading"),
    [
        ((24, 40), "Response lost: better than at the baseline, less than at the best"),
        ((35, 40), "Better since the baseline"),
        ((32, 42), "Better than at the baseline, less than at the best"),
        ((20, 55), "Response lost: about the same as at the baseline"),
        ((20, 79), "Response lost: worse than at the baseline"),
        ((30, 31), "Better since the baseline"),
        ((60, 61), "About the same since the baseline"),
    ],
)
def test_the_headline_never_says_better_alone_where_it_was_better_before(values, heading):
    days = (date(2026, 11, 2), date(2026, 11, 9))
    ratings = [weekly(date(2026, 10, 23), 63)]
    ratings += [weekly(on, value) for on, value in zip(days, values, strict=True)]
    assert report_of(record(INFUSIONS, ratings, events=())).verdict == heading


def test_a_dip_of_the_gains_alone_takes_nothing_from_the_headline():
    ratings = [weekly(date(2026, 10, 23), 63, gains=6)]
    ratings += [weekly(date(2026, 11, 2), 30, gains=20), weekly(date(2026, 11, 9), 24, gains=14)]
    found = report_of(record(INFUSIONS, ratings, events=()))
    assert found.verdict == "Better since the baseline"


def ended(reason, state=CourseState.STOPPED):
    over = {"state": state, "ended_on": date(2026, 11, 12), "end_reason": reason}
    return record(INFUSIONS, RATINGS, events=(), **over)


def test_why_a_course_ended_is_in_each_letter_as_its_reader_needs_it():
    course = progress(ended("Side effects: sick at every infusion"))
    made = [make(course, CLINIC, MAKING) for make in (course_report, insurer_report)]
    stopped = "Course stopped on 12 Nov 2026, after 3 of 6 infusions. Why: Side effects"
    assert f"{stopped}: sick at every infusion." in made[0].summary
    assert f"{stopped}." in made[1].summary
    assert "sick at every infusion" not in made[1].to_json()
    said = patient_report(course, CLINIC, MAKING).sentences
    assert "Your course ended early, on 12 Nov 2026." in said
    assert "It had side effects that were too hard on you." in said


def test_a_yes_that_a_no_did_not_take_back_is_explained_to_colleagues_alone():
    said = (
        "Met: Suicidal thoughts that were not there before infusion 1 (a yes to the daily question "
        "stands for 14 days)."
    )
    whole = record(INFUSIONS, RATINGS, check_ins=ASKED_DAILY, events=())
    assert said in report_of(whole).notes[1].paragraphs[-1]
    assert "daily question" not in patient_report(progress(whole), CLINIC, MAKING).to_json()
    without_no = record(INFUSIONS, RATINGS, check_ins=ASKED_DAILY[:2], events=())
    assert "not there before infusion 1." in report_of(without_no).notes[1].paragraphs[-1]
    assert "daily question" not in report_of(without_no).to_json()


def test_a_reason_without_a_kind_is_for_colleagues_alone():
    course = progress(ended("Row with his brother"))
    assert "brother" in course_report(course, CLINIC, MAKING).to_json()
    assert "brother" not in insurer_report(course, CLINIC, MAKING).to_json()
    said = patient_report(course, CLINIC, MAKING)
    assert "brother" not in said.to_json()
    assert "Ask us if you want to talk about why." in said.sentences


def test_a_completed_course_is_told_without_blame():
    course = progress(ended("", CourseState.COMPLETED))
    assert "Course completed on 12 Nov 2026, after 3 of 6 infusions." in " ".join(
        course_report(course, CLINIC, MAKING).summary
    )
    said = patient_report(course, CLINIC, MAKING).sentences
    assert "Your course ended on 12 Nov 2026." in said
    assert not any("why" in line for line in said)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.ENGLISH, "Your care team will talk with you about what comes next."),
        (Language.SPANISH, "Su equipo de atención hablará con usted sobre los próximos pasos."),
    ],
)
def test_where_no_infusion_is_planned_the_patient_reads_who_says_what_comes_next(language, words):
    making = replace(MAKING, language=language)
    over = ended("Symptoms got worse", CourseState.COMPLETED)
    given_all = tuple(each for each in over.infusions if each.given is not None)
    course = progress(replace(over, infusions=given_all))
    coming = progress(record([*INFUSIONS, infusion(6, is_given=False)], events=()))
    assert words in patient_report(course, CLINIC, making).sentences
    assert words not in patient_report(coming, CLINIC, making).sentences


def test_dissociation_and_how_long_somebody_stayed_are_in_the_table_of_infusions():
    start = local(date(2026, 10, 26))
    watched = given_infusion(1, start, highest_cadss6=9, left_at=start + timedelta(minutes=105))
    course = record([infusion(1, given=watched), infusion(2)], RATINGS, events=())
    first, second = course_report(progress(course), CLINIC, MAKING).infusions
    assert (first.cadss6, first.observed) == ("9", "65")
    assert (second.cadss6, second.observed) == ("Not recorded", "Not recorded")
    setting = insurer_report(progress(course), CLINIC, MAKING).notes[0].paragraphs
    assert "Recorded after the end: 65 minutes (1 of 2 infusions)." in setting[1]
    assert setting[0] == (
        "Course of 6 ketamine infusions of 0.5 mg/kg over 40 minutes, 3 to 5 days apart, "
        "with psychotherapy beside it."
    )


def test_ratings_that_did_not_come_are_named_run_by_run():
    report = report_of(record(INFUSIONS, RATINGS, events=()))
    missed = [line for line in report.not_measured if "missed" in line]
    assert any(
        line.startswith("Weekly rating: 2 of 4 missed: 2 Nov 2026, 16 Nov 2026") for line in missed
    )
    assert any(line.startswith("After the infusion: 3 of 3 missed: ") for line in missed)
    daily = next(line for line in missed if line.startswith("Daily check-in"))
    assert "(" in daily


def patient_words(course, language=Language.ENGLISH):
    made = patient_report(progress(course), CLINIC, replace(MAKING, language=language))
    return made.sections[0].paragraphs


def test_a_patient_reads_that_it_was_better_before():
    assert patient_words(relapse())[:2] == (
        "You are doing better than when you started, but not as well as at your best.",
        "Your best score was 24 on 2 Nov 2026. It has gone up since.",
    )
    assert patient_words(relapse(), Language.SPANISH)[1] == (
        "Su mejor puntaje fue 24 el 2 nov 2026. Desde entonces ha subido."
    )


@pytest.mark.parametrize("values", [(24,), (58, 58)])
def test_one_rating_or_no_change_is_never_since_a_day(values):
    days = (date(2026, 11, 2), date(2026, 11, 9))
    ratings = [weekly(on, value) for on, value in zip(days, values, strict=False)]
    said = " ".join(patient_words(record(INFUSIONS, [RATINGS[0], *ratings], events=())))
    assert "It has been so since" not in said
    assert "best score" not in said


def test_a_course_without_anything_says_no_data():
    report = report_of(record(events=()))
    assert report.verdict == "Cannot be told yet"
    assert report.summary[0].startswith("No scale has both a baseline and a score")
    assert report.summary[1].endswith("no data.")
    assert [row.total for row in report.scores] == ["Missed"]
    assert report.adherence[0].startswith("Infusions given: 0 of 6.")
    assert report.instruments == ()


def test_open_alerts_are_counted_and_never_quoted():
    report = report_of(record(INFUSIONS, events=(), alerts_open=1, alerts_closed=2))
    assert report.safety == (
        "3 safety alerts were raised in this course: 2 closed by a clinician, 1 open. "
        "Suicidal thoughts were not asked about by a questionnaire in this course."
    )
    assert "A safety alert is open: see Safety." in report.summary


def test_no_alert_is_no_all_clear():
    days = (date(2026, 11, 9), date(2026, 11, 2))
    asked = [weekly(on, 10, instrument_key="daily", due_key=f"daily:{on}") for on in days]
    report = report_of(record(INFUSIONS, [*RATINGS, *asked], events=()))
    assert report.safety == (
        "A questionnaire last asked about suicidal thoughts on 9 Nov 2026. "
        "No answer raised a safety alert. A low answer is no proof of safety."
    )


def test_where_nobody_asked_it_is_not_said_that_no_answer_raised_an_alert():
    report = report_of(record(INFUSIONS, RATINGS, events=()))
    assert report.safety == (
        "Suicidal thoughts were not asked about by a questionnaire in this course."
    )


def test_every_threshold_says_whose_it_is():
    report = report_of(record(INFUSIONS, RATINGS, events=()))
    assert report.thresholds
    sources = {row.what: row.source for row in report.thresholds}
    assert sources.pop("Percent") == "How it is computed"
    assert set(sources.values()) == {"Site setting, needs clinical review"}


def test_the_clinics_own_crisis_lines_are_printed():
    line = {"label": "Call 116 123", "by": "call", "target": "116123", "for_whom": ""}
    clinic = Clinic(
        id=known_id("clinic"), name="A", timezone="Europe/Berlin", crisis={"lines": [line]}
    )
    report = report_of(record(events=()), clinic)
    assert report.crisis == ("Call 116 123.",)
    assert report.generated_at == datetime.fromisoformat("2026-11-23T15:00:00+00:00")


def test_medicines_are_listed_as_they_were_at_the_start_and_as_they_changed():
    medicines = (
        medicine(date(2025, 3, 1), "50 mg"),
        medicine(date(2025, 3, 1), "1 mg", name="Prazosin"),
        medicine(date(2026, 11, 2), "100 mg"),
    )
    report = report_of(record(INFUSIONS, RATINGS, events=(), medicines=medicines))
    assert [(row.date, row.what, row.when) for row in report.medicines or ()] == [
        ("Since 1 Mar 2025", "Prazosin 1 mg", "Taken when the course began"),
        ("Since 1 Mar 2025", "Sertraline 50 mg", "Taken when the course began"),
        ("2 Nov 2026", "Sertraline 50 mg → 100 mg", "Changed during the course"),
    ]
