"""The definitions of relapse that a protocol can choose from, by their ids.

No definition is agreed on for PTSD after ketamine: these are this project's, each of them a site
setting that needs clinical review. `tracker/domain/progress/relapse.py` says when one is met.
"""

from __future__ import annotations

from enum import StrEnum


class RelapseRule(StrEnum):
    """One definition of relapse. The value is what a protocol's definition stores."""

    HALF_GAIN_LOST = "half_gain_lost"
    PCL5_BACK_ABOVE_CUT = "pcl5_back_above_cut"
    PCL5_RISE = "pcl5_rise"
    PHQ9_RISE = "phq9_rise"
    NEW_IDEATION = "new_ideation"

    @property
    def words(self) -> str:
        """For pages, reports and the protocol's editor."""
        return _WORDS[self]

    @property
    def measured_by(self) -> str:
        """What has to be scored for it to be told."""
        return _MEASURED_BY.get(self, "the weekly rating")


_WORDS = {
    RelapseRule.HALF_GAIN_LOST: "Half of the gain lost or more, in two weekly scores in a row",
    RelapseRule.PCL5_BACK_ABOVE_CUT: "PCL-5 back at 33 or more, and 10 or more above the best",
    RelapseRule.PCL5_RISE: "PCL-5 15 or more above the best",
    RelapseRule.PHQ9_RISE: "PHQ-9 5 or more above the best, and at 10 or more",
    RelapseRule.NEW_IDEATION: "Suicidal thoughts that were not there before infusion 1",
}
_MEASURED_BY = {
    RelapseRule.PCL5_BACK_ABOVE_CUT: "PCL-5",
    RelapseRule.PCL5_RISE: "PCL-5",
    RelapseRule.PHQ9_RISE: "PHQ-9",
}
