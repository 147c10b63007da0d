"""Filters by specification: what they find, what they refuse, and which index they read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.specifications import definition
from services.collections import a_specification, an_option, define, plant_items
from services.rows import THEN, a_category, a_studio, a_user

if TYPE_CHECKING:
    from db.database import Database
    from services.server import Server

NAMES = "query ($where: ItemWhere) { items(where: $where) { nodes { name } totalCount } }"
WEIGHTS: list[dict[str, Any]] = [
    {"weight": {"quantity": {"value": "1200", "unit": "g"}}},
    {"weight": {"quantity": {"value": "1", "unit": "kg"}}},
    {"weight": {"quantity": {"value": "0.5", "unit": "kg"}}},
    {"weight": {"quantity": {"value": "3", "unit": "lb"}}},
    {"weight": "a lot"},
    {},
]
DATES = [{"made": {"date": day}} for day in ("1987", "1987-05", "1987-05-01", "1987-05-31", "1988", "2000-02-29")]


QUANTITIES: list[tuple[dict[str, Any], list[int]]] = [
    ({"gt": "1"}, [3, 0]),
    ({"gt": "1000", "unit": "g"}, [3, 0]),
    ({"gte": "1"}, [3, 1, 0]),
    ({"gt": "0.5", "lt": "1.2"}, [1]),
    ({"eq": "1200", "unit": "g"}, [0]),
    ({"eq": "1.2"}, [0]),
    ({"eq": "1000 g"}, [1]),
    ({"in": ["0.50", "1.0", "7 t"]}, [2, 1]),
    ({"in": []}, []),
    ({"eq": "7"}, []),
    ({"isNull": True}, [5, 4]),
    ({"isNull": False}, [3, 2, 1, 0]),
    ({"isNull": True, "gt": "0"}, []),
    ({"isNull": None, "gt": None}, [5, 4, 3, 2, 1, 0]),
]
PERIODS: list[tuple[dict[str, Any], list[int]]] = [
    ({"from": "1987-05-01", "to": "1987-05-31"}, [3, 2, 1]),
    ({"from": "1987-05-02", "to": "1987-05-31"}, [3]),
    ({"from": "1987-01-01", "to": "1987-12-31"}, [3, 2, 1, 0]),
    ({"to": "1987-12-30"}, [3, 2, 1]),
    ({"from": "1987-05-31"}, [5, 4, 3]),
    ({"eq": "1987-05"}, [1]),
    ({"in": ["1987", "1988"]}, [4, 0]),
]
NONE = (
    "No specification with the key {key} can be filtered or ordered by: "
    "give the key of one that is filterable and not archived."
)
BOUNDED = "eq, in, gt, gte, lt or lte"
WHOLE = "This is no whole number of up to 15 digits: write it as in 12."
DAY = "This is not a date: write 1987-05-20, or 1987-05 or 1987 where no more is known."
FEW = "`in` may hold 250 texts over a whole `where`, and 10,000 characters."
NONSENSE: list[tuple[dict[str, Any], str]] = [
    ({"key": "note", "gt": "1"}, "gt, gte, lt and lte compare numbers, and note is none: use eq, in or contains."),
    ({"key": "made", "gt": "1954"}, "gt, gte, lt and lte compare numbers, and made is none: use eq, in, from or to."),
    ({"key": "count", "contains": "1"}, f"contains looks into texts and URLs, and count is none: use {BOUNDED}."),
    ({"key": "count", "from": "2000-01-01"}, f"from and to compare dates, and count is none: use {BOUNDED}."),
    ({"key": "note", "to": "2000-01-01"}, "from and to compare dates, and note is none: use eq, in or contains."),
    ({"key": "count", "eq": "heavy"}, f"'heavy' can be no value of count. {WHOLE}"),
    ({"key": "count", "in": ["1", "heavy"]}, f"'heavy' can be no value of count. {WHOLE}"),
    ({"key": "made", "eq": "spring"}, f"'spring' can be no value of made. {DAY}"),
    ({"key": "note", "in": ["x" * 1000] * 11}, FEW),
    ({"key": "count", "gt": "1", "unit": "kg"}, "count has no unit: leave unit out."),
    ({"key": "hidden", "eq": "x"}, NONE.format(key="hidden")),
    ({"key": "gone", "eq": "x"}, NONE.format(key="gone")),
    ({"key": "nowhere", "isNull": True}, NONE.format(key="nowhere")),
    ({"key": "note", "contains": "ß" * 51}, "`contains` may have 100 characters."),
    ({"key": "note", "eq": "x" * 1001}, "A text in `where` may have 1,000 characters."),
]


async def test_a_quantity_is_compared_whatever_its_unit(server: Server, db: Database) -> None:
    await _plant(db, WEIGHTS, weight={"type": "QUANTITY", "unit": "kg"})
    for wanted, found in QUANTITIES:
        where = {"specification": {"key": "weight"} | wanted}
        assert _found(server, where) == found, wanted
        others = [number for number in (5, 4, 3, 2, 1, 0) if number not in found]
        assert _found(server, {"not": where}) == others, wanted


async def test_a_date_is_found_where_all_its_days_are_within(server: Server, db: Database) -> None:
    await _plant(db, DATES, made={"type": "DATE"})
    for wanted, found in PERIODS:
        assert _found(server, {"specification": {"key": "made"} | wanted}) == found, wanted


async def test_one_of_several_options_is_enough(server: Server, db: Database) -> None:
    options = [an_option(key) for key in ("red", "green", "blue")]
    values = [{"tags": {"options": chosen}} for chosen in (["red", "green"], ["green"], ["blue"])]
    await _plant(db, values, tags={"type": "MULTI_ENUM", "options": options})
    assert _found(server, {"specification": {"key": "tags", "eq": "green"}}) == [1, 0]
    assert _found(server, {"specification": {"key": "tags", "in": ["red", "blue"]}}) == [2, 0]
    assert _found(server, {"specification": {"key": "tags", "eq": "green", "in": ["red"]}}) == [0]
    assert _found(server, {"not": {"specification": {"key": "tags", "eq": "green"}}}) == [2]


async def test_an_option_is_found_by_its_key_or_label(server: Server, db: Database) -> None:
    options = [an_option("35mm", label="Small format"), an_option("120", label="35mm"), an_option("a-b", label="A | B")]
    values = [{"film": {"option": key}, "films": {"options": [key, "120"]}} for key in ("35mm", "120", "a-b")]
    one, several = ({"type": kind, "options": options} for kind in ("ENUM", "MULTI_ENUM"))
    await _plant(db, values, film=one, films=several)
    for wanted, found in (("small FORMAT", [0]), ("35mm", [0]), ("a | b", [2]), ("35mm|a-b", []), ("large", [])):
        assert _found(server, {"specification": {"key": "film", "eq": wanted}}) == found
        assert _found(server, {"specification": {"key": "films", "in": [wanted, "large"]}}) == found


async def test_what_one_definition_can_read_is_asked_of_it(server: Server, db: Database) -> None:
    await _plant(db, [{"size": {"integer": 42}}], size={"type": "INTEGER"})
    await _plant(db, [{"size": "large"}], "Clothes", size={"type": "TEXT"})
    assert _found(server, {"specification": {"key": "size", "in": ["large", "42"]}}) == [0, 0]
    assert _found(server, {"specification": {"key": "size", "eq": "small"}}) == []


async def test_texts_are_counted_over_the_whole_where(server: Server, db: Database) -> None:
    await _plant(db, [{"note": "Silk"}], note={"type": "TEXT"})
    half = {"specification": {"key": "note", "in": ["silk"] * 125}}
    assert _found(server, {"and": [half, {"or": [half]}]}) == [0]
    [error] = server.answer(NAMES, where={"and": [half, {"or": [half]}], "not": half})["errors"]
    assert (error["message"], error["extensions"]) == (FEW, {"code": "BAD_USER_INPUT"})


async def test_a_long_text_is_found_by_all_of_it(server: Server, db: Database) -> None:
    texts = ["Ä" * 200 + ending for ending in ("", "one", "two", "100%")]
    await _plant(db, [{"note": text} for text in texts], note={"type": "TEXT"})
    assert _found(server, {"specification": {"key": "note", "eq": "ä" * 200 + "TWO"}}) == [2]
    assert _found(server, {"specification": {"key": "note", "eq": "ä" * 200}}) == [0]
    assert _found(server, {"specification": {"key": "note", "contains": "ÄTWO"}}) == [2]
    assert _found(server, {"specification": {"key": "note", "contains": "%"}}) == [3]


async def test_each_definition_with_the_key_is_asked_in_its_own_way(server: Server, db: Database) -> None:
    await _plant(db, [{"size": {"integer": 42}}, {"size": {"integer": 7}}], size={"type": "INTEGER"})
    await _plant(db, [{"size": "42"}, {"size": "large"}], "Clothes", size={"type": "TEXT"})
    assert _found(server, {"specification": {"key": "size", "eq": "42"}}) == [0, 0]
    assert _found(server, {"specification": {"key": "size", "gt": "1"}}) == [1, 0]
    assert _found(server, {"specification": {"key": "size", "contains": "L"}}) == [1]
    assert _found(server, {"specification": {"key": "size", "isNull": False}}) == [1, 0, 1, 0]
    assert _found(server, {"specification": {"key": "size", "eq": "42"}, "category": {"slug": "clothes"}}) == [0]


async def test_refuses_what_makes_no_sense(server: Server, db: Database) -> None:
    known: dict[str, dict[str, Any]] = {
        "note": {"type": "TEXT"},
        "count": {"type": "INTEGER"},
        "made": {"type": "DATE"},
    }
    known |= {"hidden": {"type": "TEXT", "filterable": False}, "gone": {"type": "TEXT", "archived": True}}
    await _plant(db, [], "Things", **known)
    place = {"locations": [{"line": 1, "column": NAMES.index("items(") + 1}], "path": ["items"]}
    for wanted, message in NONSENSE:
        refusal = {"message": message, **place, "extensions": {"code": "BAD_USER_INPUT"}}
        assert server.answer(NAMES, where={"specification": wanted}) == {"errors": [refusal], "data": None}
        assert server.answer(NAMES, where={"not": {"specification": wanted}}) == {"errors": [refusal], "data": None}


async def test_a_rare_value_is_found_among_many(server: Server, db: Database) -> None:
    """The rare ones are looked up first; the others are not, there being too many."""
    values = [{"count": {"integer": number}, "even": {"boolean": number % 2 == 0}} for number in range(2_100)]
    await _plant(db, values, count={"type": "INTEGER"}, even={"type": "BOOLEAN"})
    common, rare = ({"specification": one} for one in ({"key": "count", "gte": "0"}, {"key": "count", "lt": "4"}))
    even = {"specification": {"key": "even", "eq": "true"}}
    assert _found(server, {"and": [common, rare, even]}) == [2, 0]
    assert _found(server, {"and": [common, even, {"specification": {"key": "count", "in": ["7", "8"]}}]}) == [8]


async def test_until_the_new_index_is_whole_the_old_one_is_read(server: Server, db: Database) -> None:
    rows = await _plant(db, [{"size": "42"}, {"size": "large"}], size={"type": "TEXT"})
    changed = rows["size"] | {"type": "INTEGER"}
    async with db.transaction() as tx:
        await tx.specifications.change(changed["id"], type="INTEGER", now=THEN)
        await tx.editions.begin(changed["id"], changed["category_id"], 2, definition(changed), now=THEN)
    assert _found(server, {"specification": {"key": "size", "eq": "large"}}) == [1]
    assert _found(server, {"specification": {"key": "size", "contains": "4"}}) == [0]
    [error] = server.answer(NAMES, where={"specification": {"key": "size", "gt": "1"}})["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}


async def _plant(
    db: Database, values: list[dict[str, Any]], name: str = "Things", **known: Any
) -> dict[str, dict[str, Any]]:
    """A category with these specifications by key, and an item for each of `values`."""
    category, owner = a_category(name, slug=name.lower()), a_user(f"Mina of {name}")
    rows = {key: a_specification(category["id"], key, **{"filterable": True, **one}) for key, one in known.items()}
    async with db.transaction() as tx:
        if not await tx.studios.count():
            await tx.studios.add([a_studio()])
        await tx.users.add([owner])
        await tx.categories.add([category])
        await define(tx, *rows.values())
        await plant_items(tx, category["id"], owner["id"], values)
    return rows


def _found(server: Server, where: dict[str, Any]) -> list[int]:
    """The numbers of the items, the newest first."""
    page = server.ask(NAMES, where=where)["items"]
    assert page["totalCount"] == len(page["nodes"])
    return [int(node["name"].removeprefix("Item ")) for node in page["nodes"]]
