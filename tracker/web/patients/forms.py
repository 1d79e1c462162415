"""The forms about a patient."""

from __future__ import annotations

from wtforms.validators import StopValidation

from tracker.domain.patients import PatientDetails, UnreadableDates, read_dates, write_dates
from tracker.web.fields import Day, Email, LongText, Words
from tracker.web.forms import Form

_NOT_MINE = {"autocomplete": "off"}  # the browser must not offer the clinician's own data


class DatesText(LongText):
    """Days as people write them, one a line or with commas between."""

    def check(self, text: str) -> None:
        try:
            read_dates(text)
        except UnreadableDates as problem:
            raise StopValidation(str(problem)) from None


class PatientForm(Form):
    record_number = Words("Record number", longest=40, render_kw=_NOT_MINE)
    given_name = Words("Given name", longest=80, render_kw=_NOT_MINE)
    family_name = Words("Family name", longest=80, render_kw=_NOT_MINE)
    born_on = Day("Date of birth", missing="Enter the date of birth.")
    phone = Words("Telephone", longest=80, optional=True, render_kw=_NOT_MINE | {"type": "tel"})
    email = Email("E-mail address", optional=True, render_kw=_NOT_MINE)
    allergies = Words(
        "Allergies",
        longest=400,
        optional=True,
        hint="Write “none known” when you asked and there are none.",
        render_kw=_NOT_MINE,
    )
    escort = Words(
        "Escort",
        longest=200,
        optional=True,
        hint="Who takes the patient home after an infusion, and their telephone number.",
        render_kw=_NOT_MINE,
    )
    unavailable_on = DatesText(
        "Cannot come on",
        longest=4000,
        optional=True,
        hint="One day a line, such as 2026-12-24 or 24 Dec 2026. "
        "A span such as 24 Dec 2026 to 2 Jan 2027 is fine.",
    )

    def details(self) -> PatientDetails:
        """What was typed. Only for a form that fits."""
        return PatientDetails(
            record_number=self.record_number.data,
            given_name=self.given_name.data,
            family_name=self.family_name.data,
            born_on=self.born_on.data,
            phone=self.phone.data or "",
            email=self.email.data or "",
            allergies=self.allergies.data or "",
            escort=self.escort.data or "",
            unavailable_on=read_dates(self.unavailable_on.data or ""),
        )


def filled_in(details: PatientDetails, version: int) -> PatientForm:
    """The form with what is stored, for changing it."""
    return PatientForm(
        record_number=details.record_number,
        given_name=details.given_name,
        family_name=details.family_name,
        born_on=details.born_on,
        phone=details.phone,
        email=details.email,
        allergies=details.allergies,
        escort=details.escort,
        unavailable_on=write_dates(details.unavailable_on),
        seen_version=version,
    )


class SearchForm(Form):
    """Sent as POST: a name must not travel in an address."""

    q = Words(
        "Name or record number",
        longest=80,
        missing="Enter a part of the name or the record number.",
        render_kw=_NOT_MINE,
    )


class InviteForm(Form):
    """A button: nothing is asked."""
