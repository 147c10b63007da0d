"""Letters on their way: read from the database when they are sent, and read back from a real mail server."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import vobject
from structlog.testing import capture_logs

from auth.derived_tokens import tokens_for
from db.booking_steps import Step, take
from db.events import MAIL_WANTED
from db.ids import new_id
from jobs.letter_topics import Topics
from jobs.letters import Letters
from jobs.worker import Futile
from mail.links import Links
from mail.mailer import Unreachable
from mail.opening import open_mailer
from services.bookings import NOW, TEN
from services.planting import a_booking
from services.rows import THEN, a_service, a_studio, a_user
from services.smtp import SmtpServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from db.connection import Row
    from db.database import Database

SECRET = b"a key that only these tests have"
MANAGE, MAILED = tokens_for(SECRET, "bookings"), tokens_for(SECRET, "mailed tokens")
STUDIO = {"email": "studio@haneul.example", "phone": None, "address": "12 Jongno, Seoul"}
DROPPED = "a letter is dropped: nobody is left to get it"
BOOKED = {"customer_name": "Mina Kim", "customer_email": "mina@home.example", "note": "With a dog."}
INQUIRY = {
    **{"name": "Jun", "email": "jun@home.example", "phone": None, "message": "Weddings?", "preferred_date": None},
    **{"status": "OPEN", "locale": "ko", "erased_at": None, "version": 1, "created_at": THEN, "updated_at": THEN},
}


@pytest.fixture
def mail_server() -> Iterator[SmtpServer]:
    """A mail server."""
    server = SmtpServer().start()
    yield server
    server.stop()


@pytest.fixture
async def letters(db: Database, mail_server: SmtpServer, tmp_path: Path) -> Letters:
    """The worker's letters, for a studio with an address."""
    await _found(db)
    links = Links("https://api.haneul.example", "https://haneul.example")
    mailer = open_mailer(mail_server.url, tmp_path)
    return Letters(db, mailer, Topics(db, links, MANAGE, MAILED), "mail@haneul.example")


async def test_a_booking_through_its_life_is_one_appointment(
    db: Database, letters: Letters, mail_server: SmtpServer
) -> None:
    booking = await _book(db, status="PENDING", expires_at=NOW + timedelta(days=1))
    for name, columns in (
        ("rescheduled", {"starts_at": TEN + timedelta(days=7), "ends_at": TEN + timedelta(days=7, hours=1)}),
        ("rescheduled", {"starts_at": TEN + timedelta(days=8), "ends_at": TEN + timedelta(days=8, hours=1)}),
        ("cancelled", {}),
    ):
        await _step(db, booking, Step(name, NOW, reason="Rain" if name == "cancelled" else None), **columns)
    events = await _deliver_all(db, letters)
    assert [letter["Subject"] for letter in mail_server.received] == [
        "We have received your booking: Portrait, Tuesday, November 24, 2026",
        "Your booking has changed: Portrait, Tuesday, December 1, 2026",
        "Your booking has changed: Portrait, Wednesday, December 2, 2026",
        "Your booking is cancelled: Portrait, Wednesday, December 2, 2026",
    ]
    assert "Reason: Rain" in _text(mail_server.received[-1])
    assert [letter["Message-ID"] for letter in mail_server.received] == [f"<{one.id}@haneul.example>" for one in events]
    files = [_calendar(letter) for letter in mail_server.received]
    assert [file["sequence"] for file in files] == ["0", "1", "2", "3"]
    assert [file["method"] for file in files] == ["REQUEST", "REQUEST", "REQUEST", "CANCEL"]
    assert {file["uid"] for file in files} == {f"{booking['id']}@studiograph"}
    assert [file["start"] - TEN for file in files] == [timedelta(days=days) for days in (0, 7, 8, 8)]


