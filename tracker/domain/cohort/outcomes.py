"""What became of everybody who started: none is left out because they stopped or did not answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tracker.domain.cohort.courses import END_DAYS, FOLLOW_UPS, CohortCourse, Happenings
from tracker.domain.cohort.judging import Measured, Verdict
from tracker.domain.cohort.statistics import Middle, Share, middle, share
from tracker.domain.course_endings import read_reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Flow:
    """Who started, who is where, and whose score is missing. `follow_ups` are (days after the last
    infusion, scored, due).
    """

    started: int
    under_way: int
    completed: int
    stopped: int
    no_baseline: int
    with_end_score: int
    no_end_score: int
    follow_ups: tuple[tuple[int, int, int], ...]
    reasons: tuple[tuple[str, int], ...]
    other_reasons: int
    stopped_after: tuple[tuple[int, int], ...]

    @property
    def finished(self) -> int:
        """Everybody whose course is not under way."""
        return self.completed + self.stopped


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """How often something was so: of those who were measured, and of all whose course is over."""

    measured: Share
    of_all: Share


@dataclass(frozen=True, kw_only=True, slots=True)
class AfterInfusion:
    """Change since the baseline after one infusion; ``middle`` None: too few to show."""

    infusion: int
    n: int
    middle: Middle | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Adverse:
    """Infusions on which something happened, of all that were given in so many ``courses``.
    ``terms`` are (term, infusions in which it was recorded); ``rare`` are those with a term that
    too few courses have for naming it.
    """

    courses: int
    infusions: int
    with_events: Share
    stopped_early: Share
    severe: Share
    serious: Share
    terms: Mapping[str, Share]
    rare: Share


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A share of what was planned, and how many courses it is of."""

    share: Share
    courses: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """How much of what was planned took place, in all courses together."""

    infusions: Part
    gaps: Part
    therapy: Part
    scores: Part
    """Scores on the scale at the points that outcomes are counted from, of those whose time is
    over: before infusion 1, at the end, and at each follow-up. Not every check-in that was due.
    """


def flow(courses: Sequence[CohortCourse], smallest: int) -> Flow:
    """Where everybody is who started. Reasons that fewer than ``smallest`` have are put together:
    they are words that somebody typed, and few words can name one person.
    """
    over = [course for course in courses if not course.is_under_way]
    stopped = [course for course in courses if course.is_stopped]
    said = Counter(_reason(course.end_reason) for course in stopped if course.end_reason)
    shown = [(words, count) for words, count in said.most_common() if count >= smallest]
    scored = sum(course.end_score is not None for course in over)
    return Flow(
        started=len(courses),
        under_way=len(courses) - len(over),
        completed=len(over) - len(stopped),
        stopped=len(stopped),
        no_baseline=sum(course.baseline is None for course in courses),
        with_end_score=scored,
        no_end_score=len(over) - scored,
        follow_ups=tuple(_follow_up(over, *window) for window in FOLLOW_UPS),
        reasons=tuple(shown),
        other_reasons=len(stopped) - sum(count for _, count in shown),
        stopped_after=tuple(sorted(Counter(course.given for course in stopped).items())),
    )


def _reason(line: str) -> str:
    """The kind that was chosen; else the words that were typed."""
    kind = read_reason(line).kind
    return line if kind is None else kind.words


def _follow_up(
    over: Sequence[CohortCourse], days: int, low: int, high: int
) -> tuple[int, int, int]:
    due = [course for course in over if course.is_due(high)]
    return days, sum(course.follow_up(low, high) is not None for course in due), len(due)


def changes(courses: Iterable[CohortCourse]) -> list[float]:
    """End score minus baseline, of all who have both."""
    return [
        course.end_score - course.baseline
        for course in courses
        if course.baseline is not None and course.end_score is not None
    ]


def verdicts(courses: Sequence[CohortCourse], measured: Measured) -> dict[Verdict, Outcome]:
    """How many are much better, better, the same, worse, much worse, or cannot be judged."""
    over = [course for course in courses if not course.is_under_way]
    pairs = [(course, course.end_score) for course in over if course.baseline is not None]
    found = Counter(measured.verdict(course, end) for course, end in pairs if end is not None)
    n = found.total()
    return {
        each: Outcome(measured=share(found[each], n), of_all=share(found[each], len(over)))
        for each in Verdict
    }


