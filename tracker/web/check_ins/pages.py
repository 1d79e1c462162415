"""Every finished word of the patient's pages. Titles say nothing of the treatment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext

from tracker.domain.clinic import Clinic
from tracker.domain.due import DAILY, DueCheckIn, DueState
from tracker.domain.instruments import AnswerKind, Instrument, Item, asked_items
from tracker.queries.check_ins import Draft, PatientHome
from tracker.web.check_ins.forms import PREFIX, AnswerForm
from tracker.web.check_ins.names import due_name, late_words, missed_lines
from tracker.web.formatting import day, day_short, sentence, spoken_time
from tracker.web.visit_words import visit_words


def not_watched() -> str:
    """What every form and every receipt says."""
    return gettext("Nobody watches your answers day and night.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    label: str
    note: str
    href: str
    button: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HomePage:
    greeting: str
    tasks: tuple[Task, ...]
    missed: tuple[str, ...]
    nothing: str
    visits: tuple[tuple[str, str], ...]
    last_sent: str
    progress_href: str
    settings_href: str
    not_watched: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One field with what its macro needs beside it."""

    field: Any
    kind: str
    number: str
    before: str
    before_id: str
    low: str
    high: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FormPage:
    title: str
    introduction: str
    about: str
    lead: str
    step: str
    saved: str
    questions: tuple[Question, ...]
    action: str
    button: str
    back_label: str
    back_href: str
    not_watched: str
    number: int
    home_href: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckPage:
    title: str
    not_watched: str
    rows: tuple[tuple[str, str, tuple[str, str]], ...]
    action: str
    back_href: str


def home_page(
    found: PatientHome, *, clinic: Clinic, now: datetime, minutes: Mapping[str, int]
) -> HomePage:
    """The patient's first page."""
    local = now.astimezone(found.zone or clinic.zone)
    last = clinic.local(found.last_sent_at) if found.last_sent_at else None
    return HomePage(
        greeting=_greeting(local.hour),
        tasks=_tasks(found, minutes, local),
        missed=missed_lines(found.missed),
        nothing=_nothing(found, clinic),
        visits=tuple(
            visit_words(visit, local.date(), talk=gettext("Talk with your therapist"))
            for visit in found.visits
        ),
        last_sent=_last_sent(last) if last else "",
        progress_href=url_for("progress.own"),
        settings_href=url_for("my_settings.edit"),
        not_watched=not_watched(),
    )


def _tasks(found: PatientHome, minutes: Mapping[str, int], local: datetime) -> tuple[Task, ...]:
    """What can be done now; what is late says until when."""
    tasks = [task(due, found.begun, minutes, local.date()) for due in found.due]
    return tuple(
        replace(each, note=" ".join((sentence(each.note), late_words(due, local))).strip())
        if due.state is DueState.LATE
        else each
        for each, due in zip(tasks, found.due, strict=True)
    )


def _greeting(hour: int) -> str:
    if hour < 12:
        return gettext("Good morning")
    return gettext("Good afternoon") if hour < 18 else gettext("Good evening")


def _last_sent(last: datetime) -> str:
    words = gettext(
        "You last checked in on %(day)s at %(time)s",
        day=day_short(last.date()),
        time=spoken_time(last),
    )
    return sentence(words)


def task(due: DueCheckIn, begun: frozenset[str], minutes: Mapping[str, int], today: date) -> Task:
    label = due_name(due.instrument_key, due.due_on, today)
    if due.due_key in begun:
        note = gettext("You have begun. Your answers are kept.")
        button = gettext("Go on with it: %(what)s", what=label)
    else:
        about = minutes.get(due.instrument_key, 1)
        note = ngettext("About %(num)s minute", "About %(num)s minutes", about)
        button = gettext("Start: %(what)s", what=label)
    href = url_for("check_ins.answer", instrument=due.instrument_key)
    return Task(label=label, note=note, href=href, button=button)


def _nothing(found: PatientHome, clinic: Clinic) -> str:
    if not found.has_course:
        return gettext("Nothing to do today. Your care team has not planned anything with you yet.")
    if found.coming is None:
        return gettext("Nothing to do today.")
    opens = opening_words(clinic.local(found.coming.opens_at))
    words = gettext("Nothing to do today. The next check-in opens on %(when)s", when=opens)
    return sentence(words)


def opening_words(opens: datetime) -> str:
    """ "Tue 24 Nov 2026", with the time unless it is midnight."""
    is_midnight = opens.hour == opens.minute == 0
    return day(opens.date()) if is_midnight else f"{day(opens.date())}, {spoken_time(opens)}"


