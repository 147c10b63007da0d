"""Letters are sent at least once and known by their Message-ID; read back from a real mail server."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from auth.derived_tokens import tokens_for
from db.booking_steps import Step
from jobs.worker import Futile
from mail.mailer import Unreachable
from services.bookings import NOW, TEN
from services.letters import SECRET, book, calendar_of, claim, deliver_all, go_on, text_of, want

if TYPE_CHECKING:
    from db.database import Database
    from jobs.letters import Letters
    from services.smtp import SmtpServer

LETTER = """\
Mina Kim님, 안녕하세요.

예약이 확정되었습니다. 예약하신 시간에 뵙겠습니다.

서비스: 가족 사진
일시: 2026년 11월 24일 화요일, 오전 10:00 \N{EN DASH} 오전 11:00 (대한민국 표준시, GMT+09:00)
장소: 12 Jongno, Seoul
예약 번호: {code}

예약 확인 및 변경:
https://haneul.example/bookings/{code}?token={token}

하늘 스튜디오
12 Jongno, Seoul
studio@haneul.example
"""


async def test_a_booking_through_its_life_is_one_appointment(
    db: Database, letters: Letters, mail_server: SmtpServer
) -> None:
    booking = await book(db, status="PENDING", expires_at=NOW + timedelta(days=1))
    for name, columns in (
        ("rescheduled", {"starts_at": TEN + timedelta(days=7), "ends_at": TEN + timedelta(days=7, hours=1)}),
        ("rescheduled", {"starts_at": TEN + timedelta(days=8), "ends_at": TEN + timedelta(days=8, hours=1)}),
        ("cancelled", {}),
    ):
        await go_on(db, booking, Step(name, NOW, reason="Rain" if name == "cancelled" else None), **columns)
    events = await deliver_all(db, letters)
    assert [letter["Subject"] for letter in mail_server.received] == [
        "We have received your booking: Portrait, Tuesday, November 24, 2026",
        "Your booking has changed: Portrait, Tuesday, December 1, 2026",
        "Your booking has changed: Portrait, Wednesday, December 2, 2026",
        "Your booking is cancelled: Portrait, Wednesday, December 2, 2026",
    ]
    assert "Reason: Rain" in text_of(mail_server.received[-1])
    assert [letter["Message-ID"] for letter in mail_server.received] == [f"<{one.id}@haneul.example>" for one in events]
    files = [calendar_of(letter) for letter in mail_server.received]
    assert [file["sequence"] for file in files] == ["0", "1", "2", "3"]
    assert [file["method"] for file in files] == ["REQUEST", "REQUEST", "REQUEST", "CANCEL"]
    assert {file["uid"] for file in files} == {f"{booking['id']}@studiograph"}
    assert [file["start"] - TEN for file in files] == [timedelta(days=days) for days in (0, 7, 8, 8)]


async def test_a_letter_to_a_customer_is_whole(db: Database, letters: Letters, mail_server: SmtpServer) -> None:
    booking = await book(db, locale="ko-KR", service_name="가족 사진", customer_phone="+82 10 5555 0123")
    (event,) = await deliver_all(db, letters)
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
    }
    token = tokens_for(SECRET, "bookings").write(booking["id"])
    assert text_of(letter) == LETTER.format(code=booking["code"], token=token)


async def test_the_studio_is_told_what_customers_do(db: Database, letters: Letters, mail_server: SmtpServer) -> None:
    booking = await book(db, locale="ko")
    await deliver_all(db, letters)
    await go_on(db, booking, Step("cancelled", NOW, by_customer=True))
    await deliver_all(db, letters)
    assert mail_server.receivers[1:] == [["mina@home.example"], ["studio@haneul.example"]]
    letter = mail_server.received[-1]
    assert (letter["From"], letter["Reply-To"]) == ("Haneul Studio <mail@haneul.example>", "mina@home.example")
    assert "Customer: Mina Kim\nE-mail: mina@home.example\nNote: With a dog.\n" in text_of(letter)
    assert [part.get_content_type() for part in letter.walk()] == ["multipart/alternative", "text/plain", "text/html"]


async def test_a_reminder_asks_nothing_of_a_calendar(db: Database, letters: Letters, mail_server: SmtpServer) -> None:
    booking = await book(db)
    told = (await deliver_all(db, letters))[0].payload
    await want(db, booking["id"], **{**told, "letter": "booking_reminder"})
    await deliver_all(db, letters)
    assert mail_server.received[-1]["Subject"] == "Reminder: Portrait, Tuesday, November 24, 2026"
    assert mail_server.received[-1].get_content_type() == "multipart/alternative"


async def test_sent_again_it_is_the_same_letter(db: Database, letters: Letters, mail_server: SmtpServer) -> None:
    await book(db)
    (event,) = await deliver_all(db, letters)
    await letters.deliver(event)
    one, other = mail_server.received
    assert dict(one.items()) | {"Content-Type": ""} == dict(other.items()) | {"Content-Type": ""}
    assert (text_of(one), calendar_of(one)) == (text_of(other), calendar_of(other))


async def test_an_outage_is_an_outage_and_a_refusal_is_futile(
    db: Database, letters: Letters, mail_server: SmtpServer
) -> None:
    await book(db)
    event = await claim(db)
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
