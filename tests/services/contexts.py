"""What a resolver knows of its request, without HTTP around it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from auth.access_tokens import AccessTokens
from auth.cookies import Cookies
from auth.derived_tokens import DerivedTokens
from db.tail import Tail
from graph.context import Context, Parts
from graph.cursors import Cursors
from graph.view_counts import ViewCounts
from mail.links import Links
from storage.opening import open_storage

if TYPE_CHECKING:
    from pathlib import Path

    from db.database import Database
    from rules.access import Viewer

KEY = b"a key that is kept only for tests"


def a_context(db: Database, folder: Path, viewer: Viewer | None = None) -> Context:
    """The context of a request by `viewer`, with pictures in `folder`."""
    storage = open_storage(f"file://{folder}/media", "", KEY)
    parts = Parts(
        db,
        storage,
        Cursors(KEY),
        AccessTokens(KEY),
        DerivedTokens(KEY, "sgr_"),
        Cookies(secure=False),
        ViewCounts(db, KEY, lambda: datetime.now(UTC)),
        Tail(db),
        Links("http://studio.example"),
        DerivedTokens(KEY, "sgb_"),
        DerivedTokens(KEY, "sgm_"),
        DerivedTokens(KEY, "sgc_"),
        guest_key=KEY,
        points_an_address=10_000,
        points_a_user=50_000,
    )
    context = Context(parts, datetime.now(UTC), "test")
    context.viewer = viewer
    return context
