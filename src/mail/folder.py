"""Letters as files, where there is no mail server."""

from __future__ import annotations

import asyncio
import os
from contextlib import contextmanager
from email.policy import SMTP
from typing import TYPE_CHECKING
from urllib.parse import quote

from mail.mailer import Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

CHECK = ".check"


class FolderMailer:
    """A folder of .eml files, one for each Message-ID; mail programs open them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, message: EmailMessage) -> None:
        """Write the letter, whole or not at all."""
        name = quote(message["Message-ID"].strip("<>"), safe="@")
        with _available():
            await asyncio.to_thread(_write, self._folder, f"{name}.eml", message.as_bytes(policy=SMTP))

    async def check(self) -> None:
        """Write a file and take it away again."""
        with _available():
            await asyncio.to_thread(_write, self._folder, CHECK, b"")
            await asyncio.to_thread((self._folder / CHECK).unlink)

    async def close(self) -> None:
        """Nothing is held."""


@contextmanager
def _available() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unreachable(f"The folder for letters cannot be written: {error.strerror}.") from error


def _write(folder: Path, name: str, letter: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f".{name}.{os.getpid()}"
    with aside.open("wb") as file:
        file.write(letter)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(folder / name)
