"""Writing what is one's own: the account must still be there, and some things an API key may not do."""

from db.connection import Row
from db.database import Transaction
from engine.errors import FORBIDDEN, UNAUTHENTICATED, RequestError
from graph.context import Context


async def own_row(context: Context, tx: Transaction) -> Row:
    """The viewer's own row, locked before any other of theirs: nobody erases or suspends them in the meantime.

    Raises UNAUTHENTICATED where somebody has done so since the request began.
    """
    user = await tx.users.locked(context.user_id)
    if user is None or user.status != "APPROVED":
        raise RequestError(UNAUTHENTICATED, "This account was suspended or deleted in the meantime.")
    return user


def require_session(context: Context) -> str:
    """The id of the session that asks; FORBIDDEN for API keys: who finds one must not take the account with it."""
    if context.viewer is None or context.viewer.session is None:
        raise RequestError(FORBIDDEN, "An API key cannot do this: log in, and do it yourself.")
    return context.viewer.session
