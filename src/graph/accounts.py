"""One's own account: signing up, the profile, the password, and leaving."""

from dataclasses import replace
from typing import Annotated, Any
from unicodedata import normalize

import strawberry
from strawberry import UNSET

from auth.emails import normalised
from auth.passwords import hash_password
from db.connection import Row
from db.constraints import unique
from db.database import Transaction
from db.events import MAIL_WANTED
from db.ids import new_id
from graph.context import Context, Info
from graph.declaring import argument, attribute, input_field, input_type, object_type
from graph.images import require_readable
from graph.leaving import erase
from graph.log_in_limits import count_log_in, forgive_log_in, verify_counted
from graph.mailed_links import mail_token, replace_password
from graph.mutations import Payload, mutation, reference, result
from graph.owning import own_row, require_session
from graph.pricing import PASSWORD
from graph.scalars import Locale, TimeZone
from graph.sessions import AuthTokens, keep_signed_in
from graph.users import User
from graph.viewer import Viewer
from rules.access import Permission, may
from rules.access import Viewer as SignedIn
from rules.accounts import (
    display_name_problems,
    password_problems,
    require_another,
    require_other_admin,
    time_zone_problems,
    username_problems,
)
from rules.changes import differences
from rules.mailed_tokens import EMAIL_VERIFICATION
from rules.refusals import BAD_CREDENTIALS, INVALID, NOT_UNIQUE, Refusal, not_found, refuse
from rules.sessions import LIFETIME
from rules.text import fold

EMAIL_COLUMNS = frozenset({"email", "pending_email", "email_verified_at"})


@input_type()
class RegisterInput:
    """Who signs up."""

    username: str = attribute("The name to log in with: 3 to 40 letters, digits, `_`, `.` or `-`.")
    password: str = attribute("The password: 10 to 128 characters.")
    email: str | None = input_field("Where mails reach them.")
    display_name: str | None = input_field("The name that others see; the username when left out.")
    locale: Locale | None = input_field("The language that they read.")
    time_zone: TimeZone | None = input_field("Where their clock hangs.")


@input_type()
class UpdateProfileInput:
    """What is to change; what is left out stays as it is, null clears."""

    display_name: str | None = input_field("The name that others see.")
    email: str | None = input_field("A new address; it takes the place of the old one when it is verified.")
    locale: Locale | None = input_field("The language that they read; null: the studio's own.")
    time_zone: TimeZone | None = input_field("Where their clock hangs; null: the studio's own.")
    avatar_id: strawberry.ID | None = input_field("A picture of them, that they may see; null: none.")


@object_type(Permission.ANYONE)
class RegisterPayload(Payload):
    """The account, which waits for an admin's approval."""

    user: User | None = result("The new account; null where it was refused.")


@object_type(Permission.ANYONE)
class ChangePasswordPayload(Payload):
    """The session, which goes on; all others have ended."""

    tokens: AuthTokens | None = result("New tokens for this session; null with cookies, which are set anew.")


@object_type(Permission.ANYONE)
class UpdateProfilePayload(Payload):
    """The profile, as it is now."""

    viewer: Viewer | None = result("Whose profile it is; null where it was refused.")


@object_type(Permission.ANYONE)
class DeleteAccountPayload(Payload):
    """The account is gone."""

    deleted_id: strawberry.ID | None = result("The id of the user who was; null where it was refused.")


@mutation(Permission.ANYONE, weight=PASSWORD)
async def register(
    info: Info,
    input: Annotated[RegisterInput, argument("Who signs up.")],  # noqa: A002  (the contract's name)
) -> RegisterPayload:
    """Sign up. An admin approves the account before it can log in."""
    context = info.context
    user = await _new_user(context, input)
    async with context.transaction() as tx:
        refuse(await _taken(tx, user["username"], user["email"]))
        async with unique(uq_users_username_folded=_name_taken(), uq_users_email_folded=_email_taken()):
            await tx.users.add([user])
        await tx.events.record(MAIL_WANTED, user["id"], now=context.now, letter="registration_new", to="studio")
        if user["email"]:
            await tx.events.record(MAIL_WANTED, user["id"], now=context.now, letter="registration_received", to="user")
    if context.viewer is None:
        context.viewer = SignedIn(user["id"], user["role"], user["status"])
    return RegisterPayload(user=reference("User", user["id"]))