async def test_a_letter_to_a_customer_is_whole(db: Database, letters: Letters, mail_server: SmtpServer) -> None:
    booking = await _book(db, locale="ko-KR", service_name="가족 사진", customer_phone="+82 10 5555 0123")
    (event,) = await _deliver_all(db, letters)
    (letter,) = mail_server.received
    assert mail_server.receivers == [["mina@home.example"]]
    assert {name: str(value) for name, value in letter.items() if name != "Content-Type"} == {
        "From": "하늘 스튜디오 <mail@haneul.example>",
        "To": "mina@home.example",
        "Reply-To": "studio@haneul.example",
        "Date": NOW.strftime("%a, %d %b %Y %H:%M:%S +0000"),
        "Message-ID": f"<{event.id}@haneul.example>",
        "Auto-Submitted": "auto-generated",
        "Subject": "예약이 확정되었습니다: 가족 사진, 2026년 11월 24일 화요일",
        "MIME-Version": "1.0",
        "X-Peer": letter["X-Peer"],
    } | ({} if letter["X-Peer"] else {"X-Peer": None})
    assert (
        _text(letter)
        == f"""\
Mina Kim님, 안녕하세요.

예약이 확정되었습니다. 예약하신 시간에 뵙겠습니다.

서비스: 가족 사진
일시: 2026년 11월 24일 화요일, 오전 10:00 – 오전 11:00 (대한민국 표준시, GMT+09:00)
장소: 12 Jongno, Seoul
예약 번호: {booking["code"]}

예약 확인 및 변경:
https://haneul.example/bookings/{booking["code"]}?token={MANAGE.write(booking["id"])}

하늘 스튜디오
12 Jongno, Seoul
studio@haneul.example
"""
    )  # noqa: RUF001  (an en dash)


async def test_the_studio_is_told_what_customers_do(db: Database, letters: Letters, mail_server: SmtpServer) -> None:
    booking = await _book(db, locale="ko")
    await _deliver_all(db, letters)
    await _step(db, booking, Step("cancelled", NOW, by_customer=True))
    await _deliver_all(db, letters)
    assert mail_server.receivers[1:] == [["mina@home.example"], ["studio@haneul.example"]]
    letter = mail_server.received[-1]
    assert (letter["From"], letter["Reply-To"]) == ("Haneul Studio <mail@haneul.example>", "mina@home.example")
    assert "Customer: Mina Kim\nE-mail: mina@home.example\nNote: With a dog.\n" in _text(letter)
    assert [part.get_content_type() for part in letter.walk()] == ["multipart/alternative", "text/plain", "text/html"]


async def test_a_reminder_asks_nothing_of_a_calendar(db: Database, letters: Letters, mail_server: SmtpServer) -> None:
    booking = await _book(db)
    told = (await _deliver_all(db, letters))[0].payload
    await _want(db, booking["id"], **{**told, "letter": "booking_reminder"})
    await _deliver_all(db, letters)
    assert mail_server.received[-1]["Subject"] == "Reminder: Portrait, Tuesday, November 24, 2026"
    assert mail_server.received[-1].get_content_type() == "multipart/alternative"


async def test_without_an_address_of_the_studio_its_admins_are_told(
    db: Database, letters: Letters, mail_server: SmtpServer
) -> None:
    async with db.transaction() as tx:
        await tx.studios.change((await _studio(db)).id, now=NOW, email=None)
        await tx.users.add(
            [
                a_user("Ara", role="ADMIN", email="ara@haneul.example"),
                a_user("Bom", role="ADMIN", email="bom@haneul.example"),
                a_user("Chan", role="ADMIN", email="chan@haneul.example", status="SUSPENDED"),
                a_user("Dan", role="STAFF", email="dan@haneul.example"),
                a_user("Eun", role="ADMIN"),
            ]
        )
    await _want(db, await _ask(db), letter="inquiry_new", to="studio")
    await _deliver_all(db, letters)
    assert mail_server.receivers == [["ara@haneul.example", "bom@haneul.example"]]
    assert mail_server.received[0]["Reply-To"] == "jun@home.example"


