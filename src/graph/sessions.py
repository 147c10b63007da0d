"""Logging in and out: sessions, and the tokens or cookies that belong to them."""

from typing import Annotated

import strawberry
import structlog

from auth.access_tokens import SECONDS
from auth.derived_tokens import Derived
from auth.passwords import hash_password
from db.connection import Row
from graph.context import Context, Info
from graph.declaring import argument, attribute, input_field, input_type, object_type
from graph.log_in_limits import count_log_in, forgive_log_in, verify_counted
from graph.mutations import DeletedPayload, Payload, mutation, reference, result
from graph.owning import require_session
from graph.pricing import PASSWORD
from graph.viewer import Viewer
from rules.access import Permission
from rules.access import Viewer as SignedIn
from rules.accounts import entered_name, is_too_short, sign_in_problem
from rules.global_ids import row_id
from rules.refusals import BAD_CREDENTIALS, TOKEN_INVALID, Refusal, not_found
from rules.sessions import LIFETIME, Step, refreshed

log = structlog.get_logger("studiograph.sessions")


@object_type(Permission.ANYONE)
class AuthTokens:
    """What signs requests in, for clients without cookies."""

    access_token: str = attribute("Send it as `Authorization: Bearer …`.")
    refresh_token: str = attribute("Exchange it by refreshSession for new ones; each serves once.")
    token_type: str = attribute("Always `Bearer`.")
    expires_in: int = attribute("How many seconds the access token holds.")


@input_type()
class LogInInput:
    """Who logs in, and how the session is kept."""

    username: str = attribute("The name, whatever the case.")
    password: str = attribute("The password.")
    cookie: bool | None = input_field("true: set HttpOnly cookies; the tokens are then not told.")


@object_type(Permission.ANYONE)
class LogInPayload(Payload):
    """Who is signed in from now on."""

    viewer: Viewer | None = result("Who logged in; null where it was refused.")
    tokens: AuthTokens | None = result("What signs the next requests in; null with cookies.")


@object_type(Permission.ANYONE)
class RefreshSessionPayload(Payload):
    """The session, refreshed."""

    viewer: Viewer | None = result("Who is signed in; null where it was refused.")
    tokens: AuthTokens | None = result("What signs the next requests in; null with cookies.")


@object_type(Permission.ANYONE)
class LogOutPayload(Payload):
    """Nobody is signed in any more."""


@mutation(Permission.ANYONE, weight=PASSWORD)
async def log_in(info: Info, input: Annotated[LogInInput, argument("Who logs in.")]) -> LogInPayload:  # noqa: A002  (the contract's name)
    """Begin a session by name and password."""
    context = info.context
    username = entered_name(input.username)
    await count_log_in(context, username, "input")
    user = await context.read().users.to_log_in(username)
    verdict = await verify_counted(context, username, input.password, user.password_hash if user else None)
    if user is None or not verdict.right:
        raise _wrong()
    await forgive_log_in(context, username)
    if problem := sign_in_problem(user.status, user.status_reason):
        raise problem
    new_hash = await hash_password(input.password) if verdict.outdated else None
    must_change = bool(user.must_change_password) or is_too_short(input.password)
    session = await begin_session(context, user, new_hash=new_hash, must_change=must_change)
    tokens = keep_signed_in(context, session, 1, by_cookie=bool(input.cookie))
    return LogInPayload(viewer=reference("Viewer", user.id), tokens=tokens)


@mutation(Permission.ANYONE)
async def refresh_session(
    info: Info,
    refresh_token: Annotated[
        str | None, argument("The refresh token; taken from the cookie where it is left out.")
    ] = strawberry.UNSET,
) -> RefreshSessionPayload:
    """Exchange a refresh token for new tokens.

    The one just used is honoured for 30 seconds more and gives the same successor, so that requests that cross do not
    sign anybody out; an older one ends the session, for somebody else has it.
    """
    context = info.context
    by_cookie = not refresh_token
    presented = context.parts.refresh_tokens.read(refresh_token or context.caller.refresh_cookie or "")
    generation = await _rotate(context, presented) if presented else None
    if presented is None or generation is None:
        raise Refusal(TOKEN_INVALID, "This refresh token does not hold, or no longer: log in again.", "refreshToken")
    tokens = keep_signed_in(context, presented.row_id, generation, by_cookie=by_cookie)
    return RefreshSessionPayload(viewer=reference("Viewer", context.user_id), tokens=tokens)


