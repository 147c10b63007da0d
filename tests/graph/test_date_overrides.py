"""Dates on which the studio is closed, or open at other hours."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from services.accounts import an_account, contents
from services.at_once import at_once
from services.rows import THEN

if TYPE_CHECKING:
    from db.database import Database
    from services.accounts import Account
    from services.server import Server

FIELDS = "id date closed opensAt closesAt note"
ERRORS = "userErrors { code path }"
SET = (
    "mutation ($input: DateOverrideInput!) "
    f"{{ answer: setDateOverride(input: $input) {{ dateOverride {{ {FIELDS} }} {ERRORS} }} }}"
)
REMOVE = f"mutation ($id: ID!) {{ answer: removeDateOverride(id: $id) {{ deletedId {ERRORS} }} }}"
BETWEEN = (
    f"query ($first: Date!, $last: Date!) {{ studio {{ dateOverrides(from: $first, to: $last) {{ {FIELDS} }} }} }}"
)
NODE = f"query ($id: ID!) {{ node(id: $id) {{ ... on DateOverride {{ {FIELDS} }} }} }}"
CHUSEOK = "2026-09-25"
ROUNDS = 10


@pytest.fixture(autouse=True)
async def _studio(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.studios.found(THEN)


@pytest.fixture
async def staff(server: Server, db: Database) -> Account:
    return await an_account(server, db, role="STAFF")


async def test_closes_the_studio_on_a_date(server: Server, db: Database, staff: Account) -> None:
    made = _set(server, staff, date=CHUSEOK, closed=True, note=" Chuseok ")["dateOverride"]
    assert made == {
        "id": made["id"], "date": CHUSEOK, "closed": True, "opensAt": None, "closesAt": None, "note": "Chuseok",
    }  # fmt: skip
    assert server.ask(NODE, id=made["id"]) == {"node": made}
    assert await _audited(db) == [
        (
            "dateOverride.set",
            [
                {"field": "closed", "before": None, "after": "true"},
                {"field": "date", "before": None, "after": CHUSEOK},
                {"field": "note", "before": None, "after": "Chuseok"},
            ],
        )
    ]


async def test_setting_a_date_again_replaces_what_was_set(server: Server, db: Database, staff: Account) -> None:
    made = _set(server, staff, date=CHUSEOK, closed=True, note="Chuseok")["dateOverride"]
    again = _set(server, staff, date=CHUSEOK, closed=False, opensAt="22:00", closesAt="04:00")["dateOverride"]
    assert again == {
        "id": made["id"], "date": CHUSEOK, "closed": False, "opensAt": "22:00", "closesAt": "04:00", "note": None,
    }  # fmt: skip
    assert _between(server, CHUSEOK, CHUSEOK) == [again]
    assert (await _audited(db))[1:] == [
        (
            "dateOverride.set",
            [
                {"field": "closed", "before": "true", "after": "false"},
                {"field": "closesAt", "before": None, "after": "04:00"},
                {"field": "note", "before": "Chuseok", "after": None},
                {"field": "opensAt", "before": None, "after": "22:00"},
            ],
        )
    ]


async def test_setting_the_same_again_writes_nothing(server: Server, db: Database, staff: Account) -> None:
    first = _set(server, staff, date=CHUSEOK, closed=True)
    before = await contents(db, "date_overrides", "audit_events")
    assert _set(server, staff, date=CHUSEOK, closed=True, note="") == first
    assert await contents(db, "date_overrides", "audit_events") == before


def test_a_stretch_has_its_first_and_its_last_date(server: Server, staff: Account) -> None:
    days = [f"2026-09-{day}" for day in (23, 24, 25, 26)]
    made = [_set(server, staff, date=day, closed=True)["dateOverride"] for day in reversed(days)]
    assert _between(server, days[1], days[2]) == [made[2], made[1]]
    assert _between(server, "2026-10-01", "2027-10-01") == []


@pytest.mark.parametrize(("first", "last"), [("2026-01-01", "2027-01-02"), ("2026-01-02", "2026-01-01")])
def test_more_than_366_days_are_refused(first: str, last: str, server: Server) -> None:
    answer = server.answer(BETWEEN, first=first, last=last)
    (error,) = answer["errors"]
    assert (answer["data"], error["extensions"]["code"]) == (None, "BAD_USER_INPUT")
    assert error["message"] == "Ask for 1 to 366 days: from a date to the same one or a later one."


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"closed": True, "opensAt": "09:00"}, ("CONFLICT", "opensAt")),
        ({"closed": False, "opensAt": "09:00"}, ("REQUIRED", "closesAt")),
        ({"closed": False, "opensAt": "09:00", "closesAt": "09:00"}, ("INVALID", "closesAt")),
        ({"closed": True, "note": "x" * 501}, ("TOO_LONG", "note")),
    ],
)
async def test_refuses_what_cannot_be(
    given: dict[str, Any], error: tuple[str, str], server: Server, db: Database, staff: Account
) -> None:
    code, field = error
    answer = _set(server, staff, date=CHUSEOK, **given)
    assert answer == {"dateOverride": None, "userErrors": [{"code": code, "path": ["input", field]}]}
    assert (_between(server, CHUSEOK, CHUSEOK), await _audited(db)) == ([], [])


async def test_the_same_date_set_many_times_at_once_is_one_row(server: Server, db: Database, staff: Account) -> None:
    for number in range(ROUNDS):
        day = f"2026-10-{number + 1:02}"
        asks = [partial(_set, server, staff, date=day, closed=True, note=f"{one}") for one in range(4)]
        answers = await at_once(asks)
        assert [answer["userErrors"] for answer in answers] == [[], [], [], []]
        assert len({answer["dateOverride"]["id"] for answer in answers}) == 1
        assert len(_between(server, day, day)) == 1
    assert len((await contents(db, "date_overrides"))["date_overrides"]) == ROUNDS


async def test_removing_lets_the_weekly_hours_hold_again(server: Server, db: Database, staff: Account) -> None:
    made = _set(server, staff, date=CHUSEOK, closed=True)["dateOverride"]
    assert _remove(server, staff, made["id"]) == {"deletedId": made["id"], "userErrors": []}
    assert (_between(server, CHUSEOK, CHUSEOK), server.ask(NODE, id=made["id"])) == ([], {"node": None})
    gone = {"deletedId": None, "userErrors": [{"code": "NOT_FOUND", "path": ["id"]}]}
    assert _remove(server, staff, made["id"]) == gone
    assert (await _audited(db))[1:] == [("dateOverride.removed", [{"field": "date", "before": CHUSEOK, "after": None}])]


async def test_setting_and_removing_a_date_at_once_end_in_one_of_both(server: Server, staff: Account) -> None:
    for _ in range(ROUNDS):
        made = _set(server, staff, date=CHUSEOK, closed=True)["dateOverride"]
        remove = partial(_remove, server, staff, made["id"])
        change = partial(_set, server, staff, date=CHUSEOK, closed=True, note="again")
        removed, changed = await at_once([remove, change])
        assert (removed["userErrors"], changed["userErrors"]) == ([], [])
        assert [one["note"] for one in _between(server, CHUSEOK, CHUSEOK)] in ([], ["again"])


@pytest.mark.parametrize("role", ["MEMBER", None])
async def test_only_staff_may_write(role: str | None, server: Server, db: Database, staff: Account) -> None:
    made = _set(server, staff, date=CHUSEOK, closed=True)["dateOverride"]
    headers = (await an_account(server, db, role=role)).headers if role else {}
    before = await contents(db, "date_overrides", "audit_events")
    for query, variables in (
        (SET, {"input": {"date": CHUSEOK, "closed": True, "note": "x"}}),
        (REMOVE, {"id": made["id"]}),
    ):
        answer = server.answer(query, headers, **variables)
        assert answer["data"] == {"answer": None}
        code = "FORBIDDEN" if role else "UNAUTHENTICATED"
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
    assert await contents(db, "date_overrides", "audit_events") == before
    assert server.ask(BETWEEN, headers, first=CHUSEOK, last=CHUSEOK) == {"studio": {"dateOverrides": [made]}}


def _set(server: Server, account: Account, **given: Any) -> Any:
    return server.ask(SET, headers=account.headers, input=given)["answer"]


def _remove(server: Server, account: Account, override_id: str) -> Any:
    return server.ask(REMOVE, headers=account.headers, id=override_id)["answer"]


def _between(server: Server, first: str, last: str) -> Any:
    return server.ask(BETWEEN, first=first, last=last)["studio"]["dateOverrides"]


async def _audited(db: Database) -> list[tuple[str, Any]]:
    """What was done to dates, the first first."""
    return [(row.action, row.changes) for row in (await contents(db, "audit_events"))["audit_events"]]
