"""What only a referring clinician's letter has: homework, the drug's totals, assessment, plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tracker.charts.axes import full_date
from tracker.charts.course_captions import SITE_SETTING
from tracker.domain.course_progress import CourseProgress
from tracker.domain.course_review import DECISION_WORDS
from tracker.domain.infusion import plain
from tracker.domain.progress import CourseChange, RelapseFact
from tracker.domain.report_facts import ReportFacts
from tracker.domain.report_kinds import Period
from tracker.reports import change_words
from tracker.reports.printable import shortened
from tracker.reports.report_rows import HomeworkRow, ThresholdRow

LONGEST_HOMEWORK = 400
NOT_ASSESSED = "No assessment is written."


def homework_rows(facts: ReportFacts, period: Period) -> tuple[HomeworkRow, ...]:
    """What was agreed and what was done of it, session by session, the beginning of long texts."""
    return tuple(
        HomeworkRow(date=full_date(each.on), agreed=_short(each.agreed), done=_short(each.done))
        for each in facts.homework
        if period.holds(each.on)
    )


def _short(text: str) -> str:
    return shortened(" ".join(text.split()), LONGEST_HOMEWORK)


def drug_sentences(facts: ReportFacts, *, by: str = "") -> tuple[str, ...]:
    """The controlled drug in this course since its start, from the ledger; ``by`` says until when,
    where the letter is about some days.
    """
    drug = facts.drug
    if not drug.draws:
        return (f"The drug ledger has no draw for this course{by}.",)
    draws = "1 draw" if drug.draws == 1 else f"{drug.draws} draws"
    found = [
        f"Ketamine, by the drug ledger, in this course{by}: {draws}, "
        f"{plain(drug.drawn_mg)} mg drawn, {plain(drug.given_mg)} mg given, "
        f"{plain(drug.wasted_mg)} mg wasted with a witness."
    ]
    if drug.unaccounted:
        of = "1 draw is" if drug.unaccounted == 1 else f"{drug.unaccounted} draws are"
        found.append(f"{of} not accounted for yet.")
    return tuple(found)


def assessment_paragraphs(facts: ReportFacts) -> tuple[str, ...]:
    """What was written, then what each review decided."""
    written = facts.assessment.assessment
    reviews = (
        f"Review after infusion {each.after_infusion}: "
        f"{DECISION_WORDS[each.decision].lower()}. {each.reason}"
        for each in facts.decided
    )
    found = (*((written,) if written else ()), *reviews)
    return found or (NOT_ASSESSED,)


def plan_paragraphs(
    progress: CourseProgress, change: CourseChange, facts: ReportFacts, period: Period
) -> Iterator[str]:
    """What comes next, who does what, and what would count as a relapse."""
    coming = progress.record.next_planned
    if coming is None and period.last_on is not None and progress.record.is_open:
        yield f"What is planned after {full_date(period.last_on)} is not part of this report."
    elif coming is None:
        yield "No further infusion is planned."
    else:
        kind = "booster infusion" if coming.is_booster else f"infusion {coming.number}"
        yield f"Next: {kind} on {full_date(coming.planned_on)}."
    if facts.assessment.plan:
        yield facts.assessment.plan
    said = [*_relapse_sentences(change.relapse), change_words.untold_sentence(change)]
    if any(said):
        words = " ".join(each for each in said if each)
        yield f"What would count as a relapse ({SITE_SETTING}). {words}"


def _relapse_sentences(facts: Iterable[RelapseFact]) -> Iterator[str]:
    """Met, not met and cannot be told apart; what nobody measured has a sentence of its own."""
    found = [each for each in facts if not each.is_unmeasured]
    groups = (
        ("Met", [_with_why(each) for each in found if each.is_met]),
        ("Not met", [_with_why(each) for each in found if each.is_met is False]),
        ("Cannot be told", [_with_why(each) for each in found if each.is_met is None]),
    )
    return (f"{name}: {'; '.join(words)}." for name, words in groups if words)


def _with_why(fact: RelapseFact) -> str:
    why = fact.why
    return f"{fact.rule.words} ({why[0].lower()}{why[1:]})" if why else fact.rule.words


def scale_thresholds(change: CourseChange) -> Iterator[ThresholdRow]:
    """By which rule each published scale was judged, and where the numbers are from."""
    for one in change.scales:
        if not one.is_own:
            rules = one.summary.rules
            source = rules.source.rstrip(".")
            setting = f"; {SITE_SETTING}" if rules.is_site_setting else ""
            yield ThresholdRow(what=one.name, value=rules.name, source=source + setting)
