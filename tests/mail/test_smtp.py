"""Letters by SMTP: encrypted where it matters, and what is told apart when one cannot be sent."""

from __future__ import annotations

import re
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
import trustme

from mail import smtp
from mail.mailer import Undeliverable, Unreachable
from mail.opening import open_mailer
from services.smtp import PASSWORD

if TYPE_CHECKING:
    from pathlib import Path

    from mail.conftest import Serve

NOBODY = "mina@studio.example"
SOMEBODY = "jun@studio.example"


async def test_hands_a_letter_over(serve: Serve, tmp_path: Path) -> None:
    server = serve()
    await _send(server.url, tmp_path, _letter(NOBODY))
    assert server.receivers == [[NOBODY]]
    assert [dict(letter.items()) for letter in server.received] == [dict(_letter(NOBODY).items())]
    assert server.received[0].get_content() == "안녕하세요.\n"


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_logs_in_over_tls_only(serve: Serve, authority: trustme.CA, tmp_path: Path, security: str) -> None:
    server = serve(security, authority.issue_cert("127.0.0.1"))
    await _send(server.url_with_password, tmp_path, _letter(NOBODY))
    assert (len(server.received), server.logged_in) == (1, 1)
    assert b"AUTH" not in server.overheard
    assert b"Subject" not in server.overheard


async def test_a_password_never_goes_over_a_plain_connection(serve: Serve, tmp_path: Path) -> None:
    server = serve()
    message = "The mail server cannot be reached: SMTP STARTTLS extension not supported by server."
    with pytest.raises(Unreachable, match=f"^{re.escape(message)}$"):
        await _send(server.url_with_password, tmp_path, _letter(NOBODY))
    assert (server.received, server.logged_in) == ([], 0)
    assert re.fullmatch(rb"EHLO [^\r\n]+\r\n", server.overheard)


async def test_starttls_is_taken_where_it_is_offered_even_on_this_machine(
    serve: Serve, authority: trustme.CA, tmp_path: Path
) -> None:
    server = serve("starttls", authority.issue_cert("127.0.0.1"))
    await _send(server.url, tmp_path, _letter(NOBODY))
    assert len(server.received) == 1
    assert server.overheard.endswith(b"STARTTLS\r\n")


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("fault", ["another authority's", "for another host"])
async def test_refuses_a_wrong_certificate(
    serve: Serve, authority: trustme.CA, tmp_path: Path, security: str, fault: str
) -> None:
    wrong = {"another authority's": (trustme.CA(), "127.0.0.1"), "for another host": (authority, "127.0.0.2")}
    issuer, host = wrong[fault]
    server = serve(security, issuer.issue_cert(host))
    with pytest.raises(Unreachable, match="certificate verify failed"):
        await _send(server.url_with_password, tmp_path, _letter(NOBODY))
    assert (server.received, server.logged_in) == ([], 0)


async def test_a_wrong_password_is_told_and_not_repeated(serve: Serve, authority: trustme.CA, tmp_path: Path) -> None:
    server = serve("tls", authority.issue_cert("127.0.0.1"))
    url = server.url_with_password.replace("word", "wort")
    with pytest.raises(Unreachable, match=f"^{re.escape(smtp.WRONG_PASSWORD)}$"):
        await _send(url, tmp_path, _letter(NOBODY))
    assert PASSWORD not in smtp.WRONG_PASSWORD
    assert server.received == []


@pytest.mark.parametrize(
    ("asked", "answer", "error", "sentence"),
    [
        (
            NOBODY,
            f"550 5.1.1 <{NOBODY}> is unknown here",
            Undeliverable,
            "The mail server refuses the letter for good: 550 5.1.1.",
        ),
        (NOBODY, "550 No", Undeliverable, "The mail server refuses the letter for good: 550."),
        (NOBODY, "450 4.2.0 Greylisted", Unreachable, "The mail server does not take the letter now: 450 4.2.0."),
        ("DATA", "554 5.7.1 Spam", Undeliverable, "The mail server refuses the letter for good: 554 5.7.1."),
        ("DATA", "452 4.3.1 Full", Unreachable, "The mail server does not take the letter now: 452 4.3.1."),
        (
            "MAIL",
            "553 5.7.1 Not yours",
            Unreachable,
            "The mail server takes no letters from our address (553): is STUDIOGRAPH_MAIL_FROM right?",
        ),
    ],
)
async def test_tells_what_is_refused_for_good_from_what_is_refused_for_now(  # noqa: PLR0917  (a case)
    serve: Serve, tmp_path: Path, asked: str, answer: str, error: type[Exception], sentence: str
) -> None:
    server = serve()
    server.answers[asked] = answer
    with pytest.raises(error, match=f"^{re.escape(sentence)}$") as raised:
        await _send(server.url, tmp_path, _letter(NOBODY))
    assert server.received == []
    assert raised.value.__suppress_context__, "a log would tell the server's words, which may name the receiver"
    del server.answers[asked]
    await _send(server.url, tmp_path, _letter(NOBODY))
    assert len(server.received) == 1


