"""`studiograph doctor`: what is wrong here, and what to do about it."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from db import migrations
from db.database import open_database
from engine.rates import Bucket, open_rates
from mail.address import read_smtp_address
from mail.folder import FolderMailer
from mail.mailer import Unreachable
from mail.smtp import SmtpMailer
from settings import Settings, problems
from storage.opening import open_storage
from storage.storage import StorageUnavailable

if TYPE_CHECKING:
    from db.database import Database
    from mail.mailer import Mailer

MAX_SKEW_SECONDS = 2
MENDED = "Set STUDIOGRAPH_SMTP_URL right, or give this user the right to write into the data folder."


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    well: bool
    text: str

    def as_json(self) -> dict[str, Any]:
        """The finding as data."""
        return asdict(self)


async def examine() -> list[Finding]:
    """Look at everything; what cannot be looked at for an earlier reason is left out."""
    try:
        settings = Settings()
    except ValidationError as error:
        return [Finding("settings", well=False, text=text) for text in problems(error)]
    findings = [Finding("settings", well=True, text=f"{settings.environment}, data in {settings.data_dir}")]
    async with open_database(settings.database_url, 1) as db:
        findings += await _database(db, settings.database_url.partition(":")[0])
    findings.append(await _storage(settings))
    findings.append(await _mail(settings))
    return [*findings, await _valkey(settings.valkey_url)] if settings.valkey_url else findings


async def _database(db: Database, kind: str) -> list[Finding]:
    try:
        await db.read().clock()
    except Exception as error:  # noqa: BLE001  (whatever it is, it is what keeps us from the database)
        reason = type(error.__cause__ or error).__name__
        text = f"{kind} cannot be reached ({reason}): is it running, and is STUDIOGRAPH_DATABASE_URL right?"
        return [Finding("database", well=False, text=text)]
    return [Finding("database", well=True, text=f"{kind} answers"), await _migrations(db), await _clock(db)]


async def _migrations(db: Database) -> Finding:
    current, head = await migrations.current(db), migrations.head()
    if current == head:
        return Finding("migrations", well=True, text=f"at {head}")
    text = f"at {current or migrations.BASE}, needs {head}: run `studiograph migrate up`"
    return Finding("migrations", well=False, text=text)


async def _storage(settings: Settings) -> Finding:
    storage = open_storage(settings.storage_url, settings.public_url)
    try:
        await storage.check()
    except StorageUnavailable as problem:
        text = f"{problem} Give this user the right to, or set STUDIOGRAPH_STORAGE_URL."
        return Finding("storage", well=False, text=text)
    finally:
        await storage.close()
    return Finding("storage", well=True, text="can be written to")


async def _mail(settings: Settings) -> Finding:
    """Whether mails can be handed on; none is."""
    url, folder = settings.smtp_url, settings.data_dir / "mail"
    mailer: Mailer = SmtpMailer(read_smtp_address(url)) if url else FolderMailer(folder)
    try:
        await mailer.check()
    except Unreachable as problem:
        return Finding("mail", well=False, text=f"{problem} {MENDED}")
    if url:
        return Finding("mail", well=True, text="the mail server lets us in")
    return Finding("mail", well=True, text=f"none is sent, for STUDIOGRAPH_SMTP_URL is not set; it is kept in {folder}")


async def _clock(db: Database) -> Finding:
    skew = abs(await db.read().clock() - time.time())
    if skew <= MAX_SKEW_SECONDS:
        return Finding("clock", well=True, text="agrees with the database's")
    text = f"{skew:.0f} s away from the database's: let both machines set theirs by NTP"
    return Finding("clock", well=False, text=text)


async def _valkey(url: str) -> Finding:
    rates = open_rates(url, limited=True)
    await rates.charge(Bucket("doctor", 1), 0)
    await rates.close()
    if rates.falls_back:
        text = (
            "Valkey does not answer, so each process counts rates for itself: is it running, and is "
            "STUDIOGRAPH_VALKEY_URL right?"
        )
        return Finding("valkey", well=False, text=text)
    return Finding("valkey", well=True, text="counts rates")
