"""Signed requests of our own: what they bind, and how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import pytest

from storage.storage import Ticket, Upload, incoming_key
from storage.tickets import CHANGED, EXPIRED, LONGER, OTHER, InvalidTicket, OtherBytes, Tickets, as_announced

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NOW = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
UPLOAD = Upload(incoming_key("0195"), "image/png", 5, sha256(b"hello").hexdigest(), NOW + timedelta(minutes=5))
TICKETS = Tickets("https://studio.example", b"the server's secret")


def test_a_ticket_is_a_put_under_media() -> None:
    ticket = TICKETS.issue(UPLOAD)
    address = urlsplit(ticket.url)
    assert (ticket.method, ticket.headers) == ("PUT", UPLOAD.headers)
    assert (address.scheme, address.netloc, address.path) == ("https", "studio.example", "/media/incoming/0195")
    assert _query(ticket).keys() == {"expires", "signature"}


@pytest.mark.parametrize("seconds", [0, 299])
def test_is_admitted_until_it_expires(seconds: int) -> None:
    ticket = TICKETS.issue(UPLOAD)
    assert TICKETS.admit(UPLOAD.key, _query(ticket), ticket.headers, NOW + timedelta(seconds=seconds)) == UPLOAD


@pytest.mark.parametrize("seconds", [300, 10**6])
def test_is_refused_from_then_on(seconds: int) -> None:
    ticket = TICKETS.issue(UPLOAD)
    with pytest.raises(InvalidTicket, match=EXPIRED):
        TICKETS.admit(UPLOAD.key, _query(ticket), ticket.headers, NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize("name", UPLOAD.headers)
def test_every_header_is_bound(name: str) -> None:
    ticket = TICKETS.issue(UPLOAD)
    for headers in (
        ticket.headers | {name: "0"},
        {each: ticket.headers[each] for each in ticket.headers if each != name},
    ):
        with pytest.raises(InvalidTicket, match=OTHER):
            TICKETS.admit(UPLOAD.key, _query(ticket), headers, NOW)


@pytest.mark.parametrize(
    "changed",
    [{"expires": "9999999999"}, {"expires": ""}, {"signature": ""}, {"signature": "ä"}, {"signature": "0" * 64}],
)
def test_the_address_is_bound(changed: dict[str, str]) -> None:
    ticket = TICKETS.issue(UPLOAD)
    with pytest.raises(InvalidTicket, match=OTHER):
        TICKETS.admit(UPLOAD.key, _query(ticket) | changed, ticket.headers, NOW)


def test_another_key_is_refused_and_another_server() -> None:
    ticket = TICKETS.issue(UPLOAD)
    with pytest.raises(InvalidTicket, match=OTHER):
        TICKETS.admit(incoming_key("0196"), _query(ticket), ticket.headers, NOW)
    with pytest.raises(InvalidTicket, match=OTHER):
        Tickets("https://studio.example", b"another secret").admit(UPLOAD.key, _query(ticket), ticket.headers, NOW)


async def test_lets_through_what_was_announced() -> None:
    assert [chunk async for chunk in as_announced(UPLOAD, _body(b"he", b"", b"llo"))] == [b"he", b"", b"llo"]


@pytest.mark.parametrize("chunks", [(), (b"hell",), (b"Hello",)])
async def test_refuses_fewer_bytes_and_others_at_the_end(chunks: tuple[bytes, ...]) -> None:
    with pytest.raises(OtherBytes, match=CHANGED):
        assert [chunk async for chunk in as_announced(UPLOAD, _body(*chunks))]


async def test_lets_no_byte_too_many_through() -> None:
    passing = as_announced(UPLOAD, _body(b"hel", b"lo", b"!", b"more"))
    assert [await anext(passing), await anext(passing)] == [b"hel", b"lo"]
    with pytest.raises(OtherBytes, match=LONGER):
        await anext(passing)


async def _body(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


def _query(ticket: Ticket) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(ticket.url).query))
