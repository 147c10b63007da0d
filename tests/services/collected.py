"""Collections that are the same in every database: values of every type, missing ones and such as do not fit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from db.database import open_database
from db.item_writing import add_items
from services.collections import a_specification, an_entry, an_item, an_option, define
from services.rows import THEN, a_category, a_studio, a_user

if TYPE_CHECKING:
    from collections.abc import Mapping

COLOURS = ("red", "blue", "green", "black")
TAGS = ("rare", "signed", "gift", "old")
GRAMS = {"g": Decimal(1), "kg": Decimal(1000), "oz": Decimal("28.349523125"), "t": Decimal(1_000_000)}
TEXTS = (
    "Leica M3",
    "leica m3",
    "Straße 5",
    "STRASSE 5",
    "한복",
    "100% wool",
    "under_score",
    "\U0001f338",
    "a" * 250,
    "a" * 251,
)
NUMBERS = ("0", "-0.5", "0.50", "0.5", "9", "10", "-9", "-10", "1234.5", "-1234.5678", "999999999999999")
DAYS = (
    "1987",
    "1987-05",
    "1987-05-01",
    "1987-05-31",
    "1987-06-01",
    "2000-02",
    "2000-02-29",
    "0001-01-01",
    "9999-12-31",
)
URLS = ("https://example.com/a", "https://example.com/B?q=1", "http://한국.example/")


@dataclass
class Thing:
    """An item's row, and by key what its values mean, in plain Python; what is missing or does not fit is not there."""

    row: dict[str, Any]
    created_at: Any
    meanings: dict[str, Any] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)


