"""Who asks: from a token, a cookie or an API key to a viewer, anew at each request."""

from datetime import datetime, timedelta
from typing import Any

from auth.access_tokens import InvalidToken
from auth.api_keys import digest, is_api_key
from engine.errors import UNAUTHENTICATED, RequestError
from graph.context import Context
from rules.access import Permission, Viewer

HEEDLESS = {"register", "logIn", "refreshSession", "requestPasswordReset", "resetPassword"}
"""Root fields that are asked for by those whose credentials no longer hold."""
NOTED_EVERY = timedelta(minutes=1)
"""How exactly the last use of an API key is kept: noting each would make every request a write."""


async def sign_in(context: Context, root_fields: frozenset[str]) -> None:
    """Set the context's viewer; RequestError UNAUTHENTICATED where the credentials do not hold and matter."""
    caller = context.caller
    if caller.authorization is None and caller.access_cookie is None:
        return
    viewer = await _viewer(context)
    if viewer is None and not root_fields <= HEEDLESS:
        raise RequestError(
            UNAUTHENTICATED, "These credentials do not hold, or no longer: refresh the session or log in."
        )
    context.viewer = viewer


async def _viewer(context: Context) -> Viewer | None:
    caller = context.caller
    if caller.authorization is None:
        return await _by_token(context, caller.access_cookie or "")
    scheme, _, credential = caller.authorization.partition(" ")
    if scheme.lower() != "bearer":
        return None
    by_key = is_api_key(credential)
    return await (_by_api_key(context, credential) if by_key else _by_token(context, credential.strip()))


async def _by_token(context: Context, token: str) -> Viewer | None:
    try:
        claims = context.parts.access_tokens.read(token, context.opened_at or context.now)
    except InvalidToken:
        return None
    row = await context.read().login_sessions.signed_in(claims.session_id)
    if row is None or row.user_id != claims.user_id or row.ended_at or row.expires_at <= context.now:
        return None
    return _active(row, role=row.role, session=row.id)


async def _by_api_key(context: Context, key: str) -> Viewer | None:
    row = await context.read().api_keys.signed_in(digest(key))
    if row is None or row.revoked_at or (row.expires_at and row.expires_at <= context.now):
        return None
    await _note_use(context, row, context.now)
    context.key_id = row.id
    return _active(row, role=min(row.key_role, row.role, key=lambda role: Permission[role]))


def _active(row: Any, *, role: str, session: str | None = None) -> Viewer | None:
    """The viewer, unless the account was suspended or deleted since."""
    if row.status != "APPROVED":
        return None
    return Viewer(row.user_id, role, row.status, bool(row.must_change_password), session, row.locale)


async def _note_use(context: Context, row: Any, now: datetime) -> None:
    if row.last_used_at is None or now - row.last_used_at >= NOTED_EVERY:
        async with context.transaction() as tx:
            await tx.api_keys.change(row.id, last_used_at=now, now=now)
