"""The studio itself."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import strawberry

from db.connection import Row
from db.sources import Fields
from engine.errors import UNAVAILABLE, BadUserInput, RequestError
from graph.context import Context, Info
from graph.date_overrides import DateOverride
from graph.declaring import argument, attribute, computed, object_type
from graph.images import Image
from graph.node import FETCH, Node
from graph.opening_hours import WeeklyHours, told_hours
from graph.pricing import TEXT
from graph.scalars import CurrencyCode, Locale, TimeZone
from graph.selecting import row_fields
from graph.studio_settings import Setting
from rules.access import Permission
from rules.date_overrides import MOST_DAYS, is_stretch
from rules.locales import accepted, translated

PUBLIC_SETTINGS = 20
"""A frontend's own texts, as a rule; never more than 200."""
HOLIDAYS = 20
"""Of a year, as a rule; never more dates than are asked for."""


@object_type(Permission.ANYONE)
class Studio(Node):
    """The studio whose backend this is."""

    email: str | None = attribute("Where customers write to.")
    phone: str | None = attribute("Where customers call, as in +821012345678 (E.164).")
    address: str | None = attribute("Where customers come to.", weight=TEXT)
    logo: Image | None = attribute("The studio's mark.", joined=True)
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

    @computed("weekly_hours")
    def weekly_hours(self) -> list[WeeklyHours]:
        """When the studio is open, from Monday on; on some dates other hours hold (`dateOverrides`)."""
        return told_hours(self.weekly_hours)

    @computed("id", size=HOLIDAYS)
    async def date_overrides(
        self,
        info: Info,
        first: Annotated[date, argument("The first date.", name="from")],
        last: Annotated[date, argument("The last date, less than 366 days later.", name="to")],
    ) -> list[DateOverride]:
        """The dates in between on which the studio is closed, or open at other hours, in their order."""
        if not is_stretch(first, last):
            raise BadUserInput(f"Ask for 1 to {MOST_DAYS} days: from a date to the same one or a later one.")
        found: list[DateOverride] = await info.context.batched(_overrides, row_fields(info), first, last, key="")
        return found

    @computed(size=PUBLIC_SETTINGS)
    async def public_settings(self, info: Info) -> list[Setting]:
        """The settings that everybody reads, and the frontend's own texts, by key."""
        found: list[Setting] = await info.context.batched(_public_settings, key="")
        return found


async def studio(info: Info) -> Studio:
    """The studio whose backend this is."""
    row = await info.context.read().studios.get(row_fields(info))
    if row is None:
        raise RequestError(UNAVAILABLE, "The studio has not been set up yet: run `studiograph migrate up`.")
    return row  # type: ignore[no-any-return]  # a row stands in for its type


async def _overrides(
    context: Context, fields: Fields, first: date, last: date, keys: list[str]
) -> Mapping[str, list[Row]]:
    """There is one studio, however often it is asked for."""
    return dict.fromkeys(keys, await context.read().date_overrides.between(fields, first, last))


async def _public_settings(context: Context, keys: list[str]) -> Mapping[str, list[Row]]:
    return dict.fromkeys(keys, await context.read().settings.public())


FETCH["Studio"] = lambda context, fields, ids: context.read().studios.by_ids(fields, ids)
