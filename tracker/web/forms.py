"""The base of every form: CSRF token, submission id, the version seen, no unknown answers."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import Any
from uuid import uuid4

from babel.support import Translations
from flask import abort, g, request
from flask_babel import LazyString, get_locale, gettext
from flask_wtf import FlaskForm
from wtforms.i18n import messages_path

from tracker.actions.submissions import Submission
from tracker.domain.errors import CorrectedBefore, Refused
from tracker.web.fields import Identifier, Secret, Taken, Version
from tracker.web.languages import said

_CARRIED = frozenset({"csrf_token", "submission_id", "taken_at"})


@lru_cache
def _library_words(locale: str) -> Any:
    return Translations.load(messages_path(), [locale], domain="wtforms")


class _LibraryWords:
    """The form library's own sentences, looked up when one is said: most forms say none."""

    def gettext(self, text: str) -> str:
        return str(_library_words(str(get_locale())).gettext(text))

    def ngettext(self, one: str, many: str, count: int) -> str:
        return str(_library_words(str(get_locale())).ngettext(one, many, count))


_LIBRARY_WORDS = _LibraryWords()
_Token: Any = FlaskForm.Meta.csrf_class


class _TokenWhenShown(_Token):
    """Signs a token when a page shows it: a form that is sent and stored shows none."""

    def generate_csrf_token(self, csrf_token_field: Any) -> Any:
        return LazyString(super().generate_csrf_token, csrf_token_field)


class Form(FlaskForm):
    """A form that stores nothing twice and overwrites nothing unseen."""

    class Meta:
        csrf_class = _TokenWhenShown

        def get_translations(self, _form: Any) -> Any:
            """It would read their file for every form."""
            return _LIBRARY_WORDS

    submission_id = Identifier(default=uuid4)
    seen_version = Version()
    is_too_late = False
    """What the form is about was corrected meanwhile: both versions are to be shown."""

    @property
    def status(self) -> int:
        """The code of the page that shows the form."""
        if self.is_too_late:
            return 409
        return 422 if self.errors else 200

    def is_sent_and_fits(self) -> bool:
        """Whether this is a POST whose answers all fit. Answers nobody asked for end in a 400."""
        if not self.is_submitted():
            return False
        self.refuse_unknown()
        return bool(self.validate())

    def refuse_unknown(self) -> None:
        """End in a 400 when there are answers to questions that the form does not ask."""
        if unknown := set(request.form) - {field.name for field in self}:
            name = repr(sorted(unknown)[0][:40])
            words = gettext("The form has no question named %(name)s.", name=name)
            abort(400, description=words)

    def submission(self) -> Submission:
        """The form's id and a hash of its answers, for storing it once.

        Without passwords: a quick hash of one must not lie beside the slow one.
        """
        if self.submission_id.data is None:
            self.submission_id.data = uuid4()
        g.submission_id = self.submission_id.data  # for who asks what became of it
        left_out = _CARRIED | {field.name for field in self if isinstance(field, Secret)}
        answers = {
            name: sorted(values) for name, values in request.form.lists() if name not in left_out
        }
        text = json.dumps([request.path, answers], sort_keys=True).encode("utf-8", "replace")
        return Submission(id=self.submission_id.data, payload_hash=hashlib.sha256(text).digest())

    def show(self, problem: Refused) -> None:
        """Put a rule's refusal beside the answer it is about, or above the form."""
        self.is_too_late = isinstance(problem, CorrectedBefore)
        field: Any = self._fields.get(problem.field or "")
        if field is None:
            self.form_errors.append(said(problem))
        else:
            field.errors = [*field.errors, said(problem)]


def carried(name: str) -> str:
    """What a form that is being sent carries unseen, for whoever has to know before it is read."""
    return request.form.get(name, "")[:80]


class TimedForm(Form):
    """A form that may wait in the browser until there is a connection: it says when it was filled.

    Hand `taken_at.data` to `moments.typed_moment`, where a typed time comes first.
    """

    taken_at = Taken()
