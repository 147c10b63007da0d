"""People with an account, and what signs them in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Editable, Recorded, bytewise
from db.types import Id


class User(Editable, Base):
    """A member of the studio or of its staff; a deleted one keeps the row, nameless, for what refers to it."""

    __tablename__ = "users"

    username: Mapped[str]
    username_folded: Mapped[str] = mapped_column(bytewise(), unique=True)
    display_name: Mapped[str]
    avatar_id: Mapped[str | None] = mapped_column(
        Id, ForeignKey("images.id", use_alter=True, ondelete="SET NULL"), index=True
    )
    email: Mapped[str | None]
    email_folded: Mapped[str | None] = mapped_column(bytewise())
    email_verified_at: Mapped[datetime | None]
    pending_email: Mapped[str | None]
    locale: Mapped[str | None]
    time_zone: Mapped[str | None]
    role: Mapped[str] = mapped_column(server_default="MEMBER")
    status: Mapped[str] = mapped_column(server_default="PENDING")
    status_reason: Mapped[str | None]
    password_hash: Mapped[str | None]
    must_change_password: Mapped[bool] = mapped_column(server_default="false")
    search_text: Mapped[str] = mapped_column(bytewise(), server_default="")
    calendar_generation: Mapped[int] = mapped_column(server_default="0")

    __table_args__ = (
        Index("uq_users_email_folded", "email_folded", unique=True),
        Index(None, "created_at", "id"),
        Index(None, "status", "created_at", "id"),
    )


class LoginSession(Recorded, Base):
    """One signed-in device. Its refresh token is derived from `generation`, which grows by one with every use."""

    __tablename__ = "login_sessions"

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    generation: Mapped[int]
    rotated_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    user_agent: Mapped[str | None]


class ApiKey(Recorded, Base):
    """A key for programs: acts for the admin who made it, with at most `role`; of its secret only a digest is kept."""

    __tablename__ = "api_keys"

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    name: Mapped[str]
    prefix: Mapped[str]
    digest: Mapped[str] = mapped_column(bytewise(), unique=True)
    role: Mapped[str]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class LoginThrottle(Recorded, Base):
    """Failed log-ins of one account or from one address; `counted` names which."""

    __tablename__ = "login_throttles"

    counted: Mapped[str] = mapped_column(bytewise(), unique=True)
    failures: Mapped[int]
    since: Mapped[datetime]
    last_at: Mapped[datetime | None]


class MailedToken(Recorded, Base):
    """What a link in a mail proves, once and for a while: of the token only a digest is kept."""

    __tablename__ = "mailed_tokens"

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    purpose: Mapped[str]
    email: Mapped[str]
    digest: Mapped[str] = mapped_column(bytewise(), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
