"""The pages on instruments: a clinic's own copy is looked at, confirmed, shown, withdrawn."""

from __future__ import annotations

import html
import io
import json

import pytest
from sqlalchemy import func, select

from tests.browsing import Page
from tests.make.questionnaires import questionnaire
from tests.make.wordings import load_wording, nonsense, pasted
from tracker.domain import instruments
from tracker.models.audit import AuditEventRow
from tracker.models.instrument_wordings import InstrumentWordingRow
from tracker.queries.wordings import find_worded

PATH = "/admin/instruments/phq-9"
PHQ = instruments.get("phq-9")
GAD = instruments.get("gad-7")


@pytest.fixture
def admin(browser, world):
    return browser(world.a.administrator)


def count(db):
    found = db.scalar(select(func.count()).select_from(InstrumentWordingRow))
    db.rollback()
    return found


def look(admin, path=PATH, **changes):
    """The page that shows a copy beside the definition."""
    form = admin.get_page(path).form("text")
    given = {"language": "en", "text": pasted(PHQ), "step": "look"} | changes
    return admin.client_post(path, form["fields"] | given)


def confirm(admin, looked, path=PATH, **changes):
    """Press the button under the look at it."""
    given = {"right_to_use": "Made up", "has_right": "yes", "step": "confirm"} | changes
    return admin.client_post(path, Page(looked.text).form("text")["fields"] | given)


def test_every_definition_is_listed_with_licence_and_languages(admin):
    text = html.unescape(admin.get_page("/admin/instruments").text)
    for each in instruments.definitions().values():
        assert each.title in text
        assert each.licence in text
    assert "None yet: topics only" in text
    assert "English: comes with this program" in text


def test_a_pasted_copy_is_shown_beside_the_topics_before_anything_is_kept(admin, db):
    looked = look(admin)
    assert looked.status_code == 200
    text = Page(looked.text).text
    assert "It fits. Compare every line before you confirm." in text
    for number, item in enumerate(PHQ.items, 1):
        assert item.topic in text
        assert nonsense(number) in text
    assert "How a patient will read it" in text
    assert count(db) == 0


def test_a_confirmed_copy_is_kept_once_and_read_from_then_on(admin, db, world):
    looked = look(admin)
    assert confirm(admin, looked).status_code == 303
    assert confirm(admin, looked).status_code == 303  # the same form once more
    assert count(db) == 1
    stored = db.scalars(select(InstrumentWordingRow)).one()
    assert (stored.instrument_key, stored.language, stored.revision) == ("phq-9", "en", 1)
    assert (stored.source, stored.right_to_use) == ("pasted", "Made up")
    found = find_worded(db, world.a.patient, "phq-9", "en")
    assert found.instrument.items[0].text == nonsense(1)
    assert found.wording_id == stored.id
    assert find_worded(db, world.a.patient, "phq-9", "es") is None
    assert find_worded(db, world.b.patient, "phq-9", "en") is None
    events = db.scalars(select(AuditEventRow.event)).all()
    assert events.count("instrument wording confirmed") == 1


def test_what_does_not_fit_is_named_and_what_was_typed_is_still_there(admin, db):
    lines = pasted(PHQ).split("10. ")[0]
    looked = look(admin, text=lines)
    assert looked.status_code == 422
    page = Page(looked.text)
    assert "The copy has 9 questions, PHQ-9 has 10 questions." in page.text
    assert "Confirm and use" not in page.text
    assert page.form("text")["fields"]["text"][0].strip() == lines.strip()
    assert count(db) == 0


@pytest.mark.parametrize("missing", ["right_to_use", "has_right"])
def test_nothing_is_kept_without_the_right_to_use_it(admin, db, missing):
    looked = look(admin)
    answer = confirm(admin, looked, **{missing: ""})
    assert answer.status_code == 422
    assert "It fits. Compare every line" in answer.text
    assert nonsense(3) in answer.text
    assert count(db) == 0


