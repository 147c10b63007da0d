"""What a definition may be."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from rules.checking import checked
from rules.refusals import Refusal
from rules.specification_inputs import (
    BLANK,
    CHECKS,
    columns,
    completed,
    problems,
    require_archived,
    require_current,
    require_room,
    told,
    with_options,
)
from rules.specifications import Definition, Option

RED = {"key": "red", "label": "Red", "archived": False}
BLUE = {"key": "blue", "label": "Blue", "archived": True}


@pytest.mark.parametrize("key", ["a", "brand", "iso-max", "a_1", "a" * 64])
def test_a_key_is_a_word_that_programs_can_write(key: str) -> None:
    assert checked({"key": key}, CHECKS) == ({"key": key}, [])


@pytest.mark.parametrize("key", ["", "1a", "_a", "-a", "A", "a b", "ä", "a.b", "a" * 65, "brand\n"])
def test_other_keys_are_refused(key: str) -> None:
    _, reasons = checked({"key": key}, CHECKS)
    assert [(one.code, one.path) for one in reasons] == [("INVALID", ("input", "key"))]


@pytest.mark.parametrize("key", ["red", "very-good", "very_good", "한복", "लाल", "1", "a" * 64])
def test_options_have_keys_of_any_script(key: str) -> None:
    given = [{"key": key, "label": " Label "}]
    assert checked({"options": given}, CHECKS) == ({"options": [{"key": key, "label": "Label"}]}, [])


@pytest.mark.parametrize("key", ["Red", "very good", "a--b", "-a", "a_", "a|b", "a" * 65, ""])
def test_other_keys_of_options_are_refused(key: str) -> None:
    _, reasons = checked({"options": [RED, {"key": key, "label": "Label"}]}, CHECKS)
    assert [one.path for one in reasons] == [("input", "options", "1", "key")]


def test_options_have_distinct_keys_and_are_at_most_250() -> None:
    _, reasons = checked({"options": [RED, BLUE, RED]}, CHECKS)
    assert [(one.code, one.path) for one in reasons] == [("CONFLICT", ("input", "options", "2", "key"))]
    many = [{"key": str(number), "label": "x"} for number in range(251)]
    assert checked({"options": many[:250]}, CHECKS)[1] == []
    assert [one.code for one in checked({"options": many}, CHECKS)[1]] == ["TOO_LONG"]


@pytest.mark.parametrize(("unit", "kept"), [("kg", "kg"), ("KG", "kg"), ("c", "C"), (None, None), ("", None)])
def test_a_unit_is_kept_as_its_symbol(unit: str | None, kept: str | None) -> None:
    assert checked({"unit": unit}, CHECKS) == ({"unit": kept}, [])


def test_a_unit_that_nobody_knows_is_refused() -> None:
    _, reasons = checked({"unit": "stone"}, CHECKS)
    assert [(one.code, one.path) for one in reasons] == [("INVALID", ("input", "unit"))]


@pytest.mark.parametrize(("length", "fits"), [(None, True), (1, True), (10_000, True), (0, False), (10_001, False)])
def test_a_length_is_up_to_ten_thousand(length: int | None, fits: bool) -> None:  # noqa: FBT001  (a case)
    assert bool(checked({"max_length": length}, CHECKS)[1]) is not fits


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"type": "TEXT", "max_length": 5, "unique": True}, []),
        ({"type": "URL", "max_length": 5, "unique": True}, []),
        ({"type": "TEXT", "min": Decimal(1)}, ["input.min"]),
        ({"type": "INTEGER", "min": Decimal(1), "max": Decimal(1), "unique": True}, []),
        ({"type": "INTEGER", "min": Decimal(2), "max": Decimal(1)}, ["input.min"]),
        ({"type": "INTEGER", "max_length": 5, "unit": "kg"}, ["input.unit", "input.maxLength"]),
        ({"type": "QUANTITY", "unit": "kg", "max": Decimal(0)}, []),
        ({"type": "QUANTITY"}, ["input.unit"]),
        ({"type": "BOOLEAN", "unique": True}, ["input.unique"]),
        ({"type": "MULTI_ENUM", "unique": True, "options": [RED]}, ["input.unique"]),
        ({"type": "ENUM", "unique": True, "options": [RED]}, []),
        ({"type": "ENUM", "options": []}, ["input.options"]),
        ({"type": "DATE", "options": [RED], "max": Decimal(1)}, ["input.options", "input.max"]),
    ],
)
def test_each_type_has_fields_of_its_own(given: dict[str, Any], refused: list[str]) -> None:
    assert [".".join(one.path) for one in problems(BLANK | given)] == refused


def test_another_type_drops_what_was_the_old_ones_own() -> None:
    weight = BLANK | {"type": "QUANTITY", "unit": "kg", "min": Decimal(1), "unique": True}
    assert completed(weight, {"type": "DECIMAL"}) == weight | {"type": "DECIMAL", "unit": None}
    assert completed(weight, {"type": "TEXT"}) == weight | {"type": "TEXT", "unit": None, "min": None}
    assert completed(weight, {"type": "TEXT", "unit": "g"})["unit"] == "g", "what is given is not dropped in silence"
    chosen = BLANK | {"type": "ENUM", "options": [RED]}
    assert completed(chosen, {"type": "MULTI_ENUM"})["options"] == [RED]
    assert completed(chosen, {"type": "TEXT"})["options"] == []


def test_options_that_are_left_out_come_last_and_archived() -> None:
    given = [{"key": "green", "label": "Green"}, {"key": "blue", "label": "Blau"}]
    green, blue = {"key": "green", "label": "Green", "archived": False}, BLUE | {"label": "Blau"}
    assert with_options([RED, BLUE], given) == [green, blue, RED | {"archived": True}]
    assert with_options([RED], [{"key": "red", "label": "Red", "archived": True}]) == [RED | {"archived": True}]


def test_no_two_options_that_can_be_chosen_have_the_same_label() -> None:
    message = "Two options are called Stra\u00dfe: give each a label of its own."
    for before, given in (
        ([], [{"key": "a", "label": "Stra\u00dfe"}, {"key": "b", "label": "STRASSE"}]),
        ([{"key": "b", "label": "STRASSE", "archived": False}], [{"key": "a", "label": "Stra\u00dfe"}]),
    ):
        kept = [{"key": one["key"], "label": one["label"]} for one in before]
        with pytest.raises(Refusal) as refused:
            with_options(before, [*given, *kept])
        assert (refused.value.code, str(refused.value)) == ("CONFLICT", message)
        assert (refused.value.path, refused.value.values) == (("input", "options"), {"label": "Stra\u00dfe"})
    archived = BLUE | {"label": "Red"}
    assert with_options([archived], [RED, {"key": "blue", "label": "Red"}]) == [RED, archived]
    assert with_options([BLUE | {"archived": False}], [RED | {"label": "Blue"}])[0] == RED | {"label": "Blue"}


def test_a_quantity_without_a_unit_is_told_what_is_missing() -> None:
    [refusal] = problems(BLANK | {"type": "QUANTITY"})
    assert (refusal.code, str(refusal)) == ("REQUIRED", "A QUANTITY needs a unit: give one, such as g.")


def test_what_is_archived_can_only_be_restored() -> None:
    require_current(archived=False)
    require_archived(archived=True)
    for refuse, archived in ((require_current, True), (require_archived, False)):
        with pytest.raises(Refusal) as refused:
            refuse(archived)
        assert (refused.value.code, refused.value.path) == ("STATE", ("id",))


def test_there_is_room_for_a_hundred() -> None:
    require_room(99)
    with pytest.raises(Refusal) as refused:
        require_room(100)
    assert (refused.value.code, refused.value.path) == ("QUOTA", ("categoryId",))


def test_the_columns_of_a_definition() -> None:
    known = Definition("1", "2", "colour", "Colour", "ENUM", options=(Option("red", "Red"),), position=3)
    assert columns(known) == {
        "key": "colour",
        "label": "Colour",
        "type": "ENUM",
        "unit": None,
        "options": [RED],
        "required": False,
        "unique": False,
        "filterable": False,
        "min": None,
        "max": None,
        "max_length": None,
        "position": 3,
        "archived": False,
    }


def test_the_audit_tells_what_clients_know() -> None:
    given = {"category_id": "1", "options": [RED], "required": True, "max_length": 5, "min": Decimal("0.50")}
    assert told(given) == {
        "categoryId": "Category_1",
        "options": '[{"archived": false, "key": "red", "label": "Red"}]',
        "required": "true",
        "maxLength": 5,
        "min": Decimal("0.50"),
    }
    assert told({"options": []}) == {"options": None}


def test_every_check_tells_of_null() -> None:
    refused = {name: bool(checked({name: None}, CHECKS)[1]) for name in CHECKS if name != "key"}
    needed = {"label", "type", "required", "unique", "filterable", "position"}
    assert {name for name, wrong in refused.items() if wrong} == needed
