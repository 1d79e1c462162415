"""A clinic loads the wording of its copy by pasting it, and a patient answers it: in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import select

from tests.browser.visiting import complaints_of, sign_in
from tests.conftest import settings_for
from tests.databases import copy_installation
from tests.make.sessions import command_session
from tests.make.wordings import nonsense, pasted
from tests.serving import Server, start_server, stop_server
from tracker.app import create_app
from tracker.domain import instruments
from tracker.domain.instrument_uses import Daily, InstrumentUse, use_as_dict
from tracker.models import db as flask_db
from tracker.models.check_ins import CheckInRow, ScoreRow
from tracker.models.clinics import ProtocolRow
from tracker.models.database import transaction

pytestmark = pytest.mark.browser

GAD = instruments.get("gad-7")


def ask_for_it(folder: Path) -> None:
    """Let every protocol of the clinic ask for the questionnaire, beside what it asks for."""
    app = create_app(settings_for(folder, demo=True))
    use = use_as_dict(InstrumentUse(key=GAD.key, rules=(Daily(),)))
    with app.app_context():
        with transaction(command_session()):
            for row in command_session().scalars(select(ProtocolRow)):
                asked = [*row.definition["instruments"], use]
                row.definition = row.definition | {"instruments": asked}
        flask_db.session.remove()
        flask_db.engine.dispose()


@pytest.fixture
def folder(demo_folder: Path, tmp_path: Path) -> Path:
    made = copy_installation(demo_folder, tmp_path / "instance")
    ask_for_it(made)
    return made


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    """A server with the fictitious clinic, to be written on."""
    started = start_server(folder, demo=True)
    yield started
    stop_server(started)


def page_of(chromium: Any, server: Server, who: str, width: int) -> Any:
    context = chromium.new_context(viewport={"width": width, "height": 800})
    sign_in(context, server, who)
    return context.new_page()


def load(page: Any, server: Server) -> None:
    """Paste, look, confirm."""
    page.goto(f"{server.url}/admin")
    page.get_by_role("link", name="load the wording of your own copies").click()
    page.locator(f"main a[href$='/instruments/{GAD.key}']").click()
    page.locator("[name=language][value=en]").check(force=True)
    page.fill("[name=text]", pasted(GAD))
    page.get_by_role("button", name="Look at it").click()
    page.get_by_text("It fits. Compare every line before you confirm.").wait_for()
    page.get_by_text("How a patient will read it").click()
    assert complaints_of(Axe(), page) == []
    for place in ("td", "legend"):  # beside its topic, and as a patient reads it
        assert page.locator(place, has_text=nonsense(7)).count() == 1
    page.fill("[name=right_to_use]", "Made up for a test")
    page.locator("[name=has_right]").check(force=True)
    page.get_by_role("button", name="Confirm and use this wording").click()
    page.get_by_role("link", name="patients read this one").wait_for()
    assert complaints_of(Axe(), page) == []


def answer(page: Any, server: Server) -> None:
    """Answer every question with the second answer, and send."""
    page.goto(f"{server.url}/me/check-in/{GAD.key}")
    assert page.get_by_text(nonsense(1)).count() == 1
    assert complaints_of(Axe(), page) == []
    for item in GAD.items:
        page.locator(f"[name=answer_{item.id}][value='1']").check(force=True)
    page.get_by_role("button", name="Send check-in").click()
    page.get_by_role("heading", name="Sent at").wait_for()


def stored(folder: Path) -> tuple[Any, Any]:
    """The check-in that came in, and its total."""
    app = create_app(settings_for(folder, demo=True))
    with app.app_context():
        session = command_session()
        row = session.scalars(select(CheckInRow).where(CheckInRow.instrument_key == GAD.key)).one()
        total = session.scalars(select(ScoreRow).where(ScoreRow.scale == GAD.total)).one()
        found = (row.wording_id, row.language), total.value
        flask_db.session.remove()
        flask_db.engine.dispose()
    return found


def test_a_clinic_pastes_its_copy_and_a_patient_answers_it(
    chromium: Any, server: Server, folder: Path
) -> None:
    load(page_of(chromium, server, "admin", 1180), server)
    answer(page_of(chromium, server, "patient", 360), server)
    (wording_id, language), total = stored(folder)
    assert wording_id is not None
    assert (language, total) == ("en", 7)