class Collected:
    """Rows, in the order in which they can be written, and what they mean."""

    def __init__(self, number: int = 150, seed: int = 2026) -> None:
        self._chance = Random(seed)  # noqa: S311  (the same rows in every run)
        self.owners = [a_user("Mina"), a_user("Juno")]
        things, books = a_category("Things", slug="things"), a_category("Books", slug="books")
        cameras = a_category("Cameras", slug="cameras", parent_id=things["id"])
        self.categories = [things, books, cameras]
        self.specifications = [*_of_things(things["id"]), *_of_books(books["id"])]
        self.things = [self._thing(place) for place in range(number)]

    async def load(self, url: str) -> None:
        """Write everything into an empty migrated database."""
        db = open_database(url, 1)
        async with db.transaction() as tx:
            await tx.studios.add([a_studio()])
            await tx.users.add(self.owners)
            await tx.categories.add(self.categories)
            await define(tx, *self.specifications)
            known = await tx.specifications.kept([category["id"] for category in self.categories])
            for thing in self.things:
                await add_items(tx, [thing.row], known, now=thing.created_at)
        await db.close()

    def _thing(self, place: int) -> Thing:
        chance, category = self._chance, self._chance.choice(self.categories)
        price = Decimal(chance.choice(("12.50", "9", "100"))) if chance.random() < 0.7 else None
        row = an_item(
            category["id"],
            chance.choice(self.owners)["id"],
            chance.choice(("Camera", "camera", "Ärmel", "Zebra", "\ud55c\ubcf5", f"Thing {place}")),
            description=chance.choice((None, "From the attic", "한복 in a box", "red")),
            condition=chance.choice((None, "NEW", "GOOD", "POOR")),
            price_amount=price,
            price_currency="EUR" if price else None,
        )
        thing = Thing(row, THEN + timedelta(hours=place // 9))
        for specification in self._known(category):
            thing.types[specification["key"]] = specification["type"]
            if chance.random() < 0.7:
                self._enter(thing, specification)
        return thing

    def _known(self, category: Mapping[str, Any]) -> list[dict[str, Any]]:
        above = {category["id"], category["parent_id"]}
        return [one for one in self.specifications if one["category_id"] in above]

    def _enter(self, thing: Thing, specification: Mapping[str, Any]) -> None:
        """A value; now and then one that does not fit."""
        content, meaning = _value(self._chance, specification)
        if specification["type"] != "TEXT" and self._chance.random() < 0.15:
            content, meaning = {"text": "who knows"}, None
        thing.row["specification_values"][specification["id"]] = an_entry(specification, content)
        if meaning is not None:
            thing.meanings[specification["key"]] = meaning


def _of_things(category: str) -> list[dict[str, Any]]:
    colours, tags = ([an_option(key) for key in keys] for keys in (COLOURS, TAGS))
    known: dict[str, dict[str, Any]] = {
        "note": {"type": "TEXT"},
        "count": {"type": "INTEGER", "max": Decimal(1000)},
        "ratio": {"type": "DECIMAL"},
        "working": {"type": "BOOLEAN"},
        "made": {"type": "DATE"},
        "colour": {"type": "ENUM", "options": colours},
        "tags": {"type": "MULTI_ENUM", "options": tags},
        "link": {"type": "URL"},
        "weight": {"type": "QUANTITY", "unit": "kg"},
    }
    return [a_specification(category, key, filterable=True, **one) for key, one in known.items()]


def _of_books(category: str) -> list[dict[str, Any]]:
    """Some with keys that things have, too: with another unit, type or options; by the last nothing is filtered."""
    colours = [an_option(key) for key in ("blue", "white", "red")]
    return [
        a_specification(category, "weight", "QUANTITY", unit="g", filterable=True),
        a_specification(category, "made", "TEXT", filterable=True),
        a_specification(category, "colour", "ENUM", options=colours, filterable=True),
        a_specification(category, "pages", "INTEGER", filterable=True),
        a_specification(category, "secret", "TEXT"),
    ]


def _value(chance: Random, specification: Mapping[str, Any]) -> tuple[dict[str, Any], Any]:
    """A stored content, and what it means."""
    return VALUES.get(specification["type"], _a_text)(chance, specification)


def _a_text(chance: Random, specification: Mapping[str, Any]) -> tuple[dict[str, Any], Any]:
    options = tuple(option["key"] for option in specification["options"])
    field, texts = {"ENUM": ("option", options), "URL": ("url", URLS)}.get(specification["type"], ("text", TEXTS))
    text = chance.choice(texts)
    return {field: text}, text


def _an_integer(chance: Random, specification: Mapping[str, Any]) -> tuple[dict[str, Any], Any]:
    """Up to what is too large for some."""
    number = chance.choice((-7, 0, 3, 12, 1000, 1001))
    return {"integer": number}, Decimal(number) if number <= (specification["max"] or number) else None


def _a_decimal(chance: Random, _specification: Mapping[str, Any]) -> tuple[dict[str, Any], Any]:
    text = chance.choice(NUMBERS)
    return {"decimal": text}, Decimal(text)


def _a_quantity(chance: Random, _specification: Mapping[str, Any]) -> tuple[dict[str, Any], Any]:
    text, unit = chance.choice(NUMBERS), chance.choice(tuple(GRAMS))
    return {"quantity": {"value": text, "unit": unit}}, Decimal(text) * GRAMS[unit]


def _an_answer(chance: Random, _specification: Mapping[str, Any]) -> tuple[dict[str, Any], Any]:
    answer = chance.random() < 0.5
    return {"boolean": answer}, answer


def _a_date(chance: Random, _specification: Mapping[str, Any]) -> tuple[dict[str, Any], Any]:
    text = chance.choice(DAYS)
    return {"date": text}, days(text)


def _some_options(chance: Random, _specification: Mapping[str, Any]) -> tuple[dict[str, Any], Any]:
    chosen = chance.sample(TAGS, chance.randrange(1, 4))
    return {"options": chosen}, set(chosen)


VALUES = {
    "INTEGER": _an_integer,
    "DECIMAL": _a_decimal,
    "QUANTITY": _a_quantity,
    "BOOLEAN": _an_answer,
    "DATE": _a_date,
    "MULTI_ENUM": _some_options,
}


def days(text: str) -> tuple[date, date]:
    """The first and the last day of a date of which a part may not be known."""
    year, month, day = (*(int(part) for part in text.split("-")), 0, 0)[:3]
    if day:
        return date(year, month, day), date(year, month, day)
    first = date(year, month or 1, 1)
    later = date(year + 1, 1, 1) if not month or month == 12 else date(year, month + 1, 1)
    return first, later - timedelta(days=1)
