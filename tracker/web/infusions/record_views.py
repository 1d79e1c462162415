"""The printed record of an infusion."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tracker.domain.audit import AuditEvent
from tracker.domain.permissions import Act
from tracker.domain.signing import RecordKind
from tracker.queries import drug_ledger, run_sheets, signatures
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.infusions.record import infusion_record
from tracker.web.infusions.views import infusions
from tracker.web.signature_words import signing_key
from tracker.web.typesetting import pdf_answer, wanted_paper


@infusions.get("/infusions/<uuid:infusion_id>/record.pdf")
@allow(Act.MAKE_REPORT, of="infusion", seen_as=AuditEvent.RECORD_PRINTED)
def record(infusion_id: UUID) -> Any:
    """Everything on the run sheet, on paper. The file's name says nothing of the patient."""
    db, who = access.database(), access.who()
    sheet = run_sheets.get_run_sheet(db, who, infusion_id)
    drug = drug_ledger.for_sheet(db, who, infusion_id)
    signed = signatures.get_signed_record(
        db, who, RecordKind.RUN_SHEET, infusion_id, key=signing_key()
    )
    db.rollback()  # drawing and typesetting take a while: no read stays open
    document = infusion_record(
        sheet,
        drug,
        signed,
        clinic=access.clinic(),
        who=who,
        now=clock.now(),
        paper=wanted_paper(),
    )
    began_on = access.clinic().date_of(sheet.began_at)
    return pdf_answer(document, file_name=f"run-sheet-{began_on.isoformat()}.pdf")
