"""What bookings are made with, and what is answered."""

from datetime import datetime

import strawberry

from graph.bookings import Booking
from graph.declaring import attribute, input_field, input_type, object_type
from graph.guests import CustomerInput
from graph.mutations import Payload, result
from rules.access import Permission


@input_type()
class BookingInput:
    """What is to be booked, when and for whom."""

    service_id: strawberry.ID = attribute("What.")
    starts_at: datetime = attribute("When it begins: the start of one of the service's slots.")
    party_size: int | None = input_field("How many people come; 1 when left out.")
    option_ids: list[strawberry.ID] | None = input_field("What is wanted with it.")
    customer: CustomerInput | None = input_field("Who comes; whoever is signed in may leave it out.")
    note: str | None = input_field("What the studio should know: at most 2,000 characters.")
    idempotency_key: str | None = input_field(
        "Makes a retry safe: the same key and input give the same booking, and the same token."
    )


@object_type(Permission.ANYONE)
class CreateBookingPayload(Payload):
    """The booking."""

    booking: Booking | None = result("The booking; null where it was refused.")
    manage_token: str | None = result(
        "For guests: with the booking's code it shows, moves and cancels the booking. It is mailed as a link too."
    )


@object_type(Permission.ANYONE)
class BookingPayload(Payload):
    """The booking, as it is now."""

    booking: Booking | None = result("The booking; null where it was refused.")
