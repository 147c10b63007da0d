"""Letters by SMTP."""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import structlog
from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from mail.mailer import Undeliverable, Unreachable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable
    from email.message import EmailMessage

    from mail.address import SmtpAddress

CONNECT_SECONDS = 10
COMMAND_SECONDS = 20
ENHANCED = re.compile(r"\d\.\d{1,3}\.\d{1,3}\b")
"""A status by RFC 3463, such as 5.1.1: says more than the code, and less than a text that may name the receiver."""
WRONG_PASSWORD = "The mail server does not accept the user and password of STUDIOGRAPH_SMTP_URL."  # noqa: S105  (a sentence)
NO_SUCH_ADDRESSES = "The mail server knows no addresses in other than ASCII letters."

log = structlog.get_logger("studiograph.mail")


class SmtpMailer:
    """A mail server, with a connection for each letter."""

    def __init__(self, address: SmtpAddress) -> None:
        self._address = address

    async def send(self, message: EmailMessage) -> None:
        """Hand a letter over; Undeliverable where every receiver is refused for good."""
        try:
            async with self._connection() as server:
                refused, _ = await server.send_message(message)
        except SMTPRecipientsRefused as error:
            raise _refusal((one.code, one.message) for one in error.recipients) from None
        except SMTPDataError as error:
            raise _refusal([(error.code, error.message)]) from None
        except SMTPNotSupported:
            raise Undeliverable(NO_SUCH_ADDRESSES) from None
        except (SMTPException, OSError) as error:
            raise Unreachable(_outage(error)) from None  # the text of an answer may name the receiver
        if any(answer.code < 500 for answer in refused.values()):
            raise _refusal(refused.values())
        if refused:
            log.warning("some receivers of a letter are refused", letter=message["Message-ID"], refused=len(refused))

    async def check(self) -> None:
        """Connect, log in where there is a password, and leave."""
        try:
            async with self._connection():
                pass
        except (SMTPException, OSError) as error:
            raise Unreachable(_outage(error)) from None

    async def close(self) -> None:
        """Nothing is held."""

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[SMTP]:
        address = self._address
        server = SMTP(
            hostname=address.host,
            port=address.port,
            use_tls=address.implicit_tls,
            start_tls=_start_tls(address),
            timeout=COMMAND_SECONDS,
        )
        async with asyncio.timeout(CONNECT_SECONDS):
            await server.connect()
        connection = server.transport
        try:
            async with server:
                if address.user and address.password:
                    await server.login(address.user, address.password)
                yield server
        finally:
            if isinstance(connection, asyncio.WriteTransport):
                connection.abort()  # after QUIT nothing is to come: it need not wait for the end of TLS


def _start_tls(address: SmtpAddress) -> bool | None:
    """Whether STARTTLS is to be used; None: where the server offers it."""
    if address.implicit_tls:
        return False
    return None if address.may_be_plain else True


def _refusal(answers: Iterable[tuple[int, str]]) -> Unreachable | Undeliverable:
    """For good only where none of the answers invites to come again."""
    code, text = min(answers)
    status = " ".join([str(code), *ENHANCED.findall(text)[:1]])
    if code < 500:
        return Unreachable(f"The mail server does not take the letter now: {status}.")
    return Undeliverable(f"The mail server refuses the letter for good: {status}.")


def _outage(error: Exception) -> str:
    if isinstance(error, SMTPAuthenticationError):
        return WRONG_PASSWORD
    if isinstance(error, SMTPSenderRefused):
        return f"The mail server takes no letters from our address ({error.code}): is STUDIOGRAPH_MAIL_FROM right?"
    if isinstance(error, SMTPResponseException):
        return f"The mail server answers {error.code}."
    return f"The mail server cannot be reached: {str(error).rstrip('.') or 'it does not answer in time'}."
