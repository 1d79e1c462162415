"""Signing in with a second factor through the pages, step by step."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pyotp
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.browsing import BASE, Browser
from tests.conftest import SettableClock
from tests.make.accounts import PASSWORD, hash_of
from tracker.models.accounts import UserRow
from tracker.models.database import transaction


def need_second_factor(app: Flask) -> None:
    """As it is outside a demonstration."""
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], needs_second_factor=True)


def give_everybody_a_password(db: Session) -> None:
    with transaction(db):
        db.execute(update(UserRow).values(password_hash=hash_of(PASSWORD)))


def with_password(browser: Any, email: str = "clinician@a.test") -> Browser:
    """A browser that got as far as a right password."""
    visitor: Browser = browser(None)
    answer = visitor.submit("/login", {"email": email, "password": PASSWORD})
    assert answer.status_code == 303
    return visitor


def set_up(visitor: Browser, clock: SettableClock) -> tuple[pyotp.TOTP, list[str]]:
    """Take an app into use; returns the app and the recovery codes."""
    page = visitor.get_page("/second-factor/set-up")
    shown = re.search(r"<code>([A-Z2-7 ]+)</code>", page.html)
    assert shown is not None
    app_on_phone = pyotp.TOTP(shown[1].replace(" ", ""))
    answer = visitor.client_post(
        "/second-factor/set-up",
        page.form("code")["fields"] | {"code": app_on_phone.at(clock())},
    )
    assert answer.status_code == 200, answer.text
    return app_on_phone, codes_on(answer.text)


def codes_on(page: str) -> list[str]:
    """The recovery codes that a page shows."""
    codes = re.findall(r"<code>([a-z2-9-]+)</code>", page)
    assert len(codes) == 10
    return codes


def enter(visitor: Browser, code: str, query: str = "") -> Any:
    return visitor.submit(f"/second-factor{query}", {"code": code})


def opens(visitor: Browser, path: str = "/board") -> bool:
    return visitor.client.get(path, base_url=BASE).status_code == 200
