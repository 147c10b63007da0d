"""Letters as files, where there is no mail server."""

from __future__ import annotations

import asyncio
import os
from email.policy import SMTP
from typing import TYPE_CHECKING
from urllib.parse import quote

import structlog

from mail.mailer import Unreachable

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

log = structlog.get_logger("studiograph.mail")


class FolderMailer:
    """A folder of .eml files, one for each Message-ID; mail programs open them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        log.warning(
            "no mail is sent: STUDIOGRAPH_SMTP_URL is not set, letters are written to a folder", folder=str(folder)
        )

    async def send(self, message: EmailMessage) -> None:
        """Write the letter, whole or not at all."""
        name = quote(message["Message-ID"].strip("<>"), safe="@")
        try:
            await asyncio.to_thread(_write, self._folder, name, message.as_bytes(policy=SMTP))
        except OSError as error:
            raise Unreachable(f"The folder for letters cannot be written: {error.strerror}.") from error

    async def close(self) -> None:
        """Nothing is held."""


def _write(folder: Path, name: str, letter: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f".{name}.{os.getpid()}"
    with aside.open("wb") as file:
        file.write(letter)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(folder / f"{name}.eml")
