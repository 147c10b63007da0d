"""What links in mails are for: a forgotten password, and an address that is to be verified."""

import hmac
from datetime import datetime
from typing import Annotated

from auth.emails import normalised
from auth.passwords import hash_password
from db.connection import Row
from db.constraints import unique
from db.database import Transaction
from db.events import MAIL_WANTED
from db.ids import new_id
from db.locks import take_turn
from db.repositories.mailed_tokens import digest
from engine.rates import address_key
from graph.context import Context, Info
from graph.declaring import argument, object_type
from graph.log_in_limits import forgive_log_in
from graph.mutations import Payload, mutation, reference, result
from graph.owning import own_row
from graph.pricing import PASSWORD
from graph.sessions import AuthTokens, keep_signed_in
from graph.users import User
from rules.access import Permission
from rules.access import Viewer as SignedIn
from rules.accounts import password_problems
from rules.guests import WINDOW, wait_seconds
from rules.mailed_tokens import (
    EMAIL_VERIFICATION,
    LIFETIMES,
    MOST_AN_HOUR,
    PASSWORD_RESET,
    RESETS_OF_AN_ADDRESS,
    require_reset,
    to_verify,
    verified,
)
from rules.refusals import NOT_UNIQUE, Refusal, refuse, require_patience
from rules.sessions import LIFETIME

Token = Annotated[str, argument("What the link in the mail carries.")]


@object_type(Permission.ANYONE)
class RequestPasswordResetPayload(Payload):
    """The same whether or not there is such an account."""


@object_type(Permission.ANYONE)
class ResetPasswordPayload(Payload):
    """A new session; all others have ended."""

    tokens: AuthTokens | None = result("What signs the next requests in; null with cookies, and where it was refused.")


@object_type(Permission.ANYONE)
class RequestEmailVerificationPayload(Payload):
    """A mail is under way."""


@object_type(Permission.ANYONE)
class VerifyEmailPayload(Payload):
    """Whose address is verified now."""

    user: User | None = result("Whose it is; null where it was refused.")


@mutation(Permission.ANYONE)
async def request_password_reset(
    info: Info, email: Annotated[str, argument("The address of the account.")]
) -> RequestPasswordResetPayload:
    """Mail a link by which a new password is chosen, within an hour.

    Whether there is an account with this address is not told: the answer is always the same.
    """
    context = info.context
    address = normalised(email)
    async with context.transaction() as tx:
        await _count_request(context, tx)
        user = await tx.users.locked_by_email(address) if address else None
        if user and user.status == "APPROVED":
            await mail_token(context, tx, user, PASSWORD_RESET, user.email)
    return RequestPasswordResetPayload()


@mutation(Permission.ANYONE, weight=PASSWORD)
async def reset_password(
    info: Info,
    token: Token,
    new_password: Annotated[str, argument("The password from now on: 10 to 128 characters.")],
) -> ResetPasswordPayload:
    """Choose a new password by a link that was mailed: all sessions end, and a new one begins."""
    context = info.context
    async with context.transaction() as tx:
        user = await _resetting(context, tx, token)
    refuse(password_problems(new_password, user.username, "newPassword"))
    session = await _reset(context, token, await hash_password(new_password))
    await forgive_log_in(context, user.username)
    return ResetPasswordPayload(tokens=keep_signed_in(context, session, 1, by_cookie=context.by_cookie))


@mutation(Permission.MEMBER)
async def request_email_verification(info: Info) -> RequestEmailVerificationPayload:
    """Mail a link that verifies the viewer's new address, or the one they have where it is not verified yet."""
    context = info.context
    async with context.transaction() as tx:
        user = await own_row(context, tx)
        require_patience(await mail_token(context, tx, user, EMAIL_VERIFICATION, to_verify(user)))
    return RequestEmailVerificationPayload()


