"""The finished words of a course's progress page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from tracker.charts.course_captions import comparison_words, total_caption
from tracker.charts.course_series import gains_series, symptoms_series
from tracker.charts.phases import PhaseKey
from tracker.domain.course_change import course_change
from tracker.domain.course_progress import GAINS, SYMPTOMS, CourseProgress
from tracker.domain.due import DAILY
from tracker.domain.permissions import Act, may
from tracker.domain.questionnaire_scores import QuestionnaireForm
from tracker.web import access
from tracker.web.course_change_words import ChangePart, Headline, change_part, headline
from tracker.web.course_pictures import (
    Picture,
    course_address,
    daily_picture,
    groups_picture,
)
from tracker.web.course_words import Banner, banner_of, course_title, first_rating_words
from tracker.web.progress.infusion_parts import effects_picture, plan_picture
from tracker.web.progress.questionnaires import Questionnaires, questionnaires_part
from tracker.web.progress.zoom import zoomed_picture


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A heading with a picture, or with the words that stand for it."""

    id: str
    heading: str
    picture: Picture | None
    empty: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ProgressPage:
    """Everything that the template shows."""

    title: str
    lead: str
    banner: Banner
    headline: Headline
    change: ChangePart
    effects: Picture | None
    plan: Section
    back_href: str
    report_href: str
    score: Section
    """The chart of the scores, directly under the verdict."""
    sections: tuple[Section, ...]
    questionnaires: Questionnaires | None
    adherence: tuple[str, ...]
    notes: tuple[str, ...]


def progress_page(
    progress: CourseProgress,
    forms: Sequence[QuestionnaireForm] = (),
    *,
    phase: PhaseKey | None = None,
) -> ProgressPage:
    """The page of one course. ``forms`` are the published questionnaires that were answered."""
    record = progress.record
    change = course_change(progress, forms)
    change_words, address = change_part(change, progress), course_address(record.id)
    may_report = may(access.who(), Act.MAKE_REPORT)
    return ProgressPage(
        title=f"Progress, {course_title(record).lower()}",
        lead="What changed since the baseline, and how much of it was measured.",
        banner=banner_of(progress),
        headline=headline(change, progress),
        change=change_words,
        effects=effects_picture(progress, change.effects, address, change_words.effects)
        if change_words.effects.rows
        else None,
        plan=Section(
            id="plan",
            heading="Planned and given",
            picture=plan_picture(progress, address) if record.infusions else None,
            empty="No infusion is planned.",
        ),
        back_href=url_for("courses.show", course_id=record.id),
        report_href=url_for("reports.show", course_id=record.id) if may_report else "",
        score=_score(progress, phase),
        sections=_sections(progress, phase),
        questionnaires=questionnaires_part(forms, progress, address, phase),
        adherence=progress.adherence.sentences,
        notes=(
            "The weekly rating and the daily check-in are this system's own questions, not "
            "validated scales. Scores are self-report, not a diagnosis.",
            "A line is not drawn across more than 14 days without a score. A cross marks a "
            "rating that was due and did not come.",
        ),
    )


def _score(progress: CourseProgress, phase: PhaseKey | None) -> Section:
    has_weekly = any(score.value is not None for score in progress.record.scores[SYMPTOMS])
    return Section(
        id="symptoms",
        heading="Weekly trauma symptoms",
        picture=zoomed_picture(
            "progress",
            symptoms_series(progress),
            course_address(progress.record.id),
            progress,
            phase=phase,
            caption=total_caption(progress),
            note=comparison_words(progress, progress.changes[SYMPTOMS]),
        )
        if has_weekly
        else None,
        empty=first_rating_words(progress),
    )


def _sections(progress: CourseProgress, phase: PhaseKey | None) -> tuple[Section, ...]:
    address = course_address(progress.record.id)
    has_weekly = any(score.value is not None for score in progress.record.scores[SYMPTOMS])
    has_gains = any(score.value is not None for score in progress.record.scores[GAINS])
    has_daily = any(one.instrument_key == DAILY for one in progress.record.check_ins)
    gains = progress.changes[GAINS]
    return (
        Section(
            id="groups",
            heading="Symptom groups",
            picture=groups_picture(progress, address) if has_weekly else None,
            empty="No groups before the first weekly rating.",
        ),
        Section(
            id="daily",
            heading="Daily ratings",
            picture=daily_picture(progress, address) if has_daily else None,
            empty="No daily check-in was sent yet.",
        ),
        Section(
            id="gains",
            heading="Gains",
            picture=zoomed_picture(
                "gains",
                gains_series(progress),
                address,
                progress,
                phase=phase,
                caption="Total of six gains. Higher is better here.",
                note=comparison_words(progress, gains),
            )
            if has_gains
            else None,
            empty="No gains were rated yet.",
        ),
    )
