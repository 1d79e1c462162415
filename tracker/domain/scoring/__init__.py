"""Scores: one small interpreter of what an instrument's definition says. No instrument has code."""

from tracker.domain.scoring.interpreter import band_of, raised_rules, results, score
from tracker.domain.scoring.results import Results, Score
from tracker.domain.scoring.table import ScoredTable, TableFault

__all__ = [
    "Results",
    "Score",
    "ScoredTable",
    "TableFault",
    "band_of",
    "raised_rules",
    "results",
    "score",
]
