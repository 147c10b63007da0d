"""Settings: what the environment gives, what follows from what, and what is refused."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from mail.address import FORMS, WRITTEN_OUT
from services.process import SECRET, environment
from settings import Settings, problems

PRINT_KEY = "from settings import Settings; print(Settings().signing_key.decode())"
MAKE_ONE = 'make one with: python3 -c "import secrets; print(secrets.token_hex(32))"'


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.startswith("STUDIOGRAPH_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_without_any_everything_is_in_the_folder_data(tmp_path: Path) -> None:
    settings = Settings()
    assert (settings.environment, settings.in_development) == ("development", True)
    assert settings.data_dir == tmp_path / "data"
    assert settings.database_url == f"sqlite:///{tmp_path}/data/studiograph.sqlite3"
    assert settings.storage_url == f"file:///{tmp_path}/data/media"


def test_database_and_media_follow_the_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDIOGRAPH_DATA_DIR", "/srv/studio")
    settings = Settings()
    assert settings.database_url == "sqlite:////srv/studio/studiograph.sqlite3"
    assert settings.storage_url == "file:////srv/studio/media"


def test_lists_are_words_between_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDIOGRAPH_CORS_ORIGINS", "https://a.example, https://b.example,")
    assert Settings().cors_origins == ("https://a.example", "https://b.example")


@pytest.mark.parametrize(("environment", "introspection"), [("development", "on"), ("production", "off")])
def test_introspection_is_off_in_production_unless_it_is_set(environment: str, introspection: str) -> None:
    settings = Settings.model_validate({"environment": environment, "secret": SECRET})
    assert settings.introspection == introspection
    assert Settings(environment="production", secret=SECRET, introspection="on").introspection == "on"


def test_any_host_is_served_until_the_public_url_is_known() -> None:
    assert Settings().allowed_hosts == ("*",)
    known = Settings(public_url="https://studio.example/")
    assert known.public_url == "https://studio.example"
    assert known.allowed_hosts == ("studio.example", "localhost", "127.0.0.1", "[::1]")
    assert Settings(public_url="https://studio.example", allowed_hosts=("other.example",)).allowed_hosts == (
        "other.example",
    )


def test_they_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().environment = "production"


def test_the_secret_is_not_shown() -> None:
    assert SECRET not in repr(Settings(secret=SECRET))


A_FOLDER_OR_A_BUCKET = (
    "STUDIOGRAPH_STORAGE_URL must name a folder, file:///var/lib/studiograph/media, "
    "or a bucket, s3://pictures?region=eu-central-1"
)
A_VALKEY = (
    "STUDIOGRAPH_VALKEY_URL must be valkey://, valkeys://, redis:// or rediss:// with a host, "
    "such as valkey://localhost:6379/0"
)
A_MAIL_SERVER = f"STUDIOGRAPH_SMTP_URL {FORMS}"
A_FILE = "STUDIOGRAPH_DATABASE_URL must name a file: sqlite:////var/lib/studiograph/studiograph.sqlite3"


@pytest.mark.parametrize(
    ("given", "sentences"),
    [
        ({"environment": "production"}, [f"STUDIOGRAPH_SECRET is missing; {MAKE_ONE}"]),
        ({"environment": "production", "secret": "short"}, [f"STUDIOGRAPH_SECRET is too easy to guess; {MAKE_ONE}"]),
        ({"secret": "abab" * 20}, [f"STUDIOGRAPH_SECRET is too easy to guess; {MAKE_ONE}"]),
        ({"environment": "staging"}, ["STUDIOGRAPH_ENVIRONMENT: Input should be 'development' or 'production'"]),
        (
            {"database_url": "mysql://u:hush@host/db", "public_url": "studio.example"},
            [
                "STUDIOGRAPH_DATABASE_URL must begin with sqlite:/// or postgresql://",
                "STUDIOGRAPH_PUBLIC_URL must begin with http:// or https://",
            ],
        ),
        ({"storage_url": "ftp://u:hush@host"}, [A_FOLDER_OR_A_BUCKET]),
        ({"storage_url": "file:///"}, [A_FOLDER_OR_A_BUCKET]),
        (
            {"storage_url": "s3://id:hush@pictures"},
            ["STUDIOGRAPH_STORAGE_URL holds no keys: they come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"],
        ),
        ({"database_url": "sqlite:///:memory:"}, [A_FILE]),
        ({"database_url": "sqlite:////tmp/a?mode=ro"}, [A_FILE]),
        (
            {"database_url": "postgresql://u:hu#sh@host/db"},
            ["STUDIOGRAPH_DATABASE_URL: write special characters of the password as %23 for #, and so on"],
        ),
        ({"valkey_url": "http://u:hush@host"}, [A_VALKEY]),
        ({"valkey_url": "valkey://u:hush@"}, [A_VALKEY]),
        ({"valkey_url": "redis://u:hu#sh@host"}, [A_VALKEY]),
        ({"smtp_url": "http://u:hush@host"}, [A_MAIL_SERVER]),
        ({"smtp_url": "smtp://u:hu#sh@host"}, [f"STUDIOGRAPH_SMTP_URL {WRITTEN_OUT}"]),
        (
            {"mail_from": "Studio <hush>"},
            ["STUDIOGRAPH_MAIL_FROM must be an address alone, such as studio@example.com"],
        ),
        (
            {"environment": "production", "secret": SECRET, "smtp_url": "smtp://host"},
            ["STUDIOGRAPH_MAIL_FROM is missing: mails need a sender, such as studio@example.com"],
        ),
        (
            {"environment": "production", "secret": SECRET, "smtp_url": "smtp://host", "mail_from": "a@example.com"},
            ["STUDIOGRAPH_PUBLIC_URL or STUDIOGRAPH_FRONTEND_URL is missing: links in mails have to lead somewhere"],
        ),
        ({"body_limit": 10}, ["STUDIOGRAPH_BODY_LIMIT: Input should be greater than or equal to 1000"]),
    ],
)
def test_what_is_wrong_is_told_without_the_values(given: dict[str, object], sentences: list[str]) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate(given)
    assert problems(refused.value) == sentences


@pytest.mark.parametrize("where", ["public_url", "frontend_url"])
def test_mail_is_sent_where_links_lead_somewhere(where: str) -> None:
    mailing = {"smtp_url": "smtp://host", "mail_from": "Studio@EXAMPLE.com", where: "https://studio.example"}
    settings = Settings.model_validate({"environment": "production", "secret": SECRET, **mailing})
    assert settings.mail_from == "Studio@example.com"
    assert "smtp://host" not in repr(settings)


def test_in_development_a_secret_is_made_once_and_kept_from_others() -> None:
    made = Settings().signing_key
    file = Path("data/secret")
    assert (len(made), file.read_bytes()) == (64, made)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Settings().signing_key == made
    assert list(file.parent.iterdir()) == [file]


def test_a_given_secret_is_taken_and_nothing_is_made() -> None:
    assert Settings(secret=SECRET).signing_key == SECRET.encode()
    assert not Path("data").exists()


def test_several_first_starts_at_once_agree_on_the_secret(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PRINT_KEY]
    starts = [subprocess.Popen(command, env=environment(tmp_path), stdout=subprocess.PIPE, text=True) for _ in range(5)]
    keys = [start.communicate()[0] for start in starts]
    assert keys == [(tmp_path / "data/secret").read_text() + "\n"] * 5
