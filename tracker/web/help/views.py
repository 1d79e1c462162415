"""`/help`: ways to talk to somebody now, for everybody, signed in or not."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask_login import current_user

from tracker.web.access import anyone

help = Blueprint("help", __name__)


@help.get("/help")
@anyone
def now() -> Any:
    """The crisis lines, and the clinic's own number for what can wait."""
    phone = current_user.clinic.phone if current_user.is_authenticated else ""
    return render_template("help/now.html", phone=phone)


@help.get("/away")
@anyone
def away() -> Any:
    """An empty page, for somebody who leaves in a hurry: it tells nobody what was open."""
    return render_template("help/away.html")