def responses(courses: Sequence[CohortCourse], measured: Measured) -> Outcome:
    """Response at the end. Measured: those with a percentage, which needs a baseline."""
    over = [course for course in courses if not course.is_under_way]
    found = [
        measured.is_response(each, end) for each in over if (end := each.end_score) is not None
    ]
    known = [each for each in found if each is not None]
    return Outcome(measured=share(sum(known), len(known)), of_all=share(sum(known), len(over)))


def remissions(courses: Sequence[CohortCourse], measured: Measured) -> Outcome | None:
    """Remission at the end, among those who were not in remission at the baseline; None where no
    remission is published for the scale.
    """
    if measured.remission is None:
        return None
    over = [
        course
        for course in courses
        if not course.is_under_way
        and course.baseline is not None
        and not measured.is_remission(course.baseline)
    ]
    known = [measured.is_remission(end) for each in over if (end := each.end_score) is not None]
    return Outcome(measured=share(sum(known), len(known)), of_all=share(sum(known), len(over)))


def by_infusion(courses: Sequence[CohortCourse], smallest: int) -> tuple[AfterInfusion, ...]:
    """Change after each infusion with how many it is of; a small number hides the figures only."""
    most = max((course.given for course in courses), default=0)
    changes: list[list[float]] = [[] for _ in range(most)]
    for course in courses:
        if course.baseline is not None:
            for infusion, value in course.last_by_infusion.items():
                changes[infusion - 1].append(value - course.baseline)
    return tuple(
        AfterInfusion(
            infusion=number, n=len(each), middle=middle(each) if len(each) >= smallest else None
        )
        for number, each in enumerate(changes, 1)
    )


def kept(courses: Sequence[CohortCourse]) -> Kept:
    """Infusions of courses that are over, gaps inside the window, therapy held."""
    over = [course for course in courses if not course.is_under_way]
    return Kept(
        infusions=_part((min(each.given, each.planned), each.planned) for each in over),
        gaps=_part((each.gaps_inside, each.gaps) for each in courses),
        therapy=_part((each.therapy_held, each.therapy_due) for each in courses),
        scores=_part(_scored_of_due(each) for each in courses),
    )


def _scored_of_due(course: CohortCourse) -> tuple[int, int]:
    found = [course.baseline]
    if course.is_due(END_DAYS):
        found.append(course.end_score)
    found += [course.follow_up(low, high) for _, low, high in FOLLOW_UPS if course.is_due(high)]
    return sum(score is not None for score in found), len(found)


def _part(pairs: Iterable[tuple[int, int]]) -> Part:
    """Of (how many took place, of how many) course by course."""
    found = [(count, of) for count, of in pairs if of]
    counted = share(sum(count for count, _ in found), sum(of for _, of in found))
    return Part(share=counted, courses=len(found))


def adverse(courses: Iterable[CohortCourse], smallest: int) -> Adverse:
    """Adverse events of the infusions of courses; a term that is in fewer courses than ``smallest``
    is not named.
    """
    return _adverse([(each.given, each.happenings, each.terms) for each in courses], smallest)


def adverse_of_boosters(courses: Iterable[CohortCourse], smallest: int) -> Adverse:
    """The same of the boosters."""
    found = [course.boosters for course in courses if course.boosters.given]
    return _adverse([(each.given, each.happenings, each.terms) for each in found], smallest)


_Sheets = tuple[frozenset[str], ...]


def _adverse(found: Sequence[tuple[int, Happenings, _Sheets]], smallest: int) -> Adverse:
    infusions = sum(given for given, _, _ in found)
    happened = [happenings for _, happenings, _ in found]
    sheets = [sheet for _, _, terms in found for sheet in terms]
    people = Counter(term for _, _, terms in found for term in frozenset().union(*terms))
    named = frozenset(term for term, count in people.items() if count >= smallest)
    counts = Counter(term for sheet in sheets for term in sheet & named)
    return Adverse(
        courses=len(found),
        infusions=infusions,
        with_events=share(sum(one.with_events for one in happened), infusions),
        stopped_early=share(sum(one.stopped_early for one in happened), infusions),
        severe=share(sum(one.with_severe for one in happened), infusions),
        serious=share(sum(one.with_serious for one in happened), infusions),
        terms={term: share(count, infusions) for term, count in counts.most_common()},
        rare=share(sum(bool(sheet - named) for sheet in sheets), infusions),
    )
