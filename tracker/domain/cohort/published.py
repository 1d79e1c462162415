"""What studies reported, for clinicians to set beside their own numbers. Never what a patient is
to expect: designs, doses and people differ.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishedResult:
    """One study. ``instrument_keys`` are the forms of ours that its numbers can stand beside;
    ``mean_change`` is in points of that form.
    """

    study: str
    design: str
    n: str
    result: str
    instrument_keys: tuple[str, ...]
    mean_change: float | None = None


PUBLISHED_RESULTS = (
    PublishedResult(
        study="Feder et al. 2021",
        design="randomised, ketamine against midazolam, six infusions in two weeks",
        n="30 (15 and 15)",
        result=(
            "CAPS-5 11.88 lower with ketamine at week 2 (SE 3.96); response (30 % fall) in 10 of "
            "15 against 3 of 15; half lost the response within 27.5 days of the course"
        ),
        instrument_keys=("pcl-5", "pcl-5-week"),
    ),
    PublishedResult(
        study="Abdallah et al. 2022",
        design="randomised, veterans and military, placebo, 0.2 and 0.5 mg/kg, eight infusions",
        n="158 (54, 53 and 51)",
        result="No difference between the groups over time on PCL-5 or CAPS-5",
        instrument_keys=("pcl-5", "pcl-5-week"),
    ),
    PublishedResult(
        study="Albott et al. 2018",
        design="open, without a control group, veterans with PTSD and depression, six infusions",
        n="15",
        result=(
            "PCL-5 33.3 points lower (23.0 to 43.5); remission of PTSD in 12 of 15; half relapsed "
            "within 41 days"
        ),
        instrument_keys=("pcl-5", "pcl-5-week"),
        mean_change=-33.3,
    ),
    PublishedResult(
        study="Ross et al. 2019",
        design="open, without a control group, combat veterans, six infusions of a high dose",
        n="30",
        result="PCL-5 from 56.2 to 31.3, PHQ from 18.9 to 9.5",
        instrument_keys=("pcl-5", "pcl-5-week", "phq-9"),
    ),
    PublishedResult(
        study="McInnes et al. 2022",
        design="records of 178 practices, depression; 537 of 9,016 patients could be analysed",
        n="537",
        result=(
            "PHQ-9 after 14 to 31 days: response 53.6 %, remission 28.9 %, worse 8.4 %; response "
            "kept by 80 % at 4 weeks and 60 % at 8 weeks, without maintenance"
        ),
        instrument_keys=("phq-9",),
    ),
    PublishedResult(
        study="Pfeiffer et al. 2024",
        design="records of the Veterans Health Administration, depression",
        n="215",
        result="PHQ-9 after 6 weeks, from 18.6: response 26 %, remission (5 or less) 15 %",
        instrument_keys=("phq-9",),
    ),
)


def published_for(instrument_key: str) -> tuple[PublishedResult, ...]:
    """The studies that used this form; none for the project's own scales, which no study used."""
    return tuple(each for each in PUBLISHED_RESULTS if instrument_key in each.instrument_keys)
