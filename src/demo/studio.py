"""The demo studio: founded at the first start, furnished in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from db.repositories.studios import STUDIO_ID
from db.scope import STAFF
from demo import catalogue
from demo.bookings import write_bookings
from demo.collections import write_collections
from demo.hanging import Hanging, hang
from demo.premises import CONTACT, WEEKLY_HOURS, date_overrides, resources
from demo.services import OFFERS, needs, options, services

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from db.database import Database, Transaction
    from storage.storage import Storage

REQUESTED = "demo.requested"
"""The event that asks for the demo studio to be furnished."""
STUDIO = {
    "name": "Haneul Studio",
    "time_zone": "Asia/Seoul",
    "currency": "KRW",
    "locales": ["en", "ko", "hi"],
    "translations": {"ko": {"name": "하늘 스튜디오"}, "hi": {"name": "हानुल स्टूडियो"}},
    "weekly_hours": WEEKLY_HOURS,
    **CONTACT,
}
AT_ONCE = 2
"""Pictures drawn at the same time: Pillow lets go of Python's lock while it works."""


async def found_studio(tx: Transaction, now: datetime, *, with_demo: bool) -> bool:
    """Write the studio unless it is there, and ask for the demo's furniture; whether this call founded it."""
    if not await tx.studios.found(now, **(STUDIO if with_demo else {})):
        return False
    await tx.audit.record("studio.founded", STUDIO_ID, [], now=now)
    if with_demo:
        await tx.events.record(REQUESTED, STUDIO_ID, now=now)
    return True


async def furnish(
    db: Database, storage: Storage, *, clock: Callable[[], datetime], progress: Callable[[int, int], None]
) -> None:
    """Deliver `demo.requested`: texts, bookings and collections, then picture after picture, the newest designs' first.

    It may be broken off anywhere and begun again: what is there already stays as it is. `progress` is told how many
    pictures hang, and how many there will be.
    """
    studio = await db.read().studios.get(frozenset({"created_at", "time_zone"}))
    if studio is None:
        raise LookupError("There is no studio to furnish; found it first.")
    await _write_texts(db, studio.created_at)
    await open_for_bookings(db, studio.created_at, ZoneInfo(studio.time_zone))
    async with db.transaction() as tx:
        await write_collections(tx, studio.created_at)
    wanted = _wanted(studio.created_at)
    bare = await _without_picture(db, [hanging.sample.row["id"] for hanging in wanted])
    missing = [hanging for hanging in wanted if hanging.sample.row["id"] in bare]
    done = len(wanted) - len(missing)
    progress(done, len(wanted))
    for start in range(0, len(missing), AT_ONCE):
        several = missing[start : start + AT_ONCE]
        await hang(db, storage, several, clock())
        done += len(several)
        progress(done, len(wanted))


async def open_for_bookings(db: Database, epoch: datetime, zone: ZoneInfo) -> None:
    """Write what can be booked, and what has been, in one transaction too; a date with hours of its own keeps them."""
    sold = services(epoch)
    async with db.transaction() as tx:
        if await tx.services.locked(sold[0].row["id"]):
            return
        await tx.resources.add(resources(epoch))
        await tx.services.add([service.row for service in sold])
        for offer, service in zip(OFFERS, sold, strict=True):
            await tx.services.options.write(service.row["id"], options(offer), now=epoch)
            await tx.services.need(service.row["id"], needs(offer), now=epoch)
        for override in date_overrides(epoch, epoch.astimezone(zone).date()):
            if await tx.date_overrides.lock(override["date"]) is None:
                await tx.date_overrides.add([override])
        await write_bookings(tx, epoch)


async def _write_texts(db: Database, epoch: datetime) -> None:
    """Everything but the pictures, in one transaction: all of it is there, or nothing."""
    tree, members, designs = catalogue.categories(epoch), catalogue.members(epoch), catalogue.designs(epoch)
    async with db.transaction() as tx:
        if await tx.categories.by_ids(frozenset(), [tree[0]["id"]]):
            return
        await tx.categories.add(tree)
        await tx.users.add([member.row for member in members])
        await tx.designs.add([design.row for design in designs])


def _wanted(epoch: datetime) -> list[Hanging]:
    newest = sorted(catalogue.designs(epoch), key=lambda design: design.row["created_at"], reverse=True)
    samples = {"AVATAR": catalogue.members(epoch), "SERVICE": services(epoch), "DESIGN": newest}
    return [
        Hanging(purpose, sample, sample.piece)
        for purpose, several in samples.items()
        for sample in several
        if sample.piece
    ]


async def _without_picture(db: Database, ids: list[str]) -> set[str]:
    """The designs without a cover, and those of these ids that are members or services without a picture."""
    reader = db.read(STAFF)
    people = await reader.users.by_ids(frozenset({"avatar_id"}), ids)
    sold = await reader.services.by_ids(frozenset({"cover_image_id"}), ids)
    bare = {row.id for row in people.values() if row.avatar_id is None}
    bare |= {row.id for row in sold.values() if row.cover_image_id is None}
    return bare | await reader.designs.without_cover()
