"""The run sheet for a page that is open and keeps itself current."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from flask import Response, make_response, request

from tracker.domain.permissions import Act
from tracker.queries import run_sheets
from tracker.queries.sheet_versions import sheet_version
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.infusions.sheet_views import render_sheet
from tracker.web.infusions.views import infusions
from tracker.web.moments import whole_minute


@infusions.get("/infusions/<uuid:infusion_id>/live")
@allow(Act.SEE_COURSE, of="infusion", seen_as=None)
def live(infusion_id: UUID) -> Any:
    """The sheet as it is now. Unchanged within the minute, it is neither read nor rendered.

    The minute is part of the ETag: what the sheet says of what is due changes with it.
    """
    db, who = access.database(), access.who()
    stands = (sheet_version(db, who, infusion_id), whole_minute(clock.now()), who.user_id)
    etag = hashlib.sha256(repr(stands).encode()).hexdigest()[:32]
    if etag in request.if_none_match:
        answer = Response(status=304)
    else:
        body, _status = render_sheet(run_sheets.get_run_sheet(db, who, infusion_id))
        answer = make_response(body)
    answer.set_etag(etag)
    return answer