async def test_an_inquiry_is_answered_in_the_language_of_who_asked(
    db: Database, letters: Letters, mail_server: SmtpServer
) -> None:
    inquiry = await _ask(db)
    await _want(db, inquiry, letter="inquiry_received", to="customer")
    await _want(db, inquiry, letter="inquiry_new", to="studio")
    await _deliver_all(db, letters)
    assert [letter["Subject"] for letter in mail_server.received] == ["문의를 받았습니다", "New inquiry: Jun"]
    assert all("> Weddings?\n" in _text(letter) for letter in mail_server.received)


async def test_applicants_learn_what_becomes_of_their_registration(
    db: Database, letters: Letters, mail_server: SmtpServer
) -> None:
    user = a_user(email="mina@home.example", status="REJECTED", status_reason="We are full.", locale="en-GB")
    async with db.transaction() as tx:
        await tx.users.add([user])
    for name in ("registration_received", "registration_approved", "registration_rejected"):
        await _want(db, user["id"], letter=name, to="user")
    await _want(db, user["id"], letter="registration_new", to="studio")
    await _deliver_all(db, letters)
    assert [(letter["To"], letter["Subject"]) for letter in mail_server.received] == [
        ("mina@home.example", "We have received your registration"),
        ("mina@home.example", "Welcome to Haneul Studio"),
        ("mina@home.example", "Your registration"),
        ("studio@haneul.example", "New registration: Mina"),
    ]
    assert "Reason: We are full." in _text(mail_server.received[2])


@pytest.mark.parametrize(
    ("name", "link"),
    [
        ("password_reset", "https://haneul.example/reset?token="),
        ("email_verification", "https://haneul.example/verify?token="),
    ],
)
async def test_a_link_goes_to_the_address_that_it_was_made_for(
    db: Database, letters: Letters, mail_server: SmtpServer, name: str, link: str
) -> None:
    token = await _token(db, name)
    await _want(db, token, letter=name, to="user")
    await _deliver_all(db, letters)
    assert mail_server.receivers == [["new@home.example"]]
    assert f"\n{link}{MAILED.write(token)}\n" in _text(mail_server.received[0])
    assert "March 8, 2026, 7:00 PM (Korean Standard Time, GMT+09:00)" in _text(mail_server.received[0])


@pytest.mark.parametrize(
    "gone", ["erased booking", "erased inquiry", "deleted user", "used token", "no address", "nothing"]
)
async def test_what_is_erased_is_not_mailed(db: Database, letters: Letters, mail_server: SmtpServer, gone: str) -> None:
    await _want(db, *await _gone(db, gone))
    with capture_logs() as logged:
        (event,) = [one for one in await _deliver_all(db, letters) if one.payload["to"] != "ignored"][-1:]
    assert [line for line in logged if line["event"] == DROPPED][-1] == {
        "event": DROPPED,
        "id": event.id,
        "letter": event.payload["letter"],
        "log_level": "warning",
    }
    assert mail_server.received == []


async def test_sent_again_it_is_the_same_letter(db: Database, letters: Letters, mail_server: SmtpServer) -> None:
    await _book(db)
    (event,) = await _deliver_all(db, letters)
    await letters.deliver(event)
    one, other = mail_server.received
    assert dict(one.items()) | {"Content-Type": ""} == dict(other.items()) | {"Content-Type": ""}
    assert (_text(one), _calendar(one)) == (_text(other), _calendar(other))


async def test_an_outage_is_an_outage_and_a_refusal_is_futile(
    db: Database, letters: Letters, mail_server: SmtpServer
) -> None:
    await _book(db)
    event = await _claim(db)
    assert event
    mail_server.answers["mina@home.example"] = "550 5.1.1 <mina@home.example> is unknown"
    with pytest.raises(Futile, match=r"^The mail server refuses the letter for good: 550 5\.1\.1\.$"):
        await letters.deliver(event)
    mail_server.stop()
    with pytest.raises(Unreachable):
        await letters.deliver(event)
    mail_server.answers.clear()
    mail_server.start()
    await letters.deliver(event)
    assert len(mail_server.received) == 1


