"""The finished words of a protocol's page."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import url_for

from tracker.domain.infusion import plain
from tracker.domain.instrument_use_words import use_words
from tracker.domain.instruments import definitions
from tracker.domain.protocol import ChangeRules, CheckItem, Protocol
from tracker.domain.recovery import SCALE_NAMES
from tracker.domain.relapse_rules import RelapseRule
from tracker.domain.remote_use import unwatched_words
from tracker.queries.protocols import ProtocolChoice
from tracker.web.protocol_words import limit_words, review_words


@dataclass(frozen=True, kw_only=True, slots=True)
class ProtocolPage:
    """One protocol as it stands: what a new course begins with."""

    id: str
    title: str
    reviewed: str
    facts: tuple[tuple[str, str], ...]
    limits: tuple[tuple[str, str], ...]  # when it counts, what
    before: tuple[str, ...]
    discharge: tuple[str, ...]
    edit_href: str
    uses: tuple[tuple[str, str], ...]  # the instrument, when it is asked
    unwatched: tuple[str, ...]  # what is in the protocol and not sent while nobody is on call
    uses_href: str


def protocol_page(choice: ProtocolChoice, *, has_watcher: bool) -> ProtocolPage:
    """The newest version of one protocol in words."""
    found = choice.protocol
    return ProtocolPage(
        id=str(choice.id),
        title=f"{found.name}, version {found.version}",
        reviewed=review_words(found),
        facts=_facts(found),
        limits=tuple((each.stage.words, limit_words(each)) for each in found.vital_limits),
        before=tuple(_item(each) for each in found.checks_before),
        discharge=tuple(_item(each) for each in found.checks_discharge),
        edit_href=edit_href(choice.id),
        uses=tuple((_title(use.key), use_words(use)) for use in found.instruments),
        unwatched=unwatched_words(found.instruments, definitions(), has_watcher=has_watcher),
        uses_href=url_for("admin.uses", protocol_id=choice.id),
    )


def _title(instrument_key: str) -> str:
    found = definitions().get(instrument_key)
    return found.title if found is not None else instrument_key


def edit_href(protocol_id: UUID) -> str:
    return url_for("admin.edit_protocol", protocol_id=protocol_id)


def _item(item: CheckItem) -> str:
    return f"{item.words} (may not apply)" if item.may_not_apply else item.words


def _change_words(change: ChangeRules) -> str:
    points = (
        ("PCL-5 of the month", change.pcl_5_points),
        ("PCL-5 of the week", change.pcl_5_week_points),
        ("PHQ-9", change.phq_9_points),
        ("GAD-7", change.gad_7_points),
        ("WHO-5", change.who_5_points),
    )
    judged = ", ".join(f"{name} {value or 'not judged'}" for name, value in points)
    return (
        f"in points: {judged}; response from {change.response_percent} %, partial or worse from "
        f"{change.worse_percent} %; baseline within {change.baseline_within_days} days before "
        "infusion 1; default, needs clinical review"
    )


def _relapse_words(change: ChangeRules) -> str:
    chosen = [RelapseRule(each).words for each in change.relapse_rules]
    looked = "; ".join(chosen) if chosen else "not looked for"
    return f"{looked}. That nothing improved is stated from infusion {change.benefit_due_by}"


def _facts(found: Protocol) -> tuple[tuple[str, str], ...]:
    dose, watch = found.dose, found.monitoring
    cap = "none" if dose.weight_cap_kg is None else f"{plain(dose.weight_cap_kg)} kg"
    reviews = " or ".join(str(number) for number in found.review_after_infusions)
    return (
        (
            "Course",
            f"{found.infusion_count} infusions, {found.min_gap_days} to {found.max_gap_days} days "
            f"apart, {found.preferred_gap_days} preferred",
        ),
        ("Dose", f"{plain(dose.dose_mg_per_kg)} mg/kg over {dose.infusion_minutes} min"),
        (
            "Bounds of the dose",
            f"usual {plain(dose.usual_low_mg_per_kg)} to {plain(dose.usual_high_mg_per_kg)} mg/kg; "
            f"asks twice above {plain(dose.confirm_above_mg_per_kg)}, refuses above "
            f"{plain(dose.refuse_above_mg_per_kg)} mg/kg",
        ),
        ("Weight cap", cap),
        (
            "Vital signs",
            f"every {watch.during_every_minutes} min during and {watch.after_every_minutes} min "
            f"after, until {watch.observe_minutes} min from the start; a rise by "
            f"{watch.notify_rise_percent} % over the own baseline raises a notice",
        ),
        (
            "Leaving",
            f"{SCALE_NAMES[watch.recovery_scale]}: {watch.recovery_score_at_least} or more, "
            f"at least {watch.minimum_after_minutes} min after the end",
        ),
        ("Sedation scale", {"rass": "RASS", "moaas": "MOAA/S"}[watch.sedation_scale]),
        ("Change", _change_words(found.change)),
        ("Relapse", _relapse_words(found.change)),
        ("Review of the course", f"after infusion {reviews}" if reviews else "none asked for"),
    )
