"""Items that are written at the same moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from services.accounts import an_account
from services.item_mutations import CREATE, DELETE, RESTORE, UPDATE, a_camera, codes, define_cameras, done, written
from services.racing import ROUNDS, Ask, race

if TYPE_CHECKING:
    from db.database import Database
    from services.accounts import Account
    from services.server import Server

MANY = 20
WRITES_OF_ONE = {"items": 1, "unique_values": 1, "indexed_values": 2, "search_documents": 1, "audit_events": 1}
"""How many rows an item makes whose brand and serial number are indexed."""


@pytest.fixture
async def members(server: Server, db: Database) -> list[Account]:
    await define_cameras(db)
    return [await an_account(server, db, name=f"member-{number}") for number in range(4)]


async def test_of_many_who_enter_one_unique_value_one_wins_and_nothing_else_is_written(
    server: Server, db: Database, members: list[Account]
) -> None:
    for number in range(ROUNDS):
        before = await _counts(db)
        inputs = (a_camera(f"M{place}", brand="Leica", serial=f"{number}") for place in range(MANY))
        asks = [Ask(CREATE, {"input": one}, members[place % len(members)].headers) for place, one in enumerate(inputs)]
        answers = await race(asks, server.url)
        won = [answer for answer in answers if answer["item"]]
        lost = [codes(answer) for answer in answers if not answer["item"]]
        assert (len(won), lost) == (1, [[("NOT_UNIQUE", "input.specifications.1.value")]] * (MANY - 1))
        after = await _counts(db)
        assert {name: after[name] - before[name] for name in WRITES_OF_ONE} == WRITES_OF_ONE


async def test_of_many_who_change_to_one_unique_value_one_wins(
    server: Server, db: Database, members: list[Account]
) -> None:
    owner = members[0]
    for number in range(ROUNDS):
        items = [done(server, CREATE, owner, input=a_camera(serial=f"{number}-{place}"))["id"] for place in range(8)]
        given = {"specifications": [{"key": "serial", "value": {"text": f"{number}"}}]}
        answers = await race([Ask(UPDATE, {"id": one, "input": given}, owner.headers) for one in items], server.url)
        assert sorted(map(codes, answers)) == [[], *[[("NOT_UNIQUE", "input.specifications.0.value")]] * 7]
        counts = await _counts(db)
        assert counts["items"] == counts["unique_values"] == 8 * (number + 1)


async def test_of_two_deleted_items_with_one_value_one_is_restored(
    server: Server, db: Database, members: list[Account]
) -> None:
    owner, items = members[0], []
    for _ in range(2):
        items.append(done(server, CREATE, owner, input=a_camera(serial="7"))["id"])
        server.ask(DELETE, owner.headers, id=items[-1])
    answers = await race([Ask(RESTORE, {"id": one}, owner.headers) for one in items], server.url)
    assert sorted(map(codes, answers)) == [[], [("NOT_UNIQUE", "id")]]
    assert (await _counts(db))["unique_values"] == 1


async def test_items_that_swap_two_unique_values_do_not_stand_in_each_others_way(
    server: Server, db: Database, members: list[Account]
) -> None:
    """Each waits for the other's value: the database ends one of them, which begins anew."""
    owner = members[0]
    for number in range(ROUNDS):
        items = [done(server, CREATE, owner, input=a_camera(serial=f"{number}-{one}")) for one in "ab"]
        given: list[Any] = [
            {"specifications": [{"key": "serial", "value": {"text": f"{number}-{one}"}}]} for one in "ba"
        ]
        pairs = zip(items, given, strict=True)
        asks = [Ask(UPDATE, {"id": item["id"], "input": one}, owner.headers) for item, one in pairs]
        answers = await race(asks, server.url)
        counts = await _counts(db)
        assert counts["items"] == counts["unique_values"] == 2 * (number + 1)
        assert {code for answer in answers for code in codes(answer)} <= {
            ("NOT_UNIQUE", "input.specifications.0.value")
        }


async def test_a_retry_that_comes_at_once_makes_one_item(server: Server, db: Database, members: list[Account]) -> None:
    given = a_camera(serial="7") | {"idempotencyKey": "one"}
    answers = await race([Ask(CREATE, {"input": given}, members[0].headers)] * 5, server.url)
    assert len({answer["item"]["id"] for answer in answers}) == 1
    assert (await _counts(db))["items"] == 1


async def _counts(db: Database) -> dict[str, int]:
    return {name: len(rows) for name, rows in (await written(db)).items()}
