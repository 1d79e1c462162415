"""The report for the patient: where I started, where I am now, what comes next, who to call.

It holds no answer to a question about self-harm, no percentile and nobody else's curve
(clinical facts, section 7.1), and is written for a reading grade of 8 at the most.
"""

from __future__ import annotations

from collections.abc import Iterator

from tracker.charts.axes import full_date
from tracker.charts.course_captions import point_words
from tracker.domain import instruments
from tracker.domain.as_of import facts_as_of, progress_as_of
from tracker.domain.clinic import Clinic
from tracker.domain.course_change import course_change
from tracker.domain.course_endings import KIND_WORDS, read_reason
from tracker.domain.course_progress import SYMPTOMS, CourseProgress, group_scales
from tracker.domain.course_record import PlannedInfusion
from tracker.domain.courses import CourseState, TherapyState
from tracker.domain.due import WEEKLY
from tracker.domain.languages import Language, to_say
from tracker.domain.progress import ChangeSummary, CourseChange, Verdict
from tracker.domain.progress.marks import Side
from tracker.domain.report_facts import NO_FACTS, ReportFacts
from tracker.domain.safety import CrisisLines
from tracker.reports.course_report import Making, letterhead, period_words
from tracker.reports.plain_report import PlainLabels, PlainReport, PlainSection
from tracker.reports.progress_report import Chart, ReportPatient, SignatureLine


def patient_report(
    progress: CourseProgress,
    clinic: Clinic,
    making: Making,
    *,
    charts: tuple[Chart, ...] = (),
    facts: ReportFacts = NO_FACTS,
) -> PlainReport:
    """The report of a course for the patient. The same values give the same report."""
    facts = facts_as_of(facts, making.period.last_on, progress.zone)
    progress = progress_as_of(progress, making.period.last_on)
    language, patient = making.language, progress.record.patient
    say = language.say
    born = full_date(patient.born_on, language)
    return PlainReport(
        title=say("Your progress"),
        language=language.value,
        labels=plain_labels(language),
        clinic=letterhead(clinic),
        patient=ReportPatient(name=patient.name, born=born, record_number=patient.record_number),
        generated_at=making.at,
        generated_by=making.by,
        made=made_line(clinic, making),
        paper=making.paper,
        draft=making.is_draft,
        facts=(
            (say("Name"), patient.name),
            (say("Date of birth"), born),
            (say("Record number"), patient.record_number),
            (say("These days"), period_words(progress, making.period, language)),
        ),
        sections=_sections(progress, clinic, making, facts),
        charts=charts,
        crisis=crisis_lines(clinic, language),
        signatures=(SignatureLine(name=making.by),),
    )


def plain_labels(language: Language) -> PlainLabels:
    """The words around the values, in the patient's language."""
    say = language.say
    return PlainLabels(
        born=say("Born"),
        record=say("Record"),
        phone=say("Phone"),
        draft=say("DRAFT, not signed"),
        page=say("Page"),
        of=language.say_of("page number", "of"),
        sign_here=say("Signature and date"),
        crisis=say("If you need help right now"),
    )


def made_line(clinic: Clinic, making: Making) -> str:
    """ "Made 14 Oct 2026, 16:55 by Kim Ade, version 1"."""
    local = clinic.local(making.at)
    when = f"{full_date(local.date(), making.language)}, {local:%H:%M}"
    return making.language.say("Made %(when)s by %(who)s, version 1", when=when, who=making.by)


def crisis_lines(clinic: Clinic, language: Language) -> tuple[str, ...]:
    """The lines for help, in the patient's language."""
    lines = CrisisLines.from_settings(clinic.crisis).lines
    return tuple(f"{line.words(language)}." for line in lines)


def _sections(
    progress: CourseProgress, clinic: Clinic, making: Making, facts: ReportFacts
) -> tuple[PlainSection, ...]:
    say = making.language.say
    change = course_change(progress, facts.forms)
    return (
        PlainSection(
            heading=say("How it is going"),
            paragraphs=tuple(_verdict(change, progress, making)),
        ),
        PlainSection(
            heading=say("Where you started and where you are now"),
            paragraphs=_start_and_now(progress, making.language),
        ),
        PlainSection(heading=say("What changed"), paragraphs=_changes(progress, making.language)),
        PlainSection(heading=say("What we did"), paragraphs=_done(progress, making)),
        PlainSection(heading=say("What comes next"), paragraphs=_next(progress, making)),
        PlainSection(heading=say("How to reach us"), paragraphs=_reach(clinic, making.language)),
        PlainSection(heading=say("Good to know"), paragraphs=_good_to_know(making.language)),
    )


GROUP_WORDS = {
    "intrusion": to_say("Unwanted memories"),
    "avoidance": to_say("Avoiding reminders"),
    "mood_and_thinking": to_say("Thoughts and mood"),
    "arousal": to_say("On edge, sleep"),
}
"""What the groups are called among people who are no clinicians."""
VERDICTS = {
    Verdict.BETTER: to_say("You are doing better than when you started."),
    Verdict.SAME: to_say("You are about the same as when you started."),
    Verdict.WORSE: to_say("Things are harder for you than when you started."),
    Verdict.MIXED: to_say("Some things are harder than when you started, and some are better."),
    Verdict.UNKNOWN: to_say("We cannot tell yet how you are doing."),
}
BETTER_BUT_LESS = to_say(
    "You are doing better than when you started, but not as well as at your best."
)
MORE_THAN_NOISE = to_say("That is more than ups and downs usually make.")
MAY_BE_NOISE = to_say("Ups and downs can be as big as this.")


