"""Every question of every form has a bound, and no form takes an answer that it did not ask for."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

import tracker.web
from tests.conventions.test_code import sources
from tracker.domain.accounts import PASSWORD_MAX_LENGTH
from tracker.domain.wordings import LONGEST_PASTED
from tracker.models import Base
from tracker.web import fields
from tracker.web.admin.wording_forms import LONGEST_CONTENT
from tracker.web.forms import Form

LONGEST = 4000
LONGER = {  # what a form takes beyond that, and how much of it
    "tracker.web.admin.wording_forms.CopyForm.text": LONGEST_PASTED,
    "tracker.web.admin.wording_forms.CopyForm.content": LONGEST_CONTENT,
}
BOUNDED_BY_THEMSELVES = (  # one notation, or one of a list
    fields.Choice,
    fields.Day,
    fields.Identifier,
    fields.Ticks,
    fields.Tiles,
    fields.TimeOfDay,
    fields.Version,
)
READS_ITS_FORM = {
    "web/courses/plan_pages.py",  # carries answers that fitted into the hidden fields of a preview
}
NOT_ASKED = {"CSRFTokenField", "SubmitField"}


def all_forms() -> list[type[Form]]:
    """Every form class of the web layer."""
    for found in pkgutil.walk_packages(tracker.web.__path__, "tracker.web."):
        importlib.import_module(found.name)
    waiting, done = [Form], []
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        done.append(form)
    return sorted(set(done), key=lambda form: (form.__module__, form.__name__))


def questions(app: Any) -> Iterator[tuple[str, Any]]:
    """Every bound field of every form, with a name for messages."""
    for form in all_forms():
        with app.test_request_context("/"):
            try:
                made = form()
            except TypeError:  # takes what it is about: its declared fields are looked at below
                continue
            for field in made:
                yield f"{form.__module__}.{form.__name__}.{field.name}", field


def test_every_question_has_a_bound(app: Any) -> None:
    seen = 0
    for name, field in questions(app):
        if type(field).__name__ in NOT_ASKED or isinstance(field, BOUNDED_BY_THEMSELVES):
            continue
        seen += 1
        if isinstance(field, fields.Words):
            assert 0 < field.longest <= LONGER.get(name, LONGEST), name
        elif isinstance(field, fields.WholeNumber | fields.DecimalNumber):
            assert field.low < field.high <= 10**9, name
        elif not isinstance(field, fields.Secret):
            field.process(MultiDict([(field.name, "x" * 200_000)]))
            longest = LONGER.get(name, LONGEST)
            assert field.errors or len(field.data or "") <= longest, f"{name} takes anything"
    assert seen > 15
    assert PASSWORD_MAX_LENGTH <= 1024


def test_every_question_is_of_a_hardened_kind(app: Any) -> None:
    """The stock fields break on a signalling NaN, on 64 bit and on NUL."""
    for name, field in questions(app):
        kind = type(field)
        hardened = kind.__module__.startswith("tracker.web.")
        assert hardened or kind.__name__ in NOT_ASKED, f"{name} is a stock {kind.__name__}"


def test_every_form_refuses_answers_that_it_did_not_ask_for() -> None:
    for form in all_forms():
        assert form.is_sent_and_fits is Form.is_sent_and_fits, form
        assert issubclass(form, Form)


def test_no_view_reads_an_answer_past_its_form() -> None:
    """`request.form` is read by the forms themselves only."""
    for path, tree in sources("web"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and ast.unparse(node) in {
                "request.form",
                "request.values",
                "request.json",
                "request.get_json",
                "request.files",
                "request.data",
            }:
                assert path == "web/forms.py" or path in READS_ITS_FORM, f"{path}:{node.lineno}"


@pytest.mark.parametrize(
    ("question", "column"),
    [
        ("patients.forms.PatientForm.given_name", "patients.given_name"),
        ("patients.forms.PatientForm.family_name", "patients.family_name"),
        ("patients.forms.PatientForm.record_number", "patients.record_number"),
        ("admin.forms.ClosureForm.reason", "clinic_closures.reason"),
        ("account.forms.AcceptForm.name", "users.name"),
        ("account.forms.SetUpForm.clinic_name", "clinics.name"),
    ],
)
def test_what_fits_in_the_form_fits_in_the_column(app: Any, question: str, column: str) -> None:
    longest = {name: getattr(field, "longest", None) for name, field in questions(app)}
    table, name = column.split(".")
    assert longest[f"tracker.web.{question}"] <= Base.metadata.tables[table].c[name].type.length
