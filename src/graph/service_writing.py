"""Making, changing and deleting services."""

from typing import Annotated, Any

import strawberry

from db.connection import Row
from db.constraints import unique
from db.database import Transaction
from db.ids import new_id
from db.repositories.images import Wall
from graph.context import Context, Info
from graph.declaring import argument
from graph.hanging import hang_anew, pictures_for
from graph.inputs import entered, expected_version, filled
from graph.mutations import DeletedPayload, mutation, reference
from graph.node import global_id
from graph.service_inputs import ServiceInput, ServicePayload, UpdateServiceInput, plain
from graph.services import OPTION_COLUMNS
from graph.studio_facts import studio_facts
from rules.access import Permission
from rules.categories import behind
from rules.changes import differences
from rules.checking import checked, id_problems
from rules.global_ids import row_id
from rules.refusals import NOT_UNIQUE, Refusal, not_found, refuse, require_version
from rules.services import (
    BLANK,
    checks,
    currency_problems,
    price_columns,
    price_of,
    require_unbooked,
    told,
    with_kept,
)
from rules.slugs import slugged

ServiceId = Annotated[strawberry.ID, argument("Which service.")]
LISTS = ("image_ids", "options", "resource_ids")
"""What a service has in tables of their own."""


@mutation(Permission.STAFF)
async def create_service(
    info: Info,
    input: Annotated[ServiceInput, argument("The service.")],  # noqa: A002  (the contract's name)
) -> ServicePayload:
    """Make a service, as a draft unless it says otherwise."""
    context, service_id = info.context, new_id()
    currency = (await studio_facts(context)).currency
    async with context.transaction() as tx:
        values = await _accepted(tx, plain(filled(input)), BLANK, currency)
        if "position" not in values:
            values["position"] = behind(await tx.services.last_position())
        if "slug" not in values:
            values["slug"] = await tx.services.slugs.free(slugged(values["name"]) or "service")
        await _enter(context, tx, service_id, values)
    return ServicePayload(service=reference("Service", service_id))


@mutation(Permission.STAFF)
async def update_service(
    info: Info,
    id: ServiceId,  # noqa: A002  (the contract's name)
    input: Annotated[UpdateServiceInput, argument("What is to change.")],  # noqa: A002  (the contract's name)
) -> ServicePayload:
    """Change, publish or archive a service: what is left out stays as it is, and bookings keep their terms."""
    context = info.context
    currency = (await studio_facts(context)).currency
    async with context.transaction() as tx:
        service = await _locked(tx, id)
        require_version(expected_version(input), service.version)
        before = await _whole(tx, service)
        values = await _accepted(tx, plain(entered(input)), before, currency)
        changed = {name: value for name, value in values.items() if value != before[name]}
        if changed:
            await _change(context, tx, service, changed, before)
    return ServicePayload(service=reference("Service", service.id))


@mutation(Permission.STAFF)
async def delete_service(info: Info, id: ServiceId) -> DeletedPayload:  # noqa: A002  (the contract's name)
    """Delete a service that was never booked; one that was is given the status ARCHIVED instead."""
    context = info.context
    async with context.transaction() as tx:
        service = await _locked(tx, id)
        require_unbooked(await tx.services.bookings(service.id))
        await tx.services.remove(service.id)
        await tx.audit.record("service.deleted", service.id, [], now=context.now, by=context.actor)
    return DeletedPayload(deleted_id=global_id("Service", service.id))


async def _locked(tx: Transaction, given: str) -> Row:
    """The whole row, locked before anything else of it: whoever books it waits."""
    service = await tx.services.locked(row_id("Service", given))
    if service is None:
        raise not_found("id")
    return service


async def _whole(tx: Transaction, service: Row) -> dict[str, Any]:
    """What a service has, its lists too."""
    return {
        **service._asdict(),
        "price": price_of(service),
        "image_ids": await tx.images.hanging_on(service.id, Wall.SERVICE),
        "resource_ids": (await tx.services.resource_ids([service.id]))[service.id],
        "options": [_option(row) for row in (await tx.services.options_of(OPTION_COLUMNS, [service.id]))[service.id]],
    }


