"""How a guest is reached, and how often one may write: told by the contact form, which counts like bookings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from graph.guests import CustomerInput, contact, customer_of
from rules.customers import Contact
from rules.refusals import Refusals
from services.accounts import an_account, column, contents
from services.at_once import at_once
from services.inquiring import SEND, WRITTEN, mailed, open_studio, refused, sending, sent
from services.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from db.database import Database
    from settings import Settings

PATH = ("input", "customer")
SEOUL = SimpleNamespace(time_zone="Asia/Seoul")
HOUR = timedelta(hours=1)
PER_ADDRESS, PER_EMAIL, PER_PHONE = 10, 5, 5


class Clock:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.moment = datetime.now(UTC)

    def __call__(self) -> datetime:
        """What time it is."""
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(settings: Settings, clock: Clock) -> Iterator[Server]:
    """A server whose clock stands still until it is moved; it takes a proxy's word for who asks."""
    started = Server(settings.model_copy(update={"trusted_proxies": ("127.0.0.1",)}), clock).start()
    yield started
    started.stop()


@pytest.fixture
async def _studio(db: Database) -> None:
    await open_studio(db)


def others(number: int) -> dict[str, Any]:
    """What one guest says otherwise than the others."""
    return {"email": f"guest{number}@example.com"}


def from_(address: str) -> dict[str, str]:
    """The headers of a request from elsewhere."""
    return {"x-forwarded-for": address}


def limited(wait: int) -> dict[str, Any]:
    """The whole answer to who wrote too often."""
    message = f"Too many tries: wait {wait} seconds."
    error = {"__typename": "RateLimited", "code": "RATE_LIMITED", "message": message, "path": ["input"]}
    return {"inquiry": None, "userErrors": [error | {"retryAfterSeconds": wait}]}


@pytest.mark.usefixtures("_studio")
async def test_an_address_may_write_ten_times_an_hour(server: Server, db: Database, clock: Clock) -> None:
    for number in range(PER_ADDRESS):
        sent(server, **others(number))
        clock.moment += timedelta(minutes=1)
    before = await contents(db, *WRITTEN, "guest_requests")
    assert sending(server, **others(10)) == limited(50 * 60)
    clock.moment += timedelta(minutes=50, seconds=-1)
    assert sending(server, **others(10)) == limited(1)
    assert await contents(db, *WRITTEN, "guest_requests") == before
    clock.moment += timedelta(seconds=1)
    sent(server, **others(10))
    assert sending(server, **others(11)) == limited(60)


@pytest.mark.usefixtures("_studio")
async def test_other_addresses_may_still_write(server: Server, clock: Clock) -> None:
    for number in range(PER_ADDRESS):
        sent(server, from_(f"2001:db8::{number + 1}"), **others(number))
    assert sending(server, from_("2001:db8::ffff"), **others(10)) == limited(3600)
    sent(server, from_("2001:db8:0:1::1"), **others(10))
    sent(server, from_("192.0.2.7"), **others(10))
    clock.moment += HOUR
    sent(server, from_("2001:db8::ffff"), **others(10))


@pytest.mark.usefixtures("_studio")
@pytest.mark.parametrize(
    ("one", "same", "other", "limit"),
    [
        ({"email": "mina@example.com"}, {"email": "MINA@Example.COM"}, {"email": "jun@example.com"}, PER_EMAIL),
        ({"phone": "010-1234-5678"}, {"phone": "+82 10 1234 5678"}, {"phone": "010-1234-5679"}, PER_PHONE),
    ],
    ids=["email", "phone"],
)
async def test_an_email_and_a_phone_number_come_five_times_an_hour_from_wherever(
    one: dict[str, str], same: dict[str, str], other: dict[str, str], limit: int, *, server: Server, db: Database
) -> None:
    def said(number: int, what: dict[str, str]) -> dict[str, Any]:
        return {"headers": from_(f"192.0.2.{number}"), **others(number), **what}

    for number in range(limit):
        sent(server, **said(number, one))
    before = await contents(db, *WRITTEN, "guest_requests")
    assert sending(server, **said(limit, same)) == limited(3600)
    assert await contents(db, *WRITTEN, "guest_requests") == before
    sent(server, **said(limit, other))


