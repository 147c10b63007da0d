"""What the change of a definition means for items, counted one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from rules.specification_changes import Change, Impact
from rules.specifications import Definition, Option

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules.refusals import Refusal

THEN = datetime(2026, 3, 8, tzinfo=UTC)
NOTES = Definition("1", "9", "notes", "Notes", "TEXT")
NUMBER = replace(NOTES, type="INTEGER")
RED, BLUE, GREEN = (Option(key, key.title()) for key in ("red", "blue", "green"))
COLOUR = Definition("2", "9", "colour", "Colour", "ENUM", options=(RED, BLUE))


def test_texts_become_numbers_where_they_are_some() -> None:
    impact = _counted(Change(NOTES, NUMBER), "12", "twelve", " 7 ", "1.5", None)
    assert _numbers(impact) == (4, 2, 2)
    assert impact.examples == ["Item 1: twelve", "Item 3: 1.5"]
    assert impact.reindexes
    assert [(one.code, one.path, one.values) for one in impact.reasons(abort=True)] == [
        ("CONFLICT", ("onConflict",), {"count": 2})
    ]
    assert impact.reasons(abort=False) == []


def test_what_did_not_fit_before_is_no_obstacle() -> None:
    short = replace(NUMBER, max=Decimal(10))
    impact = _counted(Change(NUMBER, short), "12", "twelve", "7")
    assert _numbers(impact) == (3, 1, 2)
    assert (impact.conflicts, impact.examples) == (
        1, ["Item 0: 12 (has to be from -2147483648 to 10)", "Item 1: twelve"],
    ), "what may be refused is first"  # fmt: skip
    again = _counted(Change(short, replace(short, min=Decimal(1))), "12", "twelve", "7")
    assert (_numbers(again), again.reasons(abort=True), again.reindexes) == ((3, 1, 2), [], False)


def test_what_fits_again_is_found_again() -> None:
    impact = _counted(Change(NUMBER, NOTES), "12", "twelve")
    assert (_numbers(impact), impact.reindexes, impact.reasons(abort=True)) == ((2, 2, 0), True, [])


def test_duplicates_are_all_but_the_first_and_those_of_deleted_items_do_not_count() -> None:
    only = replace(NUMBER, unique=True)
    items = [_an_item(number, text) for number, text in enumerate(("7", " 7", "8", "x", "x"))]
    items += [_an_item(5, "8", deleted_at=THEN), _an_item(6, "7")]
    impact = _counted(Change(NUMBER, only), *items)
    assert _numbers(impact) == (7, 3, 4)
    assert impact.examples == ["Item 1: 7", "Item 6: 7", "Item 3: x", "Item 4: x"]
    told = [(one.code, one.path, str(one)) for one in impact.reasons(abort=False)]
    message = "Items with a value that another one has: 2, such as Item 1: 7; Item 6: 7. Change these first."
    assert told == [("NOT_UNIQUE", ("input", "unique"), message)]


def test_what_stays_unique_is_compared_again_where_it_is_read_otherwise() -> None:
    text, number = replace(NOTES, unique=True), replace(NUMBER, unique=True)
    assert _counted(Change(text, number), "7", "07", "8").duplicates == 1
    assert Change(text, replace(text, label="Remarks")).is_free


def test_what_becomes_required_flags_items_without_it_and_refuses_nothing() -> None:
    impact = _counted(Change(NUMBER, replace(NUMBER, required=True)), "7", None, "x", None)
    assert (_numbers(impact), impact.examples) == ((4, 1, 3), ["Item 1", "Item 2: x", "Item 3"])
    assert impact.reasons(abort=True) == []
    still = replace(NUMBER, required=True)
    assert _numbers(_counted(Change(still, replace(still, max=Decimal(9))), "7", None)) == (1, 1, 0)


@pytest.mark.parametrize(
    "after",
    [
        replace(COLOUR, label="Shade", position=7),
        replace(COLOUR, options=(Option("blue", "Blau"), Option("red", "Rot", archived=True))),
        replace(COLOUR, filterable=True, archived=True),
        COLOUR,
    ],
)
def test_names_and_order_and_what_can_be_chosen_are_free(after: Definition) -> None:
    assert Change(COLOUR, after).is_free


@pytest.mark.parametrize(
    "change",
    [
        Change(None, COLOUR),
        Change(COLOUR, replace(COLOUR, options=(RED, BLUE, GREEN))),
        Change(COLOUR, COLOUR, frozenset({"red"})),
        Change(COLOUR, replace(COLOUR, required=True)),
        Change(COLOUR, replace(COLOUR, unique=True)),
        Change(NUMBER, replace(NUMBER, min=Decimal(1))),
        Change(NUMBER, replace(NUMBER, max=Decimal(1))),
        Change(NOTES, replace(NOTES, max_length=3)),
        Change(replace(NUMBER, type="QUANTITY", unit="g"), replace(NUMBER, type="QUANTITY", unit="kg")),
    ],
)
def test_everything_else_is_counted(change: Change) -> None:
    assert not change.is_free


def test_a_new_option_is_built_into_the_index_only_where_somebody_waited_for_it() -> None:
    change = Change(COLOUR, replace(COLOUR, options=(RED, BLUE, GREEN)))
    assert not _counted(change, "red", "yellow", own=COLOUR).reindexes
    assert _counted(change, "red", "Green", own=COLOUR).reindexes


def test_an_option_that_is_left_out_stays_archived_where_somebody_has_it() -> None:
    archived = tuple(replace(one, archived=True) for one in (RED, BLUE))
    change = Change(COLOUR, replace(COLOUR, options=(GREEN, *archived)), frozenset({"red", "blue"}))
    impact = _counted(change, "red", "yellow", own=COLOUR)
    assert (_numbers(impact), impact.reasons(abort=True)) == ((2, 1, 1), [])
    assert change.settled(impact.used).options == (GREEN, archived[0])


def test_an_option_that_is_left_out_stays_archived_where_somebody_elsewhere_has_it() -> None:
    archived = tuple(replace(one, archived=True) for one in (RED, BLUE))
    impact = Impact(Change(COLOUR, replace(COLOUR, options=(GREEN, *archived)), frozenset({"red", "blue"})))
    other = replace(COLOUR, id="7")
    for entered in (_an_item(0, "red", COLOUR), _an_item(1, "yellow", COLOUR), _an_item(2, "blue", other)):
        impact.keep(entered.specification_values)
    assert impact.change.settled(impact.used).options == (GREEN, archived[0])
    assert _numbers(impact) == (0, 0, 0)


@pytest.mark.parametrize(
    ("change", "texts", "relabels"),
    [
        (Change(COLOUR, replace(COLOUR, options=(replace(RED, label="Rot"), BLUE))), (), True),
        (Change(COLOUR, replace(COLOUR, options=(BLUE, replace(RED, archived=True)), label="Shade")), (), False),
        (Change(COLOUR, replace(COLOUR, options=(RED, BLUE, GREEN))), ("red", "yellow"), False),
        (Change(COLOUR, replace(COLOUR, options=(RED, BLUE, GREEN))), ("red", "green"), True),
        (Change(COLOUR, replace(COLOUR, type="TEXT", options=())), ("red",), True),
        (Change(replace(COLOUR, type="TEXT", options=()), COLOUR), ("red",), True),
        (Change(None, COLOUR), (), False),
        (Change(NUMBER, NOTES), ("7", "x"), False),
    ],
)
def test_search_follows_where_options_are_called_otherwise(change: Change, texts: Any, *, relabels: bool) -> None:
    own = change.before or change.after
    assert _counted(change, *texts, own=own).relabels == relabels


def test_an_example_names_the_bound_that_it_breaks() -> None:
    grams = replace(NUMBER, type="QUANTITY", unit="g", min=Decimal(1))
    impact = _counted(Change(grams, replace(grams, unit="kg")), "580 g", "heavy")
    assert impact.examples == ["Item 0: 580 g (has to be 1 kg or more)", "Item 1: heavy"]
    impact = _counted(Change(NOTES, replace(NOTES, max_length=3)), "Leica")
    assert impact.examples == ["Item 0: Leica (at most 3 characters)"]


def test_values_of_elsewhere_stand_for_a_definition_with_their_key_and_type() -> None:
    stray = {"key": "notes", "type": "INTEGER", "content": {"integer": 12}}
    item = SimpleNamespace(name="Moved", deleted_at=None, specification_values={"7": stray})
    assert _numbers(_counted(Change(None, NUMBER), item)) == (1, 1, 0), "a new definition finds it"
    assert _numbers(_counted(Change(None, NOTES), item)) == (0, 0, 0), "of another type it does not"
    away = _counted(Change(NUMBER, NOTES), item)
    assert (_numbers(away), away.conflicts, away.examples) == ((1, 0, 1), 1, ["Moved: 12"]), "it would be left behind"
    back = _counted(Change(NOTES, NUMBER), item)
    assert (_numbers(back), back.reindexes) == ((1, 1, 0), True)


def test_items_of_categories_where_another_definition_counts_are_left_aside() -> None:
    impact = Impact(Change(NOTES, NUMBER))
    impact.count(_an_item(0, "twelve"), [replace(NOTES, id="8")])
    assert _numbers(impact) == (0, 0, 0)


def test_examples_are_few_short_and_of_one_line() -> None:
    long = _an_item(0, "a\nb " + "x" * 100)
    long.name = "n" * 61
    impact = _counted(Change(NOTES, NUMBER), long, *("x" for _ in range(7)))
    assert impact.examples[0] == f"{'n' * 59}…: a b {'x' * 55}…"
    assert (len(impact.examples), impact.failing) == (5, 8)


def test_messages_name_what_they_count() -> None:
    impact = _counted(Change(NOTES, replace(NUMBER, unique=True)), "x", "7", "7")
    reasons: list[Refusal] = impact.reasons(abort=True)
    assert [(one.code, str(one)) for one in reasons] == [
        ("NOT_UNIQUE", "Items with a value that another one has: 1, such as Item 2: 7. Change these first."),
        ("CONFLICT", "Values that would not fit any more: 1. Change them first, or choose KEEP_AS_RESIDUE."),
    ]
    assert impact.examples == ["Item 2: 7", "Item 0: x"]


def _counted(change: Change, *given: Any, own: Definition = NOTES) -> Impact:
    """The impact on items with these texts (None: without a value), or on these items."""
    impact = Impact(change)
    for number, one in enumerate(given):
        item = one if isinstance(one, SimpleNamespace) else _an_item(number, one, own)
        impact.count(item, [change.after])
    return impact


def _an_item(number: int, text: str | None, own: Definition = NOTES, deleted_at: datetime | None = None) -> Any:
    entries = {} if text is None else {own.id: {"key": own.key, "type": own.type, "content": {"text": text}}}
    return SimpleNamespace(name=f"Item {number}", deleted_at=deleted_at, specification_values=entries)


def _numbers(impact: Impact) -> Iterable[int]:
    return impact.affected, impact.convertible, impact.failing
