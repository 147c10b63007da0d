"""What the tests of letters are given: a studio that writes, and the mail server that takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auth.derived_tokens import tokens_for
from jobs.letter_topics import Topics
from jobs.letters import Letters
from mail.links import Links
from mail.opening import open_mailer
from services.bookings import NOW
from services.letters import SECRET
from services.rows import a_studio
from services.smtp import SmtpServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from db.database import Database

STUDIO = {"email": "studio@haneul.example", "phone": None, "address": "12 Jongno, Seoul"}


@pytest.fixture
def mail_server() -> Iterator[SmtpServer]:
    """A mail server."""
    server = SmtpServer().start()
    yield server
    server.stop()


@pytest.fixture
async def letters(db: Database, mail_server: SmtpServer, tmp_path: Path) -> AsyncIterator[Letters]:
    """The worker's letters, for a studio with an address."""
    async with db.transaction() as tx:
        await tx.studios.add([a_studio(**STUDIO)])
    mailer = open_mailer(mail_server.url, tmp_path)
    links = Links("https://api.haneul.example", "https://haneul.example")
    topics = Topics(db, links, tokens_for(SECRET, "bookings"), tokens_for(SECRET, "mailed tokens"), lambda: NOW)
    yield Letters(db, mailer, topics, "mail@haneul.example")
    await mailer.close()
