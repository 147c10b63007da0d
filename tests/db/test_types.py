"""Column types: what is read is what was written, in the same order and as the same text on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Executable, select

from db.ids import new_id
from db.sources import USERS
from services.rows import THEN, a_category, a_design, a_studio, a_user

if TYPE_CHECKING:
    from db.conftest import Look
    from db.database import Database

INSTANTS = [
    datetime(2026, 3, 8, 10, 0, 0, 1, tzinfo=UTC),
    datetime(2026, 3, 8, 10, 0, tzinfo=UTC),
    datetime(2026, 3, 8, 9, 59, 59, 999_999, tzinfo=UTC),
    datetime(2026, 3, 8, 19, 0, 0, 2, tzinfo=ZoneInfo("Asia/Seoul")),
    datetime(2026, 3, 8, 1, 30, tzinfo=timezone(timedelta(hours=-8, minutes=-30))),
    datetime(2026, 10, 25, 1, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=0),
    datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=0),
    datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1),
    datetime(999, 1, 1, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999_998, tzinfo=UTC),  # one later is asyncpg's infinity
    datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
]
DOCUMENTS: list[tuple[Any, str]] = [
    (
        {"b": 1, "a": [True, None, 2.5], "ä": {"z": "", "y": "한복"}},
        '{"a":[true,null,2.5],"b":1,"ä":{"y":"한복","z":""}}',
    ),
    (
        {"a": [True, None, 2.5], "ä": {"y": "한복", "z": ""}, "b": 1},
        '{"a":[true,null,2.5],"b":1,"ä":{"y":"한복","z":""}}',
    ),
    ({}, "{}"),
    ({"control": '\u0000\n"\\'}, '{"control":"\\u0000\\n\\"\\\\"}'),
    ({"number": 2**53, "small": 1e-7, "negative": -0.5}, '{"negative":-0.5,"number":9007199254740992,"small":1e-7}'),
    (None, "null"),
]


async def test_an_instant_is_read_to_the_microsecond_in_utc(db: Database) -> None:
    users = await _users_made_at(db, INSTANTS)
    rows = await db.read().users.by_ids(frozenset({"created_at"}), list(users))
    read = [rows[user].created_at for user in users]
    assert [moment.isoformat() for moment in read] == [moment.astimezone(UTC).isoformat() for moment in INSTANTS]


async def test_instants_are_ordered_as_they_follow_each_other(db: Database) -> None:
    users = await _users_made_at(db, INSTANTS)
    rows = await db.read().connection.all(_ordered_by, "created_at")
    assert [row.id for row in rows] == [user for _, user in sorted(zip(INSTANTS, users, strict=True))]


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_on_sqlite_an_instant_is_text_of_one_width(db: Database, database_url: str, look: Look) -> None:
    await _users_made_at(db, INSTANTS)
    texts = [text for (text,) in await look(database_url, "SELECT created_at FROM users ORDER BY created_at")]
    assert texts == sorted(moment.astimezone(UTC).isoformat(timespec="microseconds") for moment in INSTANTS)
    assert {len(text) for text in texts} == {len("2026-03-08T10:00:00.000000+00:00")}


@pytest.mark.parametrize(("value", "text"), DOCUMENTS)
async def test_json_is_the_same_text_on_both(
    value: Any, text: str, db: Database, database_url: str, look: Look
) -> None:
    studio = a_studio(translations=value)
    async with db.transaction() as tx:
        await tx.studios.add([studio])
    row = await db.read().studios.get(frozenset({"translations"}))
    assert row is not None
    assert row.translations == value
    assert await look(database_url, "SELECT translations FROM studios") == [(text,)]


async def test_ids_are_read_and_ordered_as_they_were_written(db: Database) -> None:
    chance = Random(4)  # noqa: S311  (the same ids in every run)
    ids = ["0" * 32, "f" * 32, new_id(), uuid4().hex, *(f"{chance.getrandbits(128):032x}" for _ in range(50))]
    async with db.transaction() as tx:
        await tx.users.add([a_user(f"User {number}", id=user) for number, user in enumerate(ids)])
    assert [row.id for row in await db.read().connection.all(_ordered_by, "id")] == sorted(ids)
    assert (await db.read().users.by_ids(frozenset(), ids)).keys() == set(ids)


def test_a_later_id_sorts_later() -> None:
    ids = [new_id() for _ in range(10_000)]
    assert ids == sorted(set(ids))
    assert {UUID(one).version for one in ids} == {7}


async def test_every_value_of_a_row_is_read_as_it_was_written(db: Database) -> None:
    category = a_category("लहंगा", description="")
    texts = {"style": "한복 'x' \"y\" \\ % _ ? :a $1\n", "colour": "🌸", "fabric": ""}
    numbers = {"featured": True, "view_count": 2**31 - 1, "like_count": 0, "trending_score": 0.1 + 0.2}
    design = a_design(category["id"], "ÄRMEL", published_at=THEN, **texts, **numbers)
    async with db.transaction() as tx:
        await tx.categories.add([category])
        await tx.designs.add([design])
    row = (await db.read().designs.by_ids(frozenset(design), [design["id"]]))[design["id"]]
    assert row._asdict() == design
    assert {name: type(value) for name, value in row._asdict().items()} == {
        name: type(value) for name, value in design.items()
    }


async def _users_made_at(db: Database, moments: list[datetime]) -> list[str]:
    users = [a_user(f"User {number}", created_at=moment) for number, moment in enumerate(moments)]
    async with db.transaction() as tx:
        await tx.users.add(users)
    return [user["id"] for user in users]


def _ordered_by(column: str) -> Executable:
    return select(USERS.table.c.id).order_by(USERS.table.c[column])
