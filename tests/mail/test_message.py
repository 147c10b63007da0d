"""Letters in their envelopes: as a mail program reads them."""

from __future__ import annotations

import email
from dataclasses import replace
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from typing import Any

from mail.calendar import invitation, method
from mail.letters import Letter
from mail.message import Envelope, Invitation, compose
from mail.sender import NOBODY, Sender
from services.telling import BOOKED, STUDIO

LETTER = Letter("예약이 확정되었습니다: 가족 사진", "안녕하세요.\n", "<p>안녕하세요.</p>\n")
MIXED = "예약이 확정되었습니다: Family portrait 가족 사진, é a b (2026년 11월 24일) =?utf-8?q?x?= =?y " * 4
ENVELOPE = Envelope("0195", datetime(2026, 3, 1, 10, 0, tzinfo=UTC), STUDIO, ["mina@home.example"])


def test_a_letter_has_an_address_a_subject_and_two_forms() -> None:
    read = _read(ENVELOPE)
    assert _headers(read) == {
        "From": "하늘 스튜디오 <mail@haneul.example>",
        "To": "mina@home.example",
        "Reply-To": "studio@haneul.example",
        "Date": "Sun, 01 Mar 2026 10:00:00 +0000",
        "Message-ID": "<0195@haneul.example>",
        "Auto-Submitted": "auto-generated",
        "Subject": LETTER.subject,
        "MIME-Version": "1.0",
    }
    assert read.get_content_type() == "multipart/alternative"
    assert _parts(read) == [("text/plain", LETTER.text), ("text/html", LETTER.html)]


def test_every_reader_gets_the_subject_as_it_was_written() -> None:
    for length in range(1, 240):
        subject = MIXED[length % 53 :][:length].strip()
        written = compose(ENVELOPE, Letter(subject, LETTER.text, LETTER.html)).as_bytes()
        assert _read_anew(written)["Subject"] == subject
        assert str(make_header(decode_header(email.message_from_bytes(written)["Subject"]))) == subject
        head, _, _ = written.partition(b"\r\n\r\n")
        assert head.isascii()
        assert max(map(len, head.split(b"\r\n"))) <= 78


def test_a_subject_of_ascii_alone_stays_readable() -> None:
    subject = "Reminder: Portrait, Tuesday, November 24, 2026, and so on until the line has come to its end"
    written = compose(ENVELOPE, Letter(subject, "", "")).as_bytes()
    assert _read_anew(written)["Subject"] == subject
    assert b"Subject: Reminder: Portrait, Tuesday, November 24, 2026" in written


def test_an_invitation_is_a_part_with_its_method_and_a_file() -> None:
    file = invitation(STUDIO, BOOKED)
    read = _read(ENVELOPE, Invitation(method(BOOKED), file))
    told, attached = read.iter_parts()
    assert (read.get_content_type(), told.get_content_type()) == ("multipart/mixed", "multipart/alternative")
    *_, part = told.iter_parts()
    assert dict(part["Content-Type"].params) == {"charset": "utf-8", "method": "REQUEST"}
    assert part.get_payload(decode=True) == file
    assert (attached.get_content_type(), attached.get_filename()) == ("application/ics", "booking.ics")
    assert attached.get_content() == file


def test_headers_cannot_be_injected() -> None:
    sender = replace(STUDIO, name="Haneul\r\nBcc: all@studio.example\n\n<script>")
    read = _read(ENVELOPE._replace(sender=sender))
    assert read["From"].addresses[0].display_name == "Haneul Bcc: all@studio.example <script>"
    assert read["From"].addresses[0].addr_spec == "mail@haneul.example"
    assert _headers(read).keys() == _headers(_read(ENVELOPE)).keys()


def test_a_letter_to_the_studio_is_answered_to_the_customer() -> None:
    assert _read(ENVELOPE._replace(reply_to="mina@home.example"))["Reply-To"] == "mina@home.example"


def test_the_studio_writes_from_its_own_address_where_no_other_is_set() -> None:
    own = replace(STUDIO, mail_from="")
    assert (own.writes_from, own.answers_to, own.domain) == ("studio@haneul.example",) * 2 + ("haneul.example",)
    nowhere = Sender("Haneul")
    assert (nowhere.writes_from, nowhere.answers_to, nowhere.domain) == (NOBODY, NOBODY, "localhost")


def test_a_domain_of_other_letters_is_written_as_every_server_knows_it() -> None:
    read = _read(
        ENVELOPE._replace(sender=Sender("Haneul", "mail@하늘.kr"), receivers=["mina@집.kr", "jun@home.example"])
    )
    assert (read["From"], read["To"]) == ("Haneul <mail@xn--wh1bz27d.kr>", "mina@xn--rc6b.kr, jun@home.example")
    assert read["Message-ID"] == "<0195@xn--wh1bz27d.kr>"


def test_a_domain_is_nobody_elses() -> None:
    read = _read(ENVELOPE._replace(receivers=["kim@straße.de", "kim@STRASSE.de"]))
    assert read["To"] == "kim@xn--strae-oqa.de, kim@strasse.de"


def _read(envelope: Envelope, invited: Invitation | None = None) -> EmailMessage:
    written = compose(envelope, LETTER, invited).as_bytes()
    assert written.isascii() or b"8bit" in written
    read = _read_anew(written)
    assert [part.defects for part in read.walk()] == [[] for _ in read.walk()]
    return read


def _read_anew(written: bytes) -> EmailMessage:
    read = email.message_from_bytes(written, policy=default)
    assert isinstance(read, EmailMessage)
    return read


def _headers(read: EmailMessage) -> dict[str, str]:
    return {name: str(value) for name, value in read.items() if name != "Content-Type"}


def _parts(read: EmailMessage) -> list[tuple[str, Any]]:
    return [(part.get_content_type(), part.get_content().replace("\r\n", "\n")) for part in read.iter_parts()]
