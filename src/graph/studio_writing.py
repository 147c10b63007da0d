"""Changing what the studio says of itself."""

from typing import Annotated, Any

import strawberry

from auth import emails, phones
from db.connection import Row
from db.database import Transaction
from db.repositories.studios import STUDIO_ID
from graph.context import Info
from graph.declaring import argument, input_field, input_type, object_type
from graph.inputs import entered, expected_version
from graph.mutations import Payload, mutation, reference, result
from graph.opening_hours import WeeklyHoursInput, given_hours
from graph.scalars import CurrencyCode, Locale, TimeZone
from graph.studio import Studio
from graph.translations import TranslationInput
from rules.access import Permission
from rules.changes import differences
from rules.checking import checked
from rules.global_ids import row_id
from rules.refusals import INVALID, Refusal, not_found, refuse, require_version
from rules.studio import CHECKS, require_purpose, told
from rules.translations import merged


@input_type()
class UpdateStudioInput:
    """What is to change; what is left out stays as it is, null clears."""

    name: str | None = input_field("What the studio is called in its own language: 1 to 200 characters.")
    email: str | None = input_field("Where customers write to.")
    phone: str | None = input_field("Where customers call; without a country code it is one of the studio's country.")
    address: str | None = input_field("Where customers come to: at most 500 characters.")
    logo_id: strawberry.ID | None = input_field("The studio's mark: a picture; everybody sees it then.")
    translations: list[TranslationInput] | None = input_field(
        "The `name` in other languages, one by one: those left out stay, an empty value takes one away, null all."
    )
    time_zone: TimeZone | None = input_field("Where the studio's clock hangs; bookings stay at their instants.")
    currency: CurrencyCode | None = input_field("What prices are in unless they say otherwise.")
    locales: list[Locale] | None = input_field("The languages of its texts, 1 to 10; the first is its own.")
    weekly_hours: list[WeeklyHoursInput] | None = input_field(
        "When it is open, at most 50 entries that do not overlap; null: never. Bookings stay as they are."
    )
    expected_version: int | None = input_field("Refuse when it is at another version by now.")


@object_type(Permission.ANYONE)
class StudioPayload(Payload):
    """The studio, as it is now."""

    studio: Studio | None = result("The studio; null where it was refused.")


@mutation(Permission.ADMIN)
async def update_studio(
    info: Info,
    input: Annotated[UpdateStudioInput, argument("What is to change.")],  # noqa: A002  (the contract's name)
) -> StudioPayload:
    """Change what the studio says of itself: what is left out stays as it is."""
    context = info.context
    async with context.transaction() as tx:
        studio = await tx.studios.locked(STUDIO_ID)
        if studio is None:
            raise not_found("input")
        require_version(expected_version(input), studio.version)
        before, values = studio._asdict(), await _accepted(tx, _plain(input), studio)
        changed = {name: value for name, value in values.items() if value != before[name]}
        if changed:
            await tx.studios.change(studio.id, now=context.now, **changed)
            changes = differences(told(before), told(changed))
            await tx.audit.record("studio.updated", studio.id, changes, now=context.now, by=context.actor)
    return StudioPayload(studio=reference("Studio", studio.id))


def _plain(wanted: UpdateStudioInput) -> dict[str, Any]:
    """What an input gives, its lists as plain entries."""
    given = given_hours(entered(wanted))
    if given.get("translations"):
        given["translations"] = [entered(one) for one in given["translations"]]
    return given


async def _accepted(tx: Transaction, given: dict[str, Any], studio: Row) -> dict[str, Any]:
    """What may be written; Refusals with all that is wrong."""
    values, reasons = checked(given, CHECKS)
    reasons += _unreachable(values, phones.region_of(values.get("time_zone", studio.time_zone)))
    try:
        if values.get("logo_id"):
            values["logo_id"] = await _logo(tx, values["logo_id"])
        if "translations" in values:
            values["translations"] = merged(studio.translations, values["translations"])
    except Refusal as reason:
        reasons.append(reason)
    refuse(reasons)
    return values


def _unreachable(values: dict[str, Any], region: str | None) -> list[Refusal]:
    """What is wrong with how customers reach the studio; `values` has both as they are written then."""
    email, phone, reasons = values.get("email"), values.get("phone"), []
    if email:
        values["email"] = emails.normalised(email)
        reasons += [] if values["email"] else [Refusal(INVALID, "This is not an e-mail address.", "input", "email")]
    if phone:
        values["phone"] = phones.normalised(phone, region)
        message = "This is not a phone number: write it with its country code, as in +82 10 1234 5678."
        reasons += [] if values["phone"] else [Refusal(INVALID, message, "input", "phone")]
    return reasons


async def _logo(tx: Transaction, wanted: str) -> str:
    """The row id of a picture that everybody may see; it stays until the transaction ends."""
    image_id = row_id("Image", wanted)
    purpose = (await tx.images.purposes([image_id])).get(image_id) if image_id else None
    if image_id is None or purpose is None:
        raise not_found("input", "logoId")
    require_purpose(purpose)
    return image_id
