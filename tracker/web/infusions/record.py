"""The printed record of an infusion: everything on the run sheet in finished words."""

from __future__ import annotations

from datetime import datetime

from tracker.charts.drawing import draw_vitals
from tracker.charts.vital_words import vital_sentence
from tracker.domain.clinic import Clinic
from tracker.domain.elapsed import elapsed
from tracker.domain.infusion import plain
from tracker.domain.people import Person
from tracker.domain.run_sheet_stages import STAGE_WORDS, Move
from tracker.domain.sign_off_lines import STAND_IN
from tracker.queries.drug_ledger import SheetDrug
from tracker.queries.run_sheets import RunSheet
from tracker.queries.signatures import Addendum as SignedAddendum
from tracker.queries.signatures import Signature, SignedRecord
from tracker.reports.document import Paper
from tracker.reports.infusion_record import Addendum, Fact, InfusionRecord, RecordPatient
from tracker.reports.progress_report import Chart, ReportClinic, SignatureLine
from tracker.reports.report_rows import NOT_RECORDED
from tracker.web.formatting import birthday, day, moment
from tracker.web.infusions import record_rows as rows
from tracker.web.infusions.dose_part import dose_part
from tracker.web.infusions.notices_part import limits_words
from tracker.web.infusions.picture import vital_series
from tracker.web.infusions.words import infusion_title, local_time
from tracker.web.signature_words import state_words


def infusion_record(
    sheet: RunSheet,
    drug: SheetDrug,
    signed: SignedRecord,
    *,
    clinic: Clinic,
    who: Person,
    now: datetime,
    paper: Paper,
) -> InfusionRecord:
    """The whole record of one sheet, also before anybody signed it."""
    sedation = "MOAA/S" if sheet.protocol.monitoring.sedation_scale == "moaas" else "RASS"
    started_on = clinic.date_of(sheet.began_at)
    return InfusionRecord(
        clinic=printed_clinic(clinic),
        patient=_patient(sheet),
        heading=f"{infusion_title(sheet.appointment)}, {day(started_on)}",
        generated_at=now,
        generated_text=zoned(now, clinic),
        generated_by=who.name,
        paper=paper,
        draft=not signed.is_signed,
        facts=_facts(sheet, clinic, now),
        dose=_dose(sheet, clinic, who, now),
        charts=_charts(sheet, clinic, now),
        vital_sets=rows.set_lines(sheet, clinic, now),
        sedation_scale=sedation,
        zone=f"{clinic.local(sheet.began_at):%Z}",
        limits=limits_words(sheet.protocol),
        notices=rows.notice_lines(sheet, clinic),
        steps=rows.step_lines(sheet, clinic),
        checks=rows.before_checks(sheet, clinic),
        log=rows.log_lines(sheet, clinic),
        drug=rows.drug_lines(drug),
        drug_sum=rows.drug_sum(drug),
        recovery=rows.recovery_lines(sheet, clinic),
        discharge=rows.discharge_checks(sheet, clinic),
        left=_left(sheet, clinic),
        signatures=tuple(_signature(each, clinic) for each in signed.signatures) or _TO_SIGN,
        integrity=state_words(signed, clinic) if signed.signatures else "",
        addenda=tuple(_addendum(each, clinic) for each in signed.addenda),
    )


_TO_SIGN = (SignatureLine(name="", role=""),)


def printed_clinic(clinic: Clinic) -> ReportClinic:
    """The letterhead."""
    return ReportClinic(
        name=clinic.name,
        address_lines=tuple(line for line in clinic.address.splitlines() if line.strip()),
        phone=clinic.phone,
    )


def zoned(at: datetime, clinic: Clinic) -> str:
    """A moment with its zone, as a record carries it."""
    return f"{moment(at, clinic)} {clinic.local(at):%Z}"


def _patient(sheet: RunSheet) -> RecordPatient:
    bearer = sheet.bearer
    return RecordPatient(
        name=f"{bearer.given_name} {bearer.family_name}".strip(),
        born=birthday(bearer.born_on),
        record_number=bearer.record_number,
        allergies=bearer.allergies,
    )


def _facts(sheet: RunSheet, clinic: Clinic, now: datetime) -> tuple[Fact, ...]:
    planned = sheet.appointment
    room = f", {planned.room}" if planned.room else ""
    at = f"{planned.planned_time:%H:%M}"
    return (
        Fact(label="Planned", words=f"{day(planned.planned_on)}, {at}{room}"),
        Fact(label="State", words=STAGE_WORDS[sheet.stage].capitalize()),
        Fact(label="Ran", words=_ran(sheet, clinic, now)),
        Fact(label="Protocol", words=f"{sheet.protocol.name}, version {sheet.protocol.version}"),
    )


def _ran(sheet: RunSheet, clinic: Clinic, now: datetime) -> str:
    steps = sorted((each for each in sheet.entries.moves if each.stands), key=lambda one: one.seq)
    spent = elapsed(steps, now=now)
    if sheet.given is None or spent is None:
        return "Not started"
    first = local_time(sheet.given.started_at, clinic, beside=sheet.began_at)
    if sheet.given.ended_at is None:
        return f"Since {first}, {spent.running_minutes} min so far"
    last = local_time(sheet.given.ended_at, clinic, beside=sheet.began_at)
    paused = f", {spent.paused_minutes} min paused" if spent.paused_minutes else ""
    return f"{first} to {last}, {spent.running_minutes} min running{paused}"


def _dose(sheet: RunSheet, clinic: Clinic, who: Person, now: datetime) -> tuple[Fact, ...]:
    part = dose_part(sheet, clinic=clinic, who=who, now=now)
    if part is None or sheet.given is None:
        return ()
    ordered = Fact(label="Ordered", words=f"{plain(sheet.given.ordered_mg)} mg")
    working = Fact(label="Working", words="; ".join(part.steps))
    # Start and end stand among the steps.
    others = (pair for pair in part.facts if pair[0] not in ("Start", "End"))
    return (ordered, working, *(Fact(label=label, words=words) for label, words in others))


def _charts(sheet: RunSheet, clinic: Clinic, now: datetime) -> tuple[Chart, ...]:
    series = vital_series(sheet, clinic, now)
    if series is None or not sheet.standing_sets:
        return ()
    return (Chart(svg=draw_vitals(series, low=True), alt=vital_sentence(series)),)


def _left(sheet: RunSheet, clinic: Clinic) -> str:
    for each in sheet.entries.moves:
        if each.stands and each.move is Move.LEAVE:
            at = local_time(each.occurred_at, clinic, beside=sheet.began_at)
            return f"{at}, with {each.left_with}" if each.left_with else at
    return NOT_RECORDED


def _signature(each: Signature, clinic: Clinic) -> SignatureLine:
    late = ", late entry" if each.is_late_entry else ""
    gaps = f" Open when signed: {'; '.join(each.gaps)}. {each.gaps_reason}" if each.gaps else ""
    meaning = "Signed" if STAND_IN in each.gaps else each.meaning.capitalize()
    return SignatureLine(
        name=each.signer_name,
        role=each.signer_role,
        signed=f"{meaning}{late}, {zoned(each.signed_at, clinic)}.{gaps}",
    )


def _addendum(each: SignedAddendum, clinic: Clinic) -> Addendum:
    return Addendum(
        head=f"{each.author_name}, {each.author_role}, {zoned(each.amended_at, clinic)}",
        reason=each.reason,
        text=each.addendum,
    )
