"""Something of every type in every state, that belongs to somebody: for tests of who sees what."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from db.booking_steps import Step, begin
from db.ids import new_id
from db.repositories.images import Wall
from rules.refusals import Refusal
from rules.studio_settings import setting_id
from services.bookings import NOW, TEN
from services.planting_collections import plant_collection
from services.rows import (
    THEN,
    a_category,
    a_design,
    a_hanging,
    a_resource,
    a_service,
    a_studio,
    a_user,
    an_image,
    an_option,
)

if TYPE_CHECKING:
    from db.database import Database, Transaction
    from services.accounts import Account

ROLES = ("MEMBER", "STAFF", "ADMIN")
KEPT = "guests.per_hour"
"""A setting that is not public; whoever owns the rest, it is the same one."""
Planted = dict[tuple[str, str], str]


async def plant(db: Database, owner: Account, role: str) -> Planted:
    """The global ids by type and state; `role` tells the things of several owners apart."""
    async with db.transaction() as tx:
        planted = await _plant_gallery(tx, owner, role)
        planted |= await _plant_studio(tx, role)
        services = await _plant_services(tx)
        planted |= services | await _plant_bookings(tx, owner, services["Service", "published"])
        planted |= await plant_collection(tx, owner.id, role)
    return {(kind, state): f"{kind}_{row_id}" for (kind, state), row_id in planted.items()}


async def _plant_studio(tx: Transaction, role: str) -> Planted:
    place, recorded = ROLES.index(role), {"created_at": THEN, "updated_at": THEN}
    studio, public = a_studio(), f"public.{role.lower()}"
    await tx.studios.add([studio])
    hours = {"closed": True, "opens_at": None, "closes_at": None, "note": None}
    override = {"id": new_id(), **recorded, "date": date(2026, 12, 24 + place), **hours}
    await tx.date_overrides.add([override])
    await tx.settings.put(public, "A text", now=THEN)
    active, away = (a_resource(active=active, weekly_hours=[]) for active in (True, False))
    await tx.resources.add([active, away])
    await tx.inquiries.add([inquiry := _an_inquiry()])
    return {
        ("Studio", ""): studio["id"],
        ("DateOverride", ""): override["id"],
        ("Setting", "public"): setting_id(public),
        ("Setting", "kept"): setting_id(KEPT),
        ("Resource", "active"): active["id"],
        ("Resource", "away"): away["id"],
        ("Inquiry", ""): inquiry["id"],
    }


async def _plant_services(tx: Transaction) -> Planted:
    services = {state: a_service(state, status=state.upper()) for state in ("published", "draft", "archived")}
    await tx.services.add(list(services.values()))
    recorded: dict[str, Any] = {"created_at": THEN, "updated_at": THEN, "position": 0}
    options = [an_option(service_id=services[state]["id"], **recorded) for state in ("published", "draft")]
    await tx.services.options.add(options)
    planted = {("Service", state): row["id"] for state, row in services.items()}
    states = ("of a published service", "of a draft")
    return planted | {("ServiceOption", state): row["id"] for state, row in zip(states, options, strict=True)}


async def _plant_bookings(tx: Transaction, owner: Account, service: str) -> Planted:
    planted: Planted = {}
    for state, user_id in (("with an account", owner.id), ("of a guest", None)):
        booking = await a_booking(tx, service, user_id=user_id)
        [event] = (await tx.bookings.events_of(frozenset(), [booking["id"]]))[booking["id"]]
        planted |= {("Booking", state): booking["id"], ("BookingEvent", state): event.id}
    return planted


async def plant_bookable(tx: Transaction, number: int, image: str, user_id: str) -> None:
    """A service with a picture, an option and a resource, and of it a booking and an inquiry; and a date and a text."""
    recorded: dict[str, Any] = {"created_at": THEN, "updated_at": THEN}
    service, resource = a_service(f"Service {number}", duration_minutes=540, cover_image_id=image), a_resource()
    option = an_option(service_id=service["id"], **recorded, position=0)
    await tx.services.add([service])
    await tx.services.options.add([option])
    await tx.images.hang([a_hanging(service["id"], image, kind="service")], Wall.SERVICE)
    await tx.resources.add([resource])
    await tx.services.need(service["id"], [resource["id"]], now=THEN)
    kept = {"option_id": option["id"], "name": "A print", "amount": None, "currency": None, "extra_minutes": 0}
    booking = await a_booking(tx, service["id"], user_id=user_id, options=[kept], resource_id=resource["id"])
    assert booking["options"] == [kept]
    await tx.inquiries.add([_an_inquiry() | {"service_id": service["id"]}])
    hours = {"closed": True, "opens_at": None, "closes_at": None, "note": None}
    day = date(2027, 1, 1) + timedelta(days=number)
    await tx.date_overrides.add([{"id": new_id(), **recorded, "date": day, **hours}])
    await tx.settings.put(f"public.{number}", "A text", now=THEN)


async def a_booking(tx: Transaction, service: str, resource_id: str | None = None, **named: Any) -> dict[str, Any]:
    """A booking of an hour, which has the resource for itself."""
    times = {"starts_at": TEN, "ends_at": TEN + timedelta(hours=1)}
    session = {"id": new_id(), "service_id": service, **times, "busy_from": TEN, "busy_until": times["ends_at"]}
    seats = {"day": TEN.date(), "capacity": 1, "seats_taken": 1, "bookings": 1}
    taken = Refusal("SLOT_TAKEN", "Somebody else has this time: choose another one.")
    await tx.occupancies.occupy(session | seats, [resource_id] if resource_id else [], now=THEN, taken=taken)
    booking = {
        "id": new_id(),
        "created_at": THEN,
        "updated_at": THEN,
        "version": 1,
        "sequence": 0,
        "erased_at": None,
        "expires_at": None,
        "code": f"K7QF-{new_id()[-8:].upper()}",
        "service_id": service,
        "session_id": session["id"],
        **times,
        "user_id": None,
        "status": "CONFIRMED",
        "time_zone": "Asia/Seoul",
        "party_size": 1,
        "locale": "en",
        "service_name": "Portrait",
        "options": [],
        "price_amount": None,
        "price_currency": None,
        "note": None,
        "min_notice_minutes": 60,
        "cancel_notice_minutes": 60,
        "customer_name": "secret name",
        "customer_email": "secret@example.com",
        "customer_phone": None,
        **named,
    }
    await begin(tx, booking, Step("created", NOW))
    return booking


def _an_inquiry() -> dict[str, Any]:
    told = {"name": "secret name", "email": "secret@example.com", "phone": None, "message": "secret message"}
    row = {"service_id": None, "preferred_date": None, "status": "OPEN", "locale": "en", "erased_at": None}
    return {"id": new_id(), "created_at": THEN, "updated_at": THEN, "version": 1, **told, **row}


async def _plant_gallery(tx: Transaction, owner: Account, role: str) -> Planted:
    category = a_category(f"Of {role}")
    users = {state: _a_user_who_is(state, role) for state in ("pending", "suspended", "rejected", "deleted")}
    states: dict[str, dict[str, Any]] = {
        "published": {},
        "draft": {"status": "DRAFT", "published_at": None},
        "archived": {"status": "ARCHIVED"},
        "deleted": {"deleted_at": THEN},
    }
    theirs = {"created_by_id": owner.id}
    designs = {state: a_design(category["id"], f"{state} {role}", **theirs, **row) for state, row in states.items()}
    images = {state: an_image(uploaded_by_id=owner.id) for state in ("uploaded", "on a published design", "on a draft")}
    key: dict[str, Any] = {"id": new_id(), "created_at": THEN, "updated_at": THEN, "user_id": owner.id, "name": "A key"}
    await tx.users.add(list(users.values()))
    await tx.images.add(list(images.values()))
    await tx.categories.add([category])
    await tx.designs.add(list(designs.values()))
    await tx.images.hang([a_hanging(designs["published"]["id"], images["on a published design"]["id"])])
    await tx.images.hang([a_hanging(designs["draft"]["id"], images["on a draft"]["id"])])
    await tx.api_keys.add([key | {"prefix": "sg_", "digest": role, "role": "MEMBER"}])
    planted: Planted = {("User", "approved"): owner.id, ("Viewer", ""): owner.id}
    planted |= {("LoginSession", ""): owner.session, ("ApiKey", ""): key["id"]}
    planted |= {("Category", ""): category["id"]}
    for kind, rows in (("User", users), ("Design", designs), ("Image", images)):
        planted |= {(kind, state): row["id"] for state, row in rows.items()}
    return planted


def _a_user_who_is(state: str, role: str) -> dict[str, Any]:
    private = {"email": f"secret-{state}-{role}@example.com", "status_reason": f"secret reason of {state}"}
    return a_user(f"{state} {role}", status=state.upper(), role=role, **private)
