"""What else a patient takes: read the list, add a change, correct or strike an entry."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for

from tracker.actions import medicines as medicine_actions
from tracker.domain.errors import Refused
from tracker.domain.medicines import Change
from tracker.domain.permissions import Act
from tracker.domain.treatment_decisions import MedicineChange
from tracker.queries import medicines as medicine_queries
from tracker.queries import patients as patient_queries
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.fields import Day, Tiles, Words
from tracker.web.formatting import clock_time
from tracker.web.forms import Form
from tracker.web.medicines.pages import CHANGE_WORDS, medicines_page

medicines = Blueprint("medicines", __name__)


class ChangeForm(Form):
    """A start, a dose change or a stop, on its day."""

    medicine = Words("Medicine", longest=80)
    change = Tiles("What changed", choices=[(k.value, v) for k, v in CHANGE_WORDS.items()])
    dose = Words("Dose", longest=80, optional=True, hint="Such as 50 mg in the morning.")
    changed_on = Day("Since when")
    note = Words("Note", longest=200, optional=True)

    def typed(self) -> Change:
        change = MedicineChange(self.change.data)
        stopped = change is MedicineChange.STOPPED
        return Change(
            medicine=self.medicine.data,
            change=change,
            changed_on=self.changed_on.data,
            dose="" if stopped else self.dose.data or "",
            note=self.note.data or "",
        )


class CorrectionForm(ChangeForm):
    correction_reason = Words("Why it is corrected", longest=200)


class StrikeForm(Form):
    correction_reason = Words("Why it is struck out", longest=200)


@medicines.route("/patients/<uuid:patient_id>/medicines", methods=["GET", "POST"])
@allow(Act.RECORD_MEDICINES, of="patient")
def index(patient_id: UUID) -> Any:
    """The list now, every change, and a form for the next one."""
    db, who = access.database(), access.who()
    form = ChangeForm()
    if form.is_sent_and_fits():
        try:
            medicine_actions.record_change(
                db, who, patient_id, form.typed(), submission=form.submission(), now=clock.now()
            )
        except Refused as problem:
            form.show(problem)
        else:
            return _saved(patient_id)
    patient = patient_queries.get_patient(db, who, patient_id, now=clock.now())
    entries = medicine_queries.list_changes(db, who, patient_id)
    page = medicines_page(patient, entries, access.clinic())
    status = 422 if form.errors else 200
    return render_template("medicines/index.html", form=form, page=page), status


@medicines.route("/medicine-changes/<uuid:medicine_change_id>/correct", methods=["GET", "POST"])
@allow(Act.RECORD_MEDICINES, of="medicine_change")
def correct(medicine_change_id: UUID) -> Any:
    """Replace an entry; the old one stays readable."""
    found = medicine_queries.get_change(access.database(), access.who(), medicine_change_id)
    old = found.entry.change
    form = CorrectionForm(
        medicine=old.medicine,
        change=old.change.value,
        dose=old.dose,
        changed_on=old.changed_on,
        note=old.note,
    )
    return _change(form, found, is_strike=False)


@medicines.route("/medicine-changes/<uuid:medicine_change_id>/strike", methods=["GET", "POST"])
@allow(Act.RECORD_MEDICINES, of="medicine_change")
def strike(medicine_change_id: UUID) -> Any:
    """Strike an entry out that never was so."""
    found = medicine_queries.get_change(access.database(), access.who(), medicine_change_id)
    return _change(StrikeForm(), found, is_strike=True)


def _change(form: Any, found: medicine_queries.OwnedEntry, *, is_strike: bool) -> Any:
    if form.is_sent_and_fits():
        try:
            medicine_actions.correct_change(
                access.database(),
                access.who(),
                found.entry.id,
                None if is_strike else form.typed(),
                reason=form.correction_reason.data,
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            return _saved(found.patient_id)
    old = found.entry.change
    return render_template(
        "medicines/change.html",
        form=form,
        title="Strike an entry out" if is_strike else "Correct an entry",
        is_strike=is_strike,
        entry=f"{old.medicine} {old.dose}".strip(),
        back_href=url_for(".index", patient_id=found.patient_id),
    ), (422 if form.errors else 200)


def _saved(patient_id: UUID) -> Any:
    flash(f"Saved at {clock_time(access.clinic().local(clock.now()))}.", "done")
    return redirect(url_for("medicines.index", patient_id=patient_id), code=303)
