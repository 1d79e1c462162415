"""The finished words of the pages on instruments and the wordings that a clinic has of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from tracker.domain import instruments
from tracker.domain.clinic import Clinic
from tracker.domain.instruments import AnsweredBy, Instrument, Item, Remote
from tracker.domain.people import Person
from tracker.domain.permissions import Act, may
from tracker.domain.wordings import Fit
from tracker.queries.wordings import LoadedWording

LANGUAGE_NAMES = {"en": "English", "es": "Spanish"}
_SOURCES = {"pasted": "pasted text", "fhir": "FHIR Questionnaire", "file": "file on the server"}


@dataclass(frozen=True, kw_only=True, slots=True)
class ListPage:
    back: tuple[str, str]
    """Words and address: clinicians may load a wording, but not administer the clinic."""
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Revision:
    """One revision of a wording in the list of them."""

    title: str
    lines: tuple[str, ...]
    href: str
    withdraw_href: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedQuestion:
    """A question as its reader sees it: its place, words and answers."""

    id: str
    number: str
    text: str
    answers: tuple[str, ...]
    ends: tuple[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What came of reading a copy."""

    heading: str
    faults: tuple[str, ...]
    warnings: tuple[str, ...]
    questions: tuple[tuple[Any, ...], ...]
    answers: tuple[tuple[str, tuple[tuple[Any, ...], ...]], ...]
    introduction: str
    as_shown: tuple[AskedQuestion, ...]
    """Empty while something does not fit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class InstrumentPage:
    title: str
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    revisions: tuple[Revision, ...]
    takes_a_copy: bool
    look: Look | None
    answer_fields: tuple[Any, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class WordingPage:
    title: str
    facts: tuple[tuple[str, str], ...]
    introduction: str
    questions: tuple[AskedQuestion, ...]
    back: tuple[str, str]


def list_page(loaded: Sequence[LoadedWording], who: Person) -> ListPage:
    """Every definition, with the languages in which it can be read out."""
    shown = [each for each in loaded if each.is_shown]
    is_administrator = may(who, Act.ADMINISTER_CLINIC)
    return ListPage(
        back=("Clinic", url_for("admin.index"))
        if is_administrator
        else ("Board", url_for("board.show")),
        rows=tuple(
            (
                (each.title, url_for("admin.instrument", instrument=each.key)),
                f"{each.key}, version {each.version}",
                _wording_words(each, [one for one in shown if one.key == each.key]),
                _use_words(each),
                f"{each.licence} {each.attribution}",
            )
            for each in sorted(instruments.definitions().values(), key=lambda one: one.title)
        ),
    )


def _wording_words(instrument: Instrument, shown: Iterable[LoadedWording]) -> str:
    ships = [LANGUAGE_NAMES.get(each, each) for each in instruments.languages(instrument)]
    words = [f"{name}: comes with this program" for name in ships]
    words += [
        f"{LANGUAGE_NAMES.get(each.language, each.language)}: revision {each.revision}"
        for each in shown
    ]
    return ". ".join(words) or "None yet: topics only"


def _use_words(instrument: Instrument) -> str:
    if instrument.answered_by is AnsweredBy.CLINICIAN:
        return "A clinician rates and enters the result"
    return {
        Remote.YES: "The patient answers, here or elsewhere",
        Remote.WATCHED: "The patient answers; elsewhere only where somebody watches the alerts",
        Remote.NO: "The patient answers in the room",
    }[instrument.remote]


def instrument_page(
    instrument: Instrument,
    loaded: Sequence[LoadedWording],
    *,
    clinic: Clinic,
    look: Look | None = None,
    answer_fields: Sequence[Any] = (),
) -> InstrumentPage:
    """One definition, what the clinic has of it, and the look at a copy that was given."""
    return InstrumentPage(
        title=instrument.title,
        facts=(
            ("Key", f"{instrument.key}, version {instrument.version}"),
            ("Asks about", instrument.recall),
            ("Questions", str(len(instrument.items))),
            ("How it is used", _use_words(instrument)),
            ("Wording", _wording_words(instrument, [one for one in loaded if one.is_shown])),
            ("Licence", instrument.licence),
            ("Attribution", instrument.attribution),
            ("Published at", instrument.source_url),
        ),
        notes=instrument.notes,
        revisions=tuple(_revision(each, clinic) for each in loaded),
        takes_a_copy=not instrument.has_wording
        and any(scale.choices for scale in instrument.answer_scales),
        look=look,
        answer_fields=tuple(answer_fields),
    )


def _revision(each: LoadedWording, clinic: Clinic) -> Revision:
    language = LANGUAGE_NAMES.get(each.language, each.language)
    state = "patients read this one" if each.is_shown else "not shown"
    state = "withdrawn" if each.withdrawn_at else state
    return Revision(
        title=f"{language}, revision {each.revision} of version {each.version}: {state}",
        lines=_history(each, clinic),
        href=url_for("admin.wording", wording_id=each.id),
        withdraw_href=""
        if each.withdrawn_at
        else url_for("admin.withdraw_wording", wording_id=each.id),
    )


def _history(each: LoadedWording, clinic: Clinic) -> tuple[str, ...]:
    confirmed = clinic.local(each.confirmed_at)
    lines = [
        f"Confirmed by {each.confirmed_by} on {confirmed:%-d %b %Y at %H:%M}, from "
        f"{_SOURCES[each.source]}: {each.right_to_use}"
    ]
    if each.withdrawn_at:
        withdrawn = clinic.local(each.withdrawn_at)
        lines.append(f"Withdrawn by {each.withdrawn_by} on {withdrawn:%-d %b %Y at %H:%M}")
    return tuple(lines)


def look_at(instrument: Instrument, fit: Fit, asked: Instrument | None) -> Look:
    """A copy beside the definition. ``asked`` is the instrument in its words, when it fits."""
    return Look(
        heading="It fits. Compare every line before you confirm."
        if asked
        else "It does not fit yet. Nothing was kept.",
        faults=fit.faults,
        warnings=fit.warnings,
        questions=tuple(
            (
                pair.item.topic if pair.item else "Not asked for",
                str(pair.copied.number) if pair.copied else "",
                pair.copied.text if pair.copied else "",
            )
            for pair in fit.pairs
        ),
        answers=tuple(
            (
                _answers_caption(instrument, words.id),
                tuple((str(each.value), each.label) for each in words.choices),
            )
            for words in fit.answers
        ),
        introduction=asked.introduction if asked else "",
        as_shown=asked_questions(asked) if asked else (),
    )


def _answers_caption(instrument: Instrument, scale_id: str) -> str:
    topics = [item.topic for item in instrument.items if item.answers == scale_id]
    if len(topics) == 1:
        return f"Answers to “{topics[0]}”"
    return f"Answers to {len(topics)} questions, beginning with “{topics[0]}”"


def asked_questions(instrument: Instrument) -> tuple[AskedQuestion, ...]:
    """Every question of an instrument in words, as its reader sees it."""
    return tuple(
        _asked(instrument, item, number) for number, item in enumerate(instrument.items, 1)
    )


def _asked(instrument: Instrument, item: Item, number: int) -> AskedQuestion:
    scale = instrument.answer_scale(item)
    return AskedQuestion(
        id=f"look-{item.id}",
        number=str(number),
        text=item.words,
        answers=tuple(choice.label for choice in scale.choices),
        ends=(item.low_words, item.high_words),
    )


def wording_page(instrument: Instrument, loaded: LoadedWording, clinic: Clinic) -> WordingPage:
    """One revision, as patients read it."""
    language = LANGUAGE_NAMES.get(loaded.language, loaded.language)
    return WordingPage(
        title=f"{instrument.title}, {language}, revision {loaded.revision}",
        facts=(("History", ". ".join(_history(loaded, clinic))),),
        introduction=instrument.introduction,
        questions=asked_questions(instrument),
        back=(instrument.title, url_for("admin.instrument", instrument=instrument.key)),
    )
