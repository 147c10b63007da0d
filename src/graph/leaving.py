"""What remains of an account that is deleted: a row without a name, for what refers to it."""

from datetime import datetime

from db.booking_steps import cancel_all_of
from db.database import Transaction
from rules.accounts import ERASED

PRIVATE = (
    "avatar_id", "email", "email_verified_at", "pending_email", "locale", "time_zone", "status_reason", "password_hash",
)  # fmt: skip


async def erase(tx: Transaction, user_id: str, *, now: datetime) -> None:
    """Erase what is personal, end every session and revoke every key. What the person made for the studio stays.

    So does what they have booked, with the price and without who it was; what is still to come is cancelled. Their
    own collection goes, with its photos.

    The user's row is locked before all others, as by everybody who writes something of theirs (`graph/owning.py`).
    """
    user = await tx.users.locked(user_id)
    await cancel_all_of(tx, user_id, now)
    await tx.bookings.erase(await tx.bookings.of_customer(user_id), now=now)
    await tx.mailed_tokens.remove_all(user_id)
    kept = await tx.designs.locked_for_counting(await tx.favorites.designs_kept(user_id))
    await tx.favorites.let_go_all(user_id)
    await tx.designs.add_likes(kept, -1)
    await tx.items.remove_all_of(user_id)
    name = {"username": f"{ERASED}{user_id}", "display_name": "Deleted user"}
    state = {"status": "DELETED", "role": "MEMBER", "must_change_password": False}
    await tx.users.rename(user, now=now, **name, **state, **dict.fromkeys(PRIVATE))
    await tx.login_sessions.end_all(user_id, now=now)
    await tx.login_sessions.forget_devices(user_id)
    await tx.api_keys.revoke_all(user_id, now=now)
    await _discard_pictures(tx, user_id, now=now)


async def _discard_pictures(tx: Transaction, user_id: str, *, now: datetime) -> None:
    """Delete the pictures that they uploaded for themselves, unless something else shows them."""
    for image in await tx.users.own_pictures(user_id):
        if not await tx.images.uses(image.id):
            await tx.uploads.forget_image(image.id)
            await tx.images.remove(image.id)
            await tx.events.discard_file(image.key, now=now)