def form_page(
    form: AnswerForm,
    *,
    page: int | None,
    due_on: date | None,
    today: date,
    draft: Draft | None = None,
    clinic: Clinic,
    then_check: bool = False,
    by_link: bool = False,
) -> FormPage:
    """A form of one page of questions, or of all of them. By a private link there is no home."""
    home_href = "" if by_link else url_for("check_ins.home")
    instrument, is_many = form.instrument, page is not None
    shown = instrument.pages[(page or 1) - 1]
    title = due_name(instrument.key, due_on, today)
    return FormPage(
        title=page_title(title, page or 1, instrument) if is_many else title,
        introduction=instrument.introduction if page in (None, 1) else "",
        about=_about(due_on, today, instrument.key),
        lead=shown.lead,
        step=step_words(instrument, form.items) if is_many else "",
        saved=_saved(clinic.local(draft.saved_at)) if draft else "",
        questions=questions(form, is_numbered=is_many),
        action=_here(instrument, page, then_check),
        button=gettext("Continue") if is_many else gettext("Send check-in"),
        back_label=gettext("Home") if page in (None, 1) else gettext("Back"),
        back_href=home_href if page in (None, 1) else _here(instrument, (page or 2) - 1),
        not_watched=not_watched(),
        number=page or 1,
        home_href=home_href,
    )


def page_title(title: str, page: int, instrument: Instrument) -> str:
    """The name of a check-in with the page of its questions."""
    return gettext(
        "%(title)s, page %(page)s of %(pages)s",
        title=title,
        page=page,
        pages=len(instrument.pages),
    )


def _saved(at: datetime) -> str:
    words = gettext("Saved at %(time)s", time=spoken_time(at))
    come_back = gettext("You can stop here and come back.")
    return f"{sentence(words)} {come_back}"


def _here(instrument: Instrument, page: int | None, then_check: bool = False) -> str:
    values: dict[str, Any] = {"instrument": instrument.key, "page": page}
    if then_check:
        values["then"] = "check"
    return url_for("check_ins.answer", **values)


def _about(due_on: date | None, today: date, instrument_key: str) -> str:
    if instrument_key == DAILY and due_on is not None and due_on != today:
        return gettext("These questions are about %(day)s.", day=day(due_on))
    return ""


def step_words(instrument: Instrument, items: Sequence[Item]) -> str:
    """Which lines of all a page has."""
    order = [item.id for item in instrument.items]
    first, last = order.index(items[0].id) + 1, order.index(items[-1].id) + 1
    return gettext(
        "Lines %(first)s to %(last)s of %(all)s.", first=first, last=last, all=len(order)
    )


def questions(form: AnswerForm, *, is_numbered: bool) -> tuple[Question, ...]:
    """The form's questions in order, each with the words around it."""
    order = {item.id: number for number, item in enumerate(form.instrument.items, 1)}
    return tuple(
        Question(
            field=form[PREFIX + item.id],
            kind=str(form.instrument.answer_scale(item).kind),
            number=str(order[item.id]) if is_numbered else "",
            before=item.before,
            before_id=f"{PREFIX}{item.id}-before" if item.before else "",
            low=item.low_words,
            high=item.high_words,
        )
        for item in form.items
    )


def check_page(
    instrument: Instrument, draft: Draft, *, due_on: date | None, today: date
) -> CheckPage:
    """All answers before they are sent, each with a way to change it."""
    title = due_name(instrument.key, due_on, today)
    return CheckPage(
        not_watched=not_watched(),
        title=gettext("%(title)s: check your answers", title=title),
        rows=tuple(
            (
                item.text,
                answer_words(instrument, item, draft.answers.get(item.id)),
                (gettext("Change"), _here(instrument, item.page, True) + f"#{PREFIX}{item.id}"),
            )
            for item in asked_items(instrument, draft.answers)
        ),
        action=url_for("check_ins.answer", instrument=instrument.key, page="check"),
        back_href=_here(instrument, len(instrument.pages)),
    )


def answer_words(instrument: Instrument, item: Item, value: Any) -> str:
    """An answer as the form offered it."""
    if value is None:
        return gettext("Skipped")
    scale = instrument.answer_scale(item)
    if scale.kind is AnswerKind.SEVERAL:
        return ", ".join(scale.label_of(each) for each in value)
    return scale.label_of(value)
