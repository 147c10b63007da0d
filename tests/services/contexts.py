"""What a resolver knows of its request, without HTTP around it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from auth.access_tokens import AccessTokens
from auth.cookies import Cookies
from auth.refresh_tokens import RefreshTokens
from db.tail import Tail
from graph.context import Context, Parts
from graph.cursors import Cursors
from graph.view_counts import ViewCounts
from storage.opening import open_storage

if TYPE_CHECKING:
    from pathlib import Path

    from db.database import Database
    from rules.access import Viewer

KEY = b"a key that is kept only for tests"


def a_context(db: Database, folder: Path, viewer: Viewer | None = None) -> Context:
    """The context of a request by `viewer`, with pictures in `folder`."""
    storage = open_storage(f"file://{folder}/media", "", KEY)
    tokens = AccessTokens(KEY), RefreshTokens(KEY), Cookies(secure=False)
    views = ViewCounts(db, KEY, lambda: datetime.now(UTC))
    parts = Parts(db, storage, Cursors(KEY), *tokens, views, Tail(db), points_an_address=10_000, points_a_user=50_000)
    context = Context(parts, datetime.now(UTC), "test")
    context.viewer = viewer
    return context
