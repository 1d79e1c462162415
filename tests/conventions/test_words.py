"""Every word for patients is in the catalogue, in every language, and none is written beside it."""

from __future__ import annotations

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from flask import Flask
from jinja2 import Environment, nodes
from jinja2.meta import find_referenced_templates

from tests.conventions.test_code import sources
from tests.conventions.words import TRANSLATED, compiled, extract, path_of, read
from tracker.domain.languages import Language

ROOT = Path(__file__).parents[2]
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd%]")


def messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def forms(words: str | tuple[str, ...] | list[str]) -> list[str]:
    return [words] if isinstance(words, str) else list(words)


@pytest.fixture(scope="module")
def said() -> Catalog:
    return extract()


@pytest.mark.parametrize("language", TRANSLATED)
class TestTheCatalogue:
    def test_it_has_what_is_said_and_nothing_else(self, said: Catalog, language: Language) -> None:
        """A failure here says: run `make words`, and write what is missing."""
        held = {(message.context, message.id) for message in messages(read(language))}
        wanted = {(message.context, message.id) for message in messages(said)}
        assert len(wanted) > 100
        assert wanted - held == set(), "not in the catalogue"
        assert held - wanted == set(), "said nowhere"

    def test_every_message_has_its_words(self, language: Language) -> None:
        for message in messages(read(language)):
            assert all(forms(message.string)), message.id
            assert len(forms(message.string)) == len(forms(message.id)), message.id
            assert not message.fuzzy, message.id

    def test_the_same_places_are_left_open(self, language: Language) -> None:
        for message in messages(read(language)):
            for source, words in zip(forms(message.id), forms(message.string), strict=True):
                open_there = sorted(PLACEHOLDER.findall(source))
                assert sorted(PLACEHOLDER.findall(words)) == open_there, message.id

    def test_a_sentence_ends_as_its_source_does(self, language: Language) -> None:
        for message in messages(read(language)):
            for source, words in zip(forms(message.id), forms(message.string), strict=True):
                for mark in (".", ":", "?"):
                    if not source.endswith("m."):  # a.m., p.m.
                        assert source.endswith(mark) == words.endswith(mark), message.id
                assert words == words.strip(), message.id
                assert '"' not in words, f"straight quotation marks: {message.id}"

    def test_what_is_quoted_is_called_as_it_is_on_its_button(self, language: Language) -> None:
        catalogue = read(language)
        called = {each.id: each.string for each in messages(catalogue) if each.context is None}
        for message in messages(catalogue):
            for source, words in zip(forms(message.id), forms(message.string), strict=True):
                for quoted in re.findall("“([^”%]+)”", source):
                    if quoted in called:
                        assert f"“{called[quoted]}”" in words, message.id

    def test_what_programs_read_is_what_people_read(self, language: Language) -> None:
        """A failure here says: run `make words`."""
        assert path_of(language, "mo").read_bytes() == compiled(read(language))


def test_spanish_opens_its_questions() -> None:
    for message in messages(read(Language.SPANISH)):
        for words in forms(message.string):
            assert words.count("?") == words.count("¿"), words
            assert words.count("!") == words.count("¡"), words


STAFF_FOLDERS = {
    "admin",
    "alerts",
    "board",
    "check_in_worklist",
    "course_assessments",
    "course_reviews",
    "courses",
    "drug_ledger",
    "infusions",
    "medicines",
    "outcomes",
    "patients",
    "prior_treatments",
    "private_notes",
    "reports",
    "restrictions",
    "signing",
    "therapy_sessions",
}
STAFF_TEMPLATES = {
    "check_in_links/index.html",
    "check_in_links/made.html",
    "check_ins/paper.html",
    "check_ins/papers.html",
    "proxies/index.html",
    "proxies/invited.html",
    "progress/show.html",
}
"""Every other template, and whatever it extends or imports, is a patient's too."""

TEMPLATES = ROOT / "templates"
SAID_BY = {"_", "gettext", "ngettext", "pgettext"}
SPOKEN_ATTRIBUTES = {"alt", "aria-label", "content", "placeholder", "title"}
NO_WORDS = {"demo-demo-demo", "width=device-width, initial-scale=1", "light dark"}


def patient_templates(environment: Environment) -> dict[str, nodes.Template]:
    """Every template that makes a page for a patient or for nobody yet, parsed."""
    waiting = [
        name
        for file in TEMPLATES.rglob("*.html")
        if (name := file.relative_to(TEMPLATES).as_posix()).split("/")[0]
        not in STAFF_FOLDERS | {"components", "layouts"}
        and name not in STAFF_TEMPLATES
    ]
    found: dict[str, nodes.Template] = {}
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = environment.parse((TEMPLATES / name).read_text("utf-8"))
            waiting += [each for each in find_referenced_templates(found[name]) if each]
    return found


