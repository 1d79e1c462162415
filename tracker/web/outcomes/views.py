"""The clinic's outcomes: the page, its pictures, the same numbers as a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for

from tracker.actions import viewing
from tracker.charts.cache import chart_key
from tracker.charts.cohort_series import CohortSeries
from tracker.charts.drawing import draw_cohort
from tracker.domain import instruments
from tracker.domain.audit import AuditEvent
from tracker.domain.cohort.courses import CohortCourse
from tracker.domain.cohort.groups import Dimension, may_show, narrowed, offered_groups
from tracker.domain.cohort.judging import Measured
from tracker.domain.cohort.report import CohortReport
from tracker.domain.errors import NotFound
from tracker.domain.permissions import Act
from tracker.interop.csv_tables import csv_file
from tracker.queries.outcomes_kept import read_cohort
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.course_pictures import kept_name
from tracker.web.outcomes.forms import SCALES, OutcomesForm
from tracker.web.outcomes.pages import hidden_page, outcomes_page, unread_page
from tracker.web.outcomes.series import all_series
from tracker.web.outcomes.tables import all_tables
from tracker.web.outcomes.waiting import WaitingSeries
from tracker.web.pictures import Variant, picture, split_name

outcomes = Blueprint("outcomes", __name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """What the address asks for: its form, and the report where it may be shown."""

    form: OutcomesForm
    fits: bool
    report: CohortReport | None


@outcomes.get("/outcomes")
@allow(Act.SEE_OUTCOMES, seen_as=AuditEvent.OUTCOMES_SEEN)
def index() -> Any:
    """What became of all courses, or of a group of them."""
    asked = _asked()
    if not asked.fits:
        return render_template("outcomes/index.html", page=unread_page(), filters=asked.form), 422
    query = asked.form.as_query()
    if asked.report is None:
        page = hidden_page(_smallest(), is_narrowed=bool(asked.form.chosen()))
        return render_template("outcomes/index.html", page=page, filters=asked.form)
    series = all_series(asked.report)

    def address(name: str, key: str) -> str:
        _waiting().put(_kept_name(key), series[split_name(name)[0]])
        return url_for("outcomes.chart", name=name, key=key, **query)

    page = outcomes_page(
        asked.report, series, address, download_href=url_for("outcomes.download", **query)
    )
    return render_template("outcomes/index.html", page=page, filters=asked.form)


@outcomes.get("/outcomes.csv")
@allow(Act.SEE_OUTCOMES, seen_as=AuditEvent.OUTCOMES_SEEN, fresh=True)
def download() -> Any:
    """The tables of the page as one CSV file. No row is of one person.

    A file that leaves is in the trail with its rows and its hash: one that is found is known again.
    """
    asked = _asked()
    if not asked.fits or asked.report is None:
        return redirect(url_for("outcomes.index", **asked.form.as_query()), code=303)
    rows = _rows(asked.report)
    file = csv_file(rows)
    viewing.hand_out_file(
        access.database(),
        access.who(),
        page="outcomes.download",
        event=AuditEvent.OUTCOMES_DOWNLOADED,
        file=file,
        rows=len(rows),
        now=clock.now(),
    )
    answer = Response(file, mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="outcomes.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _rows(report: CohortReport) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for _, table in all_tables(report):
        heads = (column if isinstance(column, str) else column[0] for column in table.columns)
        rows += [(table.caption,), tuple(heads), *table.rows, ()]
    return rows


@outcomes.get("/outcomes/charts/<name>/<content_key:key>.svg")
@allow(Act.SEE_OUTCOMES, seen_as=None)
def chart(name: str, key: str) -> Any:
    """One picture, drawn where it is not kept; else the way to the present one."""
    base, variant = split_name(name)
    waiting = _waiting().get(_kept_name(key))
    if waiting is not None:
        return picture(key, lambda: _drawn(waiting, variant), kept_as=_kept_name(key))
    asked = _asked()
    series = all_series(asked.report).get(base) if asked.report else None
    if series is None:
        raise NotFound("chart")
    present = chart_key(series, variant.form, is_dark=variant.is_dark)
    if present != key:
        query = asked.form.as_query()
        return redirect(url_for("outcomes.chart", name=name, key=present, **query), code=302)
    return picture(key, lambda: _drawn(series, variant), kept_as=_kept_name(key))


def _drawn(series: CohortSeries, variant: Variant) -> str:
    return draw_cohort(series, variant.form, is_dark=variant.is_dark)


def _kept_name(key: str) -> str:
    """A picture is found by the clinic and its content together."""
    return kept_name(f"outcomes {access.who().clinic_id}", key)


def _waiting() -> WaitingSeries:
    found: WaitingSeries = current_app.extensions.setdefault("outcome_series", WaitingSeries())
    return found


def _asked() -> _Asked:
    form = OutcomesForm(request.args)
    known = instruments.definitions()
    form.offer([(key, known[key].title) for key in SCALES if key in known])
    key = form.scale.data if form.scale.data in SCALES else SCALES[0]
    instrument = known[key]
    measured = Measured(instrument=instrument, scale=instrument.scale(_total(instrument)))
    courses = read_cohort(
        access.database(),
        access.who(),
        scale=measured.scale.id,
        zone=access.clinic().zone,
        now=clock.now(),
    )
    for dimension in Dimension:
        groups = offered_groups(courses, dimension, measured.scale, _smallest())
        form.offer_groups(dimension, groups)
    if not form.validate():
        return _Asked(form=form, fits=False, report=None)
    return _Asked(form=form, fits=True, report=_report(courses, form, measured))


def _report(
    courses: tuple[CohortCourse, ...], form: OutcomesForm, measured: Measured
) -> CohortReport | None:
    chosen = form.chosen()
    if not may_show(courses, chosen, measured.scale, _smallest()):
        return None
    compare = form.compare.data
    return CohortReport(
        courses=narrowed(courses, chosen, measured.scale),
        measured=measured,
        smallest=_smallest(),
        compare=Dimension(compare) if compare else None,
    )


def _total(instrument: instruments.Instrument) -> str:
    return instrument.total or instrument.scales[0].id


def _smallest() -> int:
    smallest: int = current_app.config["SETTINGS"].smallest_group
    return smallest
