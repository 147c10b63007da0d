"""The worker's parts, wired together as `app.py` wires those of the server."""

from __future__ import annotations

import asyncio
import signal
from functools import partial
from typing import TYPE_CHECKING

import structlog

from app import utc_now
from auth.derived_tokens import tokens_for
from db.booking_steps import EXPIRES, REMINDER
from db.database import open_database
from db.events import FILE_DISCARDED, MAIL_WANTED
from db.repositories.editions import CATEGORY_MOVED, EDITION_OUTDATED, EDITION_WANTED
from demo.studio import REQUESTED, furnish
from jobs.bookings import expire_booking, remind
from jobs.erasure import RETENTION_DUE, begin_erasing, erase_what_is_past
from jobs.files import discard_file
from jobs.indexing import build_edition, follow_category, purge_edition
from jobs.letter_topics import Topics
from jobs.letters import Letters
from jobs.worker import Worker
from mail.links import AT_HOME, Links
from mail.opening import open_mailer
from storage.opening import open_storage

if TYPE_CHECKING:
    from db.connection import Row
    from db.database import Database
    from jobs.worker import Deliver
    from mail.mailer import Mailer
    from settings import Settings
    from storage.storage import Storage

CONNECTIONS = 5
"""One for each lane, and one to keep leases with."""
STATEMENT_SECONDS = 60

log = structlog.get_logger("studiograph.work")


async def run_worker(settings: Settings, home: str = AT_HOME) -> None:
    """Deliver events until SIGTERM or SIGINT. `home`: where links lead without a PUBLIC_URL."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    storage = open_storage(settings.storage_url, settings.public_url)
    mailer = open_mailer(settings.smtp_url, settings.data_dir / "mail")
    async with open_database(settings.database_url, CONNECTIONS, STATEMENT_SECONDS) as db:
        erasing = asyncio.create_task(begin_erasing(db, utc_now))
        lanes = (_mail(settings, home, db, mailer), _bookings(db), _files(db, storage), _index(db))
        await Worker(db, lanes, utc_now).run(stop)
        erasing.cancel()
    await mailer.close()
    await storage.close()


def _mail(settings: Settings, home: str, db: Database, mailer: Mailer) -> dict[str, Deliver]:
    """Apart from all else: a mail server that is away, or slow, holds nothing else up."""
    key = settings.signing_key
    links = Links(settings.public_url or home, settings.frontend_url)
    topics = Topics(db, links, tokens_for(key, "bookings"), tokens_for(key, "mailed tokens"), utc_now)
    return {MAIL_WANTED: Letters(db, mailer, topics, settings.mail_from).deliver}


def _bookings(db: Database) -> dict[str, Deliver]:
    """What has to be done in time."""
    return {
        EXPIRES: partial(expire_booking, db, utc_now),
        REMINDER: partial(remind, db, utc_now),
    }


def _files(db: Database, storage: Storage) -> dict[str, Deliver]:
    """What may take long."""

    async def furnish_demo(_event: Row) -> None:
        await furnish(db, storage, clock=utc_now, progress=_log_progress)

    return {
        REQUESTED: furnish_demo,
        FILE_DISCARDED: partial(discard_file, storage),
        RETENTION_DUE: partial(erase_what_is_past, db, utc_now),
    }


def _index(db: Database) -> dict[str, Deliver]:
    """What goes through whole collections; whoever has changed a definition waits for it."""
    return {
        EDITION_WANTED: partial(build_edition, db, utc_now),
        EDITION_OUTDATED: partial(purge_edition, db),
        CATEGORY_MOVED: partial(follow_category, db),
    }


def _log_progress(done: int, total: int) -> None:
    log.debug("the demo studio is being drawn", done=done, total=total)
