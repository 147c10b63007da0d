"""The studio itself."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Editable
from db.types import Json


class Studio(Editable, Base):
    """One row: whose backend this is, where its clock hangs, what it is paid in and which languages it speaks."""

    __tablename__ = "studios"

    name: Mapped[str]
    time_zone: Mapped[str]
    currency: Mapped[str]
    locales: Mapped[list[str]] = mapped_column(Json)
    translations: Mapped[dict[str, Any]] = mapped_column(Json)
