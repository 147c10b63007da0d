"""What an amount of money may be: ISO 4217's codes, and how many decimals each has."""

from __future__ import annotations

from decimal import Decimal

from rules.refusals import INVALID, OUT_OF_RANGE, Refusal

CURRENCIES = frozenset({
    "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BHD", "BIF", "BMD", "BND",
    "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLP", "CNY", "COP", "CRC", "CUP", "CVE",
    "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD",
    "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK", "JMD", "JOD", "JPY",
    "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "LYD", "MAD",
    "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO",
    "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB", "RWF",
    "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB",
    "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UZS", "VED", "VES", "VND",
    "VUV", "WST", "XAF", "XCD", "XCG", "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWG",
})  # fmt: skip
"""The currencies in use (ISO 4217, list one, 2026); funds and metals are none."""
WHOLE = {
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF",
}  # fmt: skip
DECIMALS = {**dict.fromkeys(WHOLE, 0), **dict.fromkeys({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}, 3)}
"""Of those that do not have two."""
MOST = Decimal(10) ** 12


def checked_currency(currency: str, *path: str) -> str:
    """The code itself; a Refusal for what is no currency."""
    if currency not in CURRENCIES:
        raise Refusal(INVALID, "This is no currency: give its code by ISO 4217, such as KRW.", *path)
    return currency


def checked_price(amount: Decimal, currency: str, *path: str) -> Decimal:
    """The amount itself, from 0 on; a Refusal where the currency (which is one) has no such amount."""
    if not 0 <= amount <= MOST:
        raise Refusal(OUT_OF_RANGE, "This has to be from {min} to {max}.", *path, min=0, max=f"{MOST:f}")
    if amount != round(amount, decimals(currency)):
        message = "This currency has {decimals} decimals."
        raise Refusal(INVALID, message, *path, decimals=decimals(currency))
    return amount


def written(amount: Decimal, currency: str) -> Decimal:
    """The amount with as many decimals as its currency has."""
    return round(amount, decimals(currency))


def decimals(currency: str) -> int:
    """How many decimals a currency has."""
    return DECIMALS.get(currency, 2)
