"""The rules of the published questionnaires, with the numbers of one protocol version."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from tracker.domain.progress.rules import PCL5_RULES, Basis, ChangeRules
from tracker.domain.protocol import ChangeRules as ChangeSettings

MARX = "Marx et al. 2022, Psychological Assessment 34:197"
NHS = "NHS Talking Therapies manual; source not seen, needs clinical review"
PHQ9_NOTICEABLE = 5
"""Points from which a change of the PHQ-9 is called possible (Löwe 2004 and Kroenke; source not
seen, needs clinical review)."""
PCL5_NOTICEABLE = 10
"""Points from which a change of the PCL-5 is called possible: inside the 9 to 12 that matter to
people (Blanchard 2023); project default, needs clinical review."""


def published_rules(settings: ChangeSettings) -> Mapping[str, ChangeRules]:
    """By instrument key. What is not in it, or was emptied by the site, is shown in points only.

    The week form of the PCL-5 has no published value of its own: it is judged only where the site
    has set one, and then never as clinically significant, since the end score of 28 was set on
    the month form.
    """
    found = {
        "pcl-5": _pcl5(settings),
        "pcl-5-week": _week(settings),
        "phq-9": _simple("PHQ-9", settings.phq_9_points, NHS, settings, noticeable=PHQ9_NOTICEABLE),
        "gad-7": _simple("GAD-7", settings.gad_7_points, NHS, settings),
        "who-5": _simple(
            "WHO-5",
            settings.who_5_points,
            "Topp et al. 2015, Psychother Psychosom 84:167: the smallest difference that matters, "
            "no reliable-change value; project default, needs clinical review",
            settings,
            is_reliable_change=False,
        ),
    }
    return {key: rules for key, rules in found.items() if rules is not None}


def _pcl5(settings: ChangeSettings) -> ChangeRules:
    points = settings.pcl_5_points
    published = points in (15, 18)
    return ChangeRules(
        name=f"PCL-5, reliable change {points}",
        source=PCL5_RULES.source if published else f"Site setting; published: 15 and 18 ({MARX})",
        basis=Basis.POINTS,
        large=Decimal(points),
        small=Decimal(min(points, PCL5_NOTICEABLE)),
        end_cut=PCL5_RULES.end_cut,
        response_percent=Decimal(settings.response_percent),
        is_site_setting=not published,
    )


def _week(settings: ChangeSettings) -> ChangeRules | None:
    return _simple(
        "PCL-5 of the week",
        settings.pcl_5_week_points,
        f"Site setting, needs clinical review; the week form has no published value of its own, "
        f"15 and 18 were set on the month form ({MARX})",
        settings,
        noticeable=PCL5_NOTICEABLE,
    )


def _simple(
    name: str,
    points: int | None,
    source: str,
    settings: ChangeSettings,
    *,
    noticeable: int | None = None,
    is_reliable_change: bool = True,
) -> ChangeRules | None:
    if points is None:
        return None
    return ChangeRules(
        name=f"{name}, change of {points}",
        source=source,
        basis=Basis.POINTS,
        large=Decimal(points),
        small=Decimal(min(points, noticeable or points)),
        response_percent=Decimal(settings.response_percent),
        is_site_setting=True,
        is_reliable_change=is_reliable_change,
    )
