"""The two checklists of a run sheet, and the recovery scores."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect, render_template, url_for

from tracker.actions import recovery_scores, sheet_checks
from tracker.domain.errors import Refused
from tracker.domain.permissions import Act
from tracker.domain.recovery import SCALE_NAMES
from tracker.domain.sheet_log import CheckPhase, RecoveryScale
from tracker.queries import run_sheets
from tracker.queries.run_sheets import RunSheet
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.infusions.after_forms import RecoveryCorrectionForm, RecoveryForm
from tracker.web.infusions.check_pages import check_part, checks_form, checks_page, with_taken
from tracker.web.infusions.medicines_part import taken_part
from tracker.web.infusions.views import infusions, saved
from tracker.web.infusions.words import banner, infusion_title


@infusions.route("/infusions/<uuid:infusion_id>/checks", methods=["GET", "POST"])
@allow(Act.LOG_INFUSION, of="infusion")
def checks(infusion_id: UUID) -> Any:
    """The checks before the start: any of them now, the others later."""
    return _answer(infusion_id, CheckPhase.BEFORE)


@infusions.route("/infusions/<uuid:infusion_id>/discharge", methods=["GET", "POST"])
@allow(Act.LOG_INFUSION, of="infusion")
def discharge(infusion_id: UUID) -> Any:
    """The checks before the patient leaves."""
    return _answer(infusion_id, CheckPhase.DISCHARGE)


def _answer(infusion_id: UUID, phase: CheckPhase) -> Any:
    db, who = access.database(), access.who()
    sheet = run_sheets.get_run_sheet(db, who, infusion_id)
    form = checks_form(sheet, phase)
    if form.is_sent_and_fits():
        try:
            sheet_checks.answer_checks(
                db,
                who,
                infusion_id,
                phase,
                form.answers(),
                correction_reason=form.correction_reason.data or "",
                answered_at=form.taken_at.data,
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            return _to_sheet(infusion_id, f"{phase}-checks")
    part = check_part(sheet, phase, access.clinic(), who, clock.now(), form)
    if phase is CheckPhase.BEFORE:
        part = with_taken(part, taken_part(sheet))
    page = checks_page(sheet, part)
    return render_template("infusions/checks.html", form=form, page=page), _status(form)


@infusions.route("/infusions/<uuid:infusion_id>/recovery-scores/new", methods=["GET", "POST"])
@allow(Act.LOG_INFUSION, of="infusion")
def score_recovery(infusion_id: UUID) -> Any:
    """Score the recovery on the protocol's scale."""
    db, who = access.database(), access.who()
    sheet = run_sheets.get_run_sheet(db, who, infusion_id)
    scale = sheet.protocol.monitoring.recovery_scale
    form = RecoveryForm(scale)
    if form.is_sent_and_fits():
        try:
            recovery_scores.record_score(
                db,
                who,
                infusion_id,
                scale,
                form.items(),
                scored_at=form.scored_at(access.clinic(), clock.now()),
                confirmed=form.confirmed.data or (),
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            return _to_sheet(infusion_id, "discharge-checks")
    return _recovery_page(sheet, form, scale, "Recovery score")


@infusions.route("/recovery-scores/<uuid:recovery_score_id>/correct", methods=["GET", "POST"])
@allow(Act.LOG_INFUSION, of="recovery_score")
def correct_recovery(recovery_score_id: UUID) -> Any:
    """Put another score in the place of one; the old one stays readable."""
    db, who = access.database(), access.who()
    sheet = run_sheets.get_run_sheet_of(db, who, "recovery_score", recovery_score_id)
    old = next(each for each in sheet.entries.recovery_scores if each.id == recovery_score_id)
    local = access.clinic().local(old.occurred_at)
    shown = {f"item_{number}": str(each) for number, each in enumerate(old.items, start=1)}
    form = RecoveryCorrectionForm(
        old.scale, scored_day=local.date(), scored_time=local.time(), **shown
    )
    if form.is_sent_and_fits():
        try:
            recovery_scores.correct_score(
                db,
                who,
                recovery_score_id,
                old.scale,
                form.items(),
                scored_at=form.scored_at(access.clinic(), clock.now()),
                reason=form.correction_reason.data,
                confirmed=form.confirmed.data or (),
                submission=form.submission(),
                now=clock.now(),
            )
        except Refused as problem:
            form.show(problem)
        else:
            return _to_sheet(sheet.id, "discharge-checks")
    return _recovery_page(sheet, form, old.scale, "Correct the recovery score")


def _recovery_page(sheet: RunSheet, form: RecoveryForm, scale: RecoveryScale, title: str) -> Any:
    page = {
        "banner": banner(sheet.bearer),
        "title": title,
        "lead": f"{SCALE_NAMES[scale]}. Five items, 0 to 2 each.",
        "sheet_title": infusion_title(sheet.appointment),
        "sheet_href": url_for("infusions.show", infusion_id=sheet.id),
    }
    return render_template("infusions/recovery.html", form=form, page=page), _status(form)


def _status(form: Any) -> int:
    return 422 if form.errors else 200


def _to_sheet(infusion_id: UUID, anchor: str) -> Any:
    saved()
    return redirect(url_for("infusions.show", infusion_id=infusion_id, _anchor=anchor), code=303)
