"""A long check-in, page by page: each page is kept on the server, the last step sends them all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from tracker.actions import check_in_drafts
from tracker.actions.check_in_drafts import AlreadySent
from tracker.domain.check_ins import CannotAnswer, WhyNot
from tracker.domain.due import DueCheckIn
from tracker.domain.instruments import Instrument, asked_items, check_answers
from tracker.queries import check_ins as check_in_queries
from tracker.queries.check_ins import Draft, ToAnswer
from tracker.web import access, clock
from tracker.web.check_ins import desk, on_phone, pages
from tracker.web.check_ins.forms import OwnAnswerForm, filled_in, own_form, send_form
from tracker.web.check_ins.help_part import help_for
from tracker.web.check_ins.names import due_name
from tracker.web.forms import carried

CHECK = "check"


def answer(asked: Instrument) -> Any:
    """One step: a page of questions, or the check before sending. Raises `CannotAnswer`."""
    if request.method == "POST":
        return _take(asked)
    found = check_in_queries.find_to_answer(
        access.database(), access.who(), asked.key, now=clock.now()
    )
    return _show(asked, _step(asked, found.draft), found)


def _step(asked: Instrument, draft: Draft | None) -> int | None:
    """The page to show; None for the check. Nobody gets past a page that is not answered."""
    first = _first_open(asked, draft)
    wanted = request.args.get("page", "")
    if wanted == CHECK or first is None and not wanted:
        return first
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 3 else 0
    kept = _kept(draft)
    shown = {item.page for item in asked_items(asked, kept)}
    last = max(shown) if first is None else first
    return number if number in shown and number <= last else last


def _kept(draft: Draft | None) -> Mapping[str, Any]:
    return draft.answers if draft else {}


def _first_open(asked: Instrument, draft: Draft | None) -> int | None:
    """The first page with a question that is asked and not answered yet."""
    kept = _kept(draft)
    still = (item.page for item in asked_items(asked, kept) if item.id not in kept)
    return min(still, default=None)


def _show(asked: Instrument, step: int | None, found: ToAnswer) -> Any:
    due_key, draft = found.due.due_key, found.draft
    if step is None and draft is not None:
        return _show_check(asked, due_key, draft)
    number = step or 1
    kept = _kept(draft)
    form = own_form(asked, number, kept)(**filled_in(asked.items_on(number), kept))
    desk.prefill(form, asked, due_key)
    return _render(form, number, draft, found.windows)


def _render(
    form: OwnAnswerForm,
    number: int,
    draft: Draft | None,
    windows: tuple[DueCheckIn, ...] = (),
) -> Any:
    due_on = desk.day_of(form.due_key.data)
    page = pages.form_page(
        form,
        page=number,
        due_on=due_on,
        today=desk.today(),
        clinic=access.clinic(),
        draft=draft,
        then_check=request.args.get("then") == CHECK,
        by_link=access.came_by_link(),
    )
    name = due_name(form.instrument.key, due_on, desk.today())
    phone = on_phone.phone_part(form, windows=windows, draft=draft, title=name)
    status = 422 if form.errors else 200
    due_key = form.due_key.data or ""
    lines = help_for(
        form.instrument.key, due_key, back=str(number), worries=bool(form.errors) and form.worries
    )
    shown = {"form": form, "page": page, "help": lines, "phone": phone}
    return render_template("check_ins/answer.html", **shown), status


def _show_check(asked: Instrument, due_key: str, draft: Draft) -> Any:
    form = send_form(asked)()
    desk.prefill(form, asked, due_key)
    page = pages.check_page(asked, draft, due_on=desk.day_of(due_key), today=desk.today())
    lines = help_for(asked.key, due_key, back=CHECK)
    return render_template("check_ins/check.html", form=form, page=page, help=lines)


def _take(asked: Instrument) -> Any:
    wanted = request.args.get("page", "1")
    if wanted == CHECK:
        return _take_all(asked)
    if wanted == on_phone.ALL:
        return _take_whole(asked)
    if wanted not in {str(page.number) for page in asked.pages}:
        return redirect(url_for("check_ins.answer", instrument=asked.key), code=303)
    number = int(wanted)
    form = own_form(asked, number, _kept_before(asked))()
    if not form.is_sent_and_fits():
        desk.raise_unstored(form)
        return _render(form, number, None)
    try:
        check_in_drafts.keep_page(
            access.database(),
            access.who(),
            instrument_key=asked.key,
            version=form.instrument_version.data or 0,
            due_key=form.due_key.data or "",
            page=number,
            values=form.values(),
            now=clock.now(),
        )
    except AlreadySent:
        return _sent_before(form.due_key.data or "")
    following = _following(asked, number)
    return redirect(url_for("check_ins.answer", instrument=asked.key, page=following), code=303)


def _take_whole(asked: Instrument) -> Any:
    """Every answer at once, as a phone sends them that showed the pages itself."""
    form = own_form(asked)()
    if form.is_sent_and_fits():
        return desk.send(form.answers(), form)
    desk.raise_unstored(form)
    return _render(form, 1, None)


def _kept_before(asked: Instrument) -> Mapping[str, Any]:
    """What was kept when the page was shown: it decided what the page asks."""
    if not asked.has_branches:
        return {}
    due_key = carried("due_key")
    return _kept(check_in_queries.find_draft(access.database(), access.who(), asked, due_key))


def _following(asked: Instrument, number: int) -> str | None:
    """The next step; with branches what was just answered decides it."""
    if asked.has_branches:
        return None
    is_last = number == len(asked.pages)
    return CHECK if is_last or request.args.get("then") == CHECK else str(number + 1)


def _take_all(asked: Instrument) -> Any:
    form = send_form(asked)()
    again = redirect(url_for("check_ins.answer", instrument=asked.key), code=303)
    if not form.is_sent_and_fits():
        return again
    due_key = form.due_key.data or ""
    draft = check_in_queries.find_draft(access.database(), access.who(), asked, due_key)
    if draft is None:
        return _sent_before(due_key)
    if _first_open(asked, draft) is not None:
        return again
    given = {item.id: draft.answers[item.id] for item in asked_items(asked, draft.answers)}
    return desk.send(check_answers(asked, given), form)


def _sent_before(due_key: str) -> Any:
    """There is no draft any more: it was sent, or there never was one."""
    at = check_in_queries.find_received_at(access.database(), access.who(), due_key)
    if at is None:
        raise CannotAnswer(WhyNot.NOT_ASKED)
    flash(desk.received_words(at), "done")
    return redirect(url_for("check_ins.sent"), code=303)
