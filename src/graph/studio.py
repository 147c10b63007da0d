"""The studio itself."""

from typing import Annotated, Any

import strawberry

from engine.errors import UNAVAILABLE, RequestError
from graph.context import Info
from graph.declaring import argument, attribute, computed, object_type
from graph.node import FETCH, Node
from graph.scalars import CurrencyCode, Locale, TimeZone
from graph.selecting import row_fields
from rules.access import Permission
from rules.locales import accepted, translated


@object_type(Permission.ANYONE)
class Studio(Node):
    """The studio whose backend this is."""

    time_zone: TimeZone = attribute("Where the studio's clock hangs: opening hours are wall times of this zone.")
    currency: CurrencyCode = attribute("What prices are in unless they say otherwise.")
    locales: list[Locale] = attribute("The languages of the studio's texts; the first is its own.")
    version: int = attribute("Grows by one with every change; send it as `expectedVersion`.")
    translations: strawberry.Private[dict[str, Any]]

    @computed("name", "translations", "locales")
    def name(
        self,
        info: Info,
        locale: Annotated[
            Locale | None, argument("The language; without it Accept-Language decides, then the studio's own.")
        ] = strawberry.UNSET,
    ) -> str:
        """The studio's name."""
        wanted = (locale,) if locale else accepted(info.context.caller.accept_language, self.locales)
        return translated(self.translations, "name", wanted, default=str(self.name))


async def studio(info: Info) -> Studio:
    """The studio whose backend this is."""
    row = await info.context.read().studios.get(row_fields(info))
    if row is None:
        raise RequestError(UNAVAILABLE, "The studio has not been set up yet: run `studiograph migrate up`.")
    return row  # type: ignore[no-any-return]  # a row stands in for its type


FETCH["Studio"] = lambda context, fields, ids: context.read().studios.by_ids(fields, ids)
