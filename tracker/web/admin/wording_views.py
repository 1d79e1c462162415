"""Instruments: which there are, and the clinic's own copies of their wording."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for

from tracker.actions import wordings as wording_actions
from tracker.domain import instruments
from tracker.domain.errors import NotFound, Refused
from tracker.domain.instruments import Instrument, UnknownInstrument, misfits, worded
from tracker.domain.permissions import Act
from tracker.domain.wordings import fit, fit_of
from tracker.queries import wordings as wording_queries
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.admin.forms import EmptyForm
from tracker.web.admin.instrument_pages import (
    Look,
    instrument_page,
    list_page,
    look_at,
    wording_page,
)
from tracker.web.admin.views import admin
from tracker.web.admin.wording_forms import ANSWERS, CopyForm, answered_in_words, copy_form


@admin.get("/instruments")
@allow(Act.LOAD_WORDING)
def list_instruments() -> Any:
    """Every definition, its licence, and the languages in which there is a wording."""
    found = wording_queries.list_wordings(access.database(), access.who())
    return render_template("admin/instruments.html", page=list_page(found, access.who()))


@admin.route("/instruments/<instrument>", methods=["GET", "POST"])
@allow(Act.LOAD_WORDING)
def instrument(instrument: str) -> Any:
    """One definition. A copy is looked at first and kept when that is confirmed."""
    asked = _find(instrument)
    form = copy_form(asked)()
    if asked.has_wording or not form.is_submitted():
        return _show(asked, form, None)
    fits = form.is_sent_and_fits()
    if not form.is_confirming:
        return _show(asked, form, _look(asked, form) if fits else None)
    kept = _confirm(form) if fits else None
    return kept or _show(asked, form, _look_again(asked, form))


def _find(key: str) -> Instrument:
    try:
        return instruments.get(key)
    except UnknownInstrument:
        raise NotFound("instrument") from None


def _look(asked: Instrument, form: CopyForm) -> Look | None:
    given = form.given()
    if given is None:
        return None
    found = fit(asked, given.copy, language=form.language.data, typed=given.typed)
    if found.wording is None:
        return look_at(asked, found, None)
    form.carry(found.wording, given.source)
    return look_at(asked, found, worded(asked, found.wording))


def _look_again(asked: Instrument, form: CopyForm) -> Look | None:
    """What was looked at before, for a confirmation that lacks something."""
    carried = form.carried()
    if carried is None or misfits(asked, carried[0]):
        return _look(asked, form)
    return look_at(asked, fit_of(asked, carried[0]), worded(asked, carried[0]))


def _confirm(form: CopyForm) -> Any:
    """Keep what was looked at; None when something is missing."""
    carried = form.carried()
    if not form.says_the_right() or carried is None or carried[0].key != form.instrument.key:
        return None
    wording, source = carried
    try:
        wording_actions.confirm_wording(
            access.database(),
            access.who(),
            wording,
            source=source,
            right_to_use=form.right_to_use.data,
            submission=form.submission(),
            now=clock.now(),
        )
    except Refused as problem:
        form.show(problem)
        return None
    flash(f"Saved at {access.clinic().local(clock.now()):%H:%M}.", "done")
    return redirect(url_for("admin.instrument", instrument=wording.key), code=303)


def _show(asked: Instrument, form: CopyForm, look: Look | None) -> Any:
    loaded = wording_queries.list_wordings(access.database(), access.who(), asked.key)
    fields = [form[ANSWERS + scale.id] for scale in answered_in_words(asked)]
    page = instrument_page(asked, loaded, clinic=access.clinic(), look=look, answer_fields=fields)
    status = 422 if form.errors or (look is not None and look.faults) else 200
    return (
        render_template("admin/instrument.html", page=page, form=form, button=EmptyForm()),
        status,
    )


@admin.get("/wordings/<uuid:wording_id>")
@allow(Act.LOAD_WORDING, of="wording")
def wording(wording_id: UUID) -> Any:
    """One revision as patients read it."""
    db, who = access.database(), access.who()
    loaded, texts = wording_queries.get_wording(db, who, wording_id)
    asked = worded(instruments.get(loaded.key, loaded.version), texts)
    page = wording_page(asked, loaded, access.clinic())
    return render_template("admin/wording.html", page=page)


@admin.post("/wordings/<uuid:wording_id>/withdraw")
@allow(Act.LOAD_WORDING, of="wording")
def withdraw_wording(wording_id: UUID) -> Any:
    """Show a revision to nobody any more."""
    EmptyForm().refuse_unknown()
    db, who = access.database(), access.who()
    loaded, _texts = wording_queries.get_wording(db, who, wording_id)
    wording_actions.withdraw_wording(db, who, wording_id, now=clock.now())
    flash(f"Withdrawn at {access.clinic().local(clock.now()):%H:%M}.", "done")
    return redirect(url_for("admin.instrument", instrument=loaded.key), code=303)
