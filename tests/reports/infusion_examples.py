"""Infusion records to print in tests: a plain one, a long one, an empty one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from tests.charts.samples import infusion as chart_sample
from tracker.charts.series import Form
from tracker.charts.vital_signs import draw_vital_signs
from tracker.charts.vital_words import vital_sentence
from tracker.domain.protocol import default_protocol
from tracker.domain.sheet_log import CheckPhase
from tracker.reports.infusion_record import (
    Addendum,
    CheckLine,
    DrugLine,
    Fact,
    InfusionRecord,
    LogLine,
    NoticeLine,
    RecordPatient,
    SetLine,
    StepLine,
    checklist,
)
from tracker.reports.progress_report import Chart, ReportClinic, SignatureLine

BY = "Kim Ade"


def vital_sets(count: int = 8) -> tuple[SetLine, ...]:
    """Sets every ten minutes from before the start, one corrected, one gap."""
    sets = [
        SetLine(
            minute="T−12" if n == 0 else f"T+{10 * n}",
            when=f"{10 + n // 6}:{n % 6}0",
            pressure=f"{126 + 3 * n}/{78 + n}",
            mean_pressure=str(94 + n),
            heart_rate=str(72 + n),
            oxygen="98",
            respiration="14",
            sedation="0" if n < 2 else "−1",
            by=BY,
        )
        for n in range(count)
    ]
    struck = SetLine(
        minute="T+20",
        when="10:20",
        pressure="210/86",
        mean_pressure="127",
        heart_rate="76",
        remark="Corrected 10:24 by Kim Ade: typing error",
        by=BY,
        struck=True,
    )
    gap = SetLine(minute="", when="", gap="No set between 10:20 and 10:44: 24 min, every 10 asked.")
    return (*sets[:3], struck, gap, *sets[3:])


def checks(*items: str, at: str = "9:52") -> tuple[CheckLine, ...]:
    return tuple(
        CheckLine(item=item, result="Done", by=f"{BY}, {at}", plain=True) for item in items
    )


def protocol_checks(phase: CheckPhase, at: str, **notes: str) -> tuple[CheckLine, ...]:
    """Every check of the protocol that comes with the clinic, done."""
    protocol = default_protocol()
    items = protocol.checks_before if phase is CheckPhase.BEFORE else protocol.checks_discharge
    return tuple(
        CheckLine(
            item=item.words,
            result="Done",
            remark=notes.get(item.key, ""),
            by=f"{BY}, {at}",
            plain=True,
        )
        for item in items
    )


def ordinary_record() -> InfusionRecord:
    """An infusion as most are: twelve sets, two events, every check done, one draw, two signed."""
    whole = whole_record()
    return replace(
        whole,
        vital_sets=tuple(one for one in vital_sets(12) if not one.gap and not one.struck),
        dose=(
            Fact(label="Ordered", words="42.6 mg"),
            Fact(
                label="Working",
                words="85.1 kg × 0.5 mg/kg = 42.55 mg, rounded to 42.6 mg; 42.6 mg over 40 min = "
                "1.065 mg per minute; 42.6 mg ÷ 50 mg/mL = 0.85 mL (rounded) to draw up; Diluted "
                "to 50 mL in all, the drug included; 50 mL ÷ 40 min × 60 = 75 mL/h",
            ),
            Fact(label="Dosing weight", words="85.1 kg, the weight measured today"),
            Fact(label="Given", words="42.6 mg of 42.6 mg; 50 mL of 50 mL infused"),
            Fact(label="How it went", words="Quiet. Light dissociation from minute 20."),
        ),
        log=(
            *whole.log,
            LogLine(
                minute="T+31",
                when="10:31",
                kind="Event",
                what="Anxiety or panic, grade 2, probably related. Done: stayed beside.",
                remark="Ended 10:40",
                by=BY,
            ),
        ),
        steps=tuple(one for one in whole.steps if not one.struck),
        checks=checklist(
            protocol_checks(
                CheckPhase.BEFORE,
                "9:52",
                consent="Signed 2 Nov 2026",
                escort="Ann Whitfield (sister), (207) 555-0199",
                fasting="Breakfast at 6:30, water until 8:00",
                substances="None reported",
                medicines="As listed; nothing new",
                symptoms="None reported",
                safety="No thoughts of suicide; no signs of psychosis or mania",
                access="Left forearm, runs well",
            )
        ),
        discharge=checklist(
            protocol_checks(CheckPhase.DISCHARGE, "12:02", suicidality="None", escort="Ann")
        ),
        addenda=(),
    )


def whole_record() -> InfusionRecord:
    """An infusion with one of everything, signed."""
    return InfusionRecord(
        clinic=ReportClinic(
            name="Harbor Street Clinic",
            address_lines=("120 Harbor Street, Suite 4", "Portland, ME 04101"),
            phone="(207) 555-0142",
        ),
        patient=RecordPatient(
            name="Dana Whitfield",
            born="3 May 1984",
            record_number="HS-004217",
            allergies="Latex",
        ),
        heading="Infusion 3 of 6, Mon 23 Nov 2026",
        generated_at=datetime(2026, 11, 23, 20, 55, tzinfo=UTC),
        generated_text="Mon 23 Nov 2026, 15:55 EST",
        generated_by=BY,
        draft=False,
        facts=(
            Fact(label="Planned", words="Mon 23 Nov 2026, 10:00, Room 2"),
            Fact(label="State", words="Left"),
            Fact(label="Ran", words="10:00 to 10:44, 40 min running, 4 min paused"),
            Fact(label="Protocol", words="Ketamine with psychotherapy, version 1"),
        ),
        dose=(
            Fact(label="Ordered", words="80 kg × 0.5 mg/kg = 40 mg"),
            Fact(label="Weight", words="80 kg, measured; dosing weight 80 kg, actual weight"),
            Fact(label="Volume", words="40 mg at 50 mg/mL, in 100 mL; 150 mL/h over 40 min"),
            Fact(label="Given", words="38 mg of 40 mg, 95 mL of 100 mL"),
        ),
        charts=(
            Chart(
                svg=draw_vital_signs(chart_sample(), form=Form.PRINT, low=True),
                alt=vital_sentence(chart_sample()),
            ),
        ),
        vital_sets=vital_sets(),
        zone="EST",
        limits="Limits of the site, version 1: default, needs clinical review.",
        notices=(
            NoticeLine(
                when="10:30",
                notice="Systolic 168 mmHg: the site’s limit is 165 mmHg or above",
                action="Measured again; told the prescriber",
                by=f"{BY}, 10:31",
            ),
        ),
        steps=(
            StepLine(when="9:45", what="Arrived", by=BY),
            StepLine(when="9:58", what="Checks done", by=BY),
            StepLine(
                when="10:05", what="Started", remark="Corrected: wrong time", by=BY, struck=True
            ),
            StepLine(when="10:00, entered 10:08", what="Started", by=BY),
            StepLine(when="10:22", what="Paused", remark="Line checked", by=BY),
            StepLine(when="10:26", what="Resumed", by=BY),
            StepLine(when="10:44", what="Ended", by=BY),
            StepLine(when="12:02", what="Ready to leave", by=BY),
            StepLine(when="12:10", what="Left", by=BY),
        ),
        checks=checklist(
            (
                *checks("Identity by two identifiers", "Consent in date", "Fasting", "Weight"),
                CheckLine(
                    item="Escort and ride home",
                    result="Overridden",
                    remark="Sister comes at noon; telephoned",
                    by=f"{BY}, 9:55",
                ),
                CheckLine(item="Pregnancy", result="Not applicable", by=f"{BY}, 9:55", plain=True),
            )
        ),
        log=(
            LogLine(minute="T+18", when="10:18", kind="Event", what="Nausea, grade 1", by=BY),
            LogLine(
                minute="T+21",
                when="10:21",
                kind="Medicine",
                what="Ondansetron 4 mg, intravenous",
                remark="Entered later, 10:40",
                by=BY,
            ),
        ),
        drug=(
            DrugLine(
                vial="V-0012, lot 7Q1234, expires 31 May 2027",
                drawn="50 mg",
                given="38 mg",
                wasted="12 mg",
                witness="T. Roe",
                by=BY,
            ),
        ),
        drug_sum="Drawn 50 mg = given 38 mg + wasted 12 mg.",
        recovery=(StepLine(when="12:00", what="Modified Aldrete 10 of 10", by=BY),),
        discharge=checklist(
            checks("Oriented, steady gait", "Nausea controlled", "Escort present", at="12:02")
        ),
        left="12:10, with Ann Whitfield (sister)",
        signatures=(
            SignatureLine(
                name="Kim Ade",
                role="Clinician",
                signed="Performed, Mon 23 Nov 2026, 15:40 EST",
            ),
            SignatureLine(
                name="Joan Lindqvist", role="Clinician", signed="Reviewed, Tue 24 Nov 2026"
            ),
        ),
        integrity="The record matches what was signed.",
        addenda=(
            Addendum(
                head="Kim Ade, clinician, Tue 24 Nov 2026, 9:10 EST",
                reason="Left out on the day",
                text="The patient asked for a later time at the next infusion.",
            ),
        ),
    )


def long_record() -> InfusionRecord:
    """A sheet that goes on for hours, unsigned."""
    whole = whole_record()
    return replace(
        whole,
        draft=True,
        vital_sets=vital_sets(60),
        log=whole.log * 30,
        signatures=(SignatureLine(name="", role=""),),
        integrity="",
    )


def empty_record() -> InfusionRecord:
    """Somebody arrived, nothing more."""
    whole = whole_record()
    return InfusionRecord(
        clinic=whole.clinic,
        patient=RecordPatient(name="Dana Whitfield"),
        heading=whole.heading,
        generated_at=whole.generated_at,
        generated_text=whole.generated_text,
        generated_by=BY,
    )