@pytest.mark.usefixtures("_studio")
async def test_an_admin_sets_how_often_an_address_may_write(server: Server, db: Database, clock: Clock) -> None:
    await _allow(db, "2", clock)
    sent(server, **others(0))
    sent(server, **others(1))
    assert sending(server, **others(2)) == limited(3600)
    await _allow(db, "3", clock)
    sent(server, **others(2))
    assert sending(server, **others(3)) == limited(3600)


@pytest.mark.usefixtures("_studio")
async def test_of_fifty_at_once_from_one_address_ten_are_let_through(server: Server, db: Database) -> None:
    answers = await at_once([partial(sending, server, **others(number)) for number in range(50)])
    assert sorted(map(refused, answers)) == [[]] * PER_ADDRESS + [[("RATE_LIMITED", [])]] * (50 - PER_ADDRESS)
    assert len(await column(db, "inquiries", "id")) == PER_ADDRESS
    assert len(await mailed(db)) == 2 * PER_ADDRESS
    assert len(await column(db, "guest_requests", "id")) == 2 * PER_ADDRESS


@pytest.mark.usefixtures("_studio")
async def test_of_fifty_at_once_from_fifty_addresses_five_have_one_email_and_phone(
    server: Server, db: Database
) -> None:
    asks = [partial(sending, server, from_(f"192.0.2.{number}"), phone="010-1234-5678") for number in range(50)]
    answers = await at_once(asks)
    assert sorted(map(refused, answers)) == [[]] * PER_EMAIL + [[("RATE_LIMITED", [])]] * (50 - PER_EMAIL)
    assert len(await column(db, "inquiries", "id")) == PER_EMAIL
    assert len(await column(db, "guest_requests", "id")) == 3 * PER_EMAIL


@pytest.mark.usefixtures("_studio")
async def test_the_same_input_under_its_key_is_counted_once(server: Server, db: Database, clock: Clock) -> None:
    first = sent(server, idempotencyKey="one")
    counted = await contents(db, "guest_requests")
    for _ in range(PER_ADDRESS):
        assert sent(server, idempotencyKey="one") == first
    assert await contents(db, "guest_requests") == counted
    for number in range(PER_ADDRESS - 1):
        sent(server, **others(number))
    assert sending(server, **others(10)) == limited(3600)
    assert sent(server, idempotencyKey="one") == first
    clock.moment += 2 * HOUR
    assert sent(server, idempotencyKey="one") == first


@pytest.mark.usefixtures("_studio")
async def test_what_is_refused_afterwards_has_been_tried(server: Server) -> None:
    missing = f"Service_{'0' * 32}"
    for number in range(PER_ADDRESS):
        assert refused(sending(server, serviceId=missing, **others(number))) == [("NOT_FOUND", ["serviceId"])]
    assert sending(server, **others(10)) == limited(3600)


@pytest.mark.usefixtures("_studio")
async def test_of_members_only_whom_they_give_is_counted_and_of_staff_nothing(server: Server, db: Database) -> None:
    """A member must not flood somebody's mailbox either; behind one address there may be many."""
    staff = await an_account(server, db, "STAFF")
    for _ in range(PER_ADDRESS + 1):
        sent(server, staff.headers)
    assert await column(db, "guest_requests", "id") == []
    member = await an_account(server, db)
    for _ in range(5):
        sent(server, member.headers)
    assert refused(sending(server, member.headers)) == [("RATE_LIMITED", [])]


@pytest.mark.usefixtures("_studio")
async def test_who_has_just_signed_up_is_still_a_guest(server: Server, db: Database) -> None:
    """Each of them has keys of their own, so each inquiry is a new one."""
    ask = '{name: "Jun", email: "jun@example.com", message: "Hello", idempotencyKey: "one"}'
    for name in ("jun-park", "jun-kim"):
        sign_up = f'register(input: {{username: "{name}", password: "correct horse battery"}}) {{ user {{ id }} }}'
        both = f"mutation {{ {sign_up} answer: sendInquiry(input: {ask}) {{ userErrors {{ code }} }} }}"
        assert server.ask(both)["answer"] == {"userErrors": []}
    assert len(await column(db, "inquiries", "id")) == 2
    assert len(await column(db, "guest_requests", "id")) == 4


