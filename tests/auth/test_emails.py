"""Addresses of e-mail."""

from __future__ import annotations

import pytest

from auth.emails import normalised


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("mina@example.com", "mina@example.com"),
        ("Mina.Kim@EXAMPLE.com", "Mina.Kim@example.com"),
        (" mina@example.com\n", "mina@example.com"),
        ("mina+studio@mail.example.co.kr", "mina+studio@mail.example.co.kr"),
        ("cafe\u0301@example.com", "caf\u00e9@example.com"),
        ("민아@한국.kr", "민아@한국.kr"),
        ("mina@xn--3e0b707e.kr", "mina@한국.kr"),
    ],
)
def test_writes_an_address_as_mail_programs_do(given: str, address: str) -> None:
    assert normalised(given) == address


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "mina", "@example.com", "mina@", "mina@localhost", "mina@example..com", "mi na@example.com",
        "a@b@example.com", "Mina <mina@example.com>", '"mi na"@example.com', "mina@[127.0.0.1]", ".mina@example.com",
        "mina@example.com, other@example.com", "mina@example.com\nBcc: other@example.com", "mina\0@example.com",
        "mina@exa\ud800mple.com", "\udfffmina@example.com", "a@" + "b" * 64 + ".com",
        "x" * 300 + "@example.com", "a" + "\u0301\u0316" * 200_000 + "@example.com",
    ],
    ids=lambda text: ascii(text)[:40],
)  # fmt: skip
def test_knows_what_is_no_address(text: str) -> None:
    assert normalised(text) is None
