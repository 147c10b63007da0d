"""Phone numbers."""

from __future__ import annotations

from babel.core import get_global
from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, is_valid_number, parse

LONGEST = 40
NOWHERE = "ZZ"
"""The country of zones such as UTC."""


def normalised(number: str, region: str | None) -> str | None:
    """The number in E.164 (+821012345678); None for what nobody can call, and for what has an extension.

    `region` is the country (ISO 3166) of numbers that are written without one.
    """
    if len(number) > LONGEST:
        return None
    try:
        parsed = parse(number, region)
    except NumberParseException:
        return None
    if parsed.extension or not is_valid_number(parsed):
        return None  # E.164 has no room for an extension: without it somebody else would be called
    return format_number(parsed, PhoneNumberFormat.E164)


def region_of(time_zone: str) -> str | None:
    """The country (ISO 3166) of an IANA time zone; None for one of no country, such as UTC."""
    canonical = get_global("zone_aliases").get(time_zone, time_zone)
    territory = get_global("zone_territories").get(canonical)
    return None if territory == NOWHERE else territory