@pytest.mark.usefixtures("_studio")
async def test_nobody_is_counted_where_rate_limits_are_off(settings: Settings, db: Database) -> None:
    unlimited = Server(settings.model_copy(update={"rate_limit": "off"})).start()
    for _ in range(PER_ADDRESS + 1):
        sent(unlimited)
    unlimited.stop()
    assert await column(db, "guest_requests", "id") == []


@pytest.mark.usefixtures("_studio")
async def test_what_is_counted_tells_nobody_who_it_was(server: Server, db: Database) -> None:
    sent(server, from_("192.0.2.7"), phone="010-1234-5678")
    counted = await column(db, "guest_requests", "counted")
    assert [len(bytes.fromhex(each)) for each in counted] == [32] * 3
    assert len({*counted}) == 3


@pytest.mark.usefixtures("_studio")
async def test_the_wait_is_told_in_the_language_of_who_asks(server: Server, db: Database, clock: Clock) -> None:
    await _allow(db, "1", clock)
    sent(server)
    answer = server.ask(SEND, headers={"accept-language": "ko"}, input={"name": "x", "phone": "x", "message": "x"})
    assert [error["path"] for error in answer["answer"]["userErrors"]] == [["input", "phone"]]
    error = sending(server, {"accept-language": "ko"}, **others(1))["userErrors"][0]
    assert (error["code"], error["message"].isascii()) == ("RATE_LIMITED", False)


def test_a_contact_is_normalised() -> None:
    given = CustomerInput(name=" Mina ", email=" Mina@EXAMPLE.com ", phone="010-1234-5678")
    whole = Contact("Mina", "Mina@example.com", "+821012345678")
    assert contact(SEOUL, given, PATH, guest=True) == whole
    assert contact(SEOUL, CustomerInput(name="Mina", email=None, phone="010 1234 5678"), PATH, guest=False) == Contact(
        "Mina", None, "+821012345678"
    )
    assert contact(
        SEOUL, CustomerInput(name="Mina", email="mina@example.com", phone=None), PATH, guest=True
    ) == Contact("Mina", "mina@example.com")


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ({"name": "", "email": "mina@", "phone": "12"}, {"name": "TOO_SHORT", "email": "INVALID", "phone": "INVALID"}),
        ({"name": "\n", "email": " "}, {"name": "TOO_SHORT", "email": "REQUIRED"}),
        ({"name": "Mina", "phone": "010-1234-5678"}, {"email": "REQUIRED"}),
        ({"name": "Mina", "email": None, "phone": "12"}, {"phone": "INVALID", "email": "REQUIRED"}),
    ],
)
def test_a_guest_is_told_all_that_is_wrong_with_a_contact(given: dict[str, Any], problems: dict[str, str]) -> None:
    with pytest.raises(Refusals) as refusals:
        contact(SEOUL, CustomerInput(**given), PATH, guest=True)
    assert [(reason.path, reason.code) for reason in refusals.value.reasons] == [
        ((*PATH, name), code) for name, code in problems.items()
    ]


def test_a_number_without_a_country_needs_a_studio_that_has_one() -> None:
    given = CustomerInput(name="Mina", email=None, phone="010-1234-5678")
    with pytest.raises(Refusals):
        contact(SimpleNamespace(time_zone="UTC"), given, PATH, guest=False)


def test_who_has_an_account_is_their_own_customer() -> None:
    user = SimpleNamespace(display_name="Mina", email=None)
    assert customer_of(user) == Contact("Mina")


async def _allow(db: Database, number: str, clock: Clock) -> None:
    """Set how often an address may write in an hour."""
    async with db.transaction() as tx:
        await tx.settings.put("guests.per_hour", number, now=clock.moment)
