"""What the chart of an infusion says in words, and the table that holds the same numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.charts.vital_series import Event, Reading, VitalSeries


@dataclass(frozen=True, kw_only=True, slots=True)
class VitalRow:
    """One reading as a row; "–" stands for what was not measured."""

    measured_at: datetime
    minute: int
    pressure: str
    heart_rate: str
    oxygen: str
    note: str


def vital_rows(series: VitalSeries) -> tuple[VitalRow, ...]:
    """A row for each reading in order of time, struck-out ones included."""
    ordered = sorted(series.readings, key=lambda reading: reading.measured_at)
    return tuple(
        VitalRow(
            measured_at=reading.measured_at,
            minute=whole_minutes(series, reading.measured_at),
            pressure=pressure_words(reading),
            heart_rate=_or_dash(reading.heart_rate_bpm),
            oxygen=_or_dash(reading.spo2_percent),
            note=", ".join(_notes(reading)),
        )
        for reading in ordered
    )


def vital_sentence(series: VitalSeries) -> str:
    """ "Vital signs, infusion 3: highest blood pressure 158/95 at 30 min." """
    peak = peak_of(series)
    if peak is not None:
        at = whole_minutes(series, peak.measured_at)
        return f"{series.title}: highest blood pressure {pressure_words(peak)} at {at} min."
    if series.readings:
        return f"{series.title}: no blood pressure measured."
    return f"{series.title}: no readings yet."


def vital_description(series: VitalSeries) -> str:
    """What a person who cannot see the chart needs besides the sentence."""
    valid = [reading for reading in series.readings if not reading.discarded]
    rates = [one.heart_rate_bpm for one in valid if one.heart_rate_bpm is not None]
    oxygen = [one.spo2_percent for one in valid if one.spo2_percent is not None]
    parts = [f"{len(series.readings)} readings, {len(series.readings) - len(valid)} struck out."]
    if rates:
        parts.append(f"Heart rate {min(rates)} to {max(rates)} a minute.")
    if oxygen:
        parts.append(f"Lowest oxygen saturation {min(oxygen)} %.")
    parts += [f"{letter}: {words}." for letter, words in event_lines(series)]
    parts.append("The table with this chart has the same numbers.")
    return " ".join(parts)


def event_lines(series: VitalSeries) -> list[tuple[str, str]]:
    """The letter of each event in order of time, and its words with the minute."""
    return [
        (_letter(number), f"{event.text}, {whole_minutes(series, event.at)} min")
        for number, event in enumerate(events_in_order(series))
    ]


def events_in_order(series: VitalSeries) -> list[Event]:
    """The events by time; their letters follow this order."""
    return sorted(series.events, key=lambda event: event.at)


def peak_of(series: VitalSeries) -> Reading | None:
    """The valid reading with the highest systolic pressure, the first of several."""
    measured = [
        (-reading.systolic_mmhg, reading.measured_at, number, reading)
        for number, reading in enumerate(series.readings)
        if reading.systolic_mmhg is not None and not reading.discarded
    ]
    return min(measured)[3] if measured else None


def whole_minutes(series: VitalSeries, instant: datetime) -> int:
    """Minutes since the start, negative before it."""
    return round((instant - series.started_at).total_seconds() / 60)


def pressure_words(reading: Reading) -> str:
    """ "158/95"; "–" for a side that was not measured."""
    if reading.systolic_mmhg is None and reading.diastolic_mmhg is None:
        return "–"
    return f"{_or_dash(reading.systolic_mmhg)}/{_or_dash(reading.diastolic_mmhg)}"


def _letter(number: int) -> str:
    times, letter = divmod(number, 26)
    return chr(ord("A") + letter) * (times + 1)


def _notes(reading: Reading) -> list[str]:
    notes = ["struck out"] if reading.discarded else []
    return [*notes, "entered later"] if reading.late else notes


def _or_dash(value: int | None) -> str:
    return "–" if value is None else str(value)
