"""What letters are about is read when they are sent: to whom they go, and what is not mailed any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from structlog.testing import capture_logs

from auth.derived_tokens import tokens_for
from db.booking_steps import Step
from db.ids import new_id
from services.bookings import NOW, TEN
from services.letters import SECRET, ask, book, deliver_all, go_on, make_token, text_of, want
from services.rows import a_user

if TYPE_CHECKING:
    from db.database import Database
    from jobs.letters import Letters
    from services.smtp import SmtpServer

DROPPED = "a letter is dropped: nobody is left to get it"


async def test_without_an_address_of_the_studio_its_admins_are_told(
    db: Database, letters: Letters, mail_server: SmtpServer
) -> None:
    async with db.transaction() as tx:
        studio = await tx.studios.get(frozenset())
        assert studio
        await tx.studios.change(studio.id, now=NOW, email=None)
        await tx.users.add(
            [
                a_user("Ara", role="ADMIN", email="ara@haneul.example"),
                a_user("Bom", role="ADMIN", email="bom@haneul.example"),
                a_user("Chan", role="ADMIN", email="chan@haneul.example", status="SUSPENDED"),
                a_user("Dan", role="STAFF", email="dan@haneul.example"),
                a_user("Eun", role="ADMIN"),
            ]
        )
    await want(db, await ask(db), letter="inquiry_new", to="studio")
    await deliver_all(db, letters)
    assert mail_server.receivers == [["ara@haneul.example", "bom@haneul.example"]]
    assert mail_server.received[0]["Reply-To"] == "jun@home.example"


async def test_an_inquiry_is_answered_in_the_language_of_who_asked(
    db: Database, letters: Letters, mail_server: SmtpServer
) -> None:
    inquiry = await ask(db)
    await want(db, inquiry, letter="inquiry_received", to="customer")
    await want(db, inquiry, letter="inquiry_new", to="studio")
    await deliver_all(db, letters)
    assert [letter["Subject"] for letter in mail_server.received] == ["문의를 받았습니다", "New inquiry: Jun"]
    assert all("> Weddings?\n" in text_of(letter) for letter in mail_server.received)


async def test_applicants_learn_what_becomes_of_their_registration(
    db: Database, letters: Letters, mail_server: SmtpServer
) -> None:
    user = a_user(email="mina@home.example", status="REJECTED", status_reason="We are full.", locale="en-GB")
    async with db.transaction() as tx:
        await tx.users.add([user])
    for name in ("registration_received", "registration_approved", "registration_rejected"):
        await want(db, user["id"], letter=name, to="user")
    await want(db, user["id"], letter="registration_new", to="studio")
    await deliver_all(db, letters)
    assert [(letter["To"], letter["Subject"]) for letter in mail_server.received] == [
        ("mina@home.example", "We have received your registration"),
        ("mina@home.example", "Welcome to Haneul Studio"),
        ("mina@home.example", "Your registration"),
        ("studio@haneul.example", "New registration: Mina"),
    ]
    assert "Reason: We are full." in text_of(mail_server.received[2])


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
    token = await make_token(db, name)
    await want(db, token, letter=name, to="user")
    await deliver_all(db, letters)
    assert mail_server.receivers == [["new@home.example"]]
    assert f"\n{link}{tokens_for(SECRET, 'mailed tokens').write(token)}\n" in text_of(mail_server.received[0])
    assert "Monday, November 23, 2026, 10:00 AM (Korean Standard Time, GMT+09:00)" in text_of(mail_server.received[0])


@pytest.mark.parametrize(
    "gone", ["erased booking", "erased inquiry", "deleted user", "used token", "expired token", "no address", "nothing"]
)
async def test_what_is_erased_is_not_mailed(db: Database, letters: Letters, mail_server: SmtpServer, gone: str) -> None:
    await want(db, *await _gone(db, gone))
    with capture_logs() as logged:
        events = await deliver_all(db, letters)
    dropped = {"event": DROPPED, "log_level": "warning"}
    assert [line for line in logged if line["event"] == DROPPED] == [
        {**dropped, "id": event.id, "letter": event.payload["letter"]} for event in events
    ]
    assert mail_server.received == []


@pytest.mark.parametrize("since", ["nothing", "cancelled", "moved", "completed", "begun"])
async def test_a_reminder_that_waited_goes_out_only_while_the_booking_stands(
    db: Database, letters: Letters, mail_server: SmtpServer, since: str
) -> None:
    booking = await book(db)
    await want(db, booking["id"], "booking_reminder", "customer")
    if since in ("cancelled", "completed"):
        await go_on(db, booking, Step(since, NOW))
    if since == "moved":
        later = TEN + timedelta(days=7)
        await go_on(db, booking, Step("rescheduled", NOW), starts_at=later, ends_at=later + timedelta(hours=1))
    now = TEN if since == "begun" else TEN - timedelta(microseconds=1)
    await deliver_all(db, replace(letters, topics=replace(letters.topics, clock=lambda: now)))
    subjects = [letter["Subject"] for letter in mail_server.received]
    assert any(subject.startswith("Reminder: ") for subject in subjects) is (since == "nothing")
    assert len(subjects) == {"nothing": 2, "cancelled": 2, "moved": 2, "completed": 1, "begun": 1}[since]


async def _gone(db: Database, what: str) -> tuple[Any, ...]:
    """The subject of a letter that nobody is to get, the letter, and to whom it would go."""
    if what == "erased booking":
        booking = await book(db)
        async with db.transaction() as tx:
            await tx.bookings.erase([booking["id"]], now=NOW)
        return booking["id"], "booking_confirmed", "customer"
    if what == "erased inquiry":
        return await ask(db, erased_at=NOW), "inquiry_new", "studio"
    if what == "used token":
        return await make_token(db, "password_reset", used_at=NOW), "password_reset", "user"
    if what == "expired token":
        return await make_token(db, "email_verification", expires_at=NOW), "email_verification", "user"
    if what == "nothing":
        return new_id(), "registration_approved", "user"
    user = a_user(email="a@b.example", status="DELETED") if what == "deleted user" else a_user()
    async with db.transaction() as tx:
        await tx.users.add([user])
    return user["id"], "registration_approved", "user"
