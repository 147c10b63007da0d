"""Addresses of e-mail."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

LONGEST = 254


def normalised(address: str) -> str | None:
    """The address as mail programs write it; None for what is none. Nothing is looked up in the network."""
    if len(address) > LONGEST:
        return None
    try:
        return validate_email(address.strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        return None
