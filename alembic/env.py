"""How alembic reaches the database: one transaction under one lock, so that replicas starting together migrate once."""

from __future__ import annotations

import asyncio
from typing import Any

from alembic import context
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.ext.asyncio import create_async_engine

from db.models import Base
from settings import Settings

LOCK = 0x57D10
"""PostgreSQL's advisory lock for migrations; any number that nobody else in the database uses."""


def include_name(name: str | None, kind: str, _parents: Any) -> bool:
    """Leave FTS5's own tables out of comparisons: the models do not know them."""
    return not (kind == "table" and (name or "").startswith("search_index"))


def include_object(_item: Any, name: str | None, _kind: str, _reflected: Any, _other: Any) -> bool:
    """Leave PostgreSQL's search index out on SQLite, which has FTS5 for it."""
    return name != "ix_search_documents_grams" or context.get_context().dialect.name == "postgresql"


def migrate(connection: Connection) -> None:
    """Run what alembic was asked for."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        include_name=include_name,
        include_object=include_object,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


def on_sqlite(url: str) -> None:
    """BEGIN IMMEDIATE is the lock."""
    engine = create_engine(url, connect_args={"timeout": 60, "isolation_level": None})
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.begin() as connection:
        migrate(connection)
    engine.dispose()


async def on_postgresql(url: str) -> None:
    """An advisory lock, held until the transaction ends."""
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
    async with engine.begin() as connection:
        await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        await connection.run_sync(migrate)
    await engine.dispose()


database_url = context.config.get_main_option("sqlalchemy.url") or Settings().database_url
if database_url.startswith("sqlite"):
    on_sqlite(database_url)
else:
    asyncio.run(on_postgresql(database_url))
