"""A definition that does not make sense is refused, with its file and fault named."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.instruments import BrokenInstrument, from_json, get, to_json
from tracker.domain.instruments.catalogue import load, load_all

Change = Callable[[dict[str, Any]], object]

BROKEN: dict[str, tuple[Change, str]] = {
    "field missing": (lambda d: d.pop("licence"), "lacks 'licence'"),
    "field unknown": (lambda d: d.update(colour="red"), "unknown field 'colour'"),
    "text where a number belongs": (lambda d: d.update(version="1"), "must be a whole number"),
    "true where a number belongs": (lambda d: d.update(version=True), "must be a whole number"),
    "version 0": (lambda d: d.update(version=0), "version must be 1 or more"),
    "no list": (lambda d: d.update(items="x"), "items of the definition must be a list"),
    "bad key": (lambda d: d.update(key="Daily one"), "must be lower-case"),
    "empty licence": (lambda d: d.update(licence=" "), "licence is empty"),
    "same item twice": (
        lambda d: d["items"][1].update(id="memories"),
        "two items have the id 'memories'",
    ),
    "bad item id": (lambda d: d["items"][1].update(id="a b"), "must be lower-case"),
    "item without text": (lambda d: d["items"][0].update(text=""), "needs a topic and a text"),
    "unknown tag": (lambda d: d["items"][0].update(covers=["joy"]), "must be one of flashbacks"),
    "unknown answers": (lambda d: d["items"][0].update(answers="x"), "unknown answers 'x'"),
    "rating without ends": (lambda d: d["items"][0].update(low_words=""), "both ends"),
    "page that is not there": (lambda d: d["items"][-1].update(page=2), "items are on pages"),
    "items out of page order": (lambda d: d["items"][0].update(page=2), "order of their pages"),
    "pages not in order": (lambda d: d["pages"][0].update(number=2), "numbered 1, 2, 3"),
    "answers with a gap": (
        lambda d: d["answer_scales"][0]["choices"].pop(1),
        "without a gap",
    ),
    "one answer only": (
        lambda d: d["answer_scales"][1].update(choices=[{"value": 0, "label": "No"}]),
        "at least two answers",
    ),
    "answer without words": (
        lambda d: d["answer_scales"][1]["choices"][0].update(label=" "),
        "without words",
    ),
    "answer of the wrong type": (
        lambda d: d["answer_scales"][1]["choices"][0].update(value="no"),
        "wrong type",
    ),
    "scale over nothing": (lambda d: d["scales"][1].update(items=[]), "needs items"),
    "scale over an unknown item": (lambda d: d["scales"][1].update(items=["x"]), "needs items"),
    "scale without a label": (lambda d: d["scales"][1].update(label=""), "needs a label"),
    "range too wide": (lambda d: d["scales"][1].update(maximum=11), "its items give 0 to 10"),
    "share over 100": (
        lambda d: d["scales"][1].update(least_answered_percent=101),
        "must be 1 to 100",
    ),
    "unknown direction": (lambda d: d["scales"][1].update(direction="up"), "must be one of"),
    "groups that leave one out": (lambda d: d["scales"].pop(1), "must share out its items"),
    "group in another direction": (
        lambda d: d["scales"][1].update(direction="higher_is_better"),
        "run in its direction",
    ),
    "group of nothing": (
        lambda d: d["scales"][1].update(part_of="mood"),
        "'mood', which is no total",
    ),
    "rule about an unknown item": (
        lambda d: d["safety_rules"][0].update(item="x"),
        "unknown item 'x'",
    ),
    "rule on an answer not offered": (
        lambda d: d["safety_rules"][0].update(answers=[4]),
        "not offered",
    ),
    "rule of level 4": (lambda d: d["safety_rules"][0].update(level=4), "level must be"),
    "rule due in the past": (
        lambda d: d["safety_rules"][0].update(deadline_hours=-1),
        "must not be negative",
    ),
}


@pytest.mark.parametrize(("change", "fault"), BROKEN.values(), ids=BROKEN.keys())
def test_definition_is_refused_when_broken(change: Change, fault: str) -> None:
    data = to_json(get("daily"))
    change(data)
    with pytest.raises(BrokenInstrument) as refused:
        from_json(data, "daily.v1.json")
    assert str(refused.value).startswith("daily.v1.json: ")
    assert fault in refused.value.fault


def test_scale_is_refused_when_it_counts_a_list_of_several() -> None:
    data = to_json(get("after-infusion"))
    data["scales"].append(copy.deepcopy(data["scales"][0]) | {"id": "x", "items": ["side_effects"]})
    with pytest.raises(BrokenInstrument, match="list of several answers"):
        from_json(data, "x")


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(field=st.sampled_from(sorted(to_json(get("daily")))), value=junk)
def test_definition_loads_or_is_refused_but_never_fails_otherwise(field: str, value: Any) -> None:
    data = to_json(get("daily")) | {field: value}
    with suppress(BrokenInstrument):
        assert to_json(from_json(data, "x")).get(field, value) == value


def test_file_is_named_when_it_is_no_json(tmp_path: Path) -> None:
    (tmp_path / "daily.v1.json").write_text("{")
    with pytest.raises(BrokenInstrument, match=r"^daily\.v1\.json: cannot be read"):
        load(tmp_path / "daily.v1.json")


def test_file_is_refused_when_its_name_is_of_another_version(tmp_path: Path) -> None:
    (tmp_path / "daily.v3.json").write_text(json.dumps(to_json(get("daily", 2))))
    with pytest.raises(BrokenInstrument, match=r"want the name daily\.v2\.json"):
        load(tmp_path / "daily.v3.json")


def test_folder_is_refused_when_two_instruments_share_a_scale(tmp_path: Path) -> None:
    daily = to_json(get("daily", 1))
    (tmp_path / "daily.v1.json").write_text(json.dumps(daily))
    (tmp_path / "nightly.v1.json").write_text(json.dumps(daily | {"key": "nightly"}))
    with pytest.raises(BrokenInstrument, match="the scale 'daily_total' belongs to daily"):
        load_all(tmp_path)


def test_folder_keeps_both_versions_when_an_instrument_was_revised(tmp_path: Path) -> None:
    daily = to_json(get("daily"))
    for version in (1, 2):
        text = json.dumps(daily | {"version": version})
        (tmp_path / f"daily.v{version}.json").write_text(text)
    assert list(load_all(tmp_path)) == [("daily", 1), ("daily", 2)]
