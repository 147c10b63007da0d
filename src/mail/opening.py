"""Which mailer it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from mail.address import read_smtp_address
from mail.folder import FolderMailer
from mail.smtp import SmtpMailer

if TYPE_CHECKING:
    from pathlib import Path

    from mail.mailer import Mailer

log = structlog.get_logger("studiograph.mail")


def open_mailer(smtp_url: str, folder: Path) -> Mailer:
    """The server behind an `smtp://…` or `smtps://…` URL; where there is none, `folder`, and the log says so."""
    if smtp_url:
        return SmtpMailer(read_smtp_address(smtp_url))
    log.warning("no mail is sent: STUDIOGRAPH_SMTP_URL is not set, letters are written to a folder", folder=str(folder))
    return FolderMailer(folder)
