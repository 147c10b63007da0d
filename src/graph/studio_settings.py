"""What the studio has set."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

import strawberry

from db.connection import Row
from db.sources import Fields
from graph.context import Context, Info
from graph.declaring import argument, attribute, computed, object_type
from graph.mutations import Payload, mutation, reference, result
from graph.node import FETCH, Node
from graph.pricing import TEXT
from rules.access import Permission, may
from rules.changes import differences
from rules.refusals import require_version
from rules.studio_settings import checked_key, checked_value, described, is_public, require_room, setting_id


@object_type(Permission.ANYONE)
class Setting(Node):
    """Something that admins set; a key that nobody has set is there with its default."""

    key: str = attribute("What it is known by; unique. Keys that begin with `public.` are the frontend's own texts.")
    value: str = attribute("What holds.", weight=TEXT)
    updated_at: datetime = attribute("When it was last changed; of a default: when that was decided.")
    version: int = attribute("Grows by one with every change; send it as `expectedVersion`.")

    @computed("key")
    def public(self) -> bool:
        """Whether everybody reads it."""
        return is_public(self.key)

    @computed("key")
    def description(self) -> str | None:
        """What it is for, and which values it takes; null for the frontend's own texts."""
        return described(self.key)


@object_type(Permission.ANYONE)
class SettingPayload(Payload):
    """The setting, as it is now."""

    setting: Setting | None = result("The setting; null where it was refused.")


async def settings(info: Info) -> list[Setting] | None:
    """Everything that can be set, by key, and the frontend's own texts; for admins."""
    found: list[Setting] = await info.context.read().settings.every()
    return found


@mutation(Permission.ADMIN)
async def update_setting(
    info: Info,
    key: Annotated[
        str, argument("Which one; what begins with `public.` is made where there is none, of 100 characters at most.")
    ],
    value: Annotated[str, argument("What is to hold; a text of the frontend's own has at most 10,000 characters.")],
    expected_version: Annotated[
        int | None, argument("Refuse when it is at another version by now.")
    ] = strawberry.UNSET,
) -> SettingPayload:
    """Set something."""
    context, expected = info.context, None if expected_version is strawberry.UNSET else expected_version
    text = checked_value(checked_key(key), value)
    async with context.transaction() as tx:
        before = await tx.settings.lock(key)
        require_version(expected, before.version if before else 0, "expectedVersion")
        if before is None:
            require_room(await tx.settings.public_texts())
        if before is None or before.value != text:
            await tx.settings.put(key, text, now=context.now)
            changes = differences({key: before.value} if before else {}, {key: text})
            await tx.audit.record("setting.updated", setting_id(key), changes, now=context.now, by=context.actor)
    return SettingPayload(setting=reference("Setting", setting_id(key)))


async def _readable(context: Context, fields: Fields, ids: Sequence[str]) -> Mapping[str, Row]:
    found = await context.read().settings.by_ids(fields, ids)
    if may(context.viewer, Permission.ADMIN):
        return found
    return {one: row for one, row in found.items() if is_public(row.key)}


FETCH["Setting"] = _readable
