"""The rules by which an instrument is asked, in words: for a protocol's page and for two versions
of it that differ."""

from __future__ import annotations

from tracker.domain.instrument_uses import (
    AfterInfusion,
    AskRule,
    BeforeInfusion,
    Daily,
    EndOfCourse,
    FollowUp,
    InstrumentUse,
    Intake,
    Maintenance,
    MidCourse,
    NextDay,
    Weekly,
)


def use_words(use: InstrumentUse) -> str:
    """ "In the 14 days before infusion 1; every 7 days; at least 14 days apart"."""
    parts = [words for rule in use.rules for words in (_at_points(rule), _in_rhythm(rule)) if words]
    if parts and use.days_apart:
        parts.append(f"at least {use.days_apart} days apart")
    words = "; ".join(parts) or "not asked"
    return words[0].upper() + words[1:]


def _at_points(rule: AskRule) -> str:
    match rule:
        case Intake():
            return f"in the {rule.days_before} days before infusion 1"
        case BeforeInfusion():
            return "before each infusion" + ("" if rule.with_boosters else ", not before boosters")
        case AfterInfusion() | NextDay():
            return (
                f"{rule.opens_hours} to {rule.late_hours} hours after each infusion, "
                f"late until {rule.closes_hours}"
            )
        case MidCourse():
            return f"once after infusion {rule.after_number}"
        case EndOfCourse():
            return f"{rule.opens_days} to {rule.last_days} days after the last infusion"
    return ""


def _in_rhythm(rule: AskRule) -> str:
    match rule:
        case Daily():
            return "every day" if rule.every_days == 1 else f"every {rule.every_days} days"
        case Weekly():
            until = ", also in maintenance" if rule.in_maintenance else ""
            return f"every {rule.every_days} days from infusion 1{until}"
        case FollowUp():
            days = ", ".join(str(each) for each in rule.days)
            return f"{days} days after the last infusion"
        case Maintenance():
            return f"every {rule.every_days} days in maintenance"
    return ""
