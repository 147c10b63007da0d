"""Lists of bookings: both databases find what plain Python finds, in its order, page by page, both ways."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from services.accounts import an_account
from services.agenda import STATUSES, Agenda
from services.bookings import NOW, TEN, Clock, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from db.database import Database
    from services.accounts import Account
    from services.server import Server
    from settings import Settings

PAGE = "$first: Int, $after: String, $last: Int, $before: String"
LIST = f"""query ($where: BookingWhere, $order: [BookingOrder!], {PAGE}) {{
    bookings(where: $where, orderBy: $order, first: $first, after: $after, last: $last, before: $before) {{
        totalCount nodes {{ code }} pageInfo {{ startCursor endCursor hasNextPage hasPreviousPage }}
    }}
}}"""
OWN = "query ($where: BookingWhere) { viewer { bookings(first: 100, where: $where) { totalCount nodes { code } } } }"
MOMENTS = [(TEN + timedelta(hours=hours)).isoformat() for hours in (-1, 0, 4, 9.5, 30)]
WORDS = (
    "mina",
    "김",
    "DOG",
    "100 %",
    "sure_",
    "straße",
    "strasse",
    "K7QF-0007",
    "guest3@",
    "가족사진",
    "x y",
    "",
    "준호 가족",
)


@pytest.fixture
def agenda() -> Agenda:
    return Agenda()


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    yield from serving(settings, Clock())


@pytest.fixture
async def staff(server: Server, db: Database, agenda: Agenda) -> Account:
    await agenda.load(db)
    return await an_account(server, db, "STAFF", now=NOW)


def _conditions(agenda: Agenda) -> st.SearchStrategy[dict[str, Any]]:
    """Any conditions, one within the other."""
    moment = st.sampled_from(MOMENTS)
    leaves = st.fixed_dictionaries(
        {},
        optional={
            "status": st.lists(st.sampled_from(STATUSES), max_size=3),
            "serviceId": st.sampled_from([f"Service_{one['id']}" for one in agenda.services] + ["x"]),
            "resourceId": st.sampled_from([f"Resource_{one['id']}" for one in agenda.resources] + ["x"]),
            "userId": st.sampled_from([f"User_{one['id']}" for one in agenda.users] + ["User_" + "0" * 32]),
            "startsAt": st.fixed_dictionaries({}, optional=dict.fromkeys(("gt", "gte", "lt", "lte"), moment)),
            "search": st.sampled_from(WORDS),
        },
    )
    return st.recursive(
        leaves,
        lambda inner: st.fixed_dictionaries(
            {}, optional={"and": st.lists(inner, max_size=2), "or": st.lists(inner, max_size=2), "not": inner}
        ),
        max_leaves=4,
    )


def test_any_conditions_find_what_plain_python_finds(server: Server, staff: Account, agenda: Agenda) -> None:
    @examples(max_examples=80, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
    @given(where=_conditions(agenda))
    def finds_the_same(where: dict[str, Any]) -> None:
        found = server.ask(LIST, staff.headers, where=where, first=100)["bookings"]
        expected = agenda.found(where)
        assert [node["code"] for node in found["nodes"]] == expected
        assert found["totalCount"] == len(expected)

    finds_the_same()


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("field", ["STARTS_AT", "CREATED_AT"])
async def test_pages_both_ways_are_the_list_in_pieces(
    field: str, direction: str, server: Server, staff: Account, agenda: Agenda
) -> None:
    given = {"order": [{"field": field, "direction": direction}], "where": {"search": "K7QF"}}
    expected = agenda.found({}, field.lower(), descending=direction == "DESC")
    forward, cursor = [], None
    while True:
        page = server.ask(LIST, staff.headers, **given, first=7, after=cursor)["bookings"]
        forward += [node["code"] for node in page["nodes"]]
        cursor = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    backward: list[str] = []
    while cursor:
        page = server.ask(LIST, staff.headers, **given, last=9, before=cursor)["bookings"]
        backward[:0] = [node["code"] for node in page["nodes"]]
        cursor = page["pageInfo"]["startCursor"] if page["pageInfo"]["hasPreviousPage"] else None
    assert (forward, backward) == (expected, expected[:-1])


async def test_a_cursor_of_another_list_is_refused(server: Server, staff: Account) -> None:
    cursor = server.ask(LIST, staff.headers, first=1)["bookings"]["pageInfo"]["endCursor"]
    order = [{"field": "CREATED_AT", "direction": "ASC"}]
    for other in ({"order": order}, {"where": {"status": ["PENDING"]}}):
        [error] = server.answer(LIST, staff.headers, first=1, after=cursor, **other)["errors"]
        assert error["extensions"]["code"] == "BAD_USER_INPUT"


async def test_one_sees_ones_own_bookings_and_no_others(
    server: Server, db: Database, staff: Account, agenda: Agenda
) -> None:
    user = await an_account(server, db, now=NOW)
    async with db.transaction() as tx:
        for row in agenda.rows[::4]:
            await tx.bookings.note(row["id"], user_id=user.id)
            row["user_id"] = user.id
    mine = {"userId": user.global_id}
    wanted: list[dict[str, Any]] = [{}, {"status": ["CONFIRMED", "PENDING"]}, mine, {"userId": staff.global_id}]
    for where in (*wanted, {"not": mine}, {"or": []}):
        expected = agenda.found({"and": [mine, where]})
        found = server.ask(OWN, user.headers, where=where)["viewer"]["bookings"]
        assert found == {"totalCount": len(expected), "nodes": [{"code": code} for code in expected]}
    assert server.ask(OWN, staff.headers)["viewer"]["bookings"] == {"totalCount": 0, "nodes": []}


async def test_only_staff_list_all_bookings(server: Server, db: Database, staff: Account) -> None:
    member = await an_account(server, db, now=NOW)
    for headers, code in ((None, "UNAUTHENTICATED"), (member.headers, "FORBIDDEN")):
        [error] = server.answer(LIST, headers, first=1)["errors"]
        assert error["extensions"] == {"code": code}
    assert server.ask(LIST, staff.headers, first=1)["bookings"]["totalCount"] == 60
