"""The run sheet for a page that is open and keeps itself current."""

from __future__ import annotations

import hashlib
import re
from typing import Any
from uuid import UUID

from flask import make_response, request

from tracker.domain.permissions import Act
from tracker.queries import run_sheets
from tracker.web import access
from tracker.web.access import allow
from tracker.web.infusions.sheet_views import render_sheet
from tracker.web.infusions.views import infusions

_TOKENS = re.compile(r'<input type="hidden"[^>]*>')


@infusions.get("/infusions/<uuid:infusion_id>/live")
@allow(Act.SEE_COURSE, of="infusion", seen_as=None)
def live(infusion_id: UUID) -> Any:
    """The sheet as it is now, with an ETag that leaves out what is new on every page: tokens."""
    sheet = run_sheets.get_run_sheet(access.database(), access.who(), infusion_id)
    body, _status = render_sheet(sheet)
    answer = make_response(body)
    answer.set_etag(hashlib.sha256(_TOKENS.sub("", body).encode()).hexdigest()[:32])
    return answer.make_conditional(request)
