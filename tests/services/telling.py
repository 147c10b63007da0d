"""What the letters of the mail's tests tell of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from mail.appointment import Appointment
from mail.sender import Sender

STARTS = datetime(2026, 3, 9, 5, 0, tzinfo=UTC)
STUDIO = Sender("하늘 스튜디오", "studio@haneul.example", "+8225550100", "12 Jongno, Seoul", "mail@haneul.example")
BOOKED = Appointment(
    id="019cc0de000070008000000000000001",
    code="7KQ2M9",
    status="CONFIRMED",
    sequence=1,
    starts_at=STARTS,
    ends_at=STARTS + timedelta(minutes=90),
    time_zone="Asia/Seoul",
    changed_at=datetime(2026, 3, 1, 10, 0, tzinfo=UTC),
    service="Family portrait",
    party_size=3,
    customer_name="Mina Kim",
    customer_email="mina@home.example",
    customer_phone="+821055550123",
    note="We bring a dog.",
    options=("Make-up", "Prints"),
    price_amount=Decimal("150000.0000"),
    price_currency="KRW",
    url="https://haneul.example/bookings/7KQ2M9?token=sgm_abc",
)
STATUSES = {
    "booking_received": "PENDING",
    "booking_declined": "DECLINED",
    "booking_cancelled": "CANCELLED",
    "booking_expired": "EXPIRED",
    "booking_new": "PENDING",
}
REASONS = {"booking_declined": "We are away that week.", "booking_cancelled": "The dog is ill."}
INQUIRY = {
    "name": "Jun",
    "email": "jun@home.example",
    "phone": None,
    "message": "Do you do weddings?\n\nIn May, outdoors.",
    "service": "Wedding",
    "preferred_date": date(2026, 5, 9),
}
USER = {"username": "mina", "name": "Mina Kim", "email": "mina@home.example", "reason": "We know no such person."}
TOKEN = {"url": "https://haneul.example/reset?token=sgx_abc", "expires_at": STARTS, "time_zone": "Europe/Berlin"}


def told(letter: str) -> dict[str, Any]:
    """What a letter such as customer/booking_confirmed is given to tell."""
    to, _, name = letter.partition("/")
    values: dict[str, Any] = {"console_url": "https://api.haneul.example/console/", "name": ""}
    if to != "studio":
        values["name"] = "Mina Kim"
    if name.startswith("booking_"):
        booking = replace(BOOKED, status=STATUSES.get(name, "CONFIRMED"))
        return values | {"booking": booking, "reason": REASONS.get(name)}
    return values | {"inquiry": INQUIRY, "user": USER, "token": TOKEN}
