"""The contact form: what it takes, what follows, and who reads it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from db.ids import new_id
from services.accounts import an_account, column, contents
from services.at_once import at_once
from services.inquiring import ERRORS, INQUIRY, WRITTEN, mailed, open_studio, refused, sending, sent
from services.rows import THEN, a_user

if TYPE_CHECKING:
    from db.database import Database
    from services.server import Server

UPDATE = (
    "mutation ($id: ID!, $status: InquiryStatus!) "
    f"{{ answer: updateInquiry(id: $id, status: $status) {{ {INQUIRY} {ERRORS} }} }}"
)
LIST = """query ($first: Int, $after: String, $status: [InquiryStatus!]) {
  inquiries(first: $first, after: $after, status: $status) {
    nodes { message } totalCount pageInfo { hasNextPage endCursor }
  }
}"""
NODE = "query ($id: ID!) { node(id: $id) { id ... on Inquiry { name email message } } }"
NOT_THERE = "There is no such thing, or it is not yours to see."


@pytest.fixture(autouse=True)
async def studio(db: Database) -> dict[str, Any]:
    return await open_studio(db)


def today() -> datetime:
    """Now, as the studio's calendar has it."""
    return datetime.now(ZoneInfo("Asia/Seoul"))


async def a_service(db: Database, status: str = "PUBLISHED") -> str:
    """The global id of a service."""
    row = {"id": new_id(), "created_at": THEN, "updated_at": THEN, "version": 1, "name": "Hanbok", "status": status}
    row |= {"slug": f"hanbok-{new_id()[-8:]}", "summary": None, "description": None, "translations": {}, "position": 0}
    row |= dict.fromkeys(("buffer_before_minutes", "buffer_after_minutes", "min_notice_minutes"), 0)
    row |= {"duration_minutes": 60, "slot_step_minutes": 30, "max_days_ahead": 60, "capacity": 1}
    row |= {"cancel_notice_minutes": 0, "requires_confirmation": False}
    async with db.transaction() as tx:
        await tx.services.add([row])
    return f"Service_{row['id']}"


async def an_inquiry(db: Database, message: str, at: datetime = THEN, **named: Any) -> str:
    """The row id of an inquiry that was sent then."""
    row = {"id": new_id(), "created_at": at, "updated_at": at, "version": 1, "message": message, "status": "OPEN"}
    row |= {"name": "Mina", "email": "mina@example.com", "phone": "+821012345678", "locale": "ko"}
    async with db.transaction() as tx:
        await tx.inquiries.add([row | named])
    return str(row["id"])


async def test_whoever_asks_is_told_what_was_sent(server: Server, db: Database) -> None:
    service, day = await a_service(db), today().date() + timedelta(days=3)
    about: dict[str, Any] = {"serviceId": service, "preferredDate": day.isoformat()}
    inquiry = sent(
        server, name=" 김민아 ", email="Mina@EXAMPLE.com", phone="010-1234-5678", message="Hi,\r\n<b>?</b>", **about
    )
    assert datetime.fromisoformat(inquiry.pop("createdAt")) <= datetime.now(UTC)
    assert inquiry == {
        "id": inquiry["id"],
        "name": "김민아",
        "email": "Mina@example.com",
        "phone": "+821012345678",
        "message": "Hi,\n<b>?</b>",
        "service": {"id": service},
        "preferredDate": day.isoformat(),
        "status": "OPEN",
        "version": 1,
    }
    [row] = (await contents(db, "inquiries"))["inquiries"]
    assert (row.locale, row.erased_at, row.service_id) == ("en", None, service.removeprefix("Service_"))
    assert await mailed(db) == [("studio", "inquiry_new", row.id), ("customer", "inquiry_received", row.id)]
    assert [event.payload for event in (await contents(db, "events"))["events"]] == [
        {"letter": "inquiry_new", "to": "studio"},
        {"letter": "inquiry_received", "to": "customer"},
    ]


