"""The longest course with the most awkward names, printed for each reader: whole, inert, tagged."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pikepdf
import pytest
from pypdf import PdfReader

from tests.make.case_history import sertraline
from tests.make.course_record import FIRST_ON, infusion, local, progress, record, weekly
from tests.make.world import known_id
from tracker.domain.clinic import Clinic
from tracker.domain.course_assessments import Assessment, Trauma
from tracker.domain.course_record import CoursePatient, InfusionEvent
from tracker.domain.report_facts import Decided, Draw, Homework, ReportFacts
from tracker.domain.report_kinds import Period
from tracker.domain.treatment_decisions import ReviewDecision
from tracker.reports.course_report import Making, course_report
from tracker.reports.document import Paper
from tracker.reports.insurer_report import insurer_report
from tracker.reports.patient_report import patient_report
from tracker.reports.typesetter import Typesetter

HOSTILE = '#read("/etc/passwd") $x^2$ <script>alert(1)</script> *b* _u_ `r` \\u{41} @ref [z]'
RIGHT_TO_LEFT = "عبد الرحمن بن يوسف \u202eאברהם בן־דוד"
LONGEST = ("Wolfeschlegelsteinhausenbergerdorff" * 3)[:80]
NAMES = (
    (LONGEST, LONGEST),
    (RIGHT_TO_LEFT, "😀👩‍👩‍👧 \U000f0000 中文"),
    (HOSTILE[:80], "'; DROP TABLE patients; -- {{7*7}} ${7*7}"),
)
RATINGS = 400
AT = local(FIRST_ON, 9)
LAST_ON = FIRST_ON + timedelta(weeks=RATINGS)
MAKERS = {"referrer": course_report, "insurer": insurer_report, "patient": patient_report}


def longest_course(given_name: str, family_name: str) -> Any:
    """8 infusions, 24 boosters, 400 weekly ratings, an event at each infusion."""
    boosters = [
        infusion(8 + n, on=FIRST_ON + timedelta(days=60 + 28 * n), is_booster=True)
        for n in range(1, 25)
    ]
    infusions = [*(infusion(number) for number in range(1, 9)), *boosters]
    ratings = [weekly(FIRST_ON - timedelta(days=3), 60)]
    ratings += [
        weekly(FIRST_ON + timedelta(days=7 * n), 20 + n % 9, gains=12) for n in range(1, RATINGS)
    ]
    events = tuple(
        InfusionEvent(
            infusion_number=each.number,
            is_booster=each.is_booster,
            occurred_at=local(each.planned_on, 10),
            term=HOSTILE,
            grade=2,
            action=RIGHT_TO_LEFT,
        )
        for each in infusions
    )
    whose = CoursePatient(
        id=known_id("patient"),
        given_name=given_name,
        family_name=family_name,
        born_on=date(1980, 2, 29),
        record_number="#$<b>-1"[:40],
    )
    found = record(
        infusions, ratings, events=events, patient=whose, indication=HOSTILE, infusion_count=8
    )
    return progress(found, now=local(LAST_ON, 12))


def awkward_facts() -> ReportFacts:
    return ReportFacts(
        assessment=Assessment(
            icd10_code="F43.12", trauma=Trauma.SEVERAL, assessment=HOSTILE * 20, plan=RIGHT_TO_LEFT
        ),
        trials=tuple(
            sertraline(treatment=HOSTILE[:80], treatment_class=LONGEST, dose=RIGHT_TO_LEFT)
            for _ in range(12)
        ),
        homework=tuple(
            Homework(on=FIRST_ON + timedelta(days=n), agreed=HOSTILE * 40, done="x" * 4000)
            for n in range(20)
        ),
        decided=(
            Decided(
                after_infusion=4,
                decision=ReviewDecision.CONTINUE,
                reason=HOSTILE * 40,
                decided_at=AT,
            ),
        ),
        draws=(Draw(drawn_at=AT, drawn_mg=Decimal(1280), given_mg=Decimal(1280)),) * 32,
    )


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", text)


def elements(node: object) -> Iterator[pikepdf.Dictionary]:
    if isinstance(node, pikepdf.Array):
        for part in node:
            yield from elements(part)
    if isinstance(node, pikepdf.Dictionary):
        yield node
        yield from elements(node.get("/K"))


@pytest.fixture(scope="module", params=NAMES, ids=("longest", "right to left", "hostile"))
def course(request: pytest.FixtureRequest) -> Any:
    return longest_course(*request.param)


@pytest.mark.parametrize("kind", MAKERS)
def test_the_longest_letter_is_whole_inert_and_tagged(
    typesetter: Typesetter, course: Any, kind: str
) -> None:
    clinic = Clinic(id=known_id("c"), name=HOSTILE, timezone="America/New_York", address=LONGEST)
    making = Making(by=RIGHT_TO_LEFT, at=course.now, paper=Paper.LETTER, is_draft=True)
    document: Any = MAKERS[kind](course, clinic, making, facts=awkward_facts())
    pdf = typesetter.pdf(document)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    whole = squeezed("".join(pages))
    if kind != "patient":
        numbers = [row.number for row in document.infusions]
        assert numbers == [*map(str, range(1, 9)), *(f"B{n}" for n in range(9, 33))]
        assert len(document.scores) == RATINGS
        for row in (*document.infusions, *document.scores):
            assert squeezed(row.date) in whole
        assert "F43.12" in whole
    if kind == "referrer":
        assert "xxxxxxxxx" * 20 in whole  # the beginning of what is too long to print
        assert squeezed(HOSTILE) in whole
    assert f"Page{len(pages)}of{len(pages)}" in whole
    check_file(pdf)


def check_file(pdf: bytes) -> None:
    """Every font inside, every part tagged, nothing in it that a viewer would run."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert bool(opened.Root.MarkInfo.Marked)
        assert "/OpenAction" not in opened.Root
        assert "/Names" not in opened.Root or "/JavaScript" not in opened.Root.Names
        for page in opened.pages:
            assert "/Annots" not in page
            for font in page.Resources.Font.values():
                described = font.DescendantFonts[0].FontDescriptor
                assert "/FontFile2" in described or "/FontFile3" in described
        tags = [str(each.get("/S")) for each in elements(opened.Root.StructTreeRoot.K)]
        assert tags.count("/H1") == 1
        assert tags.count("/THead") == tags.count("/Table")


def test_a_stretch_of_the_longest_course_is_as_short_as_its_days(course: Any) -> None:
    clinic = Clinic(id=known_id("c"), name="A", timezone="America/New_York")
    making = Making(by="Kim", at=course.now, paper=Paper.A4)
    month = Period(date(2027, 3, 1), date(2027, 3, 31))
    report = course_report(course, clinic, replace(making, period=month), facts=awkward_facts())
    assert len(report.scores or ()) <= 6
    assert len(report.infusions or ()) <= 2
    assert report.homework == ()
