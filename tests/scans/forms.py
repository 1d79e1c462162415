"""The POST forms of a page with every name that they send, chosen or not."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

NOT_SENT = {"submit", "button", "reset", "image"}
CHOSEN = {"radio", "checkbox"}


@dataclass
class FoundForm:
    action: str
    method: str
    answers: dict[str, str] = field(default_factory=dict)


class Forms(HTMLParser):
    """Reads a page's forms. A choice that nothing was chosen in sends its first answer."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[FoundForm] = []
        self._name = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(FoundForm(given.get("action", ""), given.get("method", "").lower()))
        if not self.found:
            return
        answers, name = self.found[-1].answers, given.get("name", "")
        if tag == "option" and self._name:
            if "selected" in given or not answers[self._name]:
                answers[self._name] = given.get("value", "")
        elif tag in {"select", "textarea"} and name:
            self._name = name if tag == "select" else ""
            answers.setdefault(name, "" if tag == "select" else "words")
        elif tag == "input" and name and _counts(given, name in answers):
            answers[name] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._name = ""


def _counts(given: dict[str, str], is_known: bool) -> bool:
    kind = given.get("type", "text")
    return kind not in NOT_SENT and (kind not in CHOSEN or not is_known or "checked" in given)


def post_forms(html: str) -> list[FoundForm]:
    return [each for each in Forms(html).found if each.method == "post"]
