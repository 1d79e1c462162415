"""What a letter needs beside the record of the course itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tracker.domain.course_assessments import Assessment
from tracker.domain.prior_treatments import Trial
from tracker.domain.questionnaire_scores import QuestionnaireForm
from tracker.domain.treatment_decisions import ReviewDecision


@dataclass(frozen=True, kw_only=True, slots=True)
class Homework:
    """What a therapy session set, and what was done of the time before."""

    on: date
    agreed: str
    done: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """A review in the middle of the course."""

    after_infusion: int
    decision: ReviewDecision
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DrugTotals:
    """What the ledger says of the controlled drug in one course."""

    draws: int = 0
    drawn_mg: Decimal = Decimal(0)
    given_mg: Decimal = Decimal(0)
    wasted_mg: Decimal = Decimal(0)
    unaccounted: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportFacts:
    """Facts as they were stored; each kind of letter takes what its reader needs."""

    assessment: Assessment = Assessment()
    trials: tuple[Trial, ...] = ()
    forms: tuple[QuestionnaireForm, ...] = ()
    """Published questionnaires: the letters begin with what they and our own ratings say."""
    homework: tuple[Homework, ...] = ()
    decided: tuple[Decided, ...] = ()
    drug: DrugTotals = DrugTotals()


NO_FACTS = ReportFacts()
