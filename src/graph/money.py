"""Money: an exact amount, and what it is an amount of."""

from decimal import Decimal as Number
from typing import Any

from graph.declaring import attribute, input_field, input_type, object_type
from graph.scalars import CurrencyCode, Decimal
from rules.access import Permission
from rules.money import written


@object_type(Permission.ANYONE)
class Money:
    """An amount of money."""

    amount: Decimal = attribute("How much; with as many decimals as the currency has.")
    currency: CurrencyCode = attribute("Of what.")


@input_type()
class MoneyInput:
    """An amount of money."""

    amount: Decimal = attribute("How much, from 0 on; with at most as many decimals as the currency has.")
    currency: CurrencyCode | None = input_field("Of what; the studio's own currency when left out.")


def money(amount: Number | None, currency: str | None) -> Money | None:
    """What two columns say; None where nothing is asked."""
    if amount is None or currency is None:
        return None
    made: Any = Money(amount=Decimal(written(amount, currency)), currency=CurrencyCode(currency))
    return made  # type: ignore[no-any-return]
