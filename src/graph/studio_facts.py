"""What answers need to know of the studio: read once for a request."""

from collections.abc import Mapping
from typing import Any

from db.connection import Row
from engine.errors import UNAVAILABLE, RequestError
from graph.context import Context
from rules.locales import accepted

NEEDED = frozenset({"locales", "time_zone", "currency"})


async def studio_facts(context: Context) -> Any:
    """The languages, the time zone and the currency of the studio."""
    return await context.batched(_studios, key="")


async def languages(context: Context, locale: str | None) -> tuple[str, ...]:
    """In which languages a text is wanted, the best first: the one asked for, or those of Accept-Language.

    Up to the studio's own: its texts are in that one.
    """
    if locale:
        return (locale,)
    header = context.caller.accept_language
    return accepted(header, (await studio_facts(context)).locales) if header else ()


async def _studios(context: Context, keys: list[str]) -> Mapping[str, Row]:
    studio = await context.read().studios.get(NEEDED)
    if studio is None:
        raise RequestError(UNAVAILABLE, "The studio has not been set up yet: run `studiograph migrate up`.")
    return dict.fromkeys(keys, studio)
