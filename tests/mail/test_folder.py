"""Letters as files, and in memory."""

from __future__ import annotations

import email
from email.message import EmailMessage
from email.policy import default
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from mail.folder import FolderMailer
from mail.mailer import Unreachable
from mail.memory import MemoryMailer
from mail.opening import open_mailer

if TYPE_CHECKING:
    from pathlib import Path


async def test_says_once_that_nothing_is_sent_and_where_letters_are(tmp_path: Path) -> None:
    with capture_logs() as logged:
        mailer = open_mailer("", tmp_path / "mail")
        await mailer.send(_letter("0195"))
        await mailer.send(_letter("0196"))
        await mailer.close()
    assert logged == [
        {
            "event": "no mail is sent: STUDIOGRAPH_SMTP_URL is not set, letters are written to a folder",
            "folder": str(tmp_path / "mail"),
            "log_level": "warning",
        }
    ]
    assert _names(tmp_path) == ["mail/0195@studio.example.eml", "mail/0196@studio.example.eml"]


async def test_the_same_letter_sent_again_is_the_same_file(tmp_path: Path) -> None:
    mailer = FolderMailer(tmp_path)
    for _ in range(2):
        await mailer.send(_letter("0195"))
    assert _names(tmp_path) == ["0195@studio.example.eml"]
    read = email.message_from_bytes((tmp_path / "0195@studio.example.eml").read_bytes(), policy=default)
    assert isinstance(read, EmailMessage)
    assert (read["Subject"], read.get_content()) == ("예약", "안녕하세요.\r\n")


async def test_no_name_leads_out_of_the_folder(tmp_path: Path) -> None:
    await FolderMailer(tmp_path / "mail").send(_letter("../../a/.b"))
    assert _names(tmp_path) == ["mail/..%2F..%2Fa%2F.b@studio.example.eml"]


async def test_a_folder_that_cannot_be_written_is_an_outage(tmp_path: Path) -> None:
    (tmp_path / "mail").touch()
    with pytest.raises(Unreachable, match=r"^The folder for letters cannot be written: File exists\.$"):
        await FolderMailer(tmp_path / "mail").send(_letter("0195"))


async def test_a_check_leaves_nothing_behind(tmp_path: Path) -> None:
    await FolderMailer(tmp_path / "mail").check()
    await MemoryMailer().check()
    assert _names(tmp_path) == []
    (tmp_path / "file").touch()
    with pytest.raises(Unreachable, match=r"^The folder for letters cannot be written: File exists\.$"):
        await FolderMailer(tmp_path / "file").check()


async def test_memory_keeps_letters_in_their_order() -> None:
    mailer = MemoryMailer()
    letters = [_letter("0195"), _letter("0196")]
    for letter in letters:
        await mailer.send(letter)
    await mailer.close()
    assert mailer.sent == letters


def _names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _letter(name: str) -> EmailMessage:
    letter = EmailMessage()
    letter["To"] = "mina@home.example"
    letter["Subject"] = "예약"
    letter["Message-ID"] = f"<{name}@studio.example>"
    letter.set_content("안녕하세요.")
    return letter
