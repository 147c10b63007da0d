"""An item as cells: all of it is there, and what its cells say is what it was."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.item_cell_inputs import entered_item, external_of
from rules.item_cells import canonical, cells_of, changed_cells, heading, value_cells
from rules.refusals import Refusals
from rules.specifications import Definition

BRAND = Definition("b" * 32, "c" * 32, "brand", "Brand", "TEXT")
NAME = Definition("a" * 32, "c" * 32, "name", "Name on it", "TEXT")
YEAR = Definition("e" * 32, "c" * 32, "year", "Year", "INTEGER", required=True)
COLUMNS = {
    "id": "0" * 32,
    "external": "K-1",
    "name": "Leica M3",
    "description": "Two\nlines",
    "condition": "GOOD",
    "quantity": 2,
    "visibility": "PUBLIC",
    "acquired_on": date(2020, 2, 29),
    "price_amount": Decimal("12.5"),
    "price_currency": "EUR",
}
CELLS = {
    "id": f"Item_{'0' * 32}",
    "external": "K-1",
    "name": "Leica M3",
    "description": "Two\nlines",
    "condition": "GOOD",
    "quantity": "2",
    "visibility": "PUBLIC",
    "acquired_on": "2020-02-29",
    "price": "12.50",
    "currency": "EUR",
    "urls": "",
}


def test_a_key_that_another_column_has_is_named_as_one() -> None:
    item = _item({BRAND.id: _entry("brand", "Leica"), NAME.id: _entry("name", "Ernst")})
    assert cells_of(item, (), [BRAND, NAME]) == CELLS | {"brand": "Leica", "spec:name": "Ernst"}
    assert [canonical(name) for name in ("spec:brand", "brand", "spec:name", "name")] == [
        "brand",
        "brand",
        "spec:name",
        "name",
    ]
    assert heading(["brand"])[-2:] == ("brand", "urls")


def test_residue_stands_under_its_key_behind_what_belongs_there() -> None:
    entries = {BRAND.id: _entry("brand", "Leica"), "f" * 32: _entry("brand", "Zeiss"), "1" * 32: _entry("film", "135")}
    assert value_cells(entries, [BRAND]) == {"brand": "Leica", "film": "135", "brand:2": "Zeiss"}
    assert value_cells(entries, []) == {"brand": "Leica", "film": "135", "brand:2": "Zeiss"}


def test_only_cells_that_say_something_else_have_changed() -> None:
    assert changed_cells(CELLS, {"name": "Leica M3", "quantity": "3", "brand": ""}, ()) == {"quantity": "3"}


def test_an_empty_cell_says_nothing_where_nothing_can_be_cleared() -> None:
    before = CELLS | {"brand": "Leica", "year": "1954"}
    empty = {column: " " if column == "quantity" else "" for column in before if column != "id"}
    cleared = {"external", "description", "condition", "acquired_on", "price", "currency", "brand"}
    assert changed_cells(before, empty, [BRAND, YEAR]) == dict.fromkeys(cleared, "")


@given(st.text(st.characters(exclude_categories=("Cc", "Cs"))))
def test_any_text_that_is_entered_comes_out_as_it_was(text: str) -> None:
    values = entered_item({"name": "M3", "brand": text}, None, [BRAND], "KRW")
    assert value_cells(values["specification_values"], [BRAND]) == ({"brand": text} if text.strip() else {})


def test_cells_are_read_as_what_they_say() -> None:
    urls = "https://studio.example/a\n\nhttps://studio.example/b With a label\n"
    cells = CELLS | {"condition": "good ", "quantity": " 2.0", "price": " 12.5", "currency": ""}
    cells |= {"brand": "Leica", "urls": urls}
    values = entered_item(cells, None, [BRAND], "USD")
    assert values == {
        "external": "K-1",
        "name": "Leica M3",
        "description": "Two\nlines",
        "condition": "GOOD",
        "quantity": 2,
        "visibility": "PUBLIC",
        "acquired_on": date(2020, 2, 29),
        "price": (Decimal("12.5"), "USD"),
        "urls": [
            {"url": "https://studio.example/a", "label": None},
            {"url": "https://studio.example/b", "label": "With a label"},
        ],
        "specification_values": {BRAND.id: _entry("brand", "Leica")},
    }


@pytest.mark.parametrize(
    ("cells", "price"),
    [
        ({"price": "5"}, (Decimal(5), "EUR")),
        ({"currency": "USD"}, (Decimal("12.50"), "USD")),
        ({"price": "5", "currency": ""}, (Decimal(5), "KRW")),
        ({"price": ""}, None),
        ({"price": "", "currency": "USD"}, None),
    ],
)
def test_a_price_keeps_the_half_that_is_not_given(cells: dict[str, str], price: Any) -> None:
    assert entered_item(cells, _item({}), [], "KRW") == {"price": price, "specification_values": {}}


def test_all_that_is_wrong_is_told_with_its_column() -> None:
    wrong = {
        "quantity": "many",
        "condition": "shiny",
        "visibility": "",
        "acquired_on": "2026-02-30",
        "price": "1e9",
        "urls": "ftp://studio.example",
        "brand": "\a",
        "film": "135",
    }
    with pytest.raises(Refusals) as refused:
        entered_item(wrong, None, [BRAND, YEAR], "KRW")
    assert [(reason.code, *reason.path) for reason in refused.value.reasons] == [
        ("REQUIRED", "name"),
        ("INVALID", "condition"),
        ("INVALID", "quantity"),
        ("REQUIRED", "visibility"),
        ("INVALID", "acquired_on"),
        ("INVALID", "urls"),
        ("INVALID", "price"),
        ("INVALID", "brand"),
        ("NOT_FOUND", "film"),
        ("REQUIRED", "year"),
    ]


def test_a_currency_that_is_none_is_told_at_its_own_column() -> None:
    with pytest.raises(Refusals) as refused:
        entered_item({"price": "5", "currency": "XXX"}, _item({}), [], "KRW")
    assert [(reason.code, *reason.path) for reason in refused.value.reasons] == [("INVALID", "currency")]


@pytest.mark.parametrize(("cell", "name"), [(" K-1 ", "K-1"), ("", None), (" ", None), ("x" * 201, None), ("\a", None)])
def test_an_external_name_is_tidied_or_none(cell: str, name: str | None) -> None:
    assert external_of({"external": cell}) == name


def _item(entries: dict[str, Any]) -> Any:
    return SimpleNamespace(**COLUMNS, specification_values=entries)


def _entry(key: str, text: str) -> dict[str, Any]:
    return {"key": key, "type": "TEXT", "content": {"text": text}}