async def test_one_of_several_receivers_is_refused_for_good_and_the_others_have_it(
    serve: Serve, tmp_path: Path
) -> None:
    server = serve()
    server.answers[NOBODY] = "550 5.1.1 Unknown"
    await _send(server.url, tmp_path, _letter(NOBODY, SOMEBODY))
    assert server.receivers == [[SOMEBODY]]


async def test_all_get_it_again_when_one_of_several_receivers_is_to_be_asked_later(
    serve: Serve, tmp_path: Path
) -> None:
    server = serve()
    server.answers[NOBODY] = "451 4.3.0 Later"
    with pytest.raises(Unreachable, match=r"^The mail server does not take the letter now: 451 4\.3\.0\.$"):
        await _send(server.url, tmp_path, _letter(NOBODY, SOMEBODY))


async def test_a_server_that_is_down_is_reached_when_it_is_back(serve: Serve, tmp_path: Path) -> None:
    server = serve()
    mailer = open_mailer(server.url, tmp_path)
    server.stop()
    with pytest.raises(Unreachable, match=r"^The mail server cannot be reached: Error connecting to 127\.0\.0\.1"):
        await mailer.send(_letter(NOBODY))
    server.start()
    await mailer.send(_letter(NOBODY))
    await mailer.close()
    assert server.receivers == [[NOBODY]]


async def test_a_check_logs_in_and_sends_nothing(serve: Serve, authority: trustme.CA, tmp_path: Path) -> None:
    server = serve("tls", authority.issue_cert("127.0.0.1"))
    await open_mailer(server.url_with_password, tmp_path).check()
    assert (server.logged_in, server.received) == (1, [])
    with pytest.raises(Unreachable, match=f"^{re.escape(smtp.WRONG_PASSWORD)}$"):
        await open_mailer(server.url_with_password.replace("word", "wort"), tmp_path).check()
    server.stop()
    with pytest.raises(Unreachable, match=r"^The mail server cannot be reached: Error connecting"):
        await open_mailer(server.url_with_password, tmp_path).check()


async def test_does_not_wait_for_ever_for_a_server_that_hangs(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "COMMAND_SECONDS", 0.2)
    server = serve()
    server.hangs = True
    with pytest.raises(Unreachable, match=r"^The mail server cannot be reached: Timed out"):
        await _send(server.url, tmp_path, _letter(NOBODY))
    assert server.received == []


async def test_does_not_wait_for_ever_for_a_connection(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "CONNECT_SECONDS", 0)
    server = serve()
    with pytest.raises(Unreachable, match=r"^The mail server cannot be reached: it does not answer in time\.$"):
        await _send(server.url, tmp_path, _letter(NOBODY))
    assert server.received == []


async def test_an_address_that_no_server_knows_is_given_up(serve: Serve, tmp_path: Path) -> None:
    server = serve()
    with pytest.raises(Undeliverable, match=f"^{re.escape(smtp.NO_SUCH_ADDRESSES)}$"):
        await _send(server.url, tmp_path, _letter("미나@studio.example"))
    assert server.received == []


async def _send(url: str, folder: Path, letter: EmailMessage) -> None:
    await open_mailer(url, folder).send(letter)


def _letter(*receivers: str) -> EmailMessage:
    letter = EmailMessage()
    letter["From"] = "studio@studio.example"
    letter["To"] = ", ".join(receivers)
    letter["Subject"] = "예약"
    letter["Message-ID"] = "<0195@studio.example>"
    letter.set_content("안녕하세요.", cte="base64")
    return letter
