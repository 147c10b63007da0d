"""Bookings for calendar programs (RFC 5545, RFC 5546)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from icalendar import STATUS, Calendar, Component, Event, vCalAddress

from mail.words import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mail.appointment import Appointment
    from mail.sender import Sender

PRODUCT = "-//Studiograph//Studiograph//EN"
REFRESH = timedelta(minutes=15)
OFF = STATUS.CANCELLED
SHOWN_AS = {
    "PENDING": STATUS.TENTATIVE,
    "CONFIRMED": STATUS.CONFIRMED,
    "COMPLETED": STATUS.CONFIRMED,
    "NO_SHOW": STATUS.CONFIRMED,
    "DECLINED": OFF,
    "CANCELLED": OFF,
    "EXPIRED": OFF,
}


def method(appointment: Appointment) -> str:
    """What the customer's calendar has to do: REQUEST or CANCEL."""
    return "CANCEL" if SHOWN_AS[appointment.status] is OFF else "REQUEST"


def invitation(studio: Sender, appointment: Appointment) -> bytes:
    """The appointment for the customer's calendar, where it takes the place of the one that was sent before."""
    event = _event(studio, appointment)
    event.organizer = vCalAddress.new(studio.answers_to, cn=_quotable(studio.name))
    event.attendees = [_customer(appointment)]
    if appointment.url:
        event.url = appointment.url
    return _written(_calendar(method(appointment), [event]))


def feed(studio: Sender, appointments: Iterable[Appointment]) -> bytes:
    """The studio's appointments, for its own calendar to subscribe to; those that are off are left out."""
    on = (each for each in appointments if SHOWN_AS[each.status] is not OFF)
    calendar = _calendar("PUBLISH", [_for_staff(studio, each) for each in on])
    calendar.calendar_name = one_line(studio.name)
    calendar.add("REFRESH-INTERVAL", REFRESH, parameters={"VALUE": "DURATION"})  # RFC 7986 has no default here
    calendar.add("X-PUBLISHED-TTL", "PT15M")  # what Outlook reads in its place
    return _written(calendar)


def _for_staff(studio: Sender, appointment: Appointment) -> Event:
    event = _event(studio, appointment)
    event.summary = one_line(": ".join(filter(None, (appointment.service, appointment.customer_name))))
    people = f"× {appointment.party_size}" if appointment.party_size > 1 else None  # noqa: RUF001  (a multiplication sign)
    contact = (appointment.customer_name, people, appointment.customer_phone, appointment.customer_email)
    lines = [*contact, appointment.code, *(appointment.note or "").splitlines()]
    event.description = "\n".join(one_line(line) for line in lines if line)
    return event


def _event(studio: Sender, appointment: Appointment) -> Event:
    """One UID for life: neither a new address of the studio nor a new time changes it."""
    return Event.new(
        uid=f"{appointment.id}@studiograph",
        sequence=appointment.sequence,
        stamp=appointment.changed_at,
        start=appointment.starts_at,
        end=appointment.ends_at,
        summary=one_line(appointment.service),
        location=one_line(studio.address) if studio.address else None,
        status=SHOWN_AS[appointment.status],
    )


def _customer(appointment: Appointment) -> vCalAddress:
    address = appointment.customer_email or ""
    name = _quotable(appointment.customer_name) if appointment.customer_name else None
    return vCalAddress.new(address, cn=name, partstat="ACCEPTED", role="REQ-PARTICIPANT", rsvp=False)


def _calendar(method: str, events: list[Component]) -> Calendar:
    calendar = Calendar()
    calendar.prodid = PRODUCT
    calendar.version = "2.0"
    calendar.method = method
    calendar.subcomponents = events
    return calendar


def _written(calendar: Calendar) -> bytes:
    text: bytes = calendar.to_ical()
    return text


def _quotable(name: str) -> str:
    """A parameter's value cannot hold a double quote."""
    return one_line(name).replace('"', "'")
