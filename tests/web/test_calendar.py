"""The staff's calendar: the studio's bookings for whoever has the address, as long as that is the current one."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from icalendar import Calendar

from auth.derived_tokens import DerivedTokens
from auth.keys import derive_key
from services.accounts import an_account, contents
from services.bookable import book, open_studio, slots
from services.process import studiograph
from services.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from db.database import Database
    from services.accounts import Account
    from settings import Settings

ADDRESS = "{ viewer { calendarUrl } }"
ROTATE = "mutation { rotateCalendarToken { viewer { calendarUrl } userErrors { code } } }"
KEY = """mutation { createApiKey(input: {name: "Website", role: STAFF}) { secret userErrors { code } } }"""
CANCEL = "mutation Cancel($by: BookingBy!) { cancelBooking(by: $by) { userErrors { code } } }"
CODE = re.compile(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", re.MULTILINE)
ABSENT = (404, "There is no such calendar. Copy its address anew: viewer { calendarUrl } tells it.\n")


@pytest.fixture
async def service(db: Database) -> str:
    """The service of a studio that can be booked."""
    return await open_studio(db)


async def test_shows_the_bookings_to_a_program_that_does_not_sign_in(
    server: Server, db: Database, service: str
) -> None:
    staff = await an_account(server, db, "STAFF")
    booked = book(server, service, slots(server, service)[10])

    response = server.client.get(_path(server, staff))

    (event,) = Calendar.from_ical(response.content).walk("VEVENT")
    assert event.decoded("dtstart") == datetime.fromisoformat(booked.starts_at)
    assert (str(event["summary"]), str(event["status"])) == ("Portrait: Kim Mina", "CONFIRMED")
    assert response.status_code == 200
    names = ("content-type", "cache-control", "x-content-type-options", "referrer-policy", "x-robots-tag")
    assert [response.headers[name] for name in names] == [
        "text/calendar; charset=utf-8",
        "private, max-age=300",
        "nosniff",
        "no-referrer",
        "noindex",
    ]


async def test_leaves_out_what_was_called_off(server: Server, db: Database, service: str) -> None:
    staff = await an_account(server, db, "STAFF")
    kept, gone = (book(server, service, start) for start in slots(server, service)[10:12])
    path = _path(server, staff)
    assert _codes(server, path) == {kept.code, gone.code}

    server.ask(CANCEL, by=gone.by)

    assert _codes(server, path) == {kept.code}


async def test_reaches_from_30_days_ago_to_a_year_ahead(
    settings: Settings, server: Server, db: Database, service: str
) -> None:
    staff = await an_account(server, db, "STAFF")
    booked = book(server, service, slots(server, service)[10])
    path, starts_at = _path(server, staff), datetime.fromisoformat(booked.starts_at)
    seen = {}
    for days in (-366, -364, 29, 31):
        with _at(settings, starts_at + timedelta(days=days)) as then:
            seen[days] = _codes(then, path)
    assert seen == {-366: set(), -364: {booked.code}, 29: {booked.code}, 31: set()}


async def test_need_not_be_loaded_twice(server: Server, db: Database, service: str) -> None:
    path = _path(server, await an_account(server, db, "STAFF"))
    book(server, service, slots(server, service)[10])
    known = {"if-none-match": server.client.get(path).headers["etag"]}
    again = server.client.get(path, headers=known)
    book(server, service, slots(server, service)[11])
    changed = server.client.get(path, headers=known)

    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", known["if-none-match"])
    assert (changed.status_code, changed.content.count(b"BEGIN:VEVENT")) == (200, 2)


@pytest.mark.usefixtures("service")
async def test_is_only_read(server: Server, db: Database) -> None:
    path = _path(server, await an_account(server, db, "STAFF"))
    head, posted = server.client.head(path), server.client.post(path)
    assert (head.status_code, head.content, posted.status_code) == (200, b"", 405)


@pytest.mark.usefixtures("service")
async def test_only_staff_have_an_address(server: Server, db: Database) -> None:
    admin, staff, member = [await an_account(server, db, role) for role in ("ADMIN", "STAFF", "MEMBER")]
    secret = server.ask(KEY, admin.headers)["createApiKey"]["secret"]
    by_key = {"authorization": f"Bearer {secret}"}

    assert [_url(server, who.headers) for who in (admin, staff)] == [
        f"http://localhost:8000/calendar/{_tokens(server).write(who.id)}.ics" for who in (admin, staff)
    ]
    assert [_url(server, headers) for headers in (member.headers, by_key)] == [None, None]
    assert _get(server, f"/calendar/{_tokens(server).write(member.id)}.ics") == ABSENT


async def test_another_address_ends_the_first(server: Server, db: Database, service: str) -> None:
    staff, other = await an_account(server, db, "STAFF"), await an_account(server, db, "ADMIN")
    booked = book(server, service, slots(server, service)[10])
    first, others = _path(server, staff), _path(server, other)

    rotated = server.ask(ROTATE, staff.headers)["rotateCalendarToken"]

    second = _path(server, staff)
    assert rotated == {"viewer": {"calendarUrl": f"http://localhost:8000{second}"}, "userErrors": []}
    assert second != first
    assert _get(server, first) == ABSENT
    assert _codes(server, second) == _codes(server, others) == {booked.code}
    (told,) = [row for row in (await contents(db, "audit_events"))["audit_events"] if row.actor_id == staff.id]
    assert (told.action, told.subject_id) == ("user.calendar_rotated", staff.id)
    assert told.changes == [{"field": "calendar_generation", "before": "0", "after": "1"}]


@pytest.mark.usefixtures("service")
async def test_members_strangers_and_keys_rotate_nothing(server: Server, db: Database) -> None:
    admin, member = await an_account(server, db, "ADMIN"), await an_account(server, db)
    secret = server.ask(KEY, admin.headers)["createApiKey"]["secret"]
    before = await contents(db, "users", "audit_events")
    asking: tuple[dict[str, str], ...] = (member.headers, {}, {"authorization": f"Bearer {secret}"})
    answers = [server.answer(ROTATE, headers) for headers in asking]

    codes = [answer["errors"][0]["extensions"]["code"] for answer in answers]
    assert codes == ["FORBIDDEN", "UNAUTHENTICATED", "FORBIDDEN"]
    assert await contents(db, "users", "audit_events") == before


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize("changed", [{"status": "SUSPENDED"}, {"status": "DELETED"}, {"role": "MEMBER"}])
async def test_ends_with_the_place_on_the_staff(server: Server, db: Database, changed: dict[str, Any]) -> None:
    staff = await an_account(server, db, "STAFF")
    path = _path(server, staff)
    assert _get(server, path)[0] == 200
    async with db.transaction() as tx:
        await tx.users.note(staff.id, **changed)
    assert _get(server, path) == ABSENT


@pytest.mark.usefixtures("service")
async def test_no_other_token_opens_it(server: Server, db: Database) -> None:
    staff = await an_account(server, db, "STAFF")
    right = _tokens(server).write(staff.id)
    of_bookings = DerivedTokens(derive_key(server.signing_key, "bookings"), "sgb_").write(staff.id)
    forged = DerivedTokens(b"a key of somebody else's", "sgc_").write(staff.id)
    of_nobody = _tokens(server).write("0" * 32)
    wrong = (of_bookings, forged, of_nobody, right[:-1], f"{right}A", right.upper(), "x", "x" * 5_000)
    assert {_get(server, f"/calendar/{token}.ics") for token in wrong} == {ABSENT}
    assert _get(server, f"/calendar/{right}.ics")[0] == 200


def test_neither_log_nor_metrics_tell_the_address(tmp_path: Path) -> None:
    token = DerivedTokens(b"of the test", "sgc_").write("0" * 32)
    with studiograph(tmp_path, "serve", "--empty", "--port", "0") as serving, serving.client() as client:
        client.get(f"/calendar/{token}.ics")
        client.get(f"/Calendar/{token}/more?{token}", headers={"x-request-id": "last"})
        metrics = client.get("/metrics").text
        serving.wait_for("request", path="/calendar/….ics", status=404)
        serving.wait_for("request", path="/Calendar/…/more", request_id="last")
        assert token not in serving.messages()
    assert 'route="/calendar/{token}.ics"' in metrics
    assert token not in metrics


@contextmanager
def _at(settings: Settings, moment: datetime) -> Iterator[Server]:
    """Another server over the same rows, whose clock stands at that moment."""
    server = Server(settings, lambda: moment.astimezone(UTC)).start()
    yield server
    server.stop()


def _url(server: Server, headers: dict[str, str]) -> str | None:
    url: str | None = server.ask(ADDRESS, headers)["viewer"]["calendarUrl"]
    return url


def _path(server: Server, account: Account) -> str:
    return str(_url(server, account.headers)).removeprefix("http://localhost:8000")


def _tokens(server: Server) -> DerivedTokens:
    return DerivedTokens(derive_key(server.signing_key, "calendars"), "sgc_")


def _get(server: Server, path: str) -> tuple[int, str]:
    response = server.client.get(path)
    return response.status_code, response.text


def _codes(server: Server, path: str) -> set[str]:
    """The codes of the bookings that it shows."""
    events = Calendar.from_ical(server.client.get(path).content).walk("VEVENT")
    return {code for event in events for code in CODE.findall(str(event["description"]))}
