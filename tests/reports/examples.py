"""Reports to print in tests: one whole course, and the far ends of long and empty."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tracker.reports.progress_report import (
    Chart,
    Note,
    ProgressReport,
    ReportClinic,
    ReportCourse,
    ReportPatient,
    SignatureLine,
    Therapy,
)
from tracker.reports.report_rows import (
    EventRow,
    GroupRow,
    HomeworkRow,
    InfusionRow,
    InstrumentRow,
    MedicineRow,
    ScoreRow,
    TherapyRow,
    ThresholdRow,
    TrialRow,
)

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "reports"


def chart(words: str = "Weekly rating fell from 58 to 26 in five weeks, six infusions.") -> Chart:
    """A small line chart with words in it, 178 × 80 mm."""
    points = " ".join(f"{40 + 45 * i},{30 + 14 * i}" for i in range(10))
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 504 227" width="504" height="227">'
        '<g font-family="Source Sans Pro" font-size="9" fill="#1B2830">'
        '<rect x="0.5" y="0.5" width="503" height="226" fill="none" stroke="#66727A"/>'
        f'<polyline points="{points}" fill="none" stroke="#1D5C6B" stroke-width="2"/>'
        '<text x="10" y="18">↓ lower is better</text></g></svg>'
    )
    return Chart(svg=svg, alt=words, caption="Weekly rating, 0–80. Lower is better.")


def infusions(count: int, boosters: int = 0) -> tuple[InfusionRow, ...]:
    """A course of given infusions, then boosters, with one planned at the end."""
    names = [str(n + 1) for n in range(count)] + [f"B{n + 1}" for n in range(boosters)]
    given = tuple(
        InfusionRow(
            number=name,
            date=f"{1 + (n * 4) % 28} Sep 2026",
            day=str(1 + 4 * n),
            dose_per_kg="0.50",
            weight=f"{81.4 - n / 10:.1f}",
            dose=f"{40.7 - n / 20:.1f}",
            minutes="40",
            peak_blood_pressure=f"{142 + n}/{88 + n % 7}",
            lowest_oxygen=str(95 + n % 3),
            events="Nausea, mild; ondansetron 4 mg" if n % 3 == 1 else "",
            state="Given",
        )
        for n, name in enumerate(names)
    )
    return (*given, InfusionRow(number=f"{count + 1}", date="30 Nov 2026", day="", state="Planned"))


def scores(count: int) -> tuple[ScoreRow, ...]:
    """A baseline and weekly scores after it."""
    rows = [
        ScoreRow(
            date="28 Aug 2026",
            instrument="Weekly rating",
            total="58 of 80",
            change="Baseline",
            percent="Baseline",
            status="Baseline",
            answered="20 of 20",
        )
    ]
    for n in range(1, count):
        rows.append(
            ScoreRow(
                date=f"{1 + (n * 7) % 28} Sep 2026",
                instrument="Weekly rating",
                total=f"{max(58 - 6 * n, 26)} of 80",
                change=f"−{min(6 * n, 32)}",
                percent=f"−{min(10 * n, 55)}",
                status="Response" if n > 4 else "Improved, beyond likely chance",
                answered="18 of 20" if n == 2 else "20 of 20",
                flags="2 skipped; prorated" if n == 2 else "",
            )
        )
    return tuple(rows)


GROUPS = (
    GroupRow(
        group="Intrusion", range="0–20", baseline="16", latest="7", change="−9", percent="−56"
    ),
    GroupRow(group="Avoidance", range="0–8", baseline="6", latest="3", change="−3", percent="−50"),
    GroupRow(
        group="Mood and thinking",
        range="0–28",
        baseline="20",
        latest="9",
        change="−11",
        percent="−55",
    ),
    GroupRow(group="Arousal", range="0–24", baseline="16", latest="7", change="−9", percent="−56"),
    GroupRow(
        group="Gains (higher is better)",
        range="0–24",
        baseline="6",
        latest="15",
        change="+9",
        percent="+150",
    ),
)

THERAPY = Therapy(
    planned="7",
    held="5",
    missed="1",
    sessions=tuple(
        TherapyRow(
            date=f"{2 + 7 * n} Sep 2026",
            kind="Prolonged exposure, individual",
            therapist="R. Okafor, LCSW",
            minutes="60" if n != 2 else "",
            state="Held" if n != 2 else "Missed",
        )
        for n in range(4)
    ),
)


def whole_report() -> ProgressReport:
    """One course as a referring clinician gets it."""
    return ProgressReport(
        clinic=ReportClinic(
            name="Harbor Street Clinic",
            address_lines=("120 Harbor Street, Suite 4", "Portland, ME 04101"),
            phone="(207) 555-0142",
        ),
        patient=ReportPatient(name="Dana Whitfield", born="3 May 1984", record_number="HS-004217"),
        course=ReportCourse(
            protocol="Ketamine with weekly therapy, version 2",
            number_and_phase="Course 1, maintenance",
            indication="PTSD",
            diagnosis="F43.12",
            trauma="Accident",
        ),
        period="28 Aug to 14 Oct 2026",
        generated_at=datetime(2026, 10, 14, 20, 55, tzinfo=UTC),
        generated_text="14 Oct 2026, 16:55 EDT",
        generated_by="Kim Ade, RN",
        version="2",
        recipient="Dr. Maria Sandoval, Casco Family Medicine",
        verdict="Better since the baseline",
        not_measured=("Daily check-ins: 7 of 45 were not answered.",),
        homework=(
            HomeworkRow(date="2 Sep 2026", agreed="Drive past the bridge twice", done="Once"),
        ),
        drug=("Ketamine, by the drug ledger: 6 draws, 240 mg drawn, 236 mg given.",),
        summary=(
            "Weekly rating 58 at the start, 26 now: 32 points fewer (55 %), a response.",
            "6 of 6 infusions given. 5 of 7 therapy sessions held, 1 missed.",
            "Thoughts of self-harm: see Safety.",
        ),
        charts=(chart(), chart("Gains rose from 6 to 15 in five weeks.")),
        trials=(
            TrialRow(
                treatment="Sertraline",
                treatment_class="SSRI",
                dose="200 mg daily",
                when="3 Mar 2021 to 8 Sep 2021",
                duration="27 weeks",
                taken="90 %",
                adequacy="Adequate",
                outcome="Partial response",
                ended_because="Too little benefit",
            ),
        ),
        infusions=infusions(6),
        scores=scores(7),
        groups=GROUPS,
        therapy=THERAPY,
        adherence=("38 of 45 daily check-ins sent (84 %). 7 of 7 weekly ratings sent.",),
        medicines=(
            MedicineRow(
                date="Since 3 May 2021",
                what="Sertraline 50 mg",
                when="Taken when the course began",
            ),
            MedicineRow(
                date="16 Sep 2026",
                what="Sertraline 50 mg → 100 mg",
                when="Changed during the course",
            ),
        ),
        events=(
            EventRow(date="5 Sep 2026", what="Nausea", grade="Mild", action="Ondansetron 4 mg"),
        ),
        safety="1 safety alert was raised in this period and closed by a clinician.",
        notes=(
            Note(
                title="What we changed because of these scores",
                paragraphs=("Two infusions were moved one day apart after the third score.",),
            ),
            Note(
                title="Plan",
                paragraphs=("Booster every four weeks; weekly therapy goes on with R. Okafor.",),
            ),
        ),
        instruments=(
            InstrumentRow(
                name="Weekly rating",
                version="1",
                recall="Past 7 days",
                direction="Lower is better",
                standing="Own questions, not a validated scale",
            ),
        ),
        thresholds=(
            ThresholdRow(
                what="Response",
                value="50 % fewer points or better",
                source="Site setting; default, needs clinical review",
            ),
        ),
        crisis=(
            "In a crisis: call or text 988 (veterans press 1).",
            "In an emergency: call 911.",
        ),
        signatures=(
            SignatureLine(name="Kim Ade, RN", role="Author"),
            SignatureLine(
                name="Joan Lindqvist, MD",
                role="Attending",
                signed="Signed 14 Oct 2026, 17:20 EDT: reviewed",
            ),
        ),
    )


def empty_report() -> ProgressReport:
    """A course that is planned and has nothing yet."""
    whole = whole_report()
    return replace(
        whole,
        patient=ReportPatient(name="Dana Whitfield"),
        course=ReportCourse(protocol="Ketamine with weekly therapy, version 2"),
        recipient="",
        verdict="",
        not_measured=(),
        homework=None,
        drug=(),
        summary=(),
        charts=(),
        trials=(),
        infusions=(),
        scores=(),
        groups=(),
        therapy=Therapy(),
        adherence=(),
        events=(),
        safety="",
        notes=(),
        instruments=(),
        thresholds=(),
        draft=True,
        signatures=(SignatureLine(name="Kim Ade, RN", role="Author"),),
    )
