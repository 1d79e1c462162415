"""The patient's letter with words that could break a page: shown as text, or as a plain mark."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from pypdf import PdfReader

from tracker.domain.languages import Language
from tracker.reports.patient_report import plain_labels
from tracker.reports.plain_report import PlainReport, PlainSection
from tracker.reports.progress_report import ReportClinic, ReportPatient
from tracker.reports.typesetter import Typesetter, prepared

AT = datetime(2026, 10, 14, 20, 55, tzinfo=UTC)
ODD = '#eval("1") $x^2$ <script>alert(1)</script> @label \\ *bold*'
LONG = "Wolfeschlegelsteinhausenbergerdorff" * 4


def test_words_are_inert_when_they_look_like_code(typesetter: Typesetter) -> None:
    report = PlainReport(
        title="Your progress",
        language="en",
        labels=plain_labels(Language.ENGLISH),
        clinic=ReportClinic(name="Clinic"),
        patient=ReportPatient(name=f"שרה {LONG} 🙂"),
        generated_at=AT,
        generated_by="Kim Ade",
        made="Made 14 Oct 2026",
        sections=(PlainSection(heading=ODD, paragraphs=(ODD, "سارة", "🙂")),),
    )
    content = prepared(report)
    pdf = typesetter.pdf_of(content)
    assert pdf == typesetter.pdf_of(content) == typesetter.pdf(report)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert "".join(ODD.split()) in "".join(text.replace("\u200b", "").split())
    assert "🙂" not in text
    assert "\ufffd" in text