@mutation(Permission.ANYONE)
async def verify_email(info: Info, token: Token) -> VerifyEmailPayload:
    """Verify an address by a link that was mailed to it; a new one takes the place of the old one now."""
    context = info.context
    taken = Refusal(NOT_UNIQUE, "Another account has this address already.", "token")
    async with context.transaction() as tx:
        shown, user = await _shown(context, tx, token)
        columns = verified(shown, user, context.now)
        async with unique(uq_users_email_folded=taken):
            await tx.users.rename(user, now=context.now, **columns)
        await tx.mailed_tokens.use_up(shown.user_id, EMAIL_VERIFICATION, now=context.now)
    return VerifyEmailPayload(user=reference("User", shown.user_id))


async def mail_token(context: Context, tx: Transaction, user: Row, purpose: str, address: str) -> int:
    """Mail a new token of a purpose to a user, whose row is locked.

    Nothing is mailed where they have had too many within the hour: the answer is how many seconds to wait, or 0.
    """
    made = await tx.mailed_tokens.made_since(user.id, purpose, context.now - WINDOW)
    if wait := wait_seconds(made, MOST_AN_HOUR, context.now):
        return wait
    row_id, recorded = new_id(), {"created_at": context.now, "updated_at": context.now}
    told = {"user_id": user.id, "purpose": purpose, "email": address, "expires_at": context.now + LIFETIMES[purpose]}
    hashed = digest(context.parts.mailed_tokens.write(row_id))
    await tx.mailed_tokens.add([{"id": row_id, **recorded, **told, "digest": hashed}])
    await tx.events.record(MAIL_WANTED, row_id, now=context.now, letter=purpose, to="user")
    return 0


async def replace_password(tx: Transaction, user_id: str, new_hash: str, *, now: datetime) -> None:
    """Keep a user's new password; their row is locked.

    Who knew the old one may have asked for a new address: it waits no more, and no link that was mailed holds.
    """
    cleared = {"must_change_password": False, "pending_email": None}
    await tx.users.change(user_id, password_hash=new_hash, **cleared, now=now)
    for purpose in LIFETIMES:
        await tx.mailed_tokens.use_up(user_id, purpose, now=now)


async def _count_request(context: Context, tx: Transaction) -> None:
    """Count a reset that this address of the network asks for, for nobody or for anybody."""
    if not context.parts.throttles_log_ins:
        return
    asking = f"reset:{address_key(context.caller.address)}"
    counted = hmac.digest(context.parts.guest_key, asking.encode(), "sha256").hex()
    await take_turn(tx.connection, counted)
    times = await tx.guest_requests.since([counted], context.now - WINDOW)
    require_patience(wait_seconds(times[counted], RESETS_OF_AN_ADDRESS, context.now))
    row = {"id": new_id(), "created_at": context.now, "updated_at": context.now}
    await tx.guest_requests.add([{**row, "counted": counted}])


async def _shown(context: Context, tx: Transaction, token: str) -> tuple[Row, Row]:
    """The row of a token that somebody shows, and its user's, which is locked; None and None where it is not ours."""
    read = context.parts.mailed_tokens.read(token)
    shown = await tx.mailed_tokens.presented(read.row_id, token) if read else None
    if read is None or shown is None:
        return None, None
    user = await tx.users.locked(shown.user_id)
    return await tx.mailed_tokens.presented(read.row_id, token), user  # anew: it may just have been used


async def _resetting(context: Context, tx: Transaction, token: str) -> Row:
    """Whose password a token resets; Refusal where it resets none."""
    shown, user = await _shown(context, tx, token)
    require_reset(shown, user, context.now)
    return user


async def _reset(context: Context, token: str, new_hash: str) -> str:
    """The session that begins; the request goes on as its user's."""
    now = context.now
    async with context.transaction() as tx:
        user = await _resetting(context, tx, token)
        await replace_password(tx, user.id, new_hash, now=now)
        await tx.login_sessions.end_all(user.id, now=now)
        agent = context.caller.user_agent
        session = await tx.login_sessions.begin(user.id, agent, now=now, expires_at=now + LIFETIME)
    context.viewer = SignedIn(user.id, user.role, user.status, False, session, user.locale)
    return session
