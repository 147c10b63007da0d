"""A booking, as letters and calendars tell of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A booking as it was when something happened to it, at `changed_at`; `url` is the customer's own link to it."""

    id: str
    code: str
    status: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    changed_at: datetime
    service: str
    party_size: int
    customer_name: str | None
    customer_email: str | None
    customer_phone: str | None
    note: str | None
    options: tuple[str, ...] = ()
    price_amount: Decimal | None = None
    price_currency: str | None = None
    url: str = ""
