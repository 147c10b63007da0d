"""Every setting, from the environment (prefix STUDIOGRAPH_); docs/settings.md has them in one table."""

from __future__ import annotations

import os
import secrets
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from auth.emails import normalised
from engine.limits import Limits
from engine.persisted import read_documents
from engine.valkey_address import read_valkey_address
from mail.address import read_smtp_address
from storage.address import read_address

SECRET_CHARACTERS = 32
DISTINCT_CHARACTERS = 8
HOW_TO_MAKE_ONE = 'make one with: python3 -c "import secrets; print(secrets.token_hex(32))"'
LIMITS = Limits()

Words = Annotated[tuple[str, ...], NoDecode]
"""Several values, separated by commas."""


def _in_data_dir(scheme: str, name: str, **named: Any) -> Any:
    return Field(default_factory=lambda data: f"{scheme}:///{data['data_dir']}/{name}", **named)


class Settings(BaseSettings):
    """One frozen object, read once at the start."""

    model_config = SettingsConfigDict(env_prefix="STUDIOGRAPH_", frozen=True, extra="ignore")

    environment: Literal["development", "production"] = "development"
    secret: str = Field(default="", repr=False)
    data_dir: Path = Path("data")
    database_url: str = _in_data_dir("sqlite", "studiograph.sqlite3", repr=False)
    database_connections: int = Field(default=8, ge=1, le=100)
    storage_url: str = _in_data_dir("file", "media")
    public_url: str = ""
    frontend_url: str = ""
    smtp_url: str = Field(default="", repr=False)
    mail_from: str = ""
    cors_origins: Words = ()
    allowed_hosts: Words = Field(default_factory=lambda data: _own_hosts(data.get("public_url", "")))
    trusted_proxies: Words = ()
    rate_limit: Literal["on", "off"] = "on"
    introspection: Literal["on", "off"] = Field(
        default_factory=lambda data: "on" if data.get("environment") == "development" else "off"
    )
    body_limit: int = Field(default=LIMITS.body_bytes, ge=1_000)
    token_limit: int = Field(default=LIMITS.tokens, ge=10)
    character_limit: int = Field(default=LIMITS.characters, ge=100)
    depth_limit: int = Field(default=LIMITS.depth, ge=1)
    alias_limit: int = Field(default=LIMITS.aliases, ge=0)
    root_field_limit: int = Field(default=LIMITS.root_fields, ge=1)
    directive_limit: int = Field(default=LIMITS.directives, ge=0)
    node_limit: int = Field(default=LIMITS.nodes, ge=1)
    cost_limit: int = Field(default=LIMITS.cost, ge=1)
    list_limit: int = Field(default=LIMITS.list_items, ge=1)
    deadline_seconds: int = Field(default=int(LIMITS.seconds), ge=1, le=300)
    rate_per_address: int = Field(default=10_000, ge=1)
    rate_per_user: int = Field(default=50_000, ge=1)
    subscription_limit: int = Field(default=LIMITS.subscriptions, ge=1)
    socket_limit: int = Field(default=LIMITS.sockets, ge=1)
    frame_limit: int = Field(default=LIMITS.frame_bytes, ge=1_000)
    valkey_url: str = Field(default="", repr=False)
    persisted_documents: Path | None = None
    persisted_only: Literal["on", "off"] = "off"
    metrics_token: str = Field(default="", repr=False)
    traces_url: str = Field(default="", repr=False)
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def in_development(self) -> bool:
        """Whether comfort goes before caution: a secret is made, migrations run, a demo studio is drawn."""
        return self.environment == "development"

    @cached_property
    def signing_key(self) -> bytes:
        """The secret; in development, where it may be left out, one is made and kept in DATA_DIR."""
        return (self.secret or _kept_secret(self.data_dir / "secret")).encode()

    @field_validator("cors_origins", "allowed_hosts", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("cors_origins")
    @classmethod
    def _named_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if "*" in value:
            raise ValueError("STUDIOGRAPH_CORS_ORIGINS must name origins: with cookies, * would let in every website")
        return value

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.absolute()

    @field_validator("public_url", "frontend_url")
    @classmethod
    def _without_slash(cls, value: str, info: ValidationInfo) -> str:
        if value and urlsplit(value).scheme not in ("http", "https"):
            raise ValueError(f"STUDIOGRAPH_{str(info.field_name).upper()} must begin with http:// or https://")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "postgresql://")):
            raise ValueError("STUDIOGRAPH_DATABASE_URL must begin with sqlite:/// or postgresql://")
        if value.startswith("sqlite:") and (":memory:" in value or "?" in value or value == "sqlite:///"):
            raise ValueError(
                "STUDIOGRAPH_DATABASE_URL must name a file: sqlite:////var/lib/studiograph/studiograph.sqlite3"
            )
        if not _has_readable_port(value):
            raise ValueError(
                "STUDIOGRAPH_DATABASE_URL: write special characters of the password as %23 for #, and so on"
            )
        return value

    @field_validator("storage_url")
    @classmethod
    def _known_storage(cls, value: str) -> str:
        try:
            read_address(value)
        except ValueError as problem:
            raise ValueError(f"STUDIOGRAPH_STORAGE_URL {problem}") from None
        return value

    @field_validator("valkey_url")
    @classmethod
    def _known_valkey(cls, value: str) -> str:
        try:
            if value:
                read_valkey_address(value)
        except ValueError as problem:
            raise ValueError(f"STUDIOGRAPH_VALKEY_URL {problem}") from None
        return value

    @field_validator("smtp_url")
    @classmethod
    def _known_mail_server(cls, value: str) -> str:
        try:
            if value:
                read_smtp_address(value)
        except ValueError as problem:
            raise ValueError(f"STUDIOGRAPH_SMTP_URL {problem}") from None
        return value

    @field_validator("mail_from")
    @classmethod
    def _known_sender(cls, value: str) -> str:
        sender = normalised(value) if value else ""
        if sender is None:
            raise ValueError("STUDIOGRAPH_MAIL_FROM must be an address alone, such as studio@example.com")
        return sender

    @field_validator("persisted_documents")
    @classmethod
    def _readable_documents(cls, value: Path | None) -> Path | None:
        try:
            if value is not None:
                read_documents(value)
        except (OSError, ValueError) as problem:
            raise ValueError(f"STUDIOGRAPH_PERSISTED_DOCUMENTS {problem}") from None
        return value

    @model_validator(mode="after")
    def _affordable(self) -> Settings:
        if self.cost_limit > min(self.rate_per_address, self.rate_per_user):
            raise ValueError(
                "STUDIOGRAPH_COST_LIMIT must not be above STUDIOGRAPH_RATE_PER_ADDRESS and STUDIOGRAPH_RATE_PER_USER: "
                "what costs more could never be asked for"
            )
        return self

    @model_validator(mode="after")
    def _able_to_mail(self) -> Settings:
        if self.in_development or not self.smtp_url:
            return self
        if not self.mail_from:
            raise ValueError("STUDIOGRAPH_MAIL_FROM is missing: mails need a sender, such as studio@example.com")
        if not (self.public_url or self.frontend_url):
            raise ValueError(
                "STUDIOGRAPH_PUBLIC_URL or STUDIOGRAPH_FRONTEND_URL is missing: links in mails have to lead somewhere"
            )
        return self

    @model_validator(mode="after")
    def _strong_secret(self) -> Settings:
        if self.in_development and not self.secret:
            return self
        if not self.secret:
            raise ValueError(f"STUDIOGRAPH_SECRET is missing; {HOW_TO_MAKE_ONE}")
        if len(self.secret) < SECRET_CHARACTERS or len(set(self.secret)) < DISTINCT_CHARACTERS:
            raise ValueError(f"STUDIOGRAPH_SECRET is too easy to guess; {HOW_TO_MAKE_ONE}")
        return self


def _has_readable_port(url: str) -> bool:
    try:
        _ = urlsplit(url).port
    except ValueError:
        return False
    return True


def _own_hosts(public_url: str) -> tuple[str, ...]:
    return (urlsplit(public_url).hostname or "", "localhost", "127.0.0.1", "[::1]") if public_url else ("*",)


def problems(error: ValidationError) -> list[str]:
    """What is wrong with the settings, a sentence each, without their values."""
    details = error.errors(include_input=False, include_url=False)
    return [_problem(detail) for detail in details if detail["type"] != "default_factory_not_called"]  # a consequence


def _problem(detail: Any) -> str:
    message = str(detail["msg"]).removeprefix("Value error, ")
    name = "_".join(map(str, detail["loc"])).upper()
    return message if message.startswith("STUDIOGRAPH_") else f"STUDIOGRAPH_{name}: {message}"


def _kept_secret(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f"secret.{os.getpid()}")
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secrets.token_hex(SECRET_CHARACTERS))
    try:
        os.link(made, path)  # the first of several processes wins, and nobody reads half a secret
    except FileExistsError:
        pass
    finally:
        made.unlink()
    return path.read_text()
