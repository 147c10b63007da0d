"""What an item may be, and what is entered of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from rules.checking import checked
from rules.items import (
    BLANK,
    audience,
    changed_entries,
    checks,
    columns,
    photo_problems,
    require_deleted,
    require_live,
    searched,
    taken,
    taken_meanwhile,
    told_changes,
    with_kept,
)
from rules.refusals import Refusal, Refusals
from rules.services import Price
from rules.specifications import Definition, Option

NOW = datetime(2026, 3, 8, tzinfo=UTC)
PATH = ("input", "specifications")
BRAND = Definition("b", "c", "brand", "Brand", "TEXT")
YEAR = Definition("y", "c", "year", "Year", "INTEGER", required=True)
GONE = Definition("g", "c", "gone", "Gone", "TEXT", archived=True, required=True)
KNOWN = (BRAND, YEAR, GONE)


def an_entry(known: Definition, **content: Any) -> dict[str, Any]:
    return {"key": known.key, "type": known.type, "content": content}


LEICA, OF_1954 = an_entry(BRAND, text="Leica"), an_entry(YEAR, integer=1954)


def refused(*given: tuple[str, Any], entries: Any = None, creating: bool = False) -> list[tuple[str, tuple[str, ...]]]:
    with pytest.raises(Refusals) as several:
        changed_entries(entries or {}, KNOWN, given, *PATH, creating=creating)
    return [(reason.code, reason.path) for reason in several.value.reasons]


@pytest.mark.parametrize("visibility", ["PRIVATE", "MEMBERS", "PUBLIC"])
def test_what_is_deleted_counts_for_nobody_else(visibility: str) -> None:
    assert audience(visibility, None) == visibility
    assert audience(visibility, NOW) == "DELETED"


def test_values_are_entered_changed_and_cleared_and_others_stay() -> None:
    entered = changed_entries({}, KNOWN, [("brand", {"text": "Leica"}), ("year", {"text": "1954"})], creating=True)
    assert entered == {"b": LEICA, "y": OF_1954}
    assert changed_entries(entered, KNOWN, [("brand", {"text": "Zeiss"})], creating=False) == {
        "b": an_entry(BRAND, text="Zeiss"),
        "y": OF_1954,
    }
    assert changed_entries(entered, KNOWN, [("brand", None)], creating=False) == {"y": OF_1954}
    assert changed_entries(entered, KNOWN, [("brand", {"text": " \t"})], creating=False) == {"y": OF_1954}
    assert changed_entries(entered, KNOWN, [], creating=False) == entered


def test_a_value_takes_the_place_of_the_one_that_stood_for_its_definition_and_residue_stays() -> None:
    elsewhere, residue = {"x": LEICA}, {"z": an_entry(BRAND, text="Zeiss") | {"type": "ENUM"}}
    given = [("brand", {"text": "Canon"})]
    assert changed_entries(elsewhere | residue, KNOWN, given, creating=False) == residue | {
        "b": an_entry(BRAND, text="Canon")
    }
    assert changed_entries(elsewhere | residue, KNOWN, [("brand", None)], creating=False) == residue


def test_what_is_left_from_before_can_be_cleared_and_not_entered() -> None:
    frames = {key: {"key": "frames", "type": kind, "content": {"text": "36"}} for key, kind in (("f", "A"), ("g", "B"))}
    for blank in (None, {"text": " "}):
        assert changed_entries({"b": LEICA, **frames}, KNOWN, [("frames", blank)], creating=False) == {"b": LEICA}
    assert refused(("frames", {"text": "24"}), entries=frames) == [("NOT_FOUND", (*PATH, "0", "key"))]
    assert refused(("frames", None), ("frames", None), entries=frames) == [("CONFLICT", (*PATH, "1", "key"))]


def test_search_finds_values_as_they_were_entered_and_options_by_their_labels() -> None:
    film = Definition("f", "1", "film", "Film", "ENUM", options=(Option("120", "중형"), Option("red", "Red")))
    kinds = replace(film, id="k", key="kinds", type="MULTI_ENUM")
    entries = {
        "b": LEICA,
        "x": {"key": "film", "type": "ENUM", "content": {"option": "120"}},
        "k": {"key": "kinds", "type": "MULTI_ENUM", "content": {"options": ["red", "120"]}},
        "z": {"key": "kinds", "type": "ENUM", "content": {"option": "red"}},
    }
    assert list(searched(entries, (*KNOWN, film, kinds))) == ["Leica", "red|120", "중형", "120", "중형", "red"]
    assert list(searched(entries, KNOWN)) == ["Leica", "red|120", "120", "red"]


def test_all_that_is_wrong_is_told_at_once() -> None:
    given = [("brand", {"integer": 3}), ("brand", None), ("Brand", None), ("year", {"text": "old"}), ("gone", None)]
    assert refused(*given, creating=True) == [
        ("INVALID", (*PATH, "0", "value")),
        ("CONFLICT", (*PATH, "1", "key")),
        ("NOT_FOUND", (*PATH, "2", "key")),
        ("INVALID", (*PATH, "3", "value")),
    ]
    with pytest.raises(Refusal) as one:
        changed_entries({}, KNOWN, [("brand", None)] * 251, *PATH, creating=False)
    assert (one.value.code, one.value.path) == ("TOO_LONG", PATH)


def test_what_is_needed_must_be_there_when_it_is_entered_and_cannot_be_cleared() -> None:
    assert refused(creating=True) == [("REQUIRED", PATH)]
    assert refused(("year", None), creating=True) == [("REQUIRED", (*PATH, "0", "value"))]
    assert refused(("year", {"text": " "}), entries={"y": OF_1954}) == [("REQUIRED", (*PATH, "0", "value"))]
    assert changed_entries({"b": LEICA}, KNOWN, [("year", None)], creating=False) == {"b": LEICA}


def test_nothing_is_entered_for_what_is_archived_and_what_is_there_can_go() -> None:
    assert refused(("gone", {"text": "x"})) == [("STATE", (*PATH, "0", "value"))]
    assert changed_entries({"g": an_entry(GONE, text="x")}, KNOWN, [("gone", None)], creating=False) == {}


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"name": " "}, ("TOO_SHORT", ("input", "name"))),
        ({"name": "x" * 201}, ("TOO_LONG", ("input", "name"))),
        ({"description": "x" * 10_001}, ("TOO_LONG", ("input", "description"))),
        ({"category_id": None}, ("REQUIRED", ("input", "categoryId"))),
        ({"quantity": -1}, ("OUT_OF_RANGE", ("input", "quantity"))),
        ({"quantity": None}, ("REQUIRED", ("input", "quantity"))),
        ({"visibility": None}, ("REQUIRED", ("input", "visibility"))),
        ({"price": {"amount": Decimal("0.5")}}, ("INVALID", ("input", "price", "amount"))),
        ({"photo_ids": ["1", "1"]}, ("CONFLICT", ("input", "photoIds", "1"))),
        ({"photo_ids": [str(one) for one in range(51)]}, ("TOO_LONG", ("input", "photoIds"))),
        ({"urls": [{"url": "https://a.example"}] * 51}, ("TOO_LONG", ("input", "urls"))),
        ({"urls": [{"url": "javascript:alert(1)"}]}, ("INVALID", ("input", "urls", "0", "url"))),
        ({"urls": [{"url": "/page"}]}, ("INVALID", ("input", "urls", "0", "url"))),
        ({"urls": [{"url": "https://a.example/" + "x" * 2_000}]}, ("TOO_LONG", ("input", "urls", "0", "url"))),
        ({"urls": [{"url": "http://a.example", "label": "x" * 201}]}, ("TOO_LONG", ("input", "urls", "0", "label"))),
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, Any], reason: tuple[str, tuple[str, ...]]) -> None:
    values, reasons = checked(given, checks("KRW"))
    assert values == {}
    assert [(one.code, one.path) for one in reasons] == [reason]


def test_what_can_be_is_tidied() -> None:
    given = {"name": " M3 ", "description": "", "price": {"amount": Decimal(5)}, "acquired_on": date(1954, 4, 1)}
    urls = [{"url": " http://a.example ", "label": " Manual "}]
    values, reasons = checked(given | {"urls": urls, "quantity": 0, "condition": None}, checks("KRW"))
    assert reasons == []
    assert values == {
        "name": "M3",
        "description": None,
        "price": Price(Decimal(5), "KRW"),
        "acquired_on": date(1954, 4, 1),
        "urls": [{"url": "http://a.example", "label": "Manual"}],
        "quantity": 0,
        "condition": None,
    }


def test_the_row_of_an_item_has_its_price_in_two_columns_and_no_lists() -> None:
    made = columns(BLANK | {"price": Price(Decimal(5), "KRW")})
    assert (made["price_amount"], made["price_currency"]) == (Decimal(5), "KRW")
    assert made.keys().isdisjoint({"price", "urls", "photo_ids"})
    assert columns({"quantity": 2}) == {"quantity": 2}


def test_links_keep_what_is_left_out_and_name_only_those_that_are_there() -> None:
    kept = {"1": {"id": "1", "url": "http://a.example", "label": "A"}}
    given = [{"id": "1", "url": "http://b.example"}, {"url": "http://c.example"}]
    assert with_kept(given, kept) == [
        {"id": "1", "url": "http://b.example", "label": "A"},
        {"id": None, "url": "http://c.example", "label": None},
    ]


def test_pictures_of_others_and_values_of_others_are_refused() -> None:
    [foreign] = photo_problems(["1", "2", None], {"2"})
    assert (foreign.code, foreign.path) == ("INVALID", ("input", "photoIds", "1"))
    clash = taken("Serial number", "id")
    assert (clash.code, clash.path, str(clash)) == (
        "NOT_UNIQUE", ("id",), "Another item has this Serial number already: give another one.",
    )  # fmt: skip


def test_what_is_taken_meanwhile_is_told_in_one_short_line() -> None:
    clash = taken_meanwhile("Serial number", "a\n" + "x" * 100, "id")
    assert (clash.code, clash.path, clash.values["value"]) == ("NOT_UNIQUE", ("id",), f"a {'x' * 57}…")


def test_only_what_lives_is_changed_and_only_what_is_deleted_restored() -> None:
    require_live(None)
    require_deleted(NOW)
    for refuse, deleted_at in ((require_live, NOW), (require_deleted, None)):
        with pytest.raises(Refusal) as not_so:
            refuse(deleted_at)
        assert (not_so.value.code, not_so.value.path) == ("STATE", ("id",))


def test_the_audit_tells_each_value_by_its_key() -> None:
    before = {"name": "M3", "visibility": "PUBLIC", "specification_values": {"b": LEICA, "y": OF_1954}}
    lists = {"urls": [{"url": "http://a.example", "label": "A"}], "photo_ids": ["1", "2"], "category_id": "3"}
    after = before | lists | {"specification_values": {"y": an_entry(YEAR, integer=1955)}}
    assert told_changes(before, after) == [
        {"field": "categoryId", "before": None, "after": "Category_3"},
        {"field": "photoIds", "before": None, "after": "Image_1, Image_2"},
        {"field": "specifications.brand", "before": "Leica", "after": None},
        {"field": "specifications.year", "before": "1954", "after": "1955"},
        {"field": "urls", "before": None, "after": "http://a.example A"},
    ]


@pytest.mark.parametrize("seen", [("PRIVATE", "PRIVATE"), ("PRIVATE", "PUBLIC"), ("MEMBERS", "PRIVATE")])
def test_of_what_is_private_the_audit_tells_only_that_it_changed(seen: tuple[str, str]) -> None:
    before = {"name": "M3", "quantity": 1, "visibility": seen[0], "specification_values": {"b": LEICA}}
    after = {"name": "M2", "quantity": 2, "visibility": seen[1], "specification_values": {}}
    secret = {"before": "(private)", "after": "(private)"}
    visibility = [{"field": "visibility", "before": seen[0], "after": seen[1]}] if seen[0] != seen[1] else []
    assert told_changes(before, after) == [
        {"field": "name", **secret},
        {"field": "quantity", "before": "1", "after": "2"},
        {"field": "specifications.brand", **secret},
        *visibility,
    ]