def _option(row: Row) -> dict[str, Any]:
    plain_fields = {name: getattr(row, name) for name in ("id", "name", "extra_minutes", "translations")}
    return plain_fields | {"price": price_of(row)}


async def _accepted(tx: Transaction, given: dict[str, Any], before: dict[str, Any], currency: str) -> dict[str, Any]:
    """What may be written, with the ids of rows; Refusals with all that is wrong. `before` is what a service has."""
    values, reasons = checked(given, checks(currency))
    if "slug" in values and before.get("slug") != values["slug"]:
        reasons += [_slug_taken()] if await tx.services.slugs.is_taken(values["slug"]) else []
    if "image_ids" in values:
        values["image_ids"], problems = await pictures_for(tx, values["image_ids"], Wall.SERVICE)
        reasons += problems
    if "resource_ids" in values:
        values["resource_ids"], problems = await _resources(tx, values["resource_ids"])
        reasons += problems
    if "options" in values:
        kept = {option["id"]: option for option in before["options"]}
        reasons += id_problems(values["options"], kept, "input", "options")
        values["options"] = [one | {"id": one["id"] or new_id()} for one in with_kept(values["options"], kept)]
    if not reasons:
        after = before | values
        reasons += currency_problems(after["price"], after["options"], listed="options" in values)
    refuse(reasons)
    return values


async def _resources(tx: Transaction, given: list[str]) -> tuple[list[str], list[Refusal]]:
    """The row ids of these resources, sorted, and which are none that a service can need."""
    ids = [row_id("Resource", one) or "" for one in given]
    there = await tx.resources.nameable([one for one in ids if one])
    places = (str(place) for place, one in enumerate(ids) if one not in there)
    return sorted(ids), [not_found("input", "resourceIds", place) for place in places]


async def _enter(context: Context, tx: Transaction, service_id: str, values: dict[str, Any]) -> None:
    now = context.now
    row = {**BLANK, **values, "id": service_id, "created_at": now, "updated_at": now, "version": 1}
    async with unique(uq_services_slug=_slug_taken()):
        await tx.services.add([_columns(row)])
    await _write_lists(context, tx, service_id, values)
    changes = differences({}, told(values))
    await tx.audit.record("service.created", service_id, changes, now=now, by=context.actor)


async def _change(
    context: Context, tx: Transaction, service: Row, changed: dict[str, Any], before: dict[str, Any]
) -> None:
    async with unique(uq_services_slug=_slug_taken()):
        await tx.services.edit(service, now=context.now, **_columns(changed))
    await _write_lists(context, tx, service.id, changed)
    changes = differences(told({name: before[name] for name in changed}), told(changed))
    await tx.audit.record("service.updated", service.id, changes, now=context.now, by=context.actor)


def _columns(values: dict[str, Any]) -> dict[str, Any]:
    """The columns of the service's own row."""
    columns = {name: value for name, value in values.items() if name not in LISTS}
    if "image_ids" in values:
        columns["cover_image_id"] = next(iter(values["image_ids"]), None)
    return _with_price_columns(columns)


def _with_price_columns(values: dict[str, Any]) -> dict[str, Any]:
    if "price" not in values:
        return values
    return {name: value for name, value in values.items() if name != "price"} | price_columns(values["price"])


async def _write_lists(context: Context, tx: Transaction, service_id: str, values: dict[str, Any]) -> None:
    """Write those of the lists that are given, in the place of what was there."""
    now = context.now
    if "image_ids" in values:
        await hang_anew(tx, service_id, values["image_ids"], Wall.SERVICE, now=now)
    if "resource_ids" in values:
        await tx.services.need(service_id, values["resource_ids"], now=now)
    if "options" in values:
        await tx.services.options.write(service_id, [*map(_with_price_columns, values["options"])], now=now)


def _slug_taken() -> Refusal:
    return Refusal(NOT_UNIQUE, "Another service has this slug already: choose another.", "input", "slug")
