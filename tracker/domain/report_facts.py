"""What a letter needs beside the record of the course itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from tracker.domain.course_assessments import Assessment, StoredAssessment
from tracker.domain.prior_treatments import Trial
from tracker.domain.questionnaire_scores import QuestionnaireForm
from tracker.domain.treatment_decisions import ReviewDecision


@dataclass(frozen=True, kw_only=True, slots=True)
class Homework:
    """What a therapy session set, and what was done of the time before."""

    on: date
    agreed: str
    done: str
    held_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """A review in the middle of the course."""

    after_infusion: int
    decision: ReviewDecision
    reason: str
    decided_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Draw:
    """The controlled drug that was drawn for one infusion. What became of it is known from
    ``accounted_at`` on; None: not accounted for.
    """

    drawn_at: datetime
    drawn_mg: Decimal
    given_mg: Decimal = Decimal(0)
    wasted_mg: Decimal = Decimal(0)
    accounted_at: datetime | None = None


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
    versions: tuple[StoredAssessment, ...] = ()
    """Every version of it, the oldest first."""
    trials: tuple[Trial, ...] = ()
    forms: tuple[QuestionnaireForm, ...] = ()
    """Published questionnaires: the letters begin with what they and our own ratings say."""
    homework: tuple[Homework, ...] = ()
    decided: tuple[Decided, ...] = ()
    draws: tuple[Draw, ...] = ()

    @property
    def drug(self) -> DrugTotals:
        """What was drawn, and what became of the part that is accounted for."""
        settled = [each for each in self.draws if each.accounted_at is not None]
        return DrugTotals(
            draws=len(self.draws),
            drawn_mg=sum((each.drawn_mg for each in self.draws), Decimal(0)),
            given_mg=sum((each.given_mg for each in settled), Decimal(0)),
            wasted_mg=sum((each.wasted_mg for each in settled), Decimal(0)),
            unaccounted=len(self.draws) - len(settled),
        )


NO_FACTS = ReportFacts()
