"""Other people's accounts: who gets in, who stays, and as what."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any
from unicodedata import normalize

import strawberry
from strawberry import UNSET

from auth.emails import normalised
from db.connection import Row
from db.constraints import unique
from db.database import Transaction
from db.events import MAIL_WANTED
from graph.context import Context, Info
from graph.declaring import argument, input_field, input_type, object_type
from graph.inputs import entered, expected_version
from graph.leaving import erase
from graph.mutations import DeletedPayload, Payload, mutation, reference, result
from graph.users import Role, User
from rules.access import Permission
from rules.accounts import approved, display_name_problems, reinstated, rejected, require_other_admin, suspended
from rules.changes import differences
from rules.checking import text
from rules.global_ids import row_id
from rules.refusals import INVALID, NOT_UNIQUE, REQUIRED, Refusal, not_found, refuse, require_version

check_reason = text(most=500, lines=True)
PRIVATE = {"display_name", "email", "email_verified_at", "pending_email", "status_reason"}
"""What the audit tells only to have changed: an erased account must not live on there."""
LETTERS = {"user.approved": "registration_approved", "user.rejected": "registration_rejected"}
"""By which they learn of it."""

UserId = Annotated[strawberry.ID, argument("Whose account.")]
Reason = Annotated[str | None, argument("Why; they are told, and staff see it.")]


@input_type()
class UpdateUserInput:
    """What is to change; what is left out stays as it is, null clears."""

    display_name: str | None = input_field("The name that others see.")
    email: str | None = input_field("Where mails reach them.")
    role: Role | None = input_field("What they are to the studio.")
    expected_version: int | None = input_field("Refuse when it is at another version by now.")


@object_type(Permission.ANYONE)
class UserPayload(Payload):
    """The user, as they are now."""

    user: User | None = result("Whose account it is; null where it was refused.")


@mutation(Permission.ADMIN)
async def approve_user(info: Info, id: UserId) -> UserPayload:  # noqa: A002  (the contract's name)
    """Let somebody in who has signed up, or was rejected before."""
    return await _decide(info.context, id, "user.approved", approved)


@mutation(Permission.ADMIN)
async def reject_user(info: Info, id: UserId, reason: Reason = UNSET) -> UserPayload:  # noqa: A002  (the contract's name)
    """Do not let somebody in who has signed up."""
    return await _decide(info.context, id, "user.rejected", rejected, reason)


@mutation(Permission.ADMIN)
async def suspend_user(info: Info, id: UserId, reason: Reason = UNSET) -> UserPayload:  # noqa: A002  (the contract's name)
    """Keep somebody out for now, from their next request on; their sessions end."""
    return await _decide(info.context, id, "user.suspended", suspended, reason)


@mutation(Permission.ADMIN)
async def reinstate_user(info: Info, id: UserId) -> UserPayload:  # noqa: A002  (the contract's name)
    """Let somebody in again who was suspended."""
    return await _decide(info.context, id, "user.reinstated", reinstated)


@mutation(Permission.ADMIN)
async def update_user(
    info: Info,
    id: UserId,  # noqa: A002  (the contract's name)
    input: Annotated[UpdateUserInput, argument("What is to change.")],  # noqa: A002  (the contract's name)
) -> UserPayload:
    """Change somebody's account; a changed role counts from their next request on."""
    context = info.context
    changed = _columns(input)
    async with context.transaction() as tx:
        user = await _locked(tx, id)
        require_version(expected_version(input), user.version)
        if changed.get("role", "ADMIN") != "ADMIN":
            await _keep_an_admin(tx, user)
        if changed.get("email") != user.email and changed.get("email"):
            changed["email_verified_at"] = None
        edited = {name: value for name, value in changed.items() if getattr(user, name) != value}
        if edited:
            taken = Refusal(NOT_UNIQUE, "Another account has this address already.", "input", "email")
            async with unique(uq_users_email_folded=taken):
                await tx.users.rename(user, now=context.now, **edited)
            await _audit(tx, context, "user.updated", user, edited)
    _heed_oneself(context, user, edited)
    return UserPayload(user=reference("User", user.id))


@mutation(Permission.ADMIN)
async def delete_user(info: Info, id: UserId) -> DeletedPayload:  # noqa: A002  (the contract's name)
    """Erase somebody's account: the row stays, nameless, for what refers to it."""
    context = info.context

    async def delete(tx: Transaction) -> Row:
        user = await _locked(tx, id)
        await _keep_an_admin(tx, user)
        await erase(tx, user.id, now=context.now)
        await _audit(tx, context, "user.deleted", user, {"status": "DELETED"})
        return user

    _heed_oneself(context, await context.attempt(delete), {"status": "DELETED"})
    return DeletedPayload(deleted_id=id)


async def _decide(
    context: Context, global_id: str, action: str, decide: Callable[[str], str], reason: str | None = None
) -> UserPayload:
    reason = check_reason(reason or None, ("reason",))
    async with context.transaction() as tx:
        user = await _locked(tx, global_id)
        changed = {"status": decide(user.status), "status_reason": reason}
        if changed["status"] == "SUSPENDED":
            await _keep_an_admin(tx, user)
            await tx.login_sessions.end_all(user.id, now=context.now)
        await tx.users.change(user.id, now=context.now, **changed)
        await _audit(tx, context, action, user, changed)
        if action in LETTERS and user.email:
            await tx.events.record(MAIL_WANTED, user.id, now=context.now, letter=LETTERS[action], to="user")
    _heed_oneself(context, user, changed)
    return UserPayload(user=reference("User", user.id))


async def _locked(tx: Transaction, global_id: str) -> Row:
    """The user's row. The admins are locked first, always: two that act on each other must not wait for each other."""
    await tx.users.lock_admins()
    user = await tx.users.locked(row_id("User", global_id))
    if user is None or user.status == "DELETED":
        raise not_found("id")
    return user


def _heed_oneself(context: Context, user: Row, changed: dict[str, Any]) -> None:
    """What an admin changes of themselves counts for the rest of the request already."""
    if context.viewer and context.viewer.id == user.id:
        told = {name: changed[name] for name in ("role", "status") if name in changed}
        context.viewer = replace(context.viewer, **told)


async def _keep_an_admin(tx: Transaction, user: Row) -> None:
    admins = await tx.users.lock_admins()
    if user.id in admins:
        require_other_admin(len(admins) - 1)


async def _audit(tx: Transaction, context: Context, action: str, user: Row, changed: dict[str, Any]) -> None:
    changes = differences(user._asdict(), changed, private=PRIVATE)
    await tx.audit.record(action, user.id, changes, now=context.now, by=context.actor)


def _columns(wanted: UpdateUserInput) -> dict[str, Any]:
    """The columns that are to change; Refusals where they cannot."""
    given = entered(wanted)
    problems: list[Refusal] = []
    if "display_name" in given:
        given["display_name"] = (given["display_name"] or "").strip()
        problems += display_name_problems(given["display_name"], "input", "displayName")
    if "role" in given:
        problems += [] if given["role"] else [Refusal(REQUIRED, "A user has a role.", "input", "role")]
    if "email" in given and not given["email"]:
        given |= {"email": None, "pending_email": None, "email_verified_at": None}
    elif "email" in given:
        given["email"] = normalised(given["email"])
        problems += [] if given["email"] else [Refusal(INVALID, "This is not an e-mail address.", "input", "email")]
    refuse(problems)
    return given | {name: normalize("NFC", given[name]) for name in given if name == "display_name"}