async def test_without_an_email_only_the_studio_gets_mail(server: Server, db: Database) -> None:
    inquiry = sent(server, email=None, phone="02-312-3456")
    assert (inquiry["email"], inquiry["phone"]) == (None, "+8223123456")
    assert await mailed(db) == [("studio", "inquiry_new", inquiry["id"].removeprefix("Inquiry_"))]


@pytest.mark.parametrize(
    ("own", "header", "locale"), [(None, "ko-KR", "ko"), (None, "fr", "en"), ("hi", "ko", "hi"), (None, "", "en")]
)
async def test_is_answered_in_the_language_of_who_asks(
    own: str | None, header: str, locale: str, server: Server, db: Database
) -> None:
    account = await an_account(server, db, locale=own)
    sent(server, account.headers | {"accept-language": header})
    assert await column(db, "inquiries", "locale") == [locale]


async def test_tells_all_that_is_wrong_at_once(server: Server, db: Database) -> None:
    before = await contents(db, *WRITTEN, "guest_requests")
    answer = sending(server, name="Mi\nna", email="mina@", phone="12", message="  ")
    assert answer == {
        "inquiry": None,
        "userErrors": [
            _error("INVALID", "This text holds control characters: take them out.", "name"),
            _error("INVALID", "This is not an e-mail address.", "email"),
            _error(
                "INVALID",
                "This is not a phone number: write it with its country code, as in +82 10 1234 5678.",
                "phone",
            ),
            _error("TOO_SHORT", "This cannot be empty.", "message")
            | {"__typename": "OutOfRange", "min": "1", "max": "5000"},
        ],
    }
    assert await contents(db, *WRITTEN, "guest_requests") == before


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ({"email": None}, "REQUIRED", "email"),
        ({"email": " ", "phone": ""}, "REQUIRED", "email"),
        ({"name": "x" * 81}, "TOO_LONG", "name"),
        ({"name": "\u202eanim"}, "INVALID", "name"),
        ({"message": "x" * 5_001}, "TOO_LONG", "message"),
        ({"serviceId": f"Service_{'0' * 32}"}, "NOT_FOUND", "serviceId"),
        ({"serviceId": f"Design_{'0' * 32}"}, "NOT_FOUND", "serviceId"),
        ({"serviceId": "nonsense"}, "NOT_FOUND", "serviceId"),
        ({"preferredDate": "2020-01-01"}, "OUT_OF_RANGE", "preferredDate"),
        ({"preferredDate": "9999-12-31"}, "OUT_OF_RANGE", "preferredDate"),
        ({"idempotencyKey": ""}, "TOO_SHORT", "idempotencyKey"),
        ({"idempotencyKey": "k" * 201}, "TOO_LONG", "idempotencyKey"),
    ],
)
async def test_refuses_what_cannot_be(
    given: dict[str, Any], code: str, path: str, server: Server, db: Database
) -> None:
    before = await contents(db, *WRITTEN)
    assert refused(sending(server, **given)) == [(code, [path])]
    assert await contents(db, *WRITTEN) == before


async def test_a_service_is_asked_about_by_who_sees_it(server: Server, db: Database) -> None:
    draft = await a_service(db, status="DRAFT")
    staff = await an_account(server, db, role="STAFF")
    assert refused(sending(server, serviceId=draft)) == [("NOT_FOUND", ["serviceId"])]
    assert (await contents(db, "inquiries"))["inquiries"] == []
    assert sent(server, staff.headers, serviceId=draft)["service"] == {"id": draft}


async def test_the_day_is_the_studio_s(server: Server) -> None:
    day = today().date()
    assert sent(server, preferredDate=day.isoformat())["preferredDate"] == day.isoformat()
    last = day + timedelta(days=730)
    assert sent(server, preferredDate=last.isoformat())["preferredDate"] == last.isoformat()
    answer = sending(server, preferredDate=(day - timedelta(days=1)).isoformat())
    assert [(error["min"], error["max"]) for error in answer["userErrors"]] == [(day.isoformat(), last.isoformat())]


