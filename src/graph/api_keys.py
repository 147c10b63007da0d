"""Keys for programs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import strawberry

from auth.api_keys import new_api_key
from db.connection import Row
from db.ids import new_id
from db.sources import Fields
from graph.context import Context, Info
from graph.declaring import argument, attribute, input_field, input_type, object_type
from graph.mutations import Payload, mutation, reference, result
from graph.node import FETCH, Node
from graph.selecting import row_fields
from graph.users import Role
from rules.access import Permission, may
from rules.accounts import display_name_problems
from rules.changes import differences
from rules.global_ids import row_id
from rules.refusals import OUT_OF_RANGE, STATE, Refusal, not_found, refuse


@object_type(Permission.ADMIN)
class ApiKey(Node):
    """A key by which a program acts for the admin who made it, with a role of its own at most."""

    name: str = attribute("What it is for.")
    prefix: str = attribute("How its secret begins, to tell it from others.")
    role: Role = attribute("What it may at most.")
    created_at: datetime = attribute("When it was made.")
    expires_at: datetime | None = attribute("When it ends by itself; null: never.")
    last_used_at: datetime | None = attribute("When it was last used, to the minute.")
    revoked_at: datetime | None = attribute("When it was revoked; null for one that holds.")


@input_type()
class ApiKeyInput:
    """A key to be made."""

    name: str = attribute("What it is for: 1 to 80 characters.")
    role: Role = attribute("What it may at most.")
    expires_at: datetime | None = input_field("When it ends by itself; never when left out.")


@object_type(Permission.ANYONE)
class ApiKeyPayload(Payload):
    """The key."""

    api_key: ApiKey | None = result("The key; null where it was refused.")
    secret: str | None = result("The key itself, told this once; null where it was refused or only revoked.")


async def api_keys(info: Info) -> list[ApiKey] | None:
    """All keys, the newest first; for admins."""
    found: list[ApiKey] = await info.context.read().api_keys.every(row_fields(info))
    return found


@mutation(Permission.ADMIN)
async def create_api_key(
    info: Info,
    input: Annotated[ApiKeyInput, argument("The key to be made.")],  # noqa: A002  (the contract's name)
) -> ApiKeyPayload:
    """Make a key that acts for the viewer. Its secret is told once and kept only as a digest."""
    context = info.context
    refuse(_problems(input, context.now))
    made = new_api_key()
    row: dict[str, Any] = {
        "id": new_id(),
        "created_at": context.now,
        "updated_at": context.now,
        "user_id": context.user_id,
        "name": input.name.strip(),
        "prefix": made.prefix,
        "digest": made.digest,
        "role": input.role.value,
        "expires_at": input.expires_at or None,
    }
    told = {name: row[name] for name in ("name", "role", "expires_at")}
    async with context.transaction() as tx:
        await tx.api_keys.add([row])
        await tx.audit.record("apiKey.created", row["id"], differences({}, told), now=context.now, by=context.actor)
    return ApiKeyPayload(api_key=reference("ApiKey", row["id"]), secret=made.secret)


@mutation(Permission.ADMIN)
async def revoke_api_key(
    info: Info,
    id: Annotated[strawberry.ID, argument("Which key.")],  # noqa: A002  (the contract's name)
) -> ApiKeyPayload:
    """End a key, from the next request on."""
    context = info.context
    async with context.transaction() as tx:
        key = await tx.api_keys.locked(row_id("ApiKey", id))
        if key is None:
            raise not_found("id")
        if key.revoked_at:
            raise Refusal(STATE, "This key is revoked already.", "id")
        await tx.api_keys.change(key.id, revoked_at=context.now, now=context.now)
        changes = differences({}, {"revoked_at": context.now})
        await tx.audit.record("apiKey.revoked", key.id, changes, now=context.now, by=context.actor)
    return ApiKeyPayload(api_key=reference("ApiKey", key.id))


def _problems(wanted: ApiKeyInput, now: datetime) -> list[Refusal]:
    problems = display_name_problems(wanted.name.strip(), "input", "name")
    if wanted.expires_at and wanted.expires_at <= now:
        message = "This moment is past: choose a later one than {min}."
        problems.append(Refusal(OUT_OF_RANGE, message, "input", "expiresAt", min=now.isoformat(timespec="seconds")))
    return problems


async def _for_admins(context: Context, fields: Fields, ids: Sequence[str]) -> Mapping[str, Row]:
    if not may(context.viewer, Permission.ADMIN):
        return {}
    return await context.read().api_keys.by_ids(fields, ids)


FETCH["ApiKey"] = _for_admins
