"""What studies reported, for clinicians to set beside their own numbers. Never what a patient is
to expect: designs, doses and people differ.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishedResult:
    """One study. ``instrument_keys`` are the forms of ours that its numbers can stand beside;
    ``mean_change`` is in points of those in ``changed_keys``, all of them where it names none.
    ``kind`` says in a word or two how it was done.
    """

    study: str
    design: str
    n: str
    result: str
    instrument_keys: tuple[str, ...]
    kind: str = ""
    mean_change: float | None = None
    changed_keys: tuple[str, ...] = ()

    def change_on(self, instrument_key: str) -> float | None:
        """The mean change on this form; None where none is given."""
        return (
            self.mean_change
            if instrument_key in (self.changed_keys or self.instrument_keys)
            else None
        )


PCL_5 = ("pcl-5", "pcl-5-week")
PUBLISHED_RESULTS = (
    PublishedResult(
        study="Feder et al. 2021",
        design="randomised, ketamine against midazolam, six infusions in two weeks",
        n="30 (15 and 15)",
        result=(
            "CAPS-5 11.88 lower with ketamine at week 2 (SE 3.96); response (30 % fall) in 10 of "
            "15 against 3 of 15; half lost the response within 27.5 days of the course"
        ),
        instrument_keys=PCL_5,
    ),
    PublishedResult(
        study="Abdallah et al. 2022",
        design="randomised, veterans and military, placebo, 0.2 and 0.5 mg/kg, eight infusions",
        n="158 (54, 53 and 51)",
        result="No difference between the groups over time on PCL-5 or CAPS-5",
        instrument_keys=PCL_5,
    ),
    PublishedResult(
        study="Albott et al. 2018",
        design="open, without a control group, veterans with PTSD and depression, six infusions",
        n="15",
        result=(
            "PCL-5 33.3 points lower (23.0 to 43.5); remission of PTSD in 12 of 15; half relapsed "
            "within 41 days"
        ),
        instrument_keys=PCL_5,
        kind="open",
        mean_change=-33.3,
    ),
    PublishedResult(
        study="Ross et al. 2019",
        design="open, without a control group, combat veterans, six infusions of a high dose",
        n="30",
        result=(
            "PCL-5 from 56.2 to 31.3 (means; 24.9 lower is their difference), PHQ from 18.9 to 9.5"
        ),
        instrument_keys=(*PCL_5, "phq-9"),
        kind="open",
        # Not printed: the difference of the two published means. 18.9 to 9.5 has no line on PHQ-9,
        # because the source says "PHQ" and not which form of it.
        mean_change=-24.9,
        changed_keys=PCL_5,
    ),
    PublishedResult(
        study="Duek et al. 2023",
        design="randomised, one infusion after recall of the memory, then four days of therapy",
        n="27 (14 and 13)",
        result="Symptoms of PTSD improved equally in both groups",
        instrument_keys=PCL_5,
    ),
    PublishedResult(
        study="Borgogna et al. 2024",
        design="meta-analysis of six randomised trials",
        n="221",
        result=(
            "Effect on PTSD g 0.27 (0.03 to 0.51); corrected for bias of publication 0.20 (-0.08 "
            "to 0.48), which may be none; none at 2 weeks"
        ),
        instrument_keys=PCL_5,
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
    PublishedResult(
        study="Veterans' programme evaluation 2025",
        design="records of one programme, six treatments; not reviewed by peers",
        n="20",
        result=(
            "PHQ-9 from 17.0 to 12.5, 4.5 lower (6.68 to 2.32); response 35 %, remission 10 %, 5 "
            "points or more 45 %"
        ),
        instrument_keys=("phq-9",),
        kind="records",
        mean_change=-4.5,
    ),
    PublishedResult(
        study="Oliver et al. 2022",
        design="records of infusion clinics, depression and anxiety",
        n="424",
        result=(
            "Depression by 6 weeks: response 50 %, remission 20 %; after 10 infusions 72 % and "
            "38 %; GAD-7 30 % lower"
        ),
        instrument_keys=("phq-9", "gad-7"),
    ),
    PublishedResult(
        study="Yermus et al. 2023 (preprint)",
        design="records of 11 clinics; ketamine by injection or under the tongue, with therapy",
        n="1,806",
        result=("PHQ-9, GAD-7 and PCL-6: d 0.75 to 0.86 at 3 months, 0.61 to 0.73 at 6 months"),
        instrument_keys=("phq-9", "gad-7"),
    ),
    PublishedResult(
        study="Hietamies et al. 2023",
        design="records of 10 clinics, depression and anxiety; 714 had an induction",
        n="2,758",
        result="QIDS-SR16 d 1.56 (depression), GAD-7 d 1.17 (anxiety)",
        instrument_keys=("gad-7",),
    ),
)


LARGEST_TRIAL = (
    "The largest randomised trial (Abdallah et al. 2022, n 158) found no difference from placebo "
    "on PCL-5; its means by visit are not held here, so it has no line."
)
"""What has to stand with the studies on PCL-5."""
UNCONTROLLED = "Lines of studies without a control group show change, not what ketamine did."
"""What has to stand beside every line of a study: all that have one had no control group."""


def published_for(instrument_key: str) -> tuple[PublishedResult, ...]:
    """The studies that used this form; none for the project's own scales, which no study used."""
    return tuple(each for each in PUBLISHED_RESULTS if instrument_key in each.instrument_keys)
