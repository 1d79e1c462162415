"""Guards against floods: what costs the most is answered so many times a minute to one address.

Counted in the memory of each process. Accounts are throttled in the database, not here.
"""

from __future__ import annotations

import threading
from collections import Counter
from time import monotonic

from flask import Flask, request
from werkzeug.exceptions import TooManyRequests

MOST_PER_MINUTE = 60
LIMITED = frozenset(
    {
        "account.login",
        "account.accept",
        "account.reset",
        "check_in_links.open_link",
        "csp_reports.report",
        "drug_ledger.count_sheet_pdf",
        "drug_ledger.ledger_pdf",
        "infusions.paper_run_sheet",
        "outcomes.download",
        "passkeys.add",
        "passkeys.show",
        "passkeys.sign_in",
        "reminders.stop",
        "reports.pdf",
        "second_factor.change_password",
        "second_factor.confirm",
        "second_factor.enter",
        "second_factor.set_up",
    }
)


class ThisMinute:
    """How often each route was asked for from each address since the minute began."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute = 0
        self._asked: Counter[tuple[str, str]] = Counter()

    def count(self, endpoint: str, address: str, minute: int) -> int:
        """Count one more; returns how many they are."""
        with self._lock:
            if minute != self._minute:
                self._minute, self._asked = minute, Counter()
            self._asked[endpoint, address] += 1
            return self._asked[endpoint, address]


def init_app(app: Flask) -> None:
    asked = ThisMinute()

    def refuse_floods() -> None:
        endpoint = request.endpoint
        if endpoint not in LIMITED or not app.config["LIMIT_FLOODS"]:
            return
        if asked.count(endpoint, request.remote_addr or "", int(monotonic() // 60)) > (
            MOST_PER_MINUTE
        ):
            raise TooManyRequests

    app.before_request(refuse_floods)