async def test_an_inquiry_changes_no_stored_user(server: Server, db: Database) -> None:
    async with db.transaction() as tx:
        await tx.users.add([a_user(email="mina@example.com", display_name="Mina")])
    before = await contents(db, "users")
    sent(server, name="Somebody else", email="MINA@example.com")
    assert await contents(db, "users") == before


async def test_a_key_sends_one_inquiry_however_often_it_comes(server: Server, db: Database) -> None:
    made = await at_once([lambda: sent(server, idempotencyKey="one")] * 20)
    assert made == [made[0]] * 20
    inquiry = made[0]["id"].removeprefix("Inquiry_")
    assert await column(db, "inquiries", "id") == [inquiry]
    assert await mailed(db) == [("studio", "inquiry_new", inquiry), ("customer", "inquiry_received", inquiry)]
    assert len(await column(db, "guest_requests", "id")) == 2  # an address and an e-mail, once


async def test_a_key_with_another_input_is_refused(server: Server, db: Database) -> None:
    sent(server, idempotencyKey="one")
    before = await contents(db, *WRITTEN)
    for other in ({"message": "And a dress?"}, {"email": "jun@example.com"}, {"phone": None}):
        assert refused(sending(server, idempotencyKey="one", **other)) == [("IDEMPOTENCY_MISMATCH", ["idempotencyKey"])]
    assert await contents(db, *WRITTEN) == before
    account = await an_account(server, db)
    sent(server, account.headers, idempotencyKey="one", message="And a dress?")
    assert len(await column(db, "inquiries", "id")) == 2


async def test_only_staff_read_inquiries(server: Server, db: Database) -> None:
    inquiry = sent(server)["id"]
    member, staff = await an_account(server, db), await an_account(server, db, role="STAFF")
    for headers, code in ((None, "UNAUTHENTICATED"), (member.headers, "FORBIDDEN")):
        assert server.ask(NODE, headers=headers, id=inquiry) == {"node": None}
        for query in (LIST, "{ inquiries { totalCount } }", "{ inquiries { edges { cursor } } }"):
            answer = server.answer(query, headers=headers)
            assert (answer["data"], answer["errors"][0]["extensions"]["code"]) == ({"inquiries": None}, code)
    asked = {"name": "Mina Kim", "email": "mina@example.com", "message": "How much is a hanbok?"}
    assert server.ask(NODE, headers=staff.headers, id=inquiry) == {"node": {"id": inquiry, **asked}}
    found = server.ask(LIST, headers=staff.headers)["inquiries"]
    assert (found["nodes"], found["totalCount"]) == ([{"message": asked["message"]}], 1)


async def test_a_payload_shows_no_other_inquiry(server: Server, db: Database) -> None:
    """What one has sent in an operation opens nothing else there, and nothing in the next."""
    other = await an_inquiry(db, "Somebody else's")
    assert sent(server)["message"] == "How much is a hanbok?"
    assert server.ask(NODE, id=f"Inquiry_{other}") == {"node": None}


