"""The treatments that were tried before, as a letter lists them: no free text of the clinic."""

from __future__ import annotations

from tracker.charts.axes import full_date
from tracker.domain.prior_treatments import (
    ADEQUACY_WORDS,
    END_WORDS,
    OUTCOME_WORDS,
    Trial,
    TrialEnd,
)
from tracker.domain.report_facts import ReportFacts
from tracker.reports.report_rows import TrialRow


def trial_rows(facts: ReportFacts) -> tuple[TrialRow, ...]:
    """Every trial that stands, the earliest first."""
    return tuple(_trial_row(each) for each in facts.trials)


def _trial_row(trial: Trial) -> TrialRow:
    taken = "" if trial.taken_percent is None else f"{trial.taken_percent} %"
    return TrialRow(
        treatment=trial.treatment,
        treatment_class=trial.class_words,
        dose=trial.dose,
        when=_when(trial),
        duration=trial.duration_words,
        taken=taken,
        adequacy=ADEQUACY_WORDS[trial.adequacy],
        outcome=OUTCOME_WORDS[trial.outcome],
        ended_because=END_WORDS[trial.ended_because],
    )


def _when(trial: Trial) -> str:
    """ "3 Mar 2021 to 8 Sep 2021", "Since 3 Mar 2021"; empty where nobody knows."""
    if trial.started_on is None:
        return f"Until {full_date(trial.ended_on)}" if trial.ended_on else ""
    if trial.ended_on is not None:
        return f"{full_date(trial.started_on)} to {full_date(trial.ended_on)}"
    word = "Since" if trial.ended_because is TrialEnd.CONTINUES else "From"
    return f"{word} {full_date(trial.started_on)}"
