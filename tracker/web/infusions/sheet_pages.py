"""The finished words of a run sheet and of the pages that add to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from tracker.charts.vital_words import vital_sentence
from tracker.domain.clinic import Clinic
from tracker.domain.infusion import plain
from tracker.domain.people import Person
from tracker.domain.permissions import Act, may
from tracker.domain.protocol import Protocol
from tracker.domain.run_sheet_stages import (
    BEFORE_START,
    MOVE_WORDS,
    ON_THE_DRIP,
    OPEN_STAGES,
    OVER,
    STAGE_WORDS,
    Move,
    Stage,
)
from tracker.domain.vital_limits import next_set
from tracker.queries.run_sheets import Given, RunSheet
from tracker.web.dose_words import dose_of
from tracker.web.infusions.dose_part import DosePart, dose_part
from tracker.web.infusions.log_part import LogPart, log_part
from tracker.web.infusions.move_pages import Stat, StepLine, elapsed_stat, step_lines
from tracker.web.infusions.notices_part import NoticesPart, notices_part
from tracker.web.infusions.picture import vital_series
from tracker.web.infusions.sets_part import SetsPart, sets_part
from tracker.web.infusions.words import (
    banner,
    infusion_title,
    local_time,
)
from tracker.web.pictures import Sources

_TONES = {
    Stage.PAUSED: "caution",
    Stage.READY: "good",
    Stage.LEFT: "neutral",
    Stage.CANCELLED: "neutral",
    Stage.NO_SHOW: "neutral",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class RunSheetPage:
    banner: dict[str, object]
    title: str
    states: tuple[tuple[str, str], ...]  # word, tone
    stats: tuple[Stat, ...]
    now: str
    working: str
    dose: DosePart | None
    sets: SetsPart
    sedation: str  # the field of the protocol's own scale
    steps: tuple[StepLine, ...]
    notices: NoticesPart
    log: LogPart
    has_sets: bool
    chart: Sources
    chart_alt: str
    no_chart: str
    may_log: bool
    is_running: bool
    add_href: str
    end_href: str
    sheet_href: str
    course_href: str
    record_href: str
    live_href: str


def run_sheet_page(sheet: RunSheet, *, clinic: Clinic, who: Person, now: datetime) -> RunSheetPage:
    """Everything that the run sheet shows beside its form."""
    series = vital_series(sheet, clinic, now)
    is_open = not sheet.is_signed and sheet.stage is not Stage.NO_SHOW
    may_log = may(who, Act.LOG_INFUSION) and is_open
    return RunSheetPage(
        banner=banner(sheet.bearer),
        title=infusion_title(sheet.appointment),
        states=_states(sheet),
        stats=_stats(sheet, clinic, now),
        now=now.isoformat(),
        working=dose_of(sheet.given, sheet.protocol).working if sheet.given else "",
        dose=dose_part(sheet, clinic=clinic, who=who, now=now),
        steps=step_lines(sheet, clinic, who),
        sedation=str(sheet.protocol.monitoring.sedation_scale),
        sets=sets_part(sheet, clinic),
        notices=notices_part(sheet, clinic=clinic, may_log=may_log),
        log=log_part(sheet, clinic=clinic, may_log=may_log, now=now),
        has_sets=bool(sheet.entries.vital_sets),
        chart=_chart(sheet),
        chart_alt=vital_sentence(series) if series else "",
        no_chart="" if series else _no_chart_words(sheet),
        may_log=may_log,
        is_running=sheet.stage in ON_THE_DRIP,
        add_href=url_for("infusions.add_vital_signs", infusion_id=sheet.id),
        end_href=url_for("infusions.end", infusion_id=sheet.id),
        sheet_href=url_for("infusions.show", infusion_id=sheet.id),
        course_href=url_for("courses.show", course_id=sheet.appointment.course_id),
        record_href=url_for("infusions.record", infusion_id=sheet.id),
        live_href=url_for("infusions.live", infusion_id=sheet.id),
    )


def _states(sheet: RunSheet) -> tuple[tuple[str, str], ...]:
    """Where the sheet stands and, once it was, that it was stopped early."""
    word = STAGE_WORDS[sheet.stage]
    tone = _TONES.get(sheet.stage, "info" if sheet.stage in OPEN_STAGES else "neutral")
    words = [(word[:1].upper() + word[1:], tone)]
    if any(each.move is Move.STOP_EARLY for each in sheet.entries.moves):
        early = MOVE_WORDS[Move.STOP_EARLY]
        words.append((early[:1].upper() + early[1:], "caution"))
    return tuple(words)


def _stats(sheet: RunSheet, clinic: Clinic, now: datetime) -> tuple[Stat, ...]:
    took = elapsed_stat(sheet, clinic, now)
    if sheet.given is None:
        return (took,)
    return (took, _dose_stat(sheet.given, sheet.protocol), _next_stat(sheet, clinic, now))


def _dose_stat(given: Given, protocol: Protocol) -> Stat:
    ordered = f"{plain(given.ordered_mg)} mg"
    if given.given_mg is None:
        return Stat(label="Ordered", value=ordered, note=dose_of(given, protocol).rate_words)
    tone = "" if given.given_mg == given.ordered_mg else "caution"
    value = f"{plain(given.given_mg)} mg"
    return Stat(label="Given", value=value, note=f"of {ordered} ordered", tone=tone)


def _next_stat(sheet: RunSheet, clinic: Clinic, now: datetime) -> Stat:
    measured = [each.occurred_at for each in sheet.standing_sets]
    due = None
    if sheet.stage not in OVER:
        due = next_set(
            sheet.protocol.monitoring,
            started_at=sheet.began_at,
            ended_at=sheet.ended_at,
            last_measured_at=max(measured, default=None),
            now=now,
        )
    label = "Next vital signs"
    if due is None:
        return Stat(label=label, value="None due", note="The time after the infusion is over")
    return Stat(
        label=label,
        value=local_time(due.due_at, clinic, beside=now),
        note=f"{due.overdue_minutes} min late" if due.is_overdue else "as the protocol sets it",
        tone="caution" if due.is_overdue else "",
        late_since=due.due_at,
    )


def _no_chart_words(sheet: RunSheet) -> str:
    """Why there is no chart: minutes are counted from the start."""
    if sheet.stage in BEFORE_START:
        return "The chart begins with the infusion. Until then the sets stand here."
    return "There is no chart: the infusion was not started."


def _chart(sheet: RunSheet) -> Sources:
    def address(view: str, theme: str | None = None) -> str:
        of = _entry_count(sheet)
        return url_for(f"infusions.{view}", infusion_id=sheet.id, of=of, theme=theme)

    return Sources(
        src=address("chart"),
        phone_src=address("phone_chart"),
        dark_src=address("chart", theme="dark"),
        phone_dark_src=address("phone_chart", theme="dark"),
    )


def _entry_count(sheet: RunSheet) -> int:
    """Entries are only ever added. A page that stays open takes a picture of the same address for
    the one that it has, so the address changes with them."""
    of = sheet.entries
    return sum(len(each) for each in (of.vital_sets, of.events, of.medicines, of.rates, of.moves))
