"""Changing and deleting services."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from services.accounts import an_account
from services.at_once import at_once
from services.bookable import ALWAYS, book, slots
from services.rows import THEN, a_service
from services.service_mutations import (
    CREATE,
    DELETE,
    FULL,
    NEW,
    UPDATE,
    an_error,
    answer_of,
    audited,
    codes,
    done,
    furnished,
    id_of,
    plant,
    written,
)

if TYPE_CHECKING:
    from db.database import Database
    from services.accounts import Account
    from services.server import Server

NOT_THERE = "There is no such thing, or it is not yours to see."


@pytest.fixture
async def staff(server: Server, db: Database) -> Account:
    return await an_account(server, db, role="STAFF")


@pytest.fixture(autouse=True)
async def studio(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.studios.found(THEN, currency="KRW", locales=["en", "ko"], weekly_hours=ALWAYS)


async def test_changes_what_is_given_and_nothing_else(server: Server, db: Database, staff: Account) -> None:
    made = done(server, CREATE, staff, input=FULL | {"price": {"amount": "150000"}})
    cleared = dict.fromkeys(("summary", "maxPerDay", "cancelNoticeMinutes"))
    changes = {**cleared, "name": "ÄRMEL", "price": {"amount": "9.99", "currency": "USD"}}
    changed = done(server, UPDATE, staff, id=made["id"], input=changes | {"expectedVersion": 1})
    assert changed == made | changes | {"version": 2}
    assert (await audited(db))[1:] == [
        (
            "service.updated",
            [
                {"field": "cancelNoticeMinutes", "before": "2880", "after": None},
                {"field": "maxPerDay", "before": "4", "after": None},
                {"field": "name", "before": "Family portrait", "after": "ÄRMEL"},
                {"field": "price", "before": "150000 KRW", "after": "9.99 USD"},
                {"field": "summary", "before": "Together", "after": None},
            ],
        )
    ]
    assert done(server, UPDATE, staff, id=made["id"], input={"price": None})["price"] is None


async def test_a_change_that_changes_nothing_writes_nothing(server: Server, db: Database, staff: Account) -> None:
    made = await furnished(server, db, staff)
    before = await written(db)
    texts = {"name": "Print", "translations": [{"locale": "ko", "field": "name", "value": "인화"}]}
    option = {"id": made["options"][0]["id"], **texts, "price": {"amount": "5000.00"}, "extraMinutes": 15}
    same = FULL | {
        "imageIds": [one["id"] for one in made["images"]],
        "resourceIds": [one["id"] for one in made["resources"]][::-1],
        "options": [option, {"id": made["options"][1]["id"], "name": " Retouching "}],
        "price": {"amount": "150000", "currency": "KRW"},
        "translations": [{"locale": "KO", "name": "가족사진", "description": " "}],
    }
    for given in ({}, same):
        assert done(server, UPDATE, staff, id=made["id"], input=given) == made
    assert await written(db) == before


async def test_options_are_kept_changed_added_and_taken_away(server: Server, db: Database, staff: Account) -> None:
    made = await furnished(server, db, staff)
    first, second = made["options"]
    given = [
        {"name": "Frame", "extraMinutes": None, "price": None},
        {"id": second["id"], "name": "Retouching", "price": {"amount": "30000"}},
        {"id": first["id"], "name": "Prints", "translations": [{"locale": "hi", "field": "name", "value": "छाप"}]},
    ]
    changed = done(server, UPDATE, staff, id=made["id"], input={"options": given})
    assert changed["options"] == [
        {"id": changed["options"][0]["id"], "name": "Frame", "price": None, "extraMinutes": 0, "translations": []},
        second | {"price": {"amount": "30000", "currency": "KRW"}},
        first | {"name": "Prints", "translations": [
            {"locale": "hi", "field": "name", "value": "छाप"}, {"locale": "ko", "field": "name", "value": "인화"},
        ]},
    ]  # fmt: skip
    assert (changed["version"], [entry["field"] for entry in (await audited(db))[-1][1]]) == (2, ["options"])
    cleared = {"id": first["id"], "name": "Prints", "price": None, "translations": None}
    left = done(server, UPDATE, staff, id=made["id"], input={"options": [cleared]})["options"]
    assert left == [first | {"name": "Prints", "price": None, "translations": []}]
    assert done(server, UPDATE, staff, id=made["id"], input={"options": None})["options"] == []


async def test_a_service_has_no_options_of_another(server: Server, db: Database, staff: Account) -> None:
    made = await furnished(server, db, staff)
    other = done(server, CREATE, staff, input=NEW)
    before = await written(db)
    own, id_ = made["options"][0]["id"], made["options"][1]["id"]
    answer = answer_of(
        server, UPDATE, staff, id=other["id"], input={"options": [{"name": "A"}, {"id": id_, "name": "B"}]}
    )
    assert answer == {"service": None, "userErrors": [an_error("NOT_FOUND", NOT_THERE, "options", "1", "id")]}
    twice = {"options": [{"id": own, "name": "A"}, {"id": own, "name": "B"}]}
    assert codes(answer_of(server, UPDATE, staff, id=made["id"], input=twice)) == [("CONFLICT", "input.options.1.id")]
    assert await written(db) == before


async def test_all_prices_of_a_service_are_in_one_currency(server: Server, db: Database, staff: Account) -> None:
    made = await furnished(server, db, staff)
    before = await written(db)
    message = "All prices of a service are in one currency: give this one in KRW too, or change the others."
    dollars = {"price": {"amount": "99", "currency": "USD"}}
    refused = {"service": None, "userErrors": [an_error("CONFLICT", message, "price")]}
    assert answer_of(server, UPDATE, staff, id=made["id"], input=dollars) == refused
    option = {"id": made["options"][0]["id"], "name": "Print"}
    refused = {"service": None, "userErrors": [an_error("CONFLICT", message, "options", "0", "price")]}
    assert answer_of(server, UPDATE, staff, id=made["id"], input={"options": [option | dollars]}) == refused
    assert await written(db) == before
    both = done(server, UPDATE, staff, id=made["id"], input=dollars | {"options": [option | dollars]})
    prices = [both["price"], both["options"][0]["price"]]
    assert prices == [{"amount": "99.00", "currency": "USD"}] * 2


@pytest.mark.parametrize("name", ["name", "slug", "durationMinutes", "capacity", "requiresConfirmation", "status"])
async def test_what_is_needed_cannot_be_cleared(name: str, server: Server, db: Database, staff: Account) -> None:
    row = a_service()
    await plant(db, services=[row])
    before = await written(db)
    message = "This is needed: give a value, or leave the field out."
    answer = answer_of(server, UPDATE, staff, id=id_of(row), input={name: None})
    assert answer == {"service": None, "userErrors": [an_error("REQUIRED", message, name)]}
    assert await written(db) == before


async def test_a_stale_version_is_refused(server: Server, db: Database, staff: Account) -> None:
    row = a_service(version=3)
    await plant(db, services=[row])
    before = await written(db)
    stale = an_error(
        "STALE_VERSION", "Somebody else has changed this meanwhile: it is at version 3 now.", "expectedVersion"
    )
    answer = answer_of(server, UPDATE, staff, id=id_of(row), input={"name": "Late", "expectedVersion": 2})
    assert answer == {"service": None, "userErrors": [stale | {"__typename": "StaleVersion", "currentVersion": 3}]}
    assert await written(db) == before


async def test_changes_at_once_with_one_version_leave_one(server: Server, db: Database, staff: Account) -> None:
    row = a_service()
    await plant(db, services=[row])
    asks = [
        partial(answer_of, server, UPDATE, staff, id=id_of(row), input={"capacity": seats, "expectedVersion": 1})
        for seats in range(2, 8)
    ]
    answers = await at_once(asks)
    assert sorted(map(codes, answers)) == [[]] + [[("STALE_VERSION", "input.expectedVersion")]] * 5
    assert len(await audited(db)) == 1


async def test_deletes_what_was_never_booked_and_what_hangs_on_it(server: Server, db: Database, staff: Account) -> None:
    made = await furnished(server, db, staff)
    inquiry = {"id": "1" * 32, "created_at": THEN, "updated_at": THEN, "version": 1, "name": "Mina", "email": None}
    inquiry |= {"phone": None, "message": "How much?", "preferred_date": None, "status": "OPEN", "locale": "ko"}
    inquiry |= {"service_id": made["id"].removeprefix("Service_"), "erased_at": None}
    async with db.transaction() as tx:
        await tx.inquiries.add([inquiry])
    assert answer_of(server, DELETE, staff, id=made["id"]) == {"deletedId": made["id"], "userErrors": []}
    left = await written(db)
    gone = ("services", "service_options", "service_images", "service_resources")
    assert {name: left[name] for name in gone} == {name: [] for name in gone}
    assert [(row.message, row.service_id) for row in left["inquiries"]] == [("How much?", None)]
    assert (await audited(db))[-1] == ("service.deleted", [])
    not_found = {"__typename": "InputError", "code": "NOT_FOUND", "message": NOT_THERE, "path": ["id"]}
    assert answer_of(server, DELETE, staff, id=made["id"]) == {"deletedId": None, "userErrors": [not_found]}


async def test_what_was_booked_is_archived_instead(server: Server, db: Database, staff: Account) -> None:
    made = done(server, CREATE, staff, input=NEW | {"status": "PUBLISHED"})
    book(server, made["id"], slots(server, made["id"])[0])
    before = await written(db)
    message = "1 bookings are of this service, past ones among them: give it the status ARCHIVED instead."
    in_use = {"__typename": "InUse", "code": "IN_USE", "message": message, "path": ["id"], "count": 1}
    assert answer_of(server, DELETE, staff, id=made["id"]) == {"deletedId": None, "userErrors": [in_use]}
    assert await written(db) == before
    assert done(server, UPDATE, staff, id=made["id"], input={"status": "ARCHIVED"})["status"] == "ARCHIVED"
