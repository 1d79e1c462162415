"""When the published instruments are usually asked, offered to whoever edits a protocol.

From the recall periods and from measurement in practice: what is about a month at intake and in the
follow-up, what is about a week in between, what is about two weeks no more often than that. A
starting point of this project (default, needs clinical review), no rule of a guideline.
"""

from __future__ import annotations

from collections.abc import Mapping

from tracker.domain.instrument_uses import (
    EndOfCourse,
    FollowUp,
    InstrumentUse,
    Intake,
    Maintenance,
    Weekly,
)

_AROUND = (Intake(), EndOfCourse(), FollowUp())
_TWO_WEEKS = (Intake(), Weekly(every_days=14), EndOfCourse(), FollowUp())

READY_MADE: Mapping[str, InstrumentUse] = {
    use.key: use
    for use in (
        InstrumentUse(key="pcl-5", rules=(Intake(), FollowUp())),
        InstrumentUse(
            key="pcl-5-week",
            rules=(Weekly(), EndOfCourse(), Maintenance(every_days=14)),
            least_days_apart=5,  # the one at the end does not follow a week's on its heels
        ),
        InstrumentUse(key="phq-9", rules=(*_TWO_WEEKS, Maintenance(every_days=28))),
        InstrumentUse(key="phq-8", rules=(*_TWO_WEEKS, Maintenance(every_days=28))),
        InstrumentUse(key="gad-7", rules=_TWO_WEEKS),
        InstrumentUse(key="who-5", rules=_TWO_WEEKS),
        InstrumentUse(key="isi", rules=_TWO_WEEKS),
        InstrumentUse(key="wsas", rules=_AROUND),
        InstrumentUse(key="itq", rules=_AROUND),
        InstrumentUse(key="pc-ptsd-5", rules=(Intake(),)),
        InstrumentUse(key="bam", rules=(Intake(), FollowUp())),
        InstrumentUse(
            key="qids-sr16",
            rules=(Intake(), Weekly(), EndOfCourse(), FollowUp()),
            least_days_apart=5,  # as the PCL-5 of the week
        ),
    )
}
