"""What nobody needs any more: files without a row, rows whose time is over. `studiograph gc` takes it away."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from db.expired import EXPIRIES, count_expired, remove_expired
from storage.storage import FOLDERS, INCOMING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from db.database import Database
    from storage.storage import Storage, Stored

UNCOMMITTED = timedelta(hours=1)
"""So old is no file whose row is still to be committed."""
INCOMING_KEPT = timedelta(days=1)
"""So long after it came may a file wait to be completed."""
AT_ONCE = 500
MOST_NAMED = 1_000


@dataclass
class Found:
    """How many files, and the keys of the first thousand."""

    count: int = 0
    keys: list[str] = field(default_factory=list)

    def add(self, key: str) -> None:
        """One more."""
        self.count += 1
        if len(self.keys) < MOST_NAMED:
            self.keys.append(key)


@dataclass
class Rubbish:
    """What was found, and taken away unless it was a dry run.

    `missing` are files that pictures should have; `cut_off` counts requests that a crash has left on this host.
    """

    dry_run: bool
    unused: Found = field(default_factory=Found)
    incoming: Found = field(default_factory=Found)
    missing: Found = field(default_factory=Found)
    cut_off: int = 0
    rows: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)

    def __str__(self) -> str:
        done = "found" if self.dry_run else "removed"
        lines = [
            f"{self.unused.count} files without a picture {done}",
            f"{self.incoming.count} uploads that nobody completed {done}",
            f"{self.cut_off} requests that were cut off {done}",
            *(f"{number} rows of {name} {done}" for name, number in self.rows.items()),
            *(f"MISSING the file of a picture: {key}" for key in self.missing.keys),
        ]
        if self.missing.count:
            lines.append(f"{self.missing.count} pictures have no file: bring it back from a backup, or delete them")
        return "\n".join(lines)


async def clear_out(db: Database, storage: Storage, uploads: Path, now: datetime, *, dry_run: bool = False) -> Rubbish:
    """Find the rubbish and take it away; pictures whose file is missing are told of and stay.

    `uploads` is the folder in which files of requests are while these are answered.
    StorageUnavailable and errors of the database pass; what is left then is found the next time.
    """
    rubbish = Rubbish(dry_run, cut_off=_clear_requests(uploads, now, dry_run=dry_run))
    for name in EXPIRIES:
        clear = count_expired if dry_run else remove_expired
        rubbish.rows[name] = await clear(db, name, now)
    async for key in _unused(db, storage, now):
        await _discard(storage, key, rubbish.unused, dry_run=dry_run)
    async for stored in storage.list(INCOMING):
        if now - stored.modified_at > INCOMING_KEPT:
            await _discard(storage, stored.key, rubbish.incoming, dry_run=dry_run)
    async for key in _missing(db, storage):
        rubbish.missing.add(key)
    return rubbish


async def _discard(storage: Storage, key: str, found: Found, *, dry_run: bool) -> None:
    found.add(key)
    if not dry_run:
        await storage.delete(key)


def _clear_requests(uploads: Path, now: datetime, *, dry_run: bool) -> int:
    """How many requests were cut off by a crash before they could tidy up."""
    found = 0
    for folder in uploads.glob("request-*"):
        with suppress(FileNotFoundError):  # it was answered just now
            if now - datetime.fromtimestamp(folder.stat().st_mtime, UTC) > INCOMING_KEPT:
                found += 1
                if not dry_run:
                    shutil.rmtree(folder)
    return found


async def _unused(db: Database, storage: Storage, now: datetime) -> AsyncIterator[str]:
    """The keys of files that no picture has, and none is about to have."""
    async for files in _in_batches(storage):
        old = [file.key for file in files if now - file.modified_at > UNCOMMITTED]
        used = await db.read().images.keys_among(old)
        for key in old:
            if key not in used:
                yield key


async def _in_batches(storage: Storage) -> AsyncIterator[list[Stored]]:
    """All files that pictures may have; whatever else is in the storage is not ours."""
    batch: list[Stored] = []
    for folder in FOLDERS.values():
        async for file in storage.list(f"{folder}/"):
            batch.append(file)
            if len(batch) == AT_ONCE:
                yield batch
                batch = []
    yield batch


async def _missing(db: Database, storage: Storage) -> AsyncIterator[str]:
    """The keys of pictures whose file is not there; memory holds those of one folder, which is a month."""
    async for folder, keys in _by_folder(db):
        async for file in storage.list(folder):
            keys.discard(file.key)
        for key in sorted(await db.read().images.keys_among(sorted(keys))):  # not those deleted meanwhile
            yield key


async def _by_folder(db: Database) -> AsyncIterator[tuple[str, set[str]]]:
    folder, keys, last = "", set[str](), ""
    while batch := await db.read().images.keys_after(last, AT_ONCE):
        for last in batch:
            if _folder(last) != folder:
                if keys:
                    yield folder, keys
                folder, keys = _folder(last), set()
            keys.add(last)
    if keys:
        yield folder, keys


def _folder(key: str) -> str:
    return key[: key.rfind("/") + 1]
