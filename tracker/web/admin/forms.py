"""The forms of the clinic's settings."""

from __future__ import annotations

from tracker.domain.clinic import MOST_ALERT_WAITS_DAYS, WEEKDAYS
from tracker.domain.people import Role
from tracker.web.fields import Day, Email, LongText, Ticks, Tiles, WholeNumber, Words
from tracker.web.forms import Form
from tracker.web.zones import ZoneChoice

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class ClinicForm(Form):
    name = Words("Name of the clinic", longest=120, hint="Printed on every report.")
    address = LongText("Address", longest=400, optional=True)
    phone = Words("Telephone", longest=80, optional=True)
    timezone = ZoneChoice("Time zone")
    open_weekdays = Ticks("Open on", choices=list(zip(WEEKDAYS, DAY_NAMES, strict=True)))
    alert_waits_days = WholeNumber(
        "Longest wait of a safety alert",
        low=1,
        high=MOST_ALERT_WAITS_DAYS,
        unit="days",
        hint="For an alert that comes while the clinic is closed. The default, 3 days, needs "
        "clinical review.",
    )
    paper = Tiles("Paper of printed reports", choices=[("letter", "US Letter"), ("a4", "A4")])


class ClosureForm(Form):
    day = Day("Closed on")
    reason = Words("Reason", longest=120, optional=True, hint="For example: Thanksgiving.")


class InviteForm(Form):
    name = Words("Name", longest=120)
    email = Email("E-mail address")
    role = Tiles(
        "Role",
        choices=[
            (Role.CLINICIAN, "Clinician: prescribes, plans courses, runs and co-signs infusions"),
            (Role.NURSE, "Nurse: runs infusions as agreed, keeps the drug ledger"),
            (Role.THERAPIST, "Therapist: records therapy sessions"),
            (Role.ADMINISTRATOR, "Administrator: people and settings, no clinical records"),
        ],
    )


class EmptyForm(Form):
    """A button: nothing is asked."""
