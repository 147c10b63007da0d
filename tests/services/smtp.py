"""A real mail server on a free port of loopback, which refuses, hangs, ends and comes back as a test wants."""

from __future__ import annotations

import asyncio
import email
import socket
import ssl
import threading
from email.policy import default
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from aiosmtpd.smtp import SMTP, AuthResult

from services.waiting import until_it_holds

if TYPE_CHECKING:
    from asyncio.trsock import TransportSocket
    from email.message import EmailMessage

    from aiosmtpd.smtp import Envelope, Session
    from trustme import LeafCert

    Security: TypeAlias = Literal["plain", "starttls", "tls"]

START_SECONDS = 10.0
USER, PASSWORD = "haneul", "pa#ss/word"


class SmtpServer:
    """Keeps what it receives, over all its lives on the same port. It lets everybody log in who knows PASSWORD.

    `answers` are given to a receiver's address, or at MAIL or DATA, in place of 250.
    """

    def __init__(self, security: Security = "plain", identity: LeafCert | None = None) -> None:
        self.port = _free_port()
        self.received: list[EmailMessage] = []
        self.receivers: list[list[str]] = []
        self.answers: dict[str, str] = {}
        self.hangs = False
        self.overheard = b""
        """Whatever it was sent in the clear."""
        self.logged_in = 0
        self._security = security
        self._tls = _context(identity) if identity else None
        self.connections: dict[asyncio.Transport, TransportSocket] = {}
        """Those of this life, with their sockets, which tell when they are over."""

    @property
    def url(self) -> str:
        """Its address, without a user."""
        return f"{'smtps' if self._security == 'tls' else 'smtp'}://127.0.0.1:{self.port}"

    @property
    def url_with_password(self) -> str:
        """Its address, with the user whom it lets log in."""
        return self.url.replace("://", f"://{USER}:pa%23ss%2Fword@")

    def start(self) -> SmtpServer:
        """Serve, on the same port each time; RuntimeError when it does not start."""
        serving = threading.Event()
        self._thread = threading.Thread(target=asyncio.run, args=(self._serve(serving),))
        self._thread.start()
        if not serving.wait(START_SECONDS):
            raise RuntimeError("The mail server has not started.")
        return self

    def stop(self) -> None:
        """End at once: whoever is connected is cut off. What was received stays."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(START_SECONDS)

    async def handle_MAIL(self, _server: SMTP, _session: Session, envelope: Envelope, *said: Any) -> str:  # noqa: N802  (aiosmtpd's name)
        """Take the sender."""
        envelope.mail_from = said[0]
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, *said: Any) -> str:  # noqa: N802  (aiosmtpd's name)
        """Take a receiver, or not."""
        answer = self.answers.get(said[0], "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(said[0])
        return answer

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  (aiosmtpd's name)
        """Keep the letter, or not."""
        if self.hangs:
            await asyncio.Event().wait()
        answer = self.answers.get("DATA", "250 OK")
        if answer.startswith("250") and isinstance(envelope.content, bytes):
            self.received.append(email.message_from_bytes(envelope.content, policy=default))
            self.receivers.append([str(receiver) for receiver in envelope.rcpt_tos])
        return answer

    async def _serve(self, serving: threading.Event) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        tls = self._tls if self._security == "tls" else None
        server = await self._loop.create_server(self._connection, "127.0.0.1", self.port, ssl=tls)
        serving.set()
        await self._stopping.wait()
        server.close()
        for connection in self.connections:
            if not connection.is_closing():
                connection.abort()
        await until_it_holds(lambda: all(socket.fileno() == -1 for socket in self.connections.values()))
        self.connections.clear()

    def _connection(self) -> SMTP:
        return _Listening(
            self,
            loop=self._loop,
            hostname="mail.studio.example",
            enable_SMTPUTF8=False,
            tls_context=self._tls if self._security == "starttls" else None,
            auth_require_tls=False,
            authenticator=self._let_in,
        )

    def _let_in(self, *asked: Any) -> AuthResult:
        login = asked[-1]
        known = (login.login, login.password) == (USER.encode(), PASSWORD.encode())
        self.logged_in += known
        return AuthResult(success=known, handled=False)


class _Listening(SMTP):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Be known, so that somebody can cut it off."""
        if isinstance(transport, asyncio.Transport) and self.transport is None:
            self.event_handler.connections[transport] = transport.get_extra_info("socket")
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Note what anybody on the way could have read."""
        super().data_received(data)
        if isinstance(self.transport, asyncio.BaseTransport) and not self.transport.get_extra_info("sslcontext"):
            self.event_handler.overheard += data


def _context(identity: LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    identity.configure_cert(context)
    return context


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
