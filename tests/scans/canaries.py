"""Two planted weaknesses that a scan has to find before its silence about the rest counts.

Both stand behind the sign-in and behind the CSRF token, as every form of the product does: a
scanner that is turned away at either finds nothing, here and anywhere else.
"""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Flask, current_app, render_template_string, request
from markupsafe import Markup
from sqlalchemy import text

from tracker.web import access
from tracker.web.access import signed_in

canaries = Blueprint("canaries", __name__)

XSS_PATH = "/~canary/echo"
SQL_PATH = "/~canary/found"
"""Behind everything else in the alphabet, because wapiti attacks in that order: when the canaries
were found, all that comes before them was attacked.
"""
INDEX_PATH = "/~canary/index"

_PAGE = """<!doctype html><html lang="en"><head><title>Canaries</title></head>
<body><h1>Canaries</h1>
<form method="post" action="/~canary/echo">
<input type="hidden" name="csrf_token" value="{{ csrf_token() }}">
<input name="word" value="bird"><button>Say it</button></form>
<form method="post" action="/~canary/found">
<input type="hidden" name="csrf_token" value="{{ csrf_token() }}">
<input name="role" value="clinician"><button>Find</button></form>
<p>{{ said }}</p></body></html>"""


@canaries.get("/~canary")
@signed_in
def show() -> str:
    return render_template_string(_PAGE, said="")


@canaries.post(XSS_PATH)
@signed_in
def echo() -> str:
    """Gives back what was sent, as markup."""
    return render_template_string(_PAGE, said=Markup(request.form.get("word", "")))


@canaries.post(SQL_PATH)
@signed_in
def found() -> str:
    """Puts what was sent into a statement."""
    role = request.form.get("role", "")
    rows = access.database().execute(
        text(f"SELECT user_id, role FROM user_roles WHERE role = '{role}'".replace(":", r"\:"))
    )
    return render_template_string(_PAGE, said=" ".join(f"{a}: {b}" for a, b in rows))


@canaries.get(f"{INDEX_PATH}/<int:number>")
@signed_in
def index(number: int) -> str:
    """A page with the forms that one run is to attack, so that it need not look for them."""
    folder: Path = current_app.config["SCAN_FOLDER"]
    return (folder / f"index-{number}.html").read_text("utf-8")


def init_app(app: Flask, folder: Path) -> None:
    """Plant both. Only the application that is scanned calls this."""
    app.config["SCAN_FOLDER"] = folder
    app.register_blueprint(canaries)
