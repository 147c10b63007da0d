"""What may be written of the studio."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rules.accounts import time_zone_problems
from rules.checking import camel_case, distinct, missing, optional, text
from rules.money import checked_currency
from rules.refusals import INVALID, Refusal, refuse
from rules.translations import language_tag, translations
from rules.weekly_hours import weekly_hours

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rules.checking import Check

LONGEST_NAME = 200
MOST_LOCALES = 10
PURPOSES = {"DESIGN", "SERVICE", "GALLERY", "TEMP"}
"""What a picture may have been uploaded for to become the logo: nothing that is somebody's own."""


def time_zone(value: str | None, path: tuple[str, ...]) -> str:
    """The name of a zone that exists."""
    if not value:
        raise missing(path)
    refuse(time_zone_problems(value, *path))
    return value


def currency(value: str | None, path: tuple[str, ...]) -> str:
    """The code of a currency."""
    if value is None:
        raise missing(path)
    return checked_currency(value, *path)


def locales(value: Sequence[str] | None, path: tuple[str, ...]) -> list[str]:
    """Language tags, the studio's own first."""
    if not value:
        raise missing(path)
    tags: list[str] = _ten([language_tag(tag) for tag in value], path)
    return tags


_ten = distinct(most=MOST_LOCALES)
CHECKS: dict[str, Check] = {
    "name": text(least=1, most=LONGEST_NAME),
    "email": text(most=254),
    "phone": text(most=40),
    "address": text(most=500, lines=True),
    "logo_id": optional,
    "translations": translations("name", most=LONGEST_NAME),
    "time_zone": time_zone,
    "currency": currency,
    "locales": locales,
    "weekly_hours": weekly_hours,
}


def require_purpose(purpose: str) -> None:
    """Refuse what is somebody's own as a logo: everybody would see it."""
    if purpose not in PURPOSES:
        message = "This picture was uploaded for something else: upload it once more, with the purpose {purpose}."
        raise Refusal(INVALID, message, "input", "logoId", purpose="GALLERY")


def told(columns: Mapping[str, Any]) -> dict[str, Any]:
    """As the audit tells it: the names that clients know, ids that they can ask for, lists as JSON."""
    return {camel_case(name): _told(name, value) for name, value in columns.items()}


def _told(name: str, value: Any) -> Any:
    if name == "logo_id" and value:
        return f"Image_{value}"
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict | list) else value
