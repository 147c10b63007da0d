"""STUDIOGRAPH_SMTP_URL: a mail server, and what is said of anything else."""

from __future__ import annotations

import re

import pytest

from mail.address import FORMS, PAIR, WRITTEN_OUT, SmtpAddress, read_smtp_address


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("smtp://localhost:25", SmtpAddress("localhost", 25, implicit_tls=False)),
        ("smtp://mail.example", SmtpAddress("mail.example", 587, implicit_tls=False)),
        ("smtps://mail.example/", SmtpAddress("mail.example", 465, implicit_tls=True)),
        ("smtp://mina:a%23%2F%40b@mail.example:2525", SmtpAddress("mail.example", 2525, False, "mina", "a#/@b")),
        ("smtps://mina%40studio.example:x@[::1]:2465", SmtpAddress("::1", 2465, True, "mina@studio.example", "x")),
    ],
)
def test_a_mail_server(url: str, address: SmtpAddress) -> None:
    assert read_smtp_address(url) == address


@pytest.mark.parametrize(
    ("url", "may_be_plain"),
    [
        ("smtp://localhost", True),
        ("smtp://127.0.0.9", True),
        ("smtp://[::1]", True),
        ("smtp://mina:x@localhost", False),
        ("smtp://mail.example", False),
        ("smtp://192.168.1.2", False),
        ("smtp://localhost.example", False),
    ],
)
def test_may_be_plain_only_on_this_machine_and_without_a_password(url: str, may_be_plain: bool) -> None:  # noqa: FBT001  (what is expected)
    assert read_smtp_address(url).may_be_plain is may_be_plain


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mail.example", FORMS),
        ("http://mail.example", FORMS),
        ("smtp://", FORMS),
        ("smtp://:25", FORMS),
        ("smtp://mail.example/folder", FORMS),
        ("smtp://mail.example?tls=no", FORMS),
        ("smtp://mail.example:port", FORMS),
        ("smtp://[mail.example", FORMS),
        ("smtp://mina@mail.example", PAIR),
        ("smtp://:hush@mail.example", PAIR),
        ("smtp://mina:hu#sh@mail.example", WRITTEN_OUT),
        ("smtp://mina:hu/sh@mail.example", WRITTEN_OUT),
        ("smtp://mina:hu?sh@mail.example:25", WRITTEN_OUT),
        ("smtp://mina:hu℀sh@mail.example", WRITTEN_OUT),
    ],
)
def test_anything_else_is_refused_without_repeating_its_values(url: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$") as raised:
        read_smtp_address(url)
    assert raised.value.__suppress_context__ or not raised.value.__context__


def test_the_password_is_not_shown() -> None:
    assert "hush" not in repr(read_smtp_address("smtp://mina:hush@mail.example"))
