"""What may happen during an infusion, in the words that a clinic looks up and counts by.

The list follows what trials and labels report (Feder 2021; the FDA's listed risks); grades are
those of CTCAE version 5, named in our own words. Its blood-pressure grades were made for lasting
hypertension: a short peak during an infusion is not graded by them here.
"""

from __future__ import annotations

TERMS: tuple[str, ...] = (
    "Dissociation",
    "Perceptual change",
    "Anxiety or panic",
    "Trauma re-experiencing",
    "Dysphoria",
    "Euphoria",
    "Sedation",
    "Dizziness",
    "Ataxia",
    "Headache",
    "Blurred or double vision",
    "Nystagmus",
    "Nausea",
    "Vomiting",
    "Hypertension",
    "Hypotension",
    "Tachycardia",
    "Bradycardia",
    "Palpitations",
    "Desaturation",
    "Laryngospasm",
    "Hypersalivation",
    "Pain or infiltration at the line",
    "Numbness",
    "Change of taste",
    "Fatigue",
    "Insomnia",
    "Vivid dreams",
    "Irritability",
    "Confusion or amnesia",
    "Psychosis or mania",
    "Suicidal thoughts",
    "Fall",
    "Urinary symptoms",
    "Craving",
    "Allergic reaction",
)
QUICK_TERMS: tuple[str, ...] = ("Nausea", "Anxiety or panic", "Dissociation", "Headache")
"""The commonest ones, one touch away on the run sheet."""

OTHER = "Other"

GRADES: dict[int, str] = {
    1: "mild, no treatment",
    2: "moderate",
    3: "severe, not life-threatening",
    4: "life-threatening",
    5: "death",
}
