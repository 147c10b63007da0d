"""Asking the studio, and what the studio makes of it."""

from datetime import date
from functools import partial
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import strawberry

from db.connection import Row
from db.database import Transaction
from db.events import MAIL_WANTED
from db.ids import new_id
from graph.context import Context, Info
from graph.declaring import argument, attribute, input_field, input_type, object_type
from graph.guests import checked_contact, count_guest, locale_of
from graph.idempotency import made_before
from graph.inquiries import Inquiry, InquiryStatus
from graph.mutations import Payload, mutation, reference, result
from graph.studio_facts import studio_facts
from rules.access import Permission
from rules.changes import differences
from rules.checking import checked
from rules.customers import Contact
from rules.global_ids import row_id
from rules.inquiries import check_message, check_preferred_date
from rules.refusals import not_found, refuse

OPERATION = "sendInquiry"
CONTACT = ("name", "email", "phone")


@input_type()
class InquiryInput:
    """What somebody asks; they are reached by e-mail, by phone or both."""

    name: str = attribute("Who asks: 1 to 80 characters.")
    email: str | None = input_field("Where the answer is mailed; a confirmation goes there at once.")
    phone: str | None = input_field("Their phone number; without a country code it is one of the studio's country.")
    message: str = attribute("What they ask: 1 to 5000 characters of plain text.")
    service_id: strawberry.ID | None = input_field("What they ask about.")
    preferred_date: date | None = input_field("The day that they would like best: from today on, within two years.")
    idempotency_key: str | None = input_field(
        "Sent again with the same input, nothing new is made: the answer is the first inquiry."
    )


@object_type(Permission.ANYONE)
class InquiryPayload(Payload):
    """The inquiry, as it is now."""

    inquiry: Inquiry | None = result("The inquiry; null where it was refused.")


@mutation(Permission.ANYONE)
async def send_inquiry(
    info: Info,
    input: Annotated[InquiryInput, argument("What somebody asks.")],  # noqa: A002  (the contract's name)
) -> InquiryPayload:
    """Ask the studio something: it is mailed to the studio, and confirmed to who asks."""
    context, inquiry_id = info.context, new_id()
    studio = await studio_facts(context)
    said = _said(studio, input)
    await count_guest(context, Contact(*(said[name] for name in CONTACT)), OPERATION, input)
    async with context.transaction() as tx:
        earlier = await made_before(context, tx, OPERATION, input, inquiry_id)
        if earlier is None:
            about = await _about(context, tx, studio, input)
            await _enter(context, tx, {"id": inquiry_id, "locale": locale_of(context, studio.locales), **said, **about})
    context.shown.add(earlier or inquiry_id)
    return InquiryPayload(inquiry=reference("Inquiry", earlier or inquiry_id))


@mutation(Permission.STAFF)
async def update_inquiry(
    info: Info,
    id: Annotated[strawberry.ID, argument("Which inquiry.")],  # noqa: A002  (the contract's name)
    status: Annotated[InquiryStatus, argument("How far the studio is with it.")],
) -> InquiryPayload:
    """Say how far the studio is with an inquiry."""
    context = info.context
    async with context.transaction() as tx:
        inquiry = await tx.inquiries.locked(row_id("Inquiry", id))
        if inquiry is None:
            raise not_found("id")
        if changes := differences({"status": inquiry.status}, {"status": status.value}):
            await tx.inquiries.change(inquiry.id, status=status.value, now=context.now)
            await tx.audit.record("inquiry.updated", inquiry.id, changes, now=context.now, by=context.actor)
    return InquiryPayload(inquiry=reference("Inquiry", inquiry.id))


def _said(studio: Row, wanted: InquiryInput) -> dict[str, Any]:
    """Who asks, and what; Refusals with all that is wrong with it."""
    said, reasons = checked_contact(studio, wanted, ("input",), guest=False)
    message, problems = checked({"message": wanted.message}, {"message": check_message})
    refuse(reasons + problems)
    return said | message


async def _about(context: Context, tx: Transaction, studio: Row, wanted: InquiryInput) -> dict[str, Any]:
    """The service and the date that they ask about: what was right of these may be wrong when it is sent again."""
    today = context.now.astimezone(ZoneInfo(studio.time_zone)).date()
    checks = {"preferred_date": partial(check_preferred_date, today)}
    about, problems = checked({"preferred_date": wanted.preferred_date or None}, checks)
    about["service_id"] = row_id("Service", wanted.service_id) if wanted.service_id else None
    if wanted.service_id and not await tx.inquiries.service_stays(about["service_id"]):
        problems.append(not_found("input", "serviceId"))
    refuse(problems)
    return about


async def _enter(context: Context, tx: Transaction, inquiry: dict[str, Any]) -> None:
    """The row, and the mails that follow from it."""
    now = context.now
    await tx.inquiries.add([{**inquiry, "created_at": now, "updated_at": now, "version": 1, "status": "OPEN"}])
    await tx.events.record(MAIL_WANTED, inquiry["id"], now=now, letter="inquiry_new", to="studio")
    if inquiry["email"]:
        await tx.events.record(MAIL_WANTED, inquiry["id"], now=now, letter="inquiry_received", to="customer")
