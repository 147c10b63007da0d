"""Values of specifications: entered, kept, and read under whatever definition."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.refusals import Refusal
from rules.specification_values import FIELDS, Value, entered, value_of, written
from rules.specifications import Definition, Option

PATH = ("input", "specifications", "0", "value")
RED, DARK, OLD = Option("red", "Crimson"), Option("dark-red", "Wine | Bordeaux"), Option("old", "Faded", archived=True)
OPTIONS = (RED, DARK, OLD)
TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1).filter(str.strip)
DECIMALS = st.decimals(-(10**15) + 1, 10**15 - 1, places=4) | st.decimals(-20, 20, places=2)
CONTENTS = {
    "TEXT": TEXT,
    "INTEGER": st.integers(-(2**31), 2**31 - 1),
    "DECIMAL": DECIMALS,
    "BOOLEAN": st.booleans(),
    "DATE": st.dates(),
    "ENUM": st.sampled_from(["red", "dark-red"]),
    "MULTI_ENUM": st.lists(st.sampled_from(["red", "dark-red"]), min_size=1),
    "URL": st.sampled_from(["https://example.com", "http://example.com:8080/a?b=c#d"]),
    "QUANTITY": st.fixed_dictionaries({"value": DECIMALS, "unit": st.sampled_from(["kg", "g", "LB"])}),
}
KINDS = st.sampled_from(sorted(FIELDS))


def _definition(kind: str, **others: Any) -> Definition:
    unit = "kg" if kind == "QUANTITY" else None
    known = {"id": "1", "category_id": "2", "key": "trait", "label": "Trait", "type": kind, "unit": unit}
    return Definition(**{**known, "options": OPTIONS, **others})


def _content(kind: str, content: dict[str, Any], **others: Any) -> Any:
    """What is kept of it."""
    entry = entered(_definition(kind, **others), content, *PATH)
    assert entry
    assert (entry["key"], entry["type"]) == ("trait", kind)
    return entry["content"]


def _refused(kind: str, content: dict[str, Any], **others: Any) -> tuple[str, str, dict[str, Any]]:
    with pytest.raises(Refusal) as refused:
        entered(_definition(kind, **others), content, *PATH)
    assert refused.value.path == PATH
    return refused.value.code, str(refused.value), refused.value.values


def _read(kind: str, text: str, **others: Any) -> Value:
    return value_of({"key": "trait", "type": "TEXT", "content": {"text": text}}, _definition(kind, **others))


@pytest.mark.parametrize(
    ("kind", "content", "kept"),
    [
        ("TEXT", {"text": " e\u0301\tSilk\r".rstrip("\r") + "\n"}, {"text": " e\u0301\tSilk\n"}),
        ("INTEGER", {"integer": -(2**31)}, {"integer": -(2**31)}),
        ("INTEGER", {"text": " 12 "}, {"integer": 12}),
        ("INTEGER", {"text": "12.00"}, {"integer": 12}),
        ("INTEGER", {"text": "-007"}, {"integer": -7}),
        ("DECIMAL", {"decimal": Decimal("12.50")}, {"decimal": "12.50"}),
        ("DECIMAL", {"decimal": Decimal("1E+3")}, {"decimal": "1000"}),
        ("DECIMAL", {"text": "999999999999999.9999"}, {"decimal": "999999999999999.9999"}),
        ("DECIMAL", {"text": "-0.10"}, {"decimal": "-0.10"}),
        ("BOOLEAN", {"boolean": False}, {"boolean": False}),
        ("BOOLEAN", {"text": "YES"}, {"boolean": True}),
        ("BOOLEAN", {"text": "no"}, {"boolean": False}),
        ("BOOLEAN", {"text": "1"}, {"boolean": True}),
        ("DATE", {"date": date(1987, 5, 20)}, {"date": "1987-05-20"}),
        ("DATE", {"text": "1987-05 "}, {"date": "1987-05"}),
        ("DATE", {"text": "0001"}, {"date": "0001"}),
        ("ENUM", {"option": "red"}, {"option": "red"}),
        ("ENUM", {"text": "Dark Red"}, {"option": "dark-red"}),
        ("ENUM", {"text": " wine | BORDEAUX "}, {"option": "dark-red"}),
        ("MULTI_ENUM", {"options": ["dark-red", "red", "dark-red"]}, {"options": ["dark-red", "red"]}),
        ("MULTI_ENUM", {"text": "CRIMSON| dark-red ||red"}, {"options": ["red", "dark-red"]}),
        ("URL", {"url": "https://example.com/한복?a=b"}, {"url": "https://example.com/한복?a=b"}),
        ("URL", {"text": " http://[::1]:8000/ "}, {"url": "http://[::1]:8000/"}),
        (
            "QUANTITY",
            {"quantity": {"value": Decimal("1.50"), "unit": "G"}},
            {"quantity": {"value": "1.50", "unit": "g"}},
        ),
        (
            "QUANTITY",
            {"quantity": {"value": Decimal("1E+2"), "unit": ""}},
            {"quantity": {"value": "100", "unit": "kg"}},
        ),
        ("QUANTITY", {"text": "1200 g"}, {"quantity": {"value": "1200", "unit": "g"}}),
        ("QUANTITY", {"text": "-1.50lb"}, {"quantity": {"value": "-1.50", "unit": "lb"}}),
        ("QUANTITY", {"text": "3"}, {"quantity": {"value": "3", "unit": "kg"}}),
    ],
)
def test_a_value_is_kept_as_it_is_entered(kind: str, content: dict[str, Any], kept: dict[str, Any]) -> None:
    assert _content(kind, content) == kept


@pytest.mark.parametrize("kind", sorted(FIELDS))
@pytest.mark.parametrize("text", ["", " ", "\n\t\u3000"])
def test_a_blank_is_no_value(kind: str, text: str) -> None:
    assert entered(_definition(kind, archived=True), {"text": text}, *PATH) is None


def test_no_options_are_no_value() -> None:
    assert entered(_definition("MULTI_ENUM"), {"options": []}) is None


@pytest.mark.parametrize("kind", ["ENUM", "MULTI_ENUM"])
def test_what_is_no_option_is_refused_and_told_the_options(kind: str) -> None:
    for text in ("green", "red|green", "|", "x" * 801):
        if (kind, text) != ("ENUM", "red|green"):
            several = ", with | between several" if kind == "MULTI_ENUM" else ""
            told = f"There is no such option: choose from red, dark-red{several}."
            assert _refused(kind, {"text": text}) == ("INVALID", told, {"options": "red, dark-red"})
    many = tuple(Option(f"o{number}", "") for number in range(21))
    assert _refused(kind, {"text": "x"}, options=many)[2]["options"].endswith("o18, o19, …")


@pytest.mark.parametrize("kind", ["BOOLEAN", "ENUM", "MULTI_ENUM"])
def test_a_long_run_of_accents_takes_no_time(kind: str) -> None:
    begun = process_time()
    _refused(kind, {"text": "\u0301\u0327" * 50_000})
    assert process_time() - begun < 1


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Crimson, dark-red", ["red", "dark-red"]),
        ("red,RED , Crimson,", ["red"]),
        ("Wine, red | Bordeaux", None),
        ("red, green", None),
        ("a, b", ["a-b"]),
        ("A, B, red", None),
        ("A, B | red", ["a-b", "red"]),
    ],
)
def test_several_options_are_entered_as_they_are_shown(text: str, keys: list[str] | None) -> None:
    options = (*OPTIONS, Option("a-b", "A, B"))
    if keys:
        assert _content("MULTI_ENUM", {"text": text}, options=options) == {"options": keys}
    else:
        told = "There is no such option: choose from red, dark-red, a-b, with | between several."
        assert _refused("MULTI_ENUM", {"text": text}, options=options)[:2] == ("INVALID", told)


def test_a_refusal_of_what_is_chosen_among_many_takes_no_time() -> None:
    options = tuple(Option(f"o{number}", f"Label {number}") for number in range(500))
    definition = _definition("MULTI_ENUM", options=options)
    entry = {"key": "trait", "type": "TEXT", "content": {"text": "|".join(f"zz{number}" for number in range(100))}}
    begun = process_time()
    assert not any(value_of(entry, definition).fits for _ in range(1_000))
    assert process_time() - begun < 1


def test_an_archived_option_can_be_read_and_not_be_chosen() -> None:
    for kind, content in (("ENUM", {"option": "old"}), ("MULTI_ENUM", {"text": "red|faded"})):
        assert _refused(kind, content) == ("STATE", "This option is archived: choose another one.", {})
    assert _read("ENUM", "old") == Value(_definition("ENUM"), fits=True, display="Faded", text="old", options=(OLD,))


def test_of_options_with_one_label_the_one_in_use_is_chosen() -> None:
    options = (Option("old", "Red", archived=True), Option("new", "Red"))
    assert _content("ENUM", {"text": "red"}, options=options) == {"option": "new"}


def test_at_most_a_hundred_options_are_chosen() -> None:
    options = tuple(Option(f"o{number}", "") for number in range(101))
    keys = [option.key for option in options]
    assert _content("MULTI_ENUM", {"options": keys[:100] * 2}, options=options) == {"options": keys[:100]}
    told = ("TOO_LONG", "At most 100 entries.", {"min": 0, "max": 100})
    assert _refused("MULTI_ENUM", {"options": keys}, options=options) == told
    assert not _read("MULTI_ENUM", "|".join(keys), options=options).fits


def test_a_value_comes_in_the_field_of_its_type_or_as_text() -> None:
    told = ("INVALID", "Give this value as integer, or as text.", {"field": "integer"})
    assert _refused("INTEGER", {"decimal": Decimal(1)}) == told
    assert _refused("TEXT", {"integer": 1})[1] == "Give this value as text."


def test_a_whole_number_is_a_decimal_and_a_number_alone_is_in_the_definitions_unit() -> None:
    assert _content("DECIMAL", {"integer": 7}) == {"decimal": "7"}
    assert _content("QUANTITY", {"integer": 7}) == {"quantity": {"value": "7", "unit": "kg"}}
    assert _content("QUANTITY", {"decimal": Decimal("1.50")}) == {"quantity": {"value": "1.50", "unit": "kg"}}


def test_nothing_is_entered_for_what_is_archived() -> None:
    message = "This specification is archived: nothing can be entered for it any more."
    assert _refused("TEXT", {"text": "Silk"}, archived=True) == ("STATE", message, {})
    assert _read("TEXT", "Silk", archived=True).fits


@pytest.mark.parametrize(
    ("kind", "text", "display", "fields"),
    [
        ("TEXT", " 007\n", " 007\n", {}),
        ("INTEGER", "007", "7", {"integer": 7}),
        ("INTEGER", " 12.00", "12", {"integer": 12}),
        ("DECIMAL", "012.50", "12.50", {"decimal": Decimal("12.50")}),
        ("BOOLEAN", "No", "false", {"boolean": False}),
        ("DATE", " 1987", "1987", {}),
        ("DATE", "1987-05", "1987-05", {}),
        ("DATE", "1987-05-20", "1987-05-20", {"date": date(1987, 5, 20)}),
        ("ENUM", "RED", "Crimson", {"options": (RED,)}),
        ("MULTI_ENUM", "dark red|red", "Wine | Bordeaux, Crimson", {"options": (DARK, RED)}),
        ("MULTI_ENUM", "red", "Crimson", {"options": (RED,)}),
        ("URL", "https://a.b ", "https://a.b", {"url": "https://a.b"}),
        ("QUANTITY", "1.50", "1.50 kg", {"decimal": Decimal("1.50"), "unit": "kg"}),
        ("QUANTITY", "1200G", "1200 g", {"decimal": Decimal(1200), "unit": "g"}),
    ],
)
def test_a_text_is_read_as_the_type_has_it(kind: str, text: str, display: str, fields: dict[str, Any]) -> None:
    assert _read(kind, text) == Value(_definition(kind), fits=True, display=display, text=text, **fields)


def test_a_label_is_no_option_when_it_is_read() -> None:
    assert not _read("ENUM", "Crimson").fits


def test_residue_fits_nothing_and_is_there_as_it_was_entered() -> None:
    entry = entered(_definition("QUANTITY"), {"text": "1.50 kg"})
    assert entry
    assert value_of(entry, _definition("QUANTITY"), residue=True) == Value(
        _definition("QUANTITY"), fits=False, display="1.50 kg", text="1.50 kg"
    )


@pytest.mark.parametrize(
    ("kind", "text", "display"),
    [
        ("ENUM", "dark-red", "Wine | Bordeaux"),
        ("MULTI_ENUM", "red|old", "Crimson, Faded"),
        ("MULTI_ENUM", "red|gone", "red|gone"),
        ("TEXT", "red", "red"),
        ("INTEGER", "007", "007"),
    ],
)
def test_residue_shows_options_by_the_labels_that_its_definition_has(kind: str, text: str, display: str) -> None:
    entry = {"key": "trait", "type": kind, "content": {"text": text}}
    expected = Value(_definition(kind), fits=False, display=display, text=text)
    assert value_of(entry, _definition(kind), residue=True) == expected


@given(KINDS, st.data())
def test_what_is_entered_fits_and_is_written_as_it_would_be_entered(kind: str, data: st.DataObject) -> None:
    definition = _definition(kind)
    entry = entered(definition, {FIELDS[kind]: data.draw(CONTENTS[kind])})
    assert entry
    assert json.loads(json.dumps(entry)) == entry
    assert value_of(entry, definition).fits
    assert value_of(entry, definition).text == written(entry)
    assert entered(definition, {"text": written(entry)}) == entry


@given(KINDS, KINDS, st.data())
def test_a_value_under_another_type_means_what_its_text_means(kind: str, other: str, data: st.DataObject) -> None:
    entry = entered(_definition(kind), {FIELDS[kind]: data.draw(CONTENTS[kind])})
    assert entry
    assert value_of(entry, _definition(other)) == _read(other, written(entry))
    assert _read("TEXT", written(entry)).fits


@given(KINDS, st.text())
def test_whatever_is_read_keeps_its_text(kind: str, text: str) -> None:
    value = _read(kind, text)
    assert value.text == text
    assert value.fits or value == Value(_definition(kind), fits=False, display=text, text=text)


def test_choosing_one_or_several_is_the_same_where_one_is_chosen() -> None:
    one, several = _definition("ENUM"), _definition("MULTI_ENUM")
    single = entered(several, {"options": ["red"]})
    double = entered(several, {"options": ["red", "dark-red"]})
    alone = entered(one, {"option": "red"})
    assert single
    assert double
    assert alone
    assert [value_of(*pair).fits for pair in ((single, one), (double, one), (alone, several))] == [True, False, True]