async def test_the_newest_come_first_in_pages_by_status(server: Server, db: Database) -> None:
    staff = await an_account(server, db, role="STAFF")
    for number, status in enumerate(["OPEN", "ANSWERED", "CLOSED", "OPEN", "OPEN"]):
        await an_inquiry(db, str(number), THEN + timedelta(minutes=number // 2), status=status)

    def page(**asked: Any) -> tuple[list[str], int, str | None]:
        found = server.ask(LIST, headers=staff.headers, **asked)["inquiries"]
        after = found["pageInfo"]["endCursor"] if found["pageInfo"]["hasNextPage"] else None
        return [node["message"] for node in found["nodes"]], found["totalCount"], after

    assert page() == (["4", "3", "2", "1", "0"], 5, None)
    assert page(status=None) == page()
    assert page(status=["OPEN"]) == (["4", "3", "0"], 3, None)
    assert page(status=["CLOSED", "ANSWERED", "CLOSED"]) == (["2", "1"], 2, None)
    assert page(status=[]) == ([], 0, None)
    first, total, cursor = page(first=2)
    second, _, end = page(first=2, after=cursor)
    assert (first, total, second, page(first=2, after=end)) == (["4", "3"], 5, ["2", "1"], (["0"], 5, None))


async def test_staff_say_how_far_they_are(server: Server, db: Database) -> None:
    staff = await an_account(server, db, role="STAFF")
    inquiry = await an_inquiry(db, "Hello")
    answers = []
    for status in ("ANSWERED", "ANSWERED", "CLOSED", "OPEN"):
        answer = server.ask(UPDATE, headers=staff.headers, id=f"Inquiry_{inquiry}", status=status)["answer"]
        answers.append((answer["inquiry"]["status"], answer["inquiry"]["version"], answer["userErrors"]))
    assert answers == [("ANSWERED", 2, []), ("ANSWERED", 2, []), ("CLOSED", 3, []), ("OPEN", 4, [])]
    audit = (await contents(db, "audit_events"))["audit_events"]
    assert {(row.action, row.subject_id, row.actor_id) for row in audit} == {("inquiry.updated", inquiry, staff.id)}
    assert [row.changes for row in audit] == [
        [{"field": "status", "before": before, "after": after}]
        for before, after in (("OPEN", "ANSWERED"), ("ANSWERED", "CLOSED"), ("CLOSED", "OPEN"))
    ]


async def test_an_inquiry_that_is_not_there_cannot_be_updated(server: Server, db: Database) -> None:
    staff = await an_account(server, db, role="STAFF")
    for missing in (f"Inquiry_{'0' * 32}", f"Design_{'0' * 32}", "nonsense"):
        answer = server.ask(UPDATE, headers=staff.headers, id=missing, status="CLOSED")["answer"]
        error = {"__typename": "InputError", "code": "NOT_FOUND", "message": NOT_THERE, "path": ["id"]}
        assert answer == {"inquiry": None, "userErrors": [error]}


async def test_others_cannot_update_an_inquiry(server: Server, db: Database) -> None:
    inquiry, member = await an_inquiry(db, "Hello"), await an_account(server, db)
    before = await contents(db, *WRITTEN)
    for headers, code in ((None, "UNAUTHENTICATED"), (member.headers, "FORBIDDEN")):
        answer = server.answer(UPDATE, headers=headers, id=f"Inquiry_{inquiry}", status="CLOSED")
        assert (answer["data"], answer["errors"][0]["extensions"]["code"]) == ({"answer": None}, code)
    assert await contents(db, *WRITTEN) == before


async def test_what_is_erased_tells_nobody_s_name(db: Database) -> None:
    ids = [await an_inquiry(db, "Hello", THEN - timedelta(days=number)) for number in range(3)]
    now = THEN + timedelta(days=1)
    async with db.transaction() as tx:
        assert await tx.inquiries.past_retention(THEN, 10) == [ids[2], ids[1]]
        assert await tx.inquiries.past_retention(THEN, 1) == [ids[2]]
        await tx.inquiries.erase(ids[1:], now=now)
        await tx.inquiries.erase(ids[1:], now=now + timedelta(days=1))
        assert await tx.inquiries.past_retention(now, 10) == [ids[0]]
    rows = (await contents(db, "inquiries"))["inquiries"]
    told = {row.id: (row.name, row.email, row.phone, row.message, row.erased_at, row.version) for row in rows}
    kept = ("Mina", "mina@example.com", "+821012345678", "Hello", None, 1)
    assert told == {ids[0]: kept, **dict.fromkeys(ids[1:], ("", None, None, "", now, 2))}


def _error(code: str, message: str, *path: str) -> dict[str, Any]:
    return {"__typename": "InputError", "code": code, "message": message, "path": ["input", *path]}
