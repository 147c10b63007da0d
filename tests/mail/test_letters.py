"""What letters say: the same in text and HTML, in English and Korean, whatever people are called."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from mail.letters import TEMPLATES, written
from mail.words import LANGUAGES
from services.telling import BOOKED, INQUIRY, STUDIO, TOKEN, USER, told

EXPECTED = Path(__file__).parent / "expected"
LETTER = re.compile(r"^=== (\S+)\n", re.MULTILINE)
LETTERS = sorted(
    str(path.relative_to(TEMPLATES / "en").with_suffix(""))
    for path in (TEMPLATES / "en").glob("*/*.j2")
    if path.stem != "booking"  # what those about bookings have in common
)
HOSTILE = "</td><script>alert(1)</script>&\r\nBcc: all@studio.example\r\n\r\n> INJECTED"
ALL = [(letter, language) for letter in LETTERS for language in LANGUAGES]


def test_every_letter_is_there_in_every_language() -> None:
    assert len(LETTERS) == 18
    for language in LANGUAGES:
        assert list(_expected(language)) == LETTERS
        assert all((TEMPLATES / language / f"{letter}.j2").is_file() for letter in LETTERS)


@pytest.mark.parametrize(("letter", "language"), ALL)
def test_a_letter_is_as_expected(letter: str, language: str) -> None:
    assert _as_text(letter, language) == _expected(language)[letter]


def test_html_is_as_expected() -> None:
    html = written("customer", "booking_confirmed", "ko", STUDIO, told("customer/booking_confirmed")).html
    assert html == (EXPECTED / "booking_confirmed.ko.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("letter", "language"), ALL)
def test_html_says_what_the_text_says(letter: str, language: str) -> None:
    to, _, name = letter.partition("/")
    made = written(to, name, language, STUDIO, told(letter))  # type: ignore[arg-type]  # the folder's name
    reading = _Reading()
    reading.feed(made.html)
    assert re.findall(r"\w+", reading.text) == re.findall(r"\w+", made.text)
    assert reading.open == []
    assert f'<html lang="{language}">' in made.html


@pytest.mark.parametrize(("locale", "language"), [("ko-KR", "ko"), ("en-GB", "en"), ("hi", "en"), ("", "en")])
def test_is_written_in_the_receivers_language_or_else_in_english(locale: str, language: str) -> None:
    values = told("user/registration_approved")
    assert (
        written("user", "registration_approved", locale, STUDIO, values).subject
        == written("user", "registration_approved", language, STUDIO, values).subject
    )


@pytest.mark.parametrize(("letter", "language"), ALL)
def test_names_and_messages_are_text_and_nothing_else(letter: str, language: str) -> None:
    to, _, name = letter.partition("/")
    studio = replace(STUDIO, name=HOSTILE, address=HOSTILE)
    values = told(letter) | {
        "name": HOSTILE,
        "reason": HOSTILE,
        "inquiry": {**INQUIRY, "name": HOSTILE, "message": HOSTILE, "service": HOSTILE},
        "user": {**USER, "username": HOSTILE, "name": HOSTILE, "reason": HOSTILE},
        "token": {**TOKEN, "url": f'https://x/"{HOSTILE}'},
    }
    if "booking" in values:
        fields: Any = {"service": HOSTILE, "customer_name": HOSTILE, "note": HOSTILE, "options": (HOSTILE,)}
        values["booking"] = replace(values["booking"], **fields)
    made = written(to, name, language, studio, values)  # type: ignore[arg-type]  # the folder's name
    assert "\n" not in made.subject + made.subject.replace("\r", "\n")
    assert "<script" not in made.html
    assert '"</td>' not in made.html
    of_token = values["token"]["url"] if name in ("password_reset", "email_verification") else ""
    lines = made.text.replace(of_token, "").splitlines()
    quoted = [line for line in lines if line.startswith("> ")] if name.startswith("inquiry_") else []
    assert [line for line in lines if line.startswith(("Bcc:", "> INJECTED"))] == []
    assert quoted == (["> " + line for line in HOSTILE.splitlines()] if quoted else [])


def test_what_is_still_to_be_confirmed_is_said() -> None:
    values = told("customer/booking_changed") | {"booking": replace(BOOKED, status="PENDING")}
    assert "We will confirm it soon" in written("customer", "booking_changed", "en", STUDIO, values).text
    values = told("studio/booking_new") | {"booking": BOOKED}
    assert "It is confirmed already." in written("studio", "booking_new", "en", STUDIO, values).text


def test_what_is_not_known_is_not_mentioned() -> None:
    bare = replace(BOOKED, party_size=1, options=(), price_amount=None, price_currency=None, note=None)
    made = written(
        "customer", "booking_confirmed", "en", replace(STUDIO, address=None), {"booking": bare, "reason": ""}
    )
    assert re.findall(r"^([\w ]+):", made.text, re.MULTILINE) == [
        "Service",
        "When",
        "Booking code",
        "See or change your booking",
        "https",
    ]


def _as_text(letter: str, language: str) -> str:
    to, _, name = letter.partition("/")
    made = written(to, name, language, STUDIO, told(letter))  # type: ignore[arg-type]  # the folder's name
    return f"Subject: {made.subject}\n\n{made.text}\n"


def _expected(language: str) -> dict[str, str]:
    _, *parts = LETTER.split((EXPECTED / f"{language}.txt").read_text(encoding="utf-8"))
    return dict(zip(parts[::2], parts[1::2], strict=True))


class _Reading(HTMLParser):
    """What a page says, its links behind their words, and which of its elements are not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.open: list[str] = []
        self._link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Go into an element."""
        self._link = dict(attrs).get("href") or ""
        if tag not in ("br", "meta"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        assert self.open.pop() == tag
        self.text += f" {self._link} " if tag == "a" else " "

    def handle_data(self, data: str) -> None:
        """Read on."""
        self.text += data
