"""The run sheet on paper, for when nothing can be entered."""

from __future__ import annotations

from typing import Any

from tracker.domain.permissions import Act
from tracker.queries.protocols import newest_protocols
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.infusions.paper_sheet import paper_sheets
from tracker.web.infusions.views import infusions
from tracker.web.typesetting import pdf_answer, wanted_paper


@infusions.get("/paper-run-sheet.pdf")
@allow(Act.LOG_INFUSION)
def paper_run_sheet() -> Any:
    """An empty sheet of every protocol: about nobody, to be printed ahead and kept at hand."""
    db, who = access.database(), access.who()
    protocols = [each.protocol for each in newest_protocols(db, who)]
    db.rollback()
    document = paper_sheets(
        protocols, clinic=access.clinic(), who=who, now=clock.now(), paper=wanted_paper()
    )
    return pdf_answer(document, file_name="paper-run-sheet.pdf")