@mutation(Permission.ANYONE)
async def log_out(
    info: Info,
    refresh_token: Annotated[
        str | None, argument("The session's refresh token; the request's own session where it is left out.")
    ] = strawberry.UNSET,
) -> LogOutPayload:
    """End a session; the cookies are taken back. Nothing to end is no error."""
    context = info.context
    presented = context.parts.refresh_tokens.read(refresh_token or context.caller.refresh_cookie or "")
    own = context.viewer.session if context.viewer else None
    ended = {session for session in (presented and presented.row_id, None if refresh_token else own) if session}
    async with context.transaction() as tx:
        for session in sorted(ended):
            await tx.login_sessions.change(session, ended_at=context.now, now=context.now)
    _signed_out(context)
    return LogOutPayload()


@mutation(Permission.SIGNED_IN)
async def log_out_everywhere(info: Info) -> LogOutPayload:
    """End all of the viewer's sessions, this one too."""
    context = info.context
    require_session(context)
    async with context.transaction() as tx:
        await tx.login_sessions.end_all(context.user_id, now=context.now)
    _signed_out(context)
    return LogOutPayload()


@mutation(Permission.SIGNED_IN)
async def revoke_session(
    info: Info,
    id: Annotated[strawberry.ID, argument("Which of the viewer's sessions.")],  # noqa: A002  (the contract's name)
) -> DeletedPayload:
    """End one of the viewer's sessions: a device that was lost."""
    context = info.context
    require_session(context)
    async with context.transaction() as tx:
        session = await tx.login_sessions.locked(row_id("LoginSession", id))
        if session is None or session.user_id != context.user_id:
            raise not_found("id")
        await tx.login_sessions.change(session.id, ended_at=context.now, now=context.now)
    return DeletedPayload(deleted_id=id)


def keep_signed_in(context: Context, session: str, generation: int, *, by_cookie: bool) -> AuthTokens | None:
    """New tokens for a session: told, or set as cookies and then not told."""
    access = context.parts.access_tokens.write(context.user_id, session, context.now)
    refresh = context.parts.refresh_tokens.write(session, generation)
    if by_cookie:
        context.headers += context.parts.cookies.set(access, refresh)
        return None
    return AuthTokens(access_token=access, refresh_token=refresh, token_type="Bearer", expires_in=SECONDS)  # noqa: S106  (a kind of token)


async def begin_session(context: Context, user: Row, *, new_hash: str | None, must_change: bool) -> str:
    """A new session of a user whose password was right just now; the request goes on as theirs."""
    async with context.transaction() as tx:
        current = await tx.users.locked(user.id)
        if current is None or current.password_hash != user.password_hash or current.status != "APPROVED":
            raise _wrong()  # changed while the password was looked at
        if new_hash or must_change != current.must_change_password:
            await tx.users.note(user.id, password_hash=new_hash or user.password_hash, must_change_password=must_change)
        session = await tx.login_sessions.begin(
            user.id, context.caller.user_agent, now=context.now, expires_at=context.now + LIFETIME
        )
    context.viewer = SignedIn(user.id, user.role, user.status, must_change, session, user.locale)
    return session


async def _rotate(context: Context, presented: Derived) -> int | None:
    """The generation that the session is at now; None where the token does not hold. The request goes on as theirs."""
    async with context.transaction() as tx:
        session = await tx.login_sessions.locked(presented.row_id)
        if session is None:
            return None
        step = refreshed(session, presented.generation, context.now)
        if step is Step.REUSED:
            await tx.login_sessions.change(session.id, ended_at=context.now, now=context.now)
        if step is Step.ROTATED:
            await tx.login_sessions.rotate(session, now=context.now, expires_at=context.now + LIFETIME)
        user = await tx.login_sessions.signed_in(session.id)
    if step is Step.REUSED:
        log.warning("a used refresh token came again: the session is ended", session=session.id, user=session.user_id)
    if step in (Step.REUSED, Step.ENDED) or user is None or user.status != "APPROVED":
        return None
    context.viewer = SignedIn(
        user.user_id, user.role, user.status, bool(user.must_change_password), user.id, user.locale
    )
    return presented.generation + 1


def _signed_out(context: Context) -> None:
    if context.caller.access_cookie or context.caller.refresh_cookie:
        context.headers += context.parts.cookies.clear()
    context.viewer = None


def _wrong() -> Refusal:
    return Refusal(BAD_CREDENTIALS, "The name or the password is wrong.", "input")
