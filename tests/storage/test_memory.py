"""Files in memory: what the contract does not say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from storage.memory import MemoryStorage
from storage.storage import Upload, incoming_key
from storage.tickets import InvalidTicket

NOW = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)


async def test_every_object_has_files_and_tickets_of_its_own() -> None:
    one, other = MemoryStorage(), MemoryStorage()
    await one.put("designs/a.jpg", b"x")
    assert [stored.key async for stored in other.list("")] == []

    upload = Upload(incoming_key("1"), "image/png", 1, sha256(b"x").hexdigest(), NOW + timedelta(minutes=5))
    ticket = await one.ticket(upload, NOW)
    query = dict(pair.split("=") for pair in ticket.url.partition("?")[2].split("&"))
    assert one.tickets.admit(upload.key, query, ticket.headers, NOW) == upload
    with pytest.raises(InvalidTicket):
        other.tickets.admit(upload.key, query, ticket.headers, NOW)
