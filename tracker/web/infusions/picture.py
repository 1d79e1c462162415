"""What the chart of an infusion is drawn from."""

from __future__ import annotations

from datetime import datetime

from tracker.charts.vital_series import Event, Limit, Measure, Pause, Reading, VitalSeries
from tracker.domain.clinic import Clinic
from tracker.domain.protocol import Protocol, VitalStage
from tracker.domain.run_sheet_stages import Move
from tracker.queries.run_sheets import RunSheet
from tracker.queries.sheet_entries import VitalSet
from tracker.web.infusions.words import infusion_title, is_late
from tracker.web.moments import whole_minute

_DRAWN = frozenset(Measure)


def vital_series(sheet: RunSheet, clinic: Clinic, now: datetime) -> VitalSeries | None:
    """The series of a run sheet. The bar of a running infusion grows by whole minutes.

    None before the start: minutes are counted from it, and the limits drawn are those after it.
    """
    if sheet.given is None:
        return None
    started_at = sheet.given.started_at
    return VitalSeries(
        title=infusion_title(sheet.appointment),
        zone=clinic.timezone,
        started_at=started_at,
        ended_at=sheet.ended_at,
        now=None if sheet.ended_at else max(whole_minute(now), started_at),
        readings=tuple(_reading(each) for each in sheet.entries.vital_sets if not each.is_struck),
        limits=_limits(sheet.protocol),
        events=_events(sheet),
        pauses=_pauses(sheet),
        rate_changes=tuple(each.occurred_at for each in sheet.entries.rates if each.stands),
    )


def _reading(each: VitalSet) -> Reading:
    return Reading(
        measured_at=each.occurred_at,
        systolic_mmhg=each.signs.systolic_mmhg,
        diastolic_mmhg=each.signs.diastolic_mmhg,
        heart_rate_bpm=each.signs.heart_rate_bpm,
        spo2_percent=each.signs.spo2_percent,
        late=is_late(each.occurred_at, each.recorded_at) and each.corrects_id is None,
        discarded=each.corrected_by is not None,
        corrected=each.corrects_id is not None,
    )


def _events(sheet: RunSheet) -> tuple[Event, ...]:
    """What happened and what was given, as far as it stands."""
    happened = [
        Event(at=one.occurred_at, text=one.term) for one in sheet.entries.events if one.stands
    ]
    given = [
        Event(at=one.occurred_at, text=f"{one.medicine} {one.dose}")
        for one in sheet.entries.medicines
        if one.stands
    ]
    return (*happened, *given)


def _pauses(sheet: RunSheet) -> tuple[Pause, ...]:
    """Each pause with its end, which is missing while it lasts."""
    found: list[Pause] = []
    for move in sorted((one for one in sheet.entries.moves if one.stands), key=lambda one: one.seq):
        if move.move is Move.PAUSE:
            found.append(Pause(started_at=move.occurred_at))
        elif found and found[-1].ended_at is None:
            found[-1] = Pause(started_at=found[-1].started_at, ended_at=move.occurred_at)
    return tuple(found)


def _limits(protocol: Protocol) -> tuple[Limit, ...]:
    return tuple(
        Limit(
            measure=Measure(limit.measure),
            value=limit.value,
            label=f"site limit {limit.value}",
        )
        for limit in protocol.limits_at(VitalStage.NOTIFY_DURING)
        if limit.measure in _DRAWN
    )
