"""The finished words of the pages about patients."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import url_for

from tracker.domain.clinic import Clinic
from tracker.domain.courses import CourseState
from tracker.domain.patients import age_years
from tracker.domain.people import Person
from tracker.domain.permissions import Act, may
from tracker.queries.patients import (
    MOST_FOUND,
    CourseLine,
    PatientLine,
    PatientList,
    PatientRecord,
)
from tracker.reports.report_rows import NOT_RECORDED
from tracker.web.formatting import birthday, count, day, day_short, moment

PER_PAGE = 25

STATE_WORDS = {
    CourseState.PLANNED: "Planned",
    CourseState.ACTIVE: "In treatment",
    CourseState.MAINTENANCE: "Maintenance",
    CourseState.COMPLETED: "Completed",
    CourseState.STOPPED: "Stopped",
}

Link = tuple[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class ListPage:
    """The list of patients, or what a search found."""

    rows: tuple[tuple[object, ...], ...]
    caption: str
    summary: str
    previous: str | None
    following: str | None
    empty: str
    is_search: bool
    may_register: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class PatientPage:
    """One patient: whose page it is, what is known, the courses, the account."""

    name: str
    born: str
    record_number: str
    banner: tuple[Link, ...]
    facts: tuple[Link, ...]
    courses: tuple[tuple[object, ...], ...]
    account: str
    edit_href: str | None
    plan_href: str | None
    plan_note: str
    medicines_href: str
    trials_href: str
    invite_href: str | None
    invite_label: str
    links_href: str | None
    proxies_href: str | None
    restriction: str
    restriction_href: str | None


def list_page(found: PatientList, *, number: int, today: date, who: Person) -> ListPage:
    """One page of the list, `number` counting from 1."""
    first = (number - 1) * PER_PAGE + 1
    last = first + len(found.lines) - 1
    summary = f"{first} to {last} of {count(found.total, 'patient')}" if found.lines else ""
    return ListPage(
        rows=tuple(_row(line, today) for line in found.lines),
        caption="Patients by family name",
        summary=summary,
        previous=url_for("patients.index", page=number - 1) if number > 1 else None,
        following=url_for("patients.index", page=number + 1) if last < found.total else None,
        empty="" if found.lines else "No patients here yet.",
        is_search=False,
        may_register=may(who, Act.REGISTER_PATIENT),
    )


def search_page(found: PatientList, *, today: date, who: Person) -> ListPage:
    """What a search found, on one page."""
    summary = f"{count(found.total, 'patient')} found"
    if found.total > MOST_FOUND:
        summary += f", the first {MOST_FOUND} are shown. Add a word to narrow the search"
    return ListPage(
        rows=tuple(_row(line, today) for line in found.lines),
        caption="Patients found",
        summary=f"{summary}." if found.lines else "",
        previous=None,
        following=None,
        empty="" if found.lines else "Nobody found. Try a part of the name, or the record number.",
        is_search=True,
        may_register=may(who, Act.REGISTER_PATIENT),
    )


def _row(line: PatientLine, today: date) -> tuple[object, ...]:
    if line.is_barred:
        href = url_for("restrictions.break_glass", patient_id=line.id)
        return ((line.name, href), birthday(line.born_on), line.record_number, "Restricted", "")
    return (
        (line.name, url_for("patients.show", patient_id=line.id)),
        birthday(line.born_on),
        line.record_number,
        _course_cell(line, today),
        f"{day_short(line.next_infusion_on)}, infusion {line.next_infusion_number}"
        if line.next_infusion_on
        else "None planned",
    )


def _course_cell(line: PatientLine, today: date) -> object:
    if line.course_id is None or line.course_state is None or line.course_start_on is None:
        return "No open course"
    words = STATE_WORDS[line.course_state]
    day_number = (today - line.course_start_on).days + 1
    if line.course_state is CourseState.ACTIVE and day_number > 0:
        words = f"{words}, day {day_number}"
    return (words, url_for("courses.show", course_id=line.course_id))


def patient_page(found: PatientRecord, *, clinic: Clinic, today: date, who: Person) -> PatientPage:
    """Everything that the page of one patient shows."""
    details = found.details
    days = sorted(on for on in details.unavailable_on if on >= today)
    may_plan = may(who, Act.PLAN_COURSE) and found.open_course is None
    return PatientPage(
        name=details.name,
        born=f"{birthday(details.born_on)} ({age_years(details.born_on, today)} years)",
        record_number=details.record_number,
        banner=(("Allergies", details.allergies or NOT_RECORDED),),
        facts=(
            ("Telephone", details.phone),
            ("E-mail address", details.email),
            ("Escort", details.escort),
            ("Cannot come on", ", ".join(day_short(on) for on in days) or "No days ahead"),
        ),
        courses=tuple(_course(course) for course in found.courses),
        account=_account(found, clinic),
        edit_href=url_for("patients.edit", patient_id=found.id)
        if may(who, Act.REGISTER_PATIENT)
        else None,
        plan_href=url_for("courses.new", patient_id=found.id) if may_plan else None,
        medicines_href=url_for("medicines.index", patient_id=found.id),
        trials_href=url_for("prior_treatments.index", patient_id=found.id),
        plan_note="" if found.courses else "No course is planned yet.",
        invite_href=None
        if found.has_account or not may(who, Act.INVITE_PATIENT)
        else url_for("patients.invite", patient_id=found.id),
        links_href=url_for("check_in_links.index", patient_id=found.id)
        if may(who, Act.SEND_CHECK_IN_LINK) and found.courses
        else None,
        proxies_href=url_for("proxies.index", patient_id=found.id)
        if may(who, Act.ARRANGE_PROXY)
        else None,
        restriction="Only people who are named open this record."
        if found.is_restricted
        else "Everybody here who sees patients opens this record.",
        restriction_href=url_for("restrictions.edit", patient_id=found.id)
        if may(who, Act.RESTRICT_RECORD)
        else None,
        invite_label="Make a new link" if found.invited_until else "Make an invitation link",
    )


def _course(course: CourseLine) -> tuple[object, ...]:
    return (
        (f"Course from {day(course.start_on)}", url_for("courses.show", course_id=course.id)),
        STATE_WORDS[course.state],
        f"{course.given_count} of {course.infusion_count} infusions given",
        day(course.ended_on) if course.ended_on else "Open",
    )


def _account(found: PatientRecord, clinic: Clinic) -> str:
    if found.has_account:
        return "The patient has an account and can send check-ins."
    if found.invited_until:
        until = moment(found.invited_until, clinic)
        return f"Invited. The link works once, until {until}."
    return "The patient has no account yet. An invitation link opens one."
