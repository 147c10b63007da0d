"""Bookings in calendar programs: read back by our own library and by another one."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import vobject
from icalendar import Calendar

from mail.calendar import feed, invitation, method
from services.telling import BOOKED, STUDIO

HOSTILE = 'Kim "M"; ,\\\r\nATTENDEE:mailto:all@studio.example\nEND:VEVENT\rX:1\x0b\x00\u2028Y'
TENTATIVE = replace(BOOKED, status="PENDING", sequence=0)

REQUEST = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Studiograph//Studiograph//EN
METHOD:REQUEST
BEGIN:VEVENT
SUMMARY:Family portrait
DTSTART:20260309T050000Z
DTEND:20260309T063000Z
DTSTAMP:20260301T100000Z
UID:019cc0de000070008000000000000001@studiograph
SEQUENCE:1
ATTENDEE;CN="Mina Kim";PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT;RSVP=FALSE:mailto:mina@home.example
LOCATION:12 Jongno\\, Seoul
ORGANIZER;CN="하늘 스튜디오":mailto:studio@haneul.example
STATUS:CONFIRMED
URL:https://haneul.example/bookings/7KQ2M9?token=sgm_abc
END:VEVENT
END:VCALENDAR
"""
FEED = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Studiograph//Studiograph//EN
METHOD:PUBLISH
NAME:하늘 스튜디오
X-WR-CALNAME:하늘 스튜디오
REFRESH-INTERVAL;VALUE=DURATION:PT15M
X-PUBLISHED-TTL:PT15M
BEGIN:VEVENT
SUMMARY:Family portrait: Mina Kim
DTSTART:20260309T050000Z
DTEND:20260309T063000Z
DTSTAMP:20260301T100000Z
UID:019cc0de000070008000000000000001@studiograph
SEQUENCE:1
DESCRIPTION:Mina Kim\\n× 3\\n+821055550123\\nmina@home.example\\n7KQ2M9\\nWe bring a dog.
LOCATION:12 Jongno\\, Seoul
STATUS:CONFIRMED
END:VEVENT
END:VCALENDAR
"""  # noqa: RUF001  (a multiplication sign)


def test_an_invitation_is_as_expected() -> None:
    assert _unfolded(invitation(STUDIO, BOOKED)) == REQUEST


def test_a_feed_is_as_expected() -> None:
    assert _unfolded(feed(STUDIO, [BOOKED])) == FEED


def test_an_erased_booking_names_nobody() -> None:
    nobody: Any = dict.fromkeys(("customer_name", "customer_phone", "customer_email", "note"))
    erased = replace(BOOKED, **nobody)
    (event,) = _events(feed(STUDIO, [erased]))
    assert (str(event["SUMMARY"]), str(event["DESCRIPTION"])) == ("Family portrait", "× 3\n7KQ2M9")  # noqa: RUF001  (a multiplication sign)
    assert b"None" not in invitation(STUDIO, erased)


def test_one_appointment_for_life_through_two_new_times_and_a_cancellation() -> None:
    later = BOOKED.starts_at + timedelta(days=7)
    steps = [
        TENTATIVE,
        replace(TENTATIVE, sequence=1, starts_at=later, ends_at=later + timedelta(hours=1)),
        replace(BOOKED, sequence=2, starts_at=later, ends_at=later + timedelta(hours=2)),
        replace(BOOKED, sequence=3, starts_at=later, ends_at=later + timedelta(hours=2), status="CANCELLED"),
    ]
    moved = replace(STUDIO, mail_from="hello@elsewhere.example")
    read = [_read(invitation(studio, step)) for studio, step in zip((STUDIO, STUDIO, moved, moved), steps, strict=True)]
    assert [one["sequence"] for one in read] == ["0", "1", "2", "3"]
    assert [one["method"] for one in read] == ["REQUEST", "REQUEST", "REQUEST", "CANCEL"]
    assert [one["status"] for one in read] == ["TENTATIVE", "TENTATIVE", "CONFIRMED", "CANCELLED"]
    assert [one["dtstart"] for one in read] == [step.starts_at for step in steps]
    assert [one["dtend"] for one in read] == [step.ends_at for step in steps]
    assert {one["uid"] for one in read} == {f"{BOOKED.id}@studiograph"}


@pytest.mark.parametrize(
    ("status", "asked", "shown"),
    [
        ("PENDING", "REQUEST", "TENTATIVE"),
        ("CONFIRMED", "REQUEST", "CONFIRMED"),
        ("DECLINED", "CANCEL", "CANCELLED"),
        ("CANCELLED", "CANCEL", "CANCELLED"),
        ("EXPIRED", "CANCEL", "CANCELLED"),
        ("COMPLETED", "REQUEST", "CONFIRMED"),
        ("NO_SHOW", "REQUEST", "CONFIRMED"),
    ],
)
def test_a_status_asks_a_calendar_for_one_thing(status: str, asked: str, shown: str) -> None:
    appointment = replace(BOOKED, status=status)
    read = _read(invitation(STUDIO, appointment))
    assert (method(appointment), read["method"], read["status"]) == (asked, asked, shown)
    assert len(_events(feed(STUDIO, [appointment]))) == (asked == "REQUEST")


def test_the_feed_leaves_out_what_is_off_and_may_be_empty() -> None:
    off = [replace(BOOKED, id=f"{number:032x}", status=status) for number, status in enumerate(("DECLINED", "EXPIRED"))]
    assert [event["UID"] for event in _events(feed(STUDIO, [*off, BOOKED]))] == [f"{BOOKED.id}@studiograph"]
    assert _events(feed(STUDIO, off)) == []


@pytest.mark.parametrize("write", [invitation, lambda studio, one: feed(studio, [one])])
def test_names_and_notes_are_text_and_nothing_else(write: Any) -> None:
    studio = replace(STUDIO, name=HOSTILE, address=HOSTILE)
    hostile: Any = {
        "service": HOSTILE,
        "customer_name": HOSTILE,
        "customer_phone": HOSTILE,
        "note": HOSTILE,
        "party_size": 1,
    }
    written = write(studio, replace(BOOKED, **hostile))
    assert _names(written) == _names(write(STUDIO, replace(BOOKED, party_size=1)))
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", _unfolded(written))
    (event,) = _events(written)
    assert str(event["LOCATION"]) == 'Kim "M"; ,\\ ATTENDEE:mailto:all@studio.example END:VEVENT X:1 Y'
    assert _read(written)["uid"] == f"{BOOKED.id}@studiograph"


def _unfolded(written: bytes) -> str:
    """The lines as they are meant; the file's own end with CRLF and have at most 75 bytes (RFC 5545, 3.1)."""
    assert max(map(len, written.split(b"\r\n"))) <= 75
    text = written.replace(b"\r\n ", b"").decode()
    assert text.count("\r\n") == text.count("\n") == text.count("\r")
    return text.replace("\r\n", "\n")


def _names(written: bytes) -> list[str]:
    return [re.split("[:;]", line)[0] for line in _unfolded(written).splitlines()]


def _events(written: bytes) -> list[Any]:
    return [*Calendar.from_ical(written).walk("VEVENT")]


def _read(written: bytes) -> dict[str, Any]:
    """What another library makes of it."""
    calendar = vobject.readOne(written.decode())
    (event,) = calendar.vevent_list
    names = ("uid", "sequence", "status", "dtstart", "dtend", "summary")
    return {"method": calendar.method.value, **{name: getattr(event, name).value for name in names}}
