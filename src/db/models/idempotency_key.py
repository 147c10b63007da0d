"""What a retried write answers with."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Recorded, bytewise
from db.types import Id


class IdempotencyKey(Recorded, Base):
    """A caller's key, the hash of the whole input that it came with, and what that input made."""

    __tablename__ = "idempotency_keys"

    caller: Mapped[str] = mapped_column(bytewise())
    key: Mapped[str] = mapped_column(bytewise())
    input_hash: Mapped[str]
    subject_id: Mapped[str] = mapped_column(Id)

    __table_args__ = (UniqueConstraint("caller", "key"), Index(None, "created_at"))
