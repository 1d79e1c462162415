"""Everything that one person can ask the server: a page of each kind, and each kind of form."""

from __future__ import annotations

from html import escape
from urllib.parse import parse_qsl, urlsplit

from tests.scans.forms import post_forms
from tests.scans.visiting import ENDS_THE_SCAN, Target, Visitor, field_shape, links_of, shape

MOST_PAGES = 400


def pages_and_forms(visitor: Visitor, start: list[str]) -> tuple[list[str], list[Target]]:
    """Walk the site from these addresses; one page of each shape, one form of each shape."""
    waiting, seen = list(start), {shape(each) for each in start}
    pages: list[str] = []
    forms: dict[str, Target] = {}
    while waiting and len(pages) < MOST_PAGES:
        path = waiting.pop(0)
        answer = visitor.ask("GET", path)
        if answer.status == 303:
            answer.text = f'href="{answer.location}"'
        elif answer.status != 200:
            continue
        else:
            pages.append(path)
        for each in sorted(links_of(answer.text)):
            if shape(each) not in seen and not ENDS_THE_SCAN.match(urlsplit(each).path):
                seen.add(shape(each))
                waiting.append(each)
        for target in _forms_on(path, answer.text):
            forms.setdefault(_form_shape(target), target)
    return pages, list(forms.values())


def _forms_on(path: str, html: str) -> list[Target]:
    return [
        Target(shape(form.action or path), form.action or path, tuple(form.answers.items()), True)
        for form in post_forms(html)
        if not ENDS_THE_SCAN.match(urlsplit(form.action or path).path)
    ]


def _form_shape(target: Target) -> str:
    names = " ".join(sorted({field_shape(name) for name, _value in target.answers}))
    return f"{target.rule} {names}"


def query_targets(pages: list[str]) -> list[Target]:
    """The pages that were asked for with something in the address."""
    return [Target(shape(each), each) for each in pages if parse_qsl(urlsplit(each).query)]


def index_page(forms: list[Target], links: list[str]) -> str:
    """A page that has these forms and links to these addresses, for a scanner to start at."""
    parts = [f'<p><a href="{escape(each)}">page</a></p>' for each in links]
    for form in forms:
        inputs = "".join(
            f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
            for name, value in form.answers
        )
        parts.append(f'<form method="post" action="{escape(form.path)}">{inputs}</form>')
    head = '<!doctype html><html lang="en"><head><title>Forms</title></head><body>'
    return f"{head}{''.join(parts)}</body></html>"
