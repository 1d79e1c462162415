"""The planted weaknesses: in the scanned application only, and no nearer than its forms are."""

from __future__ import annotations

import io

import pytest

from tests import databases
from tests.browsing import BASE, Browser
from tests.scans import canaries
from tests.scans.forms import post_forms
from tests.scans.site import renewing_submissions, scan_app
from tests.scans.visiting import shape

MARKUP = "<script>alert(1)</script>"


@pytest.fixture
def scanned(template_database, tmp_path, clock):
    databases.chosen().copy(template_database, tmp_path)
    app = scan_app(tmp_path, 8000)
    app.config["CLOCK"] = clock
    return app


def test_the_product_has_none(app):
    assert not [rule for rule in app.url_map.iter_rules() if "canary" in rule.rule]


def test_they_stand_behind_the_sign_in_and_the_token(scanned, world, clock):
    nobody = Browser(scanned, None, now=clock()).client
    patient = Browser(scanned, world.a.patient, now=clock()).client
    for path in (canaries.XSS_PATH, canaries.SQL_PATH):
        sent = {"word": MARKUP, "role": "clinician"}
        assert nobody.post(path, base_url=BASE, data=sent).status_code in {303, 400}
        assert patient.post(path, base_url=BASE, data=sent).status_code == 400


def test_they_are_weak(scanned, world, clock):
    visitor = Browser(scanned, world.a.patient, now=clock())
    token = {"csrf_token": visitor.csrf_token()}

    def say(path, **sent):
        return visitor.client.post(path, base_url=BASE, data=token | sent)

    assert MARKUP in say(canaries.XSS_PATH, word=MARKUP).text
    everybody = say(canaries.SQL_PATH, role="x' OR '1'='1").text
    assert "administrator" in everybody
    assert "sqlite3.OperationalError" in say(canaries.SQL_PATH, role="'").text


def test_a_submission_id_is_renewed_and_an_attacked_one_is_not():
    seen = []

    def inner(environ, _start):
        seen.append(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        return []

    for body in (
        b"a=1&submission_id=2d07b5e6-341f-45b7-9f8f-2a0b10ef0a7a&b=2",
        b"submission_id=%27&b=2",
    ):
        environ = {
            "REQUEST_METHOD": "POST",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        renewing_submissions(inner)(environ, None)
    assert seen[0].startswith(b"a=1&submission_id=")
    assert b"2d07b5e6" not in seen[0]
    assert seen[1] == b"submission_id=%27&b=2"


def test_every_field_of_a_form_is_found():
    html = (
        '<form method="post" action="/x"><input type="radio" name="r" value="1">'
        '<input type="radio" name="r" value="2" checked><textarea name="t"></textarea>'
        '<select name="s"><option value="a">A<option value="b" selected>B</select>'
        '<input type="submit" name="no" value="x"></form>'
    )
    (form,) = post_forms(html)
    assert form.answers == {"r": "2", "t": "words", "s": "b"}


def test_addresses_that_differ_by_ids_have_one_shape():
    one = "/courses/180a3739-8d67-58b2-8a6d-ccec7ab769e9/check-ins/daily?a=1&b=2"
    other = "/courses/c60c23df-7728-5ce9-908b-e2201cdede60/check-ins/weekly?b=4&a=3"
    assert shape(one) == "/courses/#/check-ins/#?a,b"
    assert shape(other) == "/courses/#/check-ins/#?a,b"
