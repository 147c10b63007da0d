"""What the mail's tests are given: mail servers, and certificates for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import pytest
import trustme

from services.smtp import SmtpServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Serve: TypeAlias = Callable[..., SmtpServer]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start mail servers, as `SmtpServer` is told; they end with the test."""
    started: list[SmtpServer] = []

    def start(*arguments: object) -> SmtpServer:
        started.append(SmtpServer(*arguments).start())  # type: ignore[arg-type]  # checked where it is called
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """A certificate authority, and the only one that is trusted."""
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    return made
