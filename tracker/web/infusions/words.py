"""Words that several pages of an infusion share."""

from __future__ import annotations

from datetime import datetime, timedelta

from tracker.domain.clinic import Clinic
from tracker.domain.vital_signs import LABELS, Measure, VitalSigns, signed, with_unit
from tracker.queries.infusions import Appointment, Bearer
from tracker.reports.report_rows import NOT_RECORDED
from tracker.web.formatting import birthday, clock_time, day_short

LATE_AFTER = timedelta(minutes=5)
"""An entry typed more than this after it was measured is shown, and drawn, as entered later."""


def infusion_title(appointment: Appointment) -> str:
    """ "Infusion 3 of 6", "Booster infusion 8"."""
    if appointment.is_booster:
        return f"Booster infusion {appointment.number}"
    return f"Infusion {appointment.number} of {appointment.infusion_count}"


def banner(bearer: Bearer) -> dict[str, object]:
    """What `patient_banner` shows."""
    return {
        "name": f"{bearer.given_name} {bearer.family_name}".strip(),
        "born": birthday(bearer.born_on),
        "record_number": bearer.record_number,
        "lines": (("Allergies", bearer.allergies or NOT_RECORDED),),
    }


def is_late(occurred_at: datetime, recorded_at: datetime) -> bool:
    """Whether something was typed well after it happened."""
    return recorded_at - occurred_at > LATE_AFTER


def local_time(moment: datetime, clinic: Clinic, *, beside: datetime) -> str:
    """The wall clock, with the date when it differs from that of another moment."""
    local = clinic.local(moment)
    if local.date() == clinic.date_of(beside):
        return clock_time(local)
    return f"{day_short(local.date())} {clock_time(local)}"


def two_clocks(
    occurred_at: datetime, recorded_at: datetime, clinic: Clinic, *, verb: str, beside: datetime
) -> str:
    """ "14:22", or "measured 14:22, entered 14:31" when the two differ."""
    at = local_time(occurred_at, clinic, beside=beside)
    if not is_late(occurred_at, recorded_at):
        return at
    return f"{verb} {at}, entered {local_time(recorded_at, clinic, beside=beside)}"


def signs_line(signs: VitalSigns) -> str:
    """ "148/92 (MAP 111), heart rate 78, SpO₂ 97 %, RASS −1": only what was measured."""
    parts = [f"{signs.pressure} (MAP {signs.map_mmhg})"] if signs.pressure else []
    if signs.heart_rate_bpm is not None:
        parts.append(f"heart rate {signs.heart_rate_bpm}")
    if signs.spo2_percent is not None:
        parts.append(f"{LABELS[Measure.OXYGEN]} {with_unit(Measure.OXYGEN, signs.spo2_percent)}")
    if signs.respiration_per_minute is not None:
        parts.append(f"respiration {signs.respiration_per_minute}")
    if signs.rass is not None:
        parts.append(f"RASS {signed(signs.rass)}")
    for measure in (Measure.MOAAS, Measure.CADSS6):
        if (value := signs.value(measure)) is not None:
            parts.append(f"{LABELS[measure]} {value}")
    return ", ".join(parts)