@mutation(Permission.SIGNED_IN, weight=PASSWORD)
async def change_password(
    info: Info,
    current_password: Annotated[str, argument("The password until now.")],
    new_password: Annotated[str, argument("The password from now on: 10 to 128 characters.")],
) -> ChangePasswordPayload:
    """Change the viewer's own password: the other sessions end, this one goes on."""
    context = info.context
    session = require_session(context)
    user = await require_password(context, current_password, "currentPassword")
    refuse(password_problems(new_password, user.username, "newPassword"))
    require_another(new_password, current_password, "newPassword")
    new_hash = await hash_password(new_password)
    generation = await _keep_new_password(context, user, session, new_hash)
    context.viewer = replace(context.viewer, must_change_password=False) if context.viewer else None
    return ChangePasswordPayload(tokens=keep_signed_in(context, session, generation, by_cookie=context.by_cookie))


@mutation(Permission.MEMBER)
async def update_profile(
    info: Info,
    input: Annotated[UpdateProfileInput, argument("What is to change.")],  # noqa: A002  (the contract's name)
) -> UpdateProfilePayload:
    """Change the viewer's own profile."""
    context = info.context
    changed = _profile(input)
    if not EMAIL_COLUMNS.isdisjoint(changed):
        require_session(context)
    async with context.transaction() as tx:
        user = await own_row(context, tx)
        if changed.get("avatar_id") is not None:
            changed["avatar_id"] = await _own_picture(tx, changed["avatar_id"], user.id)
        pending = changed.get("pending_email")
        if pending and fold(pending) == user.email_folded:
            changed["pending_email"] = None  # the address that they have
        elif pending and await tx.users.taken(email=pending):
            raise _email_taken()
        if any(getattr(user, name) != value for name, value in changed.items()):
            await tx.users.rename(user, now=context.now, **changed)
        if pending and changed["pending_email"] != user.pending_email:
            await mail_token(context, tx, user, EMAIL_VERIFICATION, pending)
    return UpdateProfilePayload(viewer=reference("Viewer", context.user_id))


@mutation(Permission.SIGNED_IN, weight=PASSWORD)
async def delete_account(
    info: Info, password: Annotated[str, argument("The viewer's own password, once more.")]
) -> DeleteAccountPayload:
    """Erase the viewer's account: the row stays, nameless, for what refers to it."""
    context = info.context
    require_session(context)
    user = await require_password(context, password, "password")

    async def delete(tx: Transaction) -> None:
        admins = await tx.users.lock_admins()
        if user.id in admins:
            require_other_admin(len(admins) - 1, path=())
        await _require_unchanged(tx, user)
        await erase(tx, user.id, now=context.now)
        if may(context.viewer, Permission.STAFF):
            gone = differences({"status": user.status}, {"status": "DELETED"})
            await tx.audit.record("user.deleted", user.id, gone, now=context.now, by=context.actor)

    await context.attempt(delete)
    if context.by_cookie:
        context.headers += context.parts.cookies.clear()
    context.viewer = None
    return DeleteAccountPayload(deleted_id=strawberry.ID(f"User_{user.id}"))


