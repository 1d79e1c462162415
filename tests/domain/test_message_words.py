"""Messages tell a stranger nothing: neither of health care nor of anybody's name."""

from __future__ import annotations

import re

import pytest

from tracker.domain import instruments
from tracker.domain.languages import Language
from tracker.domain.message_words import (
    Words,
    forgotten_mail,
    password_mail,
    reminder_mail,
    reminder_sms,
    staff_mail,
    trial_mail,
    trial_sms,
)
from tracker.domain.messages import Kind

BANNED = """
clinic clínic health salud medic médic doctor dr. nurse enferm patient pacient
hospital ketamin infusi therap terapi session sesión treat tratam ptsd tept trauma
anxi ansied depres mood ánimo sleep sueño symptom síntoma score puntua suicid harm
daño safety alert crisis psych psiq psic mental questionnaire cuestionario appointment
cita care veteran phq pcl gad
"""
LINKS = ["https://x.test/open/A", "https://x.test/open/B"]
STOP = "https://x.test/stop/C"


def every_message() -> list[Words]:
    made = [staff_mail(kind, link="https://x.test/z") for kind in (Kind.ALERT, Kind.ESCALATION)]
    for language in Language:
        made.append(forgotten_mail(language, link="https://x.test/reset/A", minutes=30))
        made.append(password_mail(language, link="https://x.test/reset"))
        for links in (LINKS[:1], LINKS):
            made.append(reminder_mail(language, links=links, stop_url=STOP))
        made.append(reminder_sms(language, link=LINKS[0], stop_url=STOP))
        made.append(trial_mail(language, stop_url=STOP))
        made.append(trial_sms(language, stop_url=STOP))
    return made


def banned_in(read: str) -> list[str]:
    return [word for word in BANNED.split() if re.search(rf"\b{re.escape(word)}", read)]


def test_no_word_tells_what_it_is_about():
    titles = {each.title.casefold() for each in instruments.definitions().values()}
    for words in every_message():
        read = f"{words.subject} {words.text}".casefold()
        assert banned_in(read) == [], read
        assert not [title for title in titles if title in read]


def test_the_list_of_banned_words_finds_something():
    read = "your ketamine infusion"
    assert banned_in(read) == ["ketamin", "infusi"]


def test_subjects_are_short_and_one_line():
    for words in every_message():
        assert len(words.subject) <= 60
        assert "\n" not in words.subject


def test_each_language_has_its_own_words_and_every_link():
    for links in (LINKS[:1], LINKS):
        mails = [reminder_mail(each, links=links, stop_url=STOP) for each in Language]
        assert len({mail.subject for mail in mails}) == len(Language)
        for mail in mails:
            assert mail.text.count("/open/") == len(links)
            assert STOP in mail.text


@pytest.mark.parametrize("language", list(Language))
def test_a_text_message_is_one_line_with_both_links(language):
    text = reminder_sms(language, link=LINKS[0], stop_url=STOP).text
    assert LINKS[0] in text
    assert STOP in text
    assert "\n" not in text
