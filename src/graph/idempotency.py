"""Retried writes: a key binds a write to the input that it first came with."""

from enum import Enum
from hashlib import sha256
from typing import Any

import orjson
import strawberry

from db.database import Transaction
from graph.context import Context
from rules.checking import text
from rules.refusals import IDEMPOTENCY_MISMATCH, Refusal

PATH = ("input", "idempotencyKey")
GUEST = "guest"
"""Whoever is not signed in: what a key stands for is told only to who brings the whole input again."""

check_key = text(least=1, most=200)


async def made_before(context: Context, tx: Transaction, operation: str, wanted: Any, subject: str) -> str | None:
    """The id of what the same input made before under its key; `wanted` is an input, or stands for several arguments.

    None: it is new, and its key, where it has one, stands for `subject` as soon as the transaction is committed.
    Refuses a key that came with another input.
    """
    if wanted.idempotency_key in (None, strawberry.UNSET):
        return None
    path = PATH if hasattr(wanted, "__strawberry_definition__") else PATH[1:]
    caller = context.viewer.id if context.viewer else GUEST
    key, input_hash = check_key(wanted.idempotency_key, path), hashed(operation, wanted)
    earlier = await tx.idempotency_keys.claim(caller, key, input_hash, subject, now=context.now)
    if earlier is None:
        return None
    if earlier.input_hash != input_hash:
        message = "This key came with another input before: a new write needs a new key."
        raise Refusal(IDEMPOTENCY_MISMATCH, message, *path)
    return str(earlier.subject_id)


def hashed(operation: str, wanted: Any) -> str:
    """The hash of an operation with its whole input; what is left out and what is null are not the same."""
    return sha256(orjson.dumps([operation, wanted], default=_plain, option=HASHED)).hexdigest()


HASHED = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS


def _plain(value: Any) -> Any:
    """Inputs as what was given of them; enums and scalars as texts."""
    if isinstance(value, Enum) or not hasattr(value, "__dict__"):
        return str(value)
    return {name: given for name, given in vars(value).items() if given is not strawberry.UNSET}
