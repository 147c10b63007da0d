"""Which mailer it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mail.address import read_smtp_address
from mail.folder import FolderMailer
from mail.smtp import SmtpMailer

if TYPE_CHECKING:
    from pathlib import Path

    from mail.mailer import Mailer


def open_mailer(smtp_url: str, folder: Path) -> Mailer:
    """The server behind an `smtp://…` or `smtps://…` URL; where there is none, letters are written to `folder`."""
    return SmtpMailer(read_smtp_address(smtp_url)) if smtp_url else FolderMailer(folder)
