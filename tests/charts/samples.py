"""One believable course and infusion, and strategies for arbitrary ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

from hypothesis import strategies as st

from tracker.charts.series import (
    Band,
    Baseline,
    Direction,
    Infusion,
    InfusionMark,
    Medicine,
    Phase,
    ProgressSeries,
    RatedBy,
    Safety,
    SafetyMark,
    ScorePoint,
    Therapy,
    TherapyMark,
)
from tracker.charts.vital_series import Event, Limit, Measure, Pause, Reading, VitalSeries

SVG = "{http://www.w3.org/2000/svg}"
ZONE = "America/New_York"
START = datetime(2026, 9, 8, 14, 0, tzinfo=UTC)


def day(number: float) -> datetime:
    """Days since infusion 1."""
    return START + timedelta(days=number)


def minute(number: float) -> datetime:
    """Minutes since the start of the infusion."""
    return START + timedelta(minutes=number)


MEDICINES = (
    Medicine(on=date(2026, 9, 5), words="Prazosin 2 mg at night"),
    Medicine(on=date(2026, 9, 16), words="Sertraline 50 mg → 100 mg"),
    Medicine(on=date(2026, 9, 18), words="Lorazepam stopped"),
    Medicine(on=date(2026, 10, 28), words="Sertraline 100 mg → 150 mg"),
)
"""Four changes, two of them so close that their words need rows of their own."""


SAFETY = (
    Safety(at=day(1.2), mark=SafetyMark.WATCH),
    Safety(at=day(8.5), mark=SafetyMark.SOON),
    Safety(at=day(10), mark=SafetyMark.SERIOUS, words="Hypertension"),
    Safety(at=day(20), mark=SafetyMark.NOW),
    Safety(at=day(46), mark=SafetyMark.WATCH),
)
"""Alerts of each level and a serious event, as clinicians see them."""


def course(**changes: Any) -> ProgressSeries:
    """Six infusions, one of them in part; eight scores with a gap; two check-ins missed."""
    scores = [(-6, 58), (2, 49), (9, 47), (17, 38), (24, 31), (52, 29), (59, 34)]
    marks = [(0, 1), (3, 2), (7, 3), (10, 4), (14, 5), (17, 6)]
    series = ProgressSeries(
        title="Weekly rating",
        scale_label="Weekly rating, 20 symptoms (0–80)",
        direction=Direction.LOWER_IS_BETTER,
        minimum=0,
        maximum=80,
        zone=ZONE,
        points=tuple(
            ScorePoint(occurred_at=day(at), value=value, prorated=value == 47)
            for at, value in scores
        ),
        missed=(date(2026, 10, 9), date(2026, 10, 16)),
        baseline=Baseline(value=58, at=day(-6)),
        bands=(
            Band(lower=43, upper=73, label="start ± 15"),
            Band(lower=31, upper=33, label="31–33 screening zone", hatched=True),
            Band(lower=28, upper=28, label="28 cut-point"),
        ),
        infusions=(
            *(
                Infusion(
                    at=day(at),
                    mark=InfusionMark.PARTIAL if number == 3 else InfusionMark.GIVEN,
                    number=number,
                    dose="0.5 mg/kg" if number < 4 else "0.6 mg/kg",
                )
                for at, number in marks
            ),
            Infusion(at=day(80), mark=InfusionMark.PLANNED),
        ),
        therapy=(
            Therapy(at=day(1), mark=TherapyMark.HELD),
            Therapy(at=day(8), mark=TherapyMark.MISSED),
        ),
        phases=(
            Phase(
                label="Course",
                starts_on=date(2026, 9, 8),
                ends_on=date(2026, 9, 25),
                shaded=True,
            ),
        ),
        today=date(2026, 11, 10),
    )
    return replace(series, **changes)


def infusion(**changes: Any) -> VitalSeries:
    """Five readings, one without oxygen, one entered late, one struck out."""
    readings = (
        Reading(measured_at=minute(-5), systolic_mmhg=124, diastolic_mmhg=78, heart_rate_bpm=72),
        Reading(
            measured_at=minute(10),
            systolic_mmhg=138,
            diastolic_mmhg=86,
            heart_rate_bpm=80,
            spo2_percent=97,
        ),
        Reading(
            measured_at=minute(30),
            systolic_mmhg=158,
            diastolic_mmhg=95,
            heart_rate_bpm=91,
            spo2_percent=95,
            late=True,
        ),
        Reading(measured_at=minute(33), systolic_mmhg=210, diastolic_mmhg=60, discarded=True),
        Reading(
            measured_at=minute(75),
            systolic_mmhg=128,
            diastolic_mmhg=80,
            heart_rate_bpm=74,
            spo2_percent=98,
        ),
    )
    series = VitalSeries(
        title="Vital signs, infusion 3",
        zone=ZONE,
        started_at=START,
        ended_at=minute(42),
        readings=readings,
        limits=(Limit(measure=Measure.SYSTOLIC, value=165, label="notify: 165"),),
        events=(Event(at=minute(24), text="nausea"),),
        pauses=(Pause(started_at=minute(20), ended_at=minute(24)),),
    )
    return replace(series, **changes)


def parsed(svg: str) -> ElementTree.Element:
    """The chart as a tree; fails when it is not well-formed."""
    return ElementTree.fromstring(svg)


def groups(svg: str, name: str) -> Iterator[ElementTree.Element]:
    """The groups whose id, without the prefix of the chart, starts with the name."""
    for group in parsed(svg).iter(f"{SVG}g"):
        if re.fullmatch(rf"[a-z][0-9a-f]{{8}}-{name}.*", group.get("id", "")):
            yield group


def marks_in(svg: str, name: str) -> list[tuple[float, float]]:
    """Where the marks stand that were drawn in groups of this name."""
    return [
        (float(use.get("x", "")), float(use.get("y", "")))
        for group in groups(svg, name)
        for use in group.iter(f"{SVG}use")
    ]


def words_in(svg: str) -> list[str]:
    """Everything that is written on the chart."""
    return [text.text or "" for text in parsed(svg).iter(f"{SVG}text")]


instants = st.datetimes(
    min_value=datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None),
    max_value=datetime(2030, 1, 1, tzinfo=UTC).replace(tzinfo=None),
    timezones=st.just(UTC),
)
dates = st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 1, 1))
scores = st.floats(min_value=0, max_value=80) | st.integers(min_value=0, max_value=80)
any_words = st.text(max_size=60)
any_bands = st.tuples(st.floats(-20, 100), st.floats(-20, 100), any_words, st.booleans()).map(
    lambda ends: Band(lower=min(ends[:2]), upper=max(ends[:2]), label=ends[2], hatched=ends[3])
)
any_course = st.builds(
    ProgressSeries,
    title=any_words,
    scale_label=any_words,
    direction=st.sampled_from(Direction),
    minimum=st.just(0),
    maximum=st.just(80),
    zone=st.sampled_from([ZONE, "UTC", "Pacific/Apia", "Australia/Lord_Howe"]),
    points=st.lists(
        st.builds(
            ScorePoint,
            occurred_at=instants,
            value=scores,
            prorated=st.booleans(),
            rated_by=st.sampled_from(RatedBy),
        ),
        max_size=25,
    ).map(tuple),
    missed=st.lists(dates, max_size=5).map(tuple),
    baseline=st.none() | st.builds(Baseline, value=scores, label=any_words),
    bands=st.lists(any_bands, max_size=4).map(tuple),
    infusions=st.lists(
        st.builds(
            Infusion,
            at=instants,
            mark=st.sampled_from(InfusionMark),
            number=st.none() | st.integers(1, 99),
            dose=any_words,
        ),
        max_size=10,
    ).map(tuple),
    therapy=st.lists(
        st.builds(Therapy, at=instants, mark=st.sampled_from(TherapyMark)), max_size=10
    ).map(tuple),
    medicines=st.lists(st.builds(Medicine, on=dates, words=any_words), max_size=8).map(tuple),
    safety=st.lists(
        st.builds(Safety, at=instants, mark=st.sampled_from(SafetyMark), words=any_words),
        max_size=6,
    ).map(tuple),
    phases=st.lists(
        st.builds(Phase, label=any_words, starts_on=dates, ends_on=dates, shaded=st.booleans()),
        max_size=3,
    ).map(tuple),
    today=st.none() | dates,
)
any_infusion = st.builds(
    VitalSeries,
    title=any_words,
    zone=st.just(ZONE),
    started_at=st.just(START),
    ended_at=st.none() | st.floats(0, 300).map(minute),
    readings=st.lists(
        st.builds(
            Reading,
            measured_at=st.floats(-60, 600).map(minute),
            systolic_mmhg=st.none() | st.integers(30, 300),
            diastolic_mmhg=st.none() | st.integers(10, 200),
            heart_rate_bpm=st.none() | st.integers(10, 300),
            spo2_percent=st.none() | st.integers(30, 100),
            late=st.booleans(),
            discarded=st.booleans(),
        ),
        max_size=15,
    ).map(tuple),
    limits=st.lists(
        st.builds(
            Limit, measure=st.sampled_from(Measure), value=st.floats(0, 300), label=any_words
        ),
        max_size=4,
    ).map(tuple),
    events=st.lists(
        st.builds(Event, at=st.floats(-30, 300).map(minute), text=any_words), max_size=4
    ).map(tuple),
)
