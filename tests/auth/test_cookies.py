"""Cookies that sign a browser in."""

from __future__ import annotations

import pytest

from auth.cookies import Cookies

SECURE, PLAIN = Cookies(secure=True), Cookies(secure=False)
A, R = b"__Host-studiograph_access", b"__Host-studiograph_refresh"


def test_sets_both_for_as_long_as_their_tokens_hold() -> None:
    assert SECURE.set("eyJ.e30.x", "sgr_y") == [
        (b"set-cookie", A + b"=eyJ.e30.x; Path=/; Max-Age=900; HttpOnly; SameSite=Lax; Secure"),
        (b"set-cookie", R + b"=sgr_y; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure"),
    ]


def test_over_http_in_development_they_have_plain_names() -> None:
    assert PLAIN.set("a", "r") == [
        (b"set-cookie", b"studiograph_access=a; Path=/; Max-Age=900; HttpOnly; SameSite=Lax"),
        (b"set-cookie", b"studiograph_refresh=r; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax"),
    ]


def test_takes_both_back() -> None:
    assert SECURE.clear() == [
        (b"set-cookie", A + b"=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure"),
        (b"set-cookie", R + b"=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure"),
    ]


@pytest.mark.parametrize(
    ("header", "tokens"),
    [
        (A + b"=a; " + R + b"=r", ("a", "r")),
        (R + b"=r;" + A + b"=a", ("a", "r")),
        (b" ; ;theme=dark; " + A + b"=a ;", ("a", None)),
        (R + b"=r", (None, "r")),
        (b'json={"a": [1, "x"]}; broken; =; ' + A + b"=a", ("a", None)),
        (b"name=\xff\x00\xf0; " + A + b"=a", ("a", None)),
        (A + b"=a=b==", ("a=b==", None)),
        (A + b"=a; " + A + b"=a", ("a", None)),
        (A + b"=a; " + A + b"=b; " + R + b"=r", (None, "r")),
        (A + b"=; " + R, (None, None)),
        (A.lower() + b"=a", (None, None)),
        (b"studiograph_access=a; studiograph_refresh=r", (None, None)),
        (b"x" + A + b"=a", (None, None)),
        (b"", (None, None)),
        (b";" * 60_000, (None, None)),
        (b"\xff" * 60_000, (None, None)),
    ],
    ids=lambda case: ascii(case)[:60],
)
def test_reads_its_own_among_whatever_a_browser_sends(header: bytes, tokens: tuple[str | None, str | None]) -> None:
    assert SECURE.read(header) == tokens


@pytest.mark.parametrize("cookies", [SECURE, PLAIN])
def test_reads_what_it_set(cookies: Cookies) -> None:
    sent = b"; ".join(value.partition(b";")[0] for _, value in cookies.set("eyJ.e30.x", "sgr_y"))
    assert cookies.read(sent) == ("eyJ.e30.x", "sgr_y")


@pytest.mark.parametrize("cookies", [SECURE, PLAIN])
def test_reads_nothing_of_what_it_took_back(cookies: Cookies) -> None:
    sent = b"; ".join(value.partition(b";")[0] for _, value in cookies.clear())
    assert cookies.read(sent) == (None, None)
