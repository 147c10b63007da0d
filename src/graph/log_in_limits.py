"""How often somebody may fail to log in: counted in the resolver, outside the transaction of what it does."""

from datetime import datetime
from hashlib import sha256

from auth.passwords import TooManyHashes, Verdict, verify
from db.connection import Row
from db.database import Transaction
from engine.rates import address_key
from graph.context import Context
from rules.refusals import require_patience
from rules.text import fold
from rules.throttling import ACCOUNT_LIMIT, ADDRESS_LIMIT, failures_within, wait_seconds

ACCOUNT, ADDRESS = "account:", "address:"
LIMITS = {ACCOUNT: ACCOUNT_LIMIT, ADDRESS: ADDRESS_LIMIT}


async def count_log_in(context: Context, username: str, *path: str) -> None:
    """Count a try as failed, until forgive_log_in takes it back; Refusal RATE_LIMITED where there were too many.

    Counted first: of many tries at once only as many look at a password as there may be failures. What is refused
    here is not counted, or else somebody who waits would never get in.
    """
    if not context.parts.throttles_log_ins:
        return
    async with context.transaction() as tx:
        counters = []
        for counted in _counted(context, username):  # the address first, always: no two wait for each other
            counter = await tx.login_throttles.counter(counted, now=context.now)
            if wait := wait_seconds(counter, _limit(counter), context.now):
                break
            counters.append(counter)
        else:
            for counter in counters:
                await _count(tx, counter, context.now)
    require_patience(wait, *path)


async def verify_counted(context: Context, username: str, password: str, password_hash: str | None) -> Verdict:
    """Whether the password of a counted try is right; one that nobody has the time to look at is taken back."""
    try:
        return await verify(password, password_hash)
    except TooManyHashes:
        await _take_back(context, username)
        raise


async def forgive_log_in(context: Context, username: str) -> None:
    """The password was right: the account's failures are forgotten, the address's try is taken back."""
    await _take_back(context, username, forgotten=(ACCOUNT,))


async def _take_back(context: Context, username: str, forgotten: tuple[str, ...] = ()) -> None:
    if not context.parts.throttles_log_ins:
        return
    async with context.transaction() as tx:
        for counted in _counted(context, username):
            counter = await tx.login_throttles.counter(counted, now=context.now)
            left = 0 if counted.startswith(forgotten) else max(counter.failures - 1, 0)
            await tx.login_throttles.change(counter.id, failures=left, now=context.now)


async def _count(tx: Transaction, counter: Row, now: datetime) -> None:
    failures = failures_within(counter, _limit(counter), now) + 1
    since = now if failures == 1 else counter.since
    await tx.login_throttles.change(counter.id, failures=failures, since=since, last_at=now, now=now)


def _counted(context: Context, username: str) -> tuple[str, str]:
    """What is counted; of the name only a hash, for people type passwords there by mistake."""
    name = sha256(fold(username).encode(errors="surrogatepass")).hexdigest()
    return f"{ADDRESS}{address_key(context.caller.address)}", f"{ACCOUNT}{name}"


def _limit(counter: Row) -> int:
    return next(limit for kind, limit in LIMITS.items() if counter.counted.startswith(kind))