async def _new_user(context: Context, wanted: RegisterInput) -> dict[str, Any]:
    """The row of who signs up; Refusals where anything of it cannot be."""
    username, name = wanted.username.strip(), (wanted.display_name or "").strip() or wanted.username.strip()
    problems = username_problems(username, "input", "username")
    problems += password_problems(wanted.password, username, "input", "password")
    problems += display_name_problems(name, "input", "displayName")
    problems += time_zone_problems(wanted.time_zone or None, "input", "timeZone")
    email = normalised(wanted.email) if wanted.email else None
    if wanted.email and email is None:
        problems.append(_no_email())
    refuse(problems)
    return {
        "id": new_id(),
        "created_at": context.now,
        "updated_at": context.now,
        "version": 1,
        "username": normalize("NFC", username),
        "display_name": normalize("NFC", name),
        "email": email,
        "locale": wanted.locale or None,
        "time_zone": wanted.time_zone or None,
        "role": "MEMBER",
        "status": "PENDING",
        "password_hash": await hash_password(wanted.password),
    }


async def _taken(tx: Transaction, username: str, email: str | None) -> list[Refusal]:
    """For kindness: all that is taken, told at once; the constraints have the last word."""
    problems = [_name_taken()] if await tx.users.taken(username=username) else []
    if email and await tx.users.taken(email=email):
        problems.append(_email_taken())
    return problems


def _profile(wanted: UpdateProfileInput) -> dict[str, Any]:
    """The columns that are to change; Refusals where they cannot."""
    given = {name: value for name, value in vars(wanted).items() if value is not UNSET}
    problems: list[Refusal] = []
    if "display_name" in given:
        given["display_name"] = (given["display_name"] or "").strip()
        problems += display_name_problems(given["display_name"], "input", "displayName")
    if "email" in given:
        address = given.pop("email")
        given |= {"pending_email": normalised(address)} if address else dict.fromkeys(EMAIL_COLUMNS)
        problems += [_no_email()] if address and not given["pending_email"] else []
    problems += time_zone_problems(given.get("time_zone"), "input", "timeZone")
    refuse(problems)
    return given | {name: normalize("NFC", given[name]) for name in given if name == "display_name"}


async def require_password(context: Context, password: str, *path: str) -> Row:
    """The viewer's whole row, where this is their password; wrong ones count like failed log-ins."""
    user = await context.read().users.whole(context.user_id)
    await count_log_in(context, user.username, *path)
    verdict = await verify_counted(context, user.username, password, user.password_hash)
    if not verdict.right:
        raise _not_yours(*path)
    await forgive_log_in(context, user.username)
    return user


async def _require_unchanged(tx: Transaction, user: Row) -> None:
    """Lock the row, and refuse where it was changed while the password was looked at."""
    current = await tx.users.locked(user.id)
    if current is None or (current.password_hash, current.status) != (user.password_hash, user.status):
        raise _not_yours()


async def _own_picture(tx: Transaction, wanted: str, user_id: str) -> str:
    """The row id of a picture that they uploaded themselves: as an avatar everybody sees it."""
    image_id = await require_readable(tx, wanted, "input", "avatarId")
    image = (await tx.images.by_ids(frozenset({"uploaded_by_id"}), [image_id]))[image_id]
    if image.uploaded_by_id != user_id:
        raise not_found("input", "avatarId")
    return image_id


async def _keep_new_password(context: Context, user: Row, session_id: str, new_hash: str) -> int:
    """The generation of the session that goes on."""
    async with context.transaction() as tx:
        await _require_unchanged(tx, user)
        await replace_password(tx, user.id, new_hash, now=context.now)
        await tx.login_sessions.end_all(user.id, now=context.now, but=session_id)
        session = await tx.login_sessions.locked(session_id)
        if session is None or session.ended_at:
            raise _not_yours()  # signed out while the password was looked at
        await tx.login_sessions.rotate(session, now=context.now, expires_at=context.now + LIFETIME)
    return int(session.generation) + 1


def _not_yours(*path: str) -> Refusal:
    return Refusal(BAD_CREDENTIALS, "This is not your password.", *path)


def _name_taken() -> Refusal:
    return Refusal(NOT_UNIQUE, "Somebody else has this name already: choose another.", "input", "username")


def _email_taken() -> Refusal:
    return Refusal(NOT_UNIQUE, "Another account has this address already.", "input", "email")


def _no_email() -> Refusal:
    return Refusal(INVALID, "This is not an e-mail address.", "input", "email")