async def _found(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.studios.add([a_studio(**STUDIO)])


async def _studio(db: Database) -> Row:
    return await db.read().studios.get(frozenset())


async def _book(db: Database, **named: Any) -> dict[str, Any]:
    service = a_service()
    async with db.transaction() as tx:
        await tx.services.add([service])
        return await a_booking(tx, service["id"], **(BOOKED | named))


async def _step(db: Database, booking: dict[str, Any], step: Step, **columns: Any) -> None:
    async with db.transaction() as tx:
        await take(tx, await tx.bookings.locked(booking["id"]), step, **columns)


async def _ask(db: Database, **named: Any) -> str:
    inquiry = {"id": new_id(), "service_id": None} | INQUIRY | named
    async with db.transaction() as tx:
        await tx.inquiries.add([inquiry])
    return str(inquiry["id"])


async def _token(db: Database, purpose: str, **named: Any) -> str:
    user, token = a_user(email="mina@home.example"), new_id()
    told = {"purpose": purpose, "email": "new@home.example", "digest": token, "expires_at": THEN, "used_at": None}
    row = {"id": token, "created_at": THEN, "updated_at": THEN, "user_id": user["id"], **told, **named}
    async with db.transaction() as tx:
        await tx.users.add([user])
        await tx.mailed_tokens.add([row])
    return token


async def _gone(db: Database, what: str) -> tuple[Any, ...]:
    """The subject of a letter that nobody is to get, the letter, and to whom it would go."""
    if what == "erased booking":
        booking = await _book(db)
        async with db.transaction() as tx:
            await tx.bookings.erase([booking["id"]], now=NOW)
        return booking["id"], "booking_confirmed", "customer"
    if what == "erased inquiry":
        return await _ask(db, erased_at=NOW), "inquiry_new", "studio"
    if what == "used token":
        return await _token(db, "password_reset", used_at=NOW), "password_reset", "user"
    if what == "nothing":
        return new_id(), "registration_approved", "user"
    user = a_user(email="a@b.example", status="DELETED") if what == "deleted user" else a_user()
    async with db.transaction() as tx:
        await tx.users.add([user])
    return user["id"], "registration_approved", "user"


async def _want(db: Database, subject: str, letter: str, to: str, **told: Any) -> None:
    known = {"reason_event": None, "status": "CONFIRMED", "sequence": 0}
    times = {"starts_at": TEN.isoformat(), "ends_at": TEN.isoformat()}
    async with db.transaction() as tx:
        await tx.events.record(MAIL_WANTED, subject, now=NOW, **(known | times | told), letter=letter, to=to)


async def _deliver_all(db: Database, letters: Letters) -> list[Row]:
    """Every letter that is wanted, in the order in which they were."""
    delivered = []
    while event := await _claim(db):
        await letters.deliver(event)
        delivered.append(event)
    return delivered


async def _claim(db: Database) -> Row | None:
    async with db.transaction() as tx:
        event = await tx.events.claim(NOW, [MAIL_WANTED])
        if event:
            await tx.events.delivered(event, NOW)
        return event


def _text(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def _calendar(letter: EmailMessage) -> dict[str, Any]:
    """What another library makes of the invitation, which is in the letter twice."""
    part, file = (part for part in letter.walk() if part.get_content_type() in ("text/calendar", "application/ics"))
    written = file.get_payload(decode=True)
    assert part.get_payload(decode=True) == written
    assert isinstance(written, bytes)
    read = vobject.readOne(written.decode())
    assert part["Content-Type"].params["method"] == read.method.value
    event = read.vevent
    return {
        "method": read.method.value,
        "uid": event.uid.value,
        "sequence": event.sequence.value,
        "start": event.dtstart.value,
    }