def test_a_fhir_questionnaire_is_uploaded_in_spanish(admin, db):
    file = questionnaire(
        [nonsense(n) for n in range(1, 8)], labels=["Nunca", "Poco", "Mucho", "Siempre"]
    )
    del file["code"]
    path = "/admin/instruments/gad-7"
    looked = look(
        admin,
        path,
        language="es",
        text="",
        questionnaire=(io.BytesIO(json.dumps(file).encode()), "copy.json"),
    )
    assert looked.status_code == 200
    assert "The copy says that its language is" in looked.text
    assert confirm(admin, looked, path).status_code == 303
    stored = db.scalars(select(InstrumentWordingRow)).one()
    assert (stored.language, stored.source) == ("es", "fhir")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{", "The file is not JSON"),
        (b"[" * 60_000, "levels deep"),
        (b"x" * (256 * 1024 + 1), "at most 256 KB"),
        (b'{"resourceType": "Patient"}', "but a Patient"),
    ],
)
def test_a_hostile_file_comes_back_with_what_is_wrong(admin, db, content, says):
    looked = look(admin, text="", questionnaire=(io.BytesIO(content), "<script>.json"))
    assert looked.status_code == 422
    assert says in looked.text
    assert count(db) == 0


def test_neither_text_nor_file_and_both_are_pointed_out(admin):
    assert "Paste the text of your copy, or choose a file" in look(admin, text="").text
    both = look(admin, questionnaire=(io.BytesIO(b"{}"), "x.json"))
    assert "not both" in both.text


@pytest.mark.parametrize("content", ["", "{", "[]", '{"source": "pasted", "wording": {}}', "null"])
def test_a_confirmation_that_was_damaged_on_its_way_keeps_nothing(admin, db, content):
    answer = confirm(admin, look(admin), content=content)
    assert answer.status_code == 200
    assert "It fits. Compare every line" in answer.text  # read once more from the text
    assert count(db) == 0


def test_a_better_copy_is_a_new_revision_and_withdrawing_goes_back(admin, db, world):
    confirm(admin, look(admin))
    better = pasted(PHQ).replace("feathers", "leaves")
    confirm(admin, look(admin, text=better))
    assert count(db) == 2
    newest = find_worded(db, world.a.patient, "phq-9", "en")
    assert "leaves" in newest.instrument.items[0].text
    db.rollback()

    page = admin.get_page(PATH)
    assert "English, revision 2 of version 1: patients read this one" in page.text
    withdraw = f"/admin/wordings/{newest.wording_id}/withdraw"
    assert admin.post(withdraw, {}).status_code == 303
    assert admin.post(withdraw, {}).status_code == 303
    found = find_worded(db, world.a.patient, "phq-9", "en")
    assert "feathers" in found.instrument.items[0].text
    text = admin.get_page(PATH).text
    assert "English, revision 2 of version 1: withdrawn" in text
    assert "Withdrawn by Administrator A" in text


def test_a_revision_is_shown_as_patients_read_it(admin, db, world, clock):
    wording_id = load_wording(db, world.a.administrator, "phq-9", now=clock())
    db.rollback()
    page = admin.get_page(f"/admin/wordings/{wording_id}")
    assert nonsense(9) in page.text
    assert "Made up for a test" in page.text


def test_a_wording_of_another_clinic_is_not_found(browser, db, world, clock):
    wording_id = load_wording(db, world.a.administrator, "phq-9", now=clock())
    db.rollback()
    other = browser(world.b.administrator)
    assert other.get(f"/admin/wordings/{wording_id}").status_code == 404
    assert other.post(f"/admin/wordings/{wording_id}/withdraw", {}).status_code == 404
    assert other.get("/admin/instruments/nothing").status_code == 404


def test_an_instrument_in_our_own_words_takes_no_copy(admin):
    page = admin.get_page("/admin/instruments/daily")
    assert "Load the wording" not in page.text


def test_the_way_back_is_open_to_whoever_is_there(admin, browser, world):
    for visitor, back in ((admin, "/admin"), (browser(world.a.clinician), "/board")):
        assert f'<p class="back"><a href="{back}"' in visitor.get_page("/admin/instruments").html
        assert visitor.get(back).status_code == 200