def _verdict(change: CourseChange, progress: CourseProgress, making: Making) -> Iterator[str]:
    """The same answer that the clinicians read, since when, and what it cannot rest on."""
    language, period = making.language, making.period
    say = language.say
    if period.last_on is not None:
        yield say("This is how it was on %(day)s.", day=full_date(progress.today, language))
    gave_back = change.given_back and change.verdict is Verdict.BETTER
    yield say(BETTER_BUT_LESS if gave_back else VERDICTS[change.verdict])
    lead = change.lead
    yield from _since(change, progress, language)
    if lead is not None and lead.is_beyond_noise is not None:
        yield say(MORE_THAN_NOISE if lead.is_beyond_noise else MAY_BE_NOISE)
    if change.verdict is Verdict.UNKNOWN:
        yield say("For that we need a score from before and one from after your first infusion.")
    answered, due = progress.answered_of_due(WEEKLY, holds=period.holds)
    if due > answered:
        yield say(
            "You sent %(answered)s of %(due)s weekly ratings. With more we can tell more.",
            answered=answered,
            due=due,
        )


def _since(change: CourseChange, progress: CourseProgress, language: Language) -> Iterator[str]:
    """Since when it is so, where more than one score says it; and whether it was better before."""
    lead, symptoms = change.lead, change.of(SYMPTOMS)
    is_told = change.verdict in (Verdict.BETTER, Verdict.WORSE) and not change.given_back
    if is_told and lead is not None and lead.since is not None and lead.scores_on_side > 1:
        on = full_date(progress.on(lead.since.occurred_at), language)
        yield language.say("It has been so since %(day)s.", day=on)
    if symptoms is not None and symptoms.best is not None and symptoms.is_worse_than_best:
        yield language.say(
            "Your best score was %(value)s on %(day)s. It has gone up since.",
            value=point_words(symptoms.best),
            day=full_date(progress.on(symptoms.best.occurred_at), language),
        )


def _start_and_now(progress: CourseProgress, language: Language) -> tuple[str, ...]:
    weekly = instruments.in_language(instruments.get(WEEKLY), language)
    name = weekly.scale(SYMPTOMS).in_sentence
    said = progress.changes[SYMPTOMS].sentences_in(language, name=name)
    return (*said, language.say("It can be 0 to 80. Lower is better."))


def _changes(progress: CourseProgress, language: Language) -> tuple[str, ...]:
    found = []
    for scale in group_scales():
        words = _direction(progress.changes[scale.id], language)
        if words:
            found.append(f"{language.say(GROUP_WORDS[scale.id])}: {words}")
    return tuple(found) or (language.say("We need two weekly ratings to tell."),)


def _direction(summary: ChangeSummary, language: Language) -> str:
    """An arrow with its word, so that neither colour nor shape alone says it."""
    if not summary.change:
        return "" if summary.change is None else language.say("→ about the same.")
    if summary.mark.side is Side.BETTER:
        return language.say("↓ better than when you started.")
    if summary.mark.side is Side.WORSE:
        return language.say("↑ harder than when you started.")
    return language.say("→ about the same.")


def _done(progress: CourseProgress, making: Making) -> tuple[str, ...]:
    language, holds = making.language, making.period.holds
    given = [one for one in progress.record.given if holds(progress.on(one.started_at))]
    held = [
        one
        for one in progress.record.therapy
        if one.state is TherapyState.HELD and holds(one.planned_on)
    ]
    rough = sum(1 for one in given if one.event_count)
    found = [
        *_ended(progress, language),
        language.say_count("You had %(num)s infusion.", "You had %(num)s infusions.", len(given)),
        language.say_count(
            "You had %(num)s therapy session.", "You had %(num)s therapy sessions.", len(held)
        ),
    ]
    if given and not rough:
        found.append(language.say("We wrote down no side effects."))
    elif rough:
        found.append(
            language.say_count(
                "We wrote down side effects on %(num)s day. Ask us about them.",
                "We wrote down side effects on %(num)s days. Ask us about them.",
                rough,
            )
        )
    return tuple(found)


def _ended(progress: CourseProgress, language: Language) -> Iterator[str]:
    """That the course is over, and why, where that is known."""
    record = progress.record
    if record.ended_on is None:
        return
    on = full_date(record.ended_on, language)
    if record.state is CourseState.STOPPED:
        yield language.say("Your course ended early, on %(day)s.", day=on)
    else:
        yield language.say("Your course ended on %(day)s.", day=on)
    kind = read_reason(record.end_reason).kind
    if kind in KIND_WORDS:
        yield language.say(KIND_WORDS[kind])
    elif record.state is CourseState.STOPPED:
        yield language.say("Ask us if you want to talk about why.")


def _next(progress: CourseProgress, making: Making) -> tuple[str, ...]:
    language, coming = making.language, progress.record.next_planned
    if coming is None and making.period.last_on is not None and progress.record.is_open:
        return (language.say("Ask your team for your next visits."),)
    if coming is None:
        return (
            language.say("No more infusions are planned."),
            language.say("Your care team will talk with you about what comes next."),
        )
    return (_next_infusion(coming, language), language.say("Keep going to therapy."))


def _next_infusion(coming: PlannedInfusion, language: Language) -> str:
    on = full_date(coming.planned_on, language)
    return language.say("Your next infusion is on %(day)s.", day=on)


def _reach(clinic: Clinic, language: Language) -> tuple[str, ...]:
    if not clinic.phone:
        return (language.say("Talk to your team at your next visit."),)
    return (
        language.say("Call us at %(phone)s.", phone=clinic.phone),
        language.say("No one reads your scores at night. If you need help, call."),
    )


def _good_to_know(language: Language) -> tuple[str, ...]:
    say = language.say
    return (
        say("Your scores are your own answers. They are not a diagnosis."),
        say("The questions are our own. They are not a tested scale."),
        say("Ketamine is not approved for PTSD. Your use of it is off-label."),
    )
