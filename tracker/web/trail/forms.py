"""What of the trail is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from tracker.domain.audit import Trace
from tracker.domain.clinic import Clinic
from tracker.queries.accounts import Account
from tracker.queries.audit_trail import Asked
from tracker.web.fields import Choice, Day, Version, Words
from tracker.web.forms import Form

TRACE_WORDS = {
    Trace.LOOKED: "Looked",
    Trace.PRINTED: "Printed or downloaded",
    Trace.CHANGED: "Changed something",
    Trace.SIGN_INS: "Signed in or out",
    Trace.REFUSED: "Was refused",
    Trace.BROKE_GLASS: "Opened a restricted record without being named",
}


class TrailForm(Form):
    record_number = Words("Record number of a patient", longest=40, optional=True)
    person = Choice("Person", choices=(), optional=True)
    trace = Choice(
        "What was done",
        choices=[("", "Everything"), *((str(each), TRACE_WORDS[each]) for each in Trace)],
        optional=True,
    )
    first_on = Day("From", optional=True)
    last_on = Day("To", optional=True)
    before = Version()

    def offer(self, accounts: Iterable[Account]) -> None:
        """The people to choose from."""
        names = [(str(each.user_id), each.name) for each in accounts]
        self.person.choices = [("", "Everybody"), *names]

    def shown(self) -> tuple[tuple[str, str], ...]:
        """What the form shows, for asking the same of what was earlier."""
        first, last = self.first_on.data, self.last_on.data
        return (
            ("record_number", self.record_number.data or ""),
            ("person", self.person.data or ""),
            ("trace", self.trace.data or ""),
            ("first_on", first.isoformat() if first else ""),
            ("last_on", last.isoformat() if last else ""),
        )

    def asked(self, clinic: Clinic) -> Asked:
        """What was asked for. Only for a form that fits."""
        first, last = self.first_on.data, self.last_on.data
        return Asked(
            record_number=self.record_number.data or "",
            user_id=UUID(self.person.data) if self.person.data else None,
            trace=Trace(self.trace.data) if self.trace.data else None,
            since=_beginning(first, clinic) if first else None,
            until=_beginning(last + timedelta(days=1), clinic) if last else None,
            before=self.before.data,
        )


def _beginning(on: date, clinic: Clinic) -> datetime:
    return datetime.combine(on, time(0), tzinfo=clinic.zone).astimezone(UTC)
