"""Making bookings."""

from functools import partial
from typing import Annotated, Any

import strawberry

from db.booking_steps import begin
from db.connection import Row
from db.database import Transaction
from db.ids import new_id
from graph.booking_claims import Claim, Claimed, claim, hold
from graph.booking_inputs import BookingInput, CreateBookingPayload
from graph.booking_steps import step
from graph.bookings import is_staff
from graph.context import Context, Info
from graph.declaring import argument
from graph.guests import contact, count_guest, customer_of, is_guest, locale_of
from graph.idempotency import made_before
from graph.mutations import mutation, reference
from graph.pricing import CLAIM
from graph.services import OPTION_COLUMNS
from graph.slots import terms_of
from rules.access import Permission
from rules.booking_states import expires_at, first_status
from rules.bookings import check_note, kept_options, new_code, option_ids, require_offered, total_price
from rules.changes import differences
from rules.customers import Contact
from rules.global_ids import row_id
from rules.locales import translated
from rules.refusals import REQUIRED, Refusal, not_found, refuse


@mutation(Permission.ANYONE, weight=CLAIM)
async def create_booking(
    info: Info,
    input: Annotated[BookingInput, argument("What, when and for whom.")],  # noqa: A002  (the contract's name)
) -> CreateBookingPayload:
    """Book a slot of a service: it is the customer's from now on, or waits for the studio's answer."""
    context = info.context
    customer = await _customer(context, input)
    note = check_note(input.note or None, ("input", "note"))
    if input.customer:
        await count_guest(context, customer, "createBooking", input)
    booking_id = await context.attempt(partial(_book, context, input, customer, note))
    context.shown.add(booking_id)
    token = context.parts.manage_tokens.write(booking_id) if is_guest(context) else None
    return CreateBookingPayload(booking=reference("Booking", booking_id), manage_token=token)


async def _customer(context: Context, wanted: BookingInput) -> Contact:
    """Who comes, as given; else who is signed in."""
    if wanted.customer:
        studio = await context.read().studios.get(frozenset({"time_zone"}))
        return contact(studio, wanted.customer, ("input", "customer"), guest=is_guest(context))
    if is_guest(context):
        raise Refusal(REQUIRED, "Say who comes: a name and an e-mail address.", "input", "customer")
    return customer_of(await context.read().users.whole(context.user_id))


async def _book(context: Context, wanted: BookingInput, customer: Contact, note: str | None, tx: Transaction) -> str:
    """The id of the booking that is made, or that the same input made before under its key."""
    booking_id = new_id()
    if earlier := await made_before(context, tx, "createBooking", wanted, booking_id):
        return earlier
    service = await _bookable(tx, context, wanted.service_id)
    options = await _options(tx, service, option_ids(wanted.option_ids or ()))
    resources = await hold(tx, service.id, context.now)
    terms = terms_of(service, sum(option.extra_minutes for option in options))
    claimed = await claim(tx, terms, resources, _claim(context, wanted))
    booking = {
        **_as_sold(context, service, options, claimed),
        **await _standing(tx, context, service, claimed),
        "id": booking_id,
        "user_id": _account(context, wanted),
        "customer_name": customer.name,
        "customer_email": customer.email,
        "customer_phone": customer.phone,
        "note": note,
    }
    await begin(tx, booking, step(context, "created"))
    if is_staff(context):
        made = {"startsAt": booking["starts_at"], "overridden": ", ".join(claimed.overridden) or None}
        await tx.audit.record("booking.created", booking_id, differences({}, made), now=context.now, by=context.actor)
    return booking_id


async def _bookable(tx: Transaction, context: Context, given: str) -> Row:
    """The whole row of a service that who asks sees; it stays as it is until the transaction ends."""
    service = await tx.services.kept(row_id("Service", given))
    if service is None or not (service.status == "PUBLISHED" or is_staff(context)):
        raise not_found("input", "serviceId")
    if service.status != "DRAFT":  # which staff try out
        require_offered(service.status, "input", "serviceId")
    return service


async def _options(tx: Transaction, service: Row, given: list[str]) -> list[Row]:
    """The whole rows of the options that are wanted, in the service's order."""
    known = (await tx.services.options_of(OPTION_COLUMNS, [service.id]))[service.id]
    wanted = [row_id("ServiceOption", one) for one in given]
    ids = {option.id for option in known}
    refuse([not_found("input", "optionIds", str(place)) for place, one in enumerate(wanted) if one not in ids])
    return [option for option in known if option.id in wanted]


def _claim(context: Context, wanted: BookingInput) -> Claim:
    party_size = 1 if wanted.party_size in (None, strawberry.UNSET) else int(wanted.party_size)
    return Claim(wanted.starts_at, party_size, context.now, is_staff(context))


def _account(context: Context, wanted: BookingInput) -> str | None:
    """Whose booking it is: what staff enter for somebody else belongs to no account."""
    if is_guest(context) or (is_staff(context) and wanted.customer):
        return None
    return context.user_id


def _as_sold(context: Context, service: Row, options: list[Row], claimed: Claimed) -> dict[str, Any]:
    """What is kept as it is today: name, options, price and policy."""
    locale = locale_of(context, claimed.clock.locales)
    amount, currency = total_price(service, options, claimed.party_size)
    return {
        "service_id": service.id,
        "service_name": translated(service.translations, "name", (locale,), default=service.name),
        "options": kept_options(options, locale),
        "price_amount": amount,
        "price_currency": currency,
        "min_notice_minutes": service.min_notice_minutes,
        "cancel_notice_minutes": service.cancel_notice_minutes,
        "locale": locale,
        "time_zone": claimed.clock.zone.key,
    }


async def _standing(tx: Transaction, context: Context, service: Row, claimed: Claimed) -> dict[str, Any]:
    """When it is, and how it stands."""
    now, starts_at = context.now, claimed.slot.starts_at
    status = first_status(requires_confirmation=service.requires_confirmation, staff=is_staff(context))
    expires = None
    if status == "PENDING":
        hours = int(await tx.settings.value("bookings.pending_hours"))
        expires = expires_at(now, starts_at, service.min_notice_minutes, hours)
    return {
        "created_at": now,
        "updated_at": now,
        "version": 1,
        "sequence": 0,
        "code": await _free_code(tx),
        "session_id": claimed.session_id,
        "starts_at": starts_at,
        "ends_at": claimed.slot.ends_at,
        "party_size": claimed.party_size,
        "status": status,
        "expires_at": expires,
        "erased_at": None,
    }


async def _free_code(tx: Transaction) -> str:
    code = new_code()
    while await tx.bookings.code_is_taken(code):
        code = new_code()
    return code
