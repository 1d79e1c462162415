"""Outcomes of many courses: everybody who started is counted, worsening as much as improvement."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make.cohort import PCL5, WEEKLY, make_cohort_course
from tracker.domain.cohort import outcomes
from tracker.domain.cohort.courses import Boosters, CohortScore, Happenings
from tracker.domain.cohort.groups import (
    Dimension,
    Severity,
    TherapyAttended,
    hidden_groups,
    may_show,
    offered_groups,
    severity_of,
    therapy_of,
)
from tracker.domain.cohort.judging import Verdict
from tracker.domain.cohort.process import Month, months, process
from tracker.domain.cohort.published import LARGEST_TRIAL, PUBLISHED_RESULTS, published_for
from tracker.domain.cohort.report import CohortReport
from tracker.domain.cohort.times import times_to_loss, times_to_response
from tracker.domain.courses import CourseState
from tracker.domain.protocol import ChangeRules

SCALE = WEEKLY.scale


def stopped(given_count=2, **changes):
    return make_cohort_course(state=CourseState.STOPPED, given=given_count, **changes)


def test_everybody_who_started_is_in_the_flow():
    courses = [
        make_cohort_course(),
        make_cohort_course(end=None),
        make_cohort_course(baseline=None, state=CourseState.MAINTENANCE),
        stopped(end_reason="Moved away"),
        make_cohort_course(state=CourseState.ACTIVE, given=3),
    ]
    found = outcomes.flow(courses, smallest=1)
    assert (found.started, found.under_way, found.completed, found.stopped) == (5, 1, 3, 1)
    assert found.started == found.under_way + found.completed + found.stopped
    assert (found.no_baseline, found.with_end_score, found.no_end_score) == (1, 3, 1)
    assert (found.reasons, found.stopped_after) == ((("Moved away", 1),), ((2, 1),))


def test_words_that_few_have_are_not_shown():
    courses = [stopped(end_reason="Moved to Elm Street")] + [stopped(end_reason="Cost")] * 5
    found = outcomes.flow(courses, smallest=5)
    assert (found.reasons, found.other_reasons) == ((("Cost", 5),), 1)


def test_a_follow_up_counts_those_only_whose_day_has_come():
    scored = make_cohort_course(scores=(CohortScore(6, 24, 40), CohortScore(6, 50, 30)))
    young = make_cohort_course(observed_days=40.0)
    found = outcomes.flow([scored, make_cohort_course(), young], smallest=1)
    assert found.follow_ups[0] == (30, 1, 2)


@pytest.mark.parametrize(
    ("baseline", "end", "verdict"),
    [
        (58, 43, Verdict.MUCH_BETTER),
        (58, 28, Verdict.MUCH_BETTER),
        (58, 44, Verdict.BETTER),
        (27, 10, Verdict.MUCH_BETTER),
        (50, 50, Verdict.SAME),
        (40, 50, Verdict.WORSE),
        (40, 55, Verdict.MUCH_WORSE),
    ],
)
def test_verdicts_are_those_of_the_change_rules(baseline, end, verdict):
    assert PCL5.verdict(make_cohort_course(baseline, end), end) is verdict


def test_worsening_stands_beside_improvement_with_everybody_in_the_whole():
    courses = [make_cohort_course(60, 20)] * 6 + [make_cohort_course(30, 60)] * 2
    courses += [make_cohort_course(60, None)] * 2
    found = outcomes.verdicts(courses, WEEKLY)
    better, worse = found[Verdict.MUCH_BETTER], found[Verdict.MUCH_WORSE]
    assert (better.measured.count, better.measured.of, better.of_all.of) == (6, 8, 10)
    assert (worse.measured.count, worse.measured.of, worse.of_all.of) == (2, 8, 10)
    assert sum(each.measured.count for each in found.values()) == 8


def test_response_is_half_of_the_baseline_or_what_the_protocol_says():
    courses = [make_cohort_course(60, 30), make_cohort_course(60, 31)]
    found = outcomes.responses(courses, WEEKLY)
    assert (found.measured.count, found.measured.of) == (1, 2)
    milder = [make_cohort_course(60, 42, response_percent=30, worse_percent=30)]
    assert outcomes.responses(milder, WEEKLY).measured.count == 1


def test_no_remission_is_claimed_where_none_is_published():
    assert outcomes.remissions([make_cohort_course()], WEEKLY) is None


def test_change_after_each_infusion_has_its_number():
    scores = (CohortScore(1, 2, 50), CohortScore(1, 3, 48), CohortScore(2, 6, 40))
    few = make_cohort_course(scores=scores[:1], given=2)
    courses = [make_cohort_course(scores=scores, given=2)] * 4 + [few]
    first, second = outcomes.by_infusion(courses, smallest=5)
    assert (first.n, first.middle.mean) == (5, pytest.approx((4 * -10 - 8) / 5))
    assert (second.n, second.middle) == (4, None)


def test_times_are_censored_at_the_last_score():
    responder = make_cohort_course(
        60, scores=(CohortScore(3, 10, 45), CohortScore(6, 24, 30), CohortScore(6, 48, 50))
    )
    other = make_cohort_course(60, scores=(CohortScore(6, 24, 55),))
    found = times_to_response([responder, other, make_cohort_course(None)], WEEKLY)
    assert (found.days, found.is_event) == ((24, 24), (True, False))
    kept = make_cohort_course(60, scores=(CohortScore(6, 24, 30), CohortScore(6, 80, 20)))
    lost = times_to_loss([responder, other, kept], WEEKLY)
    assert (lost.days, lost.is_event) == ((28, 60), (True, False))


def test_boosters_before_the_loss_are_counted_with_the_curve():
    scores = (CohortScore(6, 24, 30), CohortScore(6, 48, 50))
    early, late = (
        make_cohort_course(60, scores=scores, boosters=Boosters(given=1, first_day=day))
        for day in (40.0, 50.0)
    )
    courses = [early, late, make_cohort_course(60, scores=scores)]
    assert times_to_loss(courses, WEEKLY).boosted == 1
    assert times_to_response(courses, WEEKLY).boosted == 0


def test_seven_responders_of_whom_one_was_watched_long_end_at_the_fifth():
    """One who was watched for a year says nothing of a curve for others."""
    days = (30, 35, 40, 45, 50, 55, 400)
    courses = [
        make_cohort_course(60, scores=(CohortScore(6, 24, 20), CohortScore(6, day, value)))
        for day, value in zip(days, (20, 20, 20, 20, 20, 20, 60), strict=True)
    ]
    report = CohortReport(courses=courses, measured=WEEKLY, smallest=5)
    curve = report.to_loss.groups[0].curve
    assert (curve.n, curve.at_end, curve.end_day) == (7, 5, 20)
    assert [kept for _, kept, _, _ in curve.steps] == [1]
    assert max(day for day, _ in curve.at_risk) <= 20


@pytest.mark.parametrize("watched", [(40, 41, 42, 43, 44), (40, 45, 59, 60, 400)])
def test_no_step_is_after_the_end_of_its_curve_which_ends_on_the_axis(watched):
    courses = [
        make_cohort_course(60, scores=(CohortScore(6, 24, 20), CohortScore(6, day, 20 + 40 * lost)))
        for lost in (0, 1)
        for day in watched
    ]
    found = CohortReport(courses=courses, measured=WEEKLY, smallest=5).to_loss
    (group,) = found.groups
    days = [day for day, *_ in group.curve.steps]
    assert len(days) > 1
    assert max(days) <= group.curve.end_day < found.last_day


def test_adverse_events_are_per_infusion_and_rare_terms_are_not_named():
    happened = Happenings(with_events=2, with_severe=1, stopped_early=1)
    nausea, odd = frozenset({"Nausea"}), frozenset({"Nausea", "Fell off Bob's bike"})
    courses = [make_cohort_course(happenings=happened, terms=(nausea, nausea))] * 4
    courses += [make_cohort_course(happenings=happened, terms=(nausea, odd))]
    found = outcomes.adverse(courses, smallest=5)
    assert (found.courses, found.infusions, found.with_events.count) == (5, 30, 10)
    assert (found.severe.count, found.severe.of) == (5, 30)
    assert {term: each.count for term, each in found.terms.items()} == {"Nausea": 10}
    assert found.rare.count == 1


def test_no_serious_event_is_no_proof_that_there_are_none():
    found = outcomes.adverse([make_cohort_course()] * 5, smallest=5)
    assert (found.serious.count, found.serious.interval.low) == (0, 0)
    assert found.serious.interval.high == pytest.approx(0.114, abs=0.001)


def test_boosters_have_adverse_events_of_their_own():
    severe = Happenings(with_events=1, with_severe=1)
    boosters = Boosters(given=2, first_day=60.0, happenings=severe, terms=(frozenset({"Panic"}),))
    courses = [make_cohort_course(boosters=boosters)] * 5 + [make_cohort_course()]
    assert outcomes.adverse(courses, smallest=5).severe.count == 0
    found = outcomes.adverse_of_boosters(courses, smallest=5)
    assert (found.courses, found.severe.count, found.severe.of) == (5, 5, 10)
    assert list(found.terms) == ["Panic"]


def test_adherence_is_of_what_was_planned():
    found = outcomes.kept([make_cohort_course(gaps=5, gaps_inside=4), stopped(gaps=1)])
    assert (found.infusions.share.count, found.infusions.share.of) == (8, 12)
    assert (found.gaps.share.count, found.gaps.share.of, found.gaps.courses) == (4, 6, 2)
    assert outcomes.kept([make_cohort_course()] * 3).gaps.courses == 0


def test_a_score_counts_as_due_once_its_time_is_over():
    """Answered of due: two of two, one of four (nothing after the baseline), none of one."""
    young = make_cohort_course(observed_days=35.0)
    silent = make_cohort_course(end=None)
    running = make_cohort_course(None, None, state=CourseState.ACTIVE, given=3)
    found = outcomes.kept([young, silent, running]).scores
    assert (found.share.count, found.share.of, found.courses) == (3, 7, 3)
    ended_yesterday = make_cohort_course(end=None, observed_days=21.0)
    assert outcomes.kept([ended_yesterday]).scores.share.of == 1


def test_curves_of_groups_are_hidden_where_they_would_tell_a_third():
    """Two groups are drawn. What all courses have more than these is of the third."""
    most = [make_cohort_course(60, 20)] * 9
    fewer = [make_cohort_course(60, 20, therapy_held=0)] * 8
    none_due = [make_cohort_course(60, None, therapy_held=0, therapy_due=0)] * 5
    one = [make_cohort_course(60, 20, therapy_held=0, therapy_due=0)]

    def compared(*groups):
        courses = [course for group in groups for course in group]
        return CohortReport(
            courses=courses, measured=WEEKLY, smallest=5, compare=Dimension.THERAPY
        ).to_loss

    assert [group.curve.n for group in compared(most, fewer, none_due).groups] == [8, 9]
    assert compared(most, fewer, none_due, one) is None
    assert compared(most, fewer, one * 5) is not None


def test_limits_need_twelve_months():
    rows = tuple(Month(first_on=date(2025, 1 + n, 1), n=9, mean=float(n % 2)) for n in range(12))
    eleven = process(rows[:11])
    assert (eleven.has_limits, eleven.centre) == (False, 0)
    twelve = process(rows)
    assert twelve.centre == 0.5
    assert (twelve.low, twelve.high) == pytest.approx((0.5 - 2.66, 0.5 + 2.66))


def test_a_month_of_few_is_left_out_and_said():
    courses = [make_cohort_course()] * 5
    courses += [make_cohort_course(started_on=date(2026, 4, 1))] * 4
    found = months(courses, smallest=5)
    assert ([month.n for month in found.months], found.left_out) == ([5], 1)
    assert months(courses[5:], smallest=5) is None


def test_groups_of_a_course():
    assert severity_of(make_cohort_course(40), SCALE) is Severity.WORSE_HALF
    assert severity_of(make_cohort_course(39), SCALE) is Severity.BETTER_HALF
    assert severity_of(make_cohort_course(None), SCALE) is Severity.UNKNOWN
    assert therapy_of(make_cohort_course(therapy_held=3)) is TherapyAttended.MOST
    assert therapy_of(make_cohort_course(therapy_held=2)) is TherapyAttended.FEWER
    assert therapy_of(make_cohort_course(therapy_held=0, therapy_due=0)) is TherapyAttended.NONE_DUE


def test_a_small_group_takes_another_with_it():
    """20 less 9 and 8 would tell the 3: of the others the smallest is hidden too."""
    assert hidden_groups({"a": 9, "b": 8, "c": 3}, 5) == {"b", "c"}
    assert hidden_groups({"a": 9, "b": 8, "c": 5}, 5) == frozenset()
    assert hidden_groups({"a": 9, "b": 2, "c": 3}, 5) == {"b", "c"}
    assert hidden_groups({"a": 9, "c": 3}, 5) == {"a", "c"}


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 12), min_size=1), st.integers(2, 6)
)
def test_no_hidden_group_can_be_worked_out(counts, smallest):
    hidden = hidden_groups(counts, smallest)
    assert all(counts[name] >= smallest for name in counts if name not in hidden)
    assert len(hidden) != 1 or len(counts) == 1
    if hidden and len(hidden) < len(counts):
        assert sum(counts[name] for name in hidden) >= smallest


def test_filters_together_do_not_single_anybody_out():
    courses = [make_cohort_course(60)] * 9 + [make_cohort_course(20)] * 8
    courses += [make_cohort_course(60, started_on=date(2025, 5, 1))]
    assert may_show(courses, {}, SCALE, 5)
    worse = {Dimension.SEVERITY: "worse_half"}
    assert may_show(courses, worse, SCALE, 5)
    # ten of the worse half less the nine of 2026 would be the one of 2025
    assert not may_show(courses, worse | {Dimension.YEAR: "2026"}, SCALE, 5)
    assert offered_groups(courses, Dimension.YEAR, SCALE, 5) == ()
    assert not may_show(courses[:4], {}, SCALE, 5)


def test_published_results_name_study_design_and_number():
    for each in PUBLISHED_RESULTS:
        assert each.study
        assert each.design
        assert each.n
    assert published_for("weekly") == ()
    assert "11.88" in published_for("pcl-5")[0].result


def test_a_line_is_a_mean_change_on_the_very_form_that_the_study_names():
    """Every one of them, not the most flattering alone."""
    lines = {
        key: {
            each.study: change
            for each in published_for(key)
            if (change := each.change_on(key)) is not None
        }
        for key in ("pcl-5", "phq-9", "gad-7")
    }
    assert lines == {
        "pcl-5": {"Albott et al. 2018": -33.3, "Ross et al. 2019": -24.9},
        "phq-9": {"Veterans' programme evaluation 2025": -4.5},
        "gad-7": {},
    }
    assert {"Duek et al. 2023", "Borgogna et al. 2024", "Abdallah et al. 2022"} <= {
        each.study for each in published_for("pcl-5")
    }


def test_what_is_not_held_here_is_not_said_to_be_missing_from_the_study():
    (row,) = (each for each in published_for("pcl-5") if each.study.startswith("Abdallah"))
    assert row.mean_change is None
    assert "its means by visit are not held here, so it has no line" in LARGEST_TRIAL
    assert "gives no" not in LARGEST_TRIAL


def test_a_protocol_that_asks_for_more_points_judges_by_them():
    strict = ChangeRules(pcl_5_points=18)
    assert PCL5.verdict(make_cohort_course(58, 41), 41) is Verdict.MUCH_BETTER
    assert PCL5.verdict(make_cohort_course(58, 41, change=strict), 41) is Verdict.BETTER