class Spoken(HTMLParser):
    """What a browser shows or reads out of a template's own markup."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.words += [value or "" for name, value in attrs if name in SPOKEN_ATTRIBUTES]


def written_out(template: nodes.Template) -> list[str]:
    """Words that stand in the markup itself."""
    spoken = Spoken()
    unspoken = {
        id(data)
        for block in template.find_all(nodes.Block)
        if block.name in {"body_class", "body_data"}
        for data in block.find_all(nodes.TemplateData)
    }
    for data in template.find_all(nodes.TemplateData):
        if id(data) not in unspoken:
            spoken.feed(data.data)
    return [each.strip() for each in spoken.words if re.search(r"[A-Za-z]{2}", each)]


def handed_on(template: nodes.Template) -> list[str]:
    """Words that an expression holds without asking the catalogue."""
    asked = {
        id(const)
        for call in template.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in SAID_BY
        for const in call.find_all(nodes.Const)
    }
    return [
        const.value
        for output in template.find_all((nodes.Output, nodes.Macro))
        for const in output.find_all(nodes.Const)
        if isinstance(const.value, str)
        and id(const) not in asked
        and re.match(r"[A-Z][a-z]|.*[a-z] [a-z]", const.value)
    ]


FIELD_KINDS = {"WholeNumber", "DecimalNumber", "TimeOfDay", "Day"}  # names of classes


def test_no_template_of_a_patient_holds_words_of_its_own(app: Flask) -> None:
    found = patient_templates(app.jinja_env)
    assert {"check_ins/home.html", "layouts/base.html", "components/help_card.html"} <= set(found)
    del found["components/described_by.html"]  # makes ids for an attribute
    for name, template in found.items():
        words = {*written_out(template), *handed_on(template)} - NO_WORDS - FIELD_KINDS
        assert not words, f"{name}: {words}"


def test_words_in_a_template_are_found(app: Flask) -> None:
    for source in (
        "<p>Hello {{ name }}</p>",
        '<p aria-label="Hello there">{{ name }}</p>',
        '{{ button(label="Send it") }}',
        '{{ "Hello" if name else "" }}',
    ):
        template = app.jinja_env.parse(source)
        assert written_out(template) + handed_on(template), source
    fine = app.jinja_env.parse('<p class="a b">{{ _("Hello %(name)s", name=name) }}</p>')
    assert not written_out(fine) + handed_on(fine)


PATIENT_MODULES = (
    "charts/backdrop.py",
    "charts/key.py",
    "charts/lanes.py",
    "charts/scores.py",
    "charts/words.py",
    "domain/accounts.py",
    "domain/message_words.py",
    "domain/progress/summary.py",
    "web/account",
    "web/asking_forms.py",
    "web/check_in_links",
    "web/check_ins",
    "web/context.py",
    "web/errors.py",
    "web/fields.py",
    "web/forms.py",
    "web/help",
    "web/lock",
    "web/my_settings",
    "web/offline",
    "web/progress/own_page.py",
    "web/proxies",
    "web/visit_words.py",
)
"""Where words for patients are made."""
ASKS = {
    "gettext",
    "ngettext",
    "pgettext",
    "lazy_gettext",
    "lazy_ngettext",
    "to_say",
    "to_say_count",
    "say",
    "say_of",
    "say_count",
}
LOOKS_LIKE_WORDS = re.compile(r"[A-Z][a-z]+(?: .*|[.:?]?$)|.*[a-z]{2,} [a-z]{2,} [a-z]{2,}.*", re.S)
STAFF_MODULES = {
    "web/check_ins/paper_entry.py",
    "web/check_ins/paper_forms.py",
    "web/proxies/staff_pages.py",
}
STAFF_WORDS: dict[str, set[str]] = {
    "domain/message_words.py": {"staff_mail"},
    "web/account/forms.py": {"SetUpForm"},
    "web/asking_forms.py": {"AskingFormOfStaff", "reached_words"},
    "web/check_in_links/forms.py": {"MakeLinkForm"},
    "web/check_in_links/pages.py": {"STATE_WORDS", "links_page", "_row"},
    "web/check_in_links/views.py": {"_make", "revoke"},
    "web/context.py": {"_STAFF_LINKS", "person_key"},
    "web/errors.py": {"IS_SIGNED"},
    "web/fields.py": {"Upload", "__all__"},
    "web/lock/views.py": {"_line"},
    "web/proxies/forms.py": {"ArrangeForm"},
    "web/proxies/views.py": {"end"},
}
"""Functions, classes and constants that only staff see; everything else is a patient's."""


def unasked(tree: ast.Module, staff: set[str]) -> list[tuple[int, str]]:
    """Strings that look like words and do not ask the catalogue, with their lines."""
    left_out: set[int] = set()
    for node in ast.walk(tree):
        name = getattr(node, "name", "")
        is_staff = name in staff
        if isinstance(node, ast.Assign):
            is_staff = any(isinstance(each, ast.Name) and each.id in staff for each in node.targets)
        called = node.func if isinstance(node, ast.Call) else None
        asks = getattr(called, "id", getattr(called, "attr", "")) in ASKS
        if is_staff or asks or _is_docstring(node):
            left_out |= {id(each) for each in ast.walk(node)}
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in left_out
        and LOOKS_LIKE_WORDS.fullmatch(node.value)
    ]


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def test_no_page_of_a_patient_is_made_of_words_beside_the_catalogue() -> None:
    checked = 0
    for path, tree in sources():
        if not path.startswith(PATIENT_MODULES) or path in STAFF_MODULES:
            continue
        checked += 1
        found = unasked(tree, STAFF_WORDS.get(path, set()))
        assert not found, f"{path}: {found}"
    assert checked > 20


def test_words_beside_the_catalogue_are_found() -> None:
    for source in (
        'title = "Home"',
        'page = Page(title="Send it now")',
        'words = f"Sent at {at} on {day}"',
        'words = "so that is how it is"',
    ):
        assert unasked(ast.parse(source), set()), source
    for source in (
        'title = gettext("Home")',
        'def page():\n    """Home of somebody."""',
        'headers["Cache-Control"] = "no-store"',
        'say("Home and away")',
    ):
        assert not unasked(ast.parse(source), set()), source


def test_spanish_names_one_thing_with_one_word_and_a_clock_time_without_a_bare_a() -> None:
    """ "A las 8:22" and "a la 1:22" differ, so the time stands after a comma or a colon."""
    said = [
        words for message in messages(read(Language.SPANISH)) for words in forms(message.string)
    ]
    assert not [words for words in said if re.search(r"\ba %\((?:at|time)\)s", words)]
    assert not [words for words in said if "evaluaciones semanales" in words]
