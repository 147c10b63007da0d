"""What the studio sells."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from db.connection import Row
from db.sources import Fields
from graph.context import Context, Info
from graph.declaring import argument, attribute, computed, input_field, input_type, object_type
from graph.images import Image
from graph.money import Money, money
from graph.node import FETCH, Node, by_id_or_slug
from graph.pricing import LONG_TEXT, TEXT, slot_count
from graph.publication import PublicationStatus
from graph.scalars import Locale
from graph.selecting import row_fields
from graph.service_lists import ServiceListing, ServiceOrder, ServiceWhere, service_listing
from graph.slots import TERMS, Slot, offered
from graph.studio_facts import languages
from graph.translations import Translation
from rules.access import Permission
from rules.locales import translated

if TYPE_CHECKING:
    from graph.resources import Resource

OPTION_COLUMNS = frozenset({"name", "translations", "price_amount", "price_currency", "extra_minutes"})
"""What bookings keep of an option, and what an update of a service compares."""
InLocale = Annotated[
    Locale | None, argument("The language; without it Accept-Language decides, then the studio's own.")
]


@object_type(Permission.ANYONE)
class ServiceOption(Node):
    """Something that can be had with a service, for more money or more time."""

    extra_minutes: int = attribute("How much longer the service takes with it.")

    @computed("name", "translations")
    async def name(self, info: Info, locale: InLocale = strawberry.UNSET) -> str:
        """The name that visitors read."""
        return await _in_language(self, "name", info, locale) or ""

    @computed("price_amount", "price_currency")
    def price(self) -> Money | None:
        """What it costs in addition; null where nothing is said."""
        return _price(self)

    @computed("translations")
    def translations(self) -> list[Translation]:
        """Its name in other languages, by language."""
        named = ((tag, fields["name"]) for tag, fields in sorted(self.translations.items()))
        return [Translation(locale=Locale(tag), field="name", value=name) for tag, name in named]


@object_type(Permission.ANYONE)
class ServiceTranslation:
    """The texts of a service in one language; what is null is read in the studio's own."""

    locale: Locale = attribute("The language.")
    name: str | None = attribute("The name.")
    summary: str | None = attribute("What it is, in a sentence.", weight=TEXT)
    description: str | None = attribute("All that is to be known of it.", weight=LONG_TEXT)


@object_type(Permission.ANYONE)
class Service(Node):
    """Something that can be booked, and the terms on which it is."""

    slug: str = attribute("The name in URLs; unique.")
    duration_minutes: int = attribute("How long it takes, options aside.")
    buffer_before_minutes: int = attribute("How long what it needs is taken before it starts.")
    buffer_after_minutes: int = attribute("How long what it needs is taken after it ends.")
    slot_step_minutes: int = attribute("How far apart the times are at which it can start.")
    min_notice_minutes: int = attribute("How long before its start it can be booked at the latest.")
    max_days_ahead: int = attribute("How many days ahead it can be booked.")
    max_per_day: int | None = attribute("How many bookings a day it takes; null: as many as there is time for.")
    capacity: int = attribute("How many people can come at the same time.")
    requires_confirmation: bool = attribute("Whether a booking waits until the studio confirms it.")
    cancel_notice_minutes: int | None = attribute(
        "How long before its start a customer can cancel or move it at the latest; null: not themselves."
    )
    cover_image: Image | None = attribute("Its first picture.", joined=True)
    status: PublicationStatus = attribute("Whether the public sees it.")
    position: int = attribute("Its place among the services; the smallest comes first.")
    version: int = attribute("Grows by one with every change; send it as `expectedVersion`.")
    created_at: datetime = attribute("When it was made.")
    updated_at: datetime = attribute("When it was last changed.")

    @computed("name", "translations")
    async def name(self, info: Info, locale: InLocale = strawberry.UNSET) -> str:
        """The name that visitors read."""
        return await _in_language(self, "name", info, locale) or ""

    @computed("summary", "translations", weight=TEXT)
    async def summary(self, info: Info, locale: InLocale = strawberry.UNSET) -> str | None:
        """What it is, in a sentence."""
        return await _in_language(self, "summary", info, locale)

    @computed("description", "translations", weight=LONG_TEXT)
    async def description(self, info: Info, locale: InLocale = strawberry.UNSET) -> str | None:
        """All that is to be known of it."""
        return await _in_language(self, "description", info, locale)

    @computed("price_amount", "price_currency")
    def price(self) -> Money | None:
        """What it costs, options aside; null where nothing is said."""
        return _price(self)

    @computed("translations")
    def translations(self) -> list[ServiceTranslation]:
        """Its texts in other languages, by language."""
        return [_translation(tag, fields) for tag, fields in sorted(self.translations.items())]

    @computed("id")
    async def images(self, info: Info) -> list[Image]:
        """Its pictures, in their order."""
        found: list[Image] = await info.context.batched(_images, row_fields(info), key=self.id)
        return found

    @computed("id")
    async def options(self, info: Info) -> list[ServiceOption]:
        """What can be had with it, in order."""
        found: list[ServiceOption] = await info.context.batched(_options, row_fields(info), key=self.id)
        return found

    @computed("id")
    async def resources(self, info: Info) -> "list[Annotated[Resource, strawberry.lazy('graph.resources')]]":
        """What it needs, by name; without any it takes the studio as a whole."""
        found: list[Resource] = await info.context.batched(_resources, row_fields(info), key=self.id)
        return found

    @computed(*TERMS, size=slot_count)
    async def slots(
        self,
        info: Info,
        from_: Annotated[date, argument("The first day, by the studio's clock.", name="from")],
        to: Annotated[date, argument("The last day; at most 62 in all.")],
        party_size: Annotated[int, argument("For how many people.")] = 1,
        option_ids: Annotated[
            list[strawberry.ID] | None, argument("Together with these options, which may take longer.")
        ] = strawberry.UNSET,
    ) -> list[Slot]:
        """When a customer can book it, the earliest first; nothing in the past, nor beyond its limits."""
        found: Any = await offered(info.context, self, (from_, to), party_size, option_ids or None)
        return found  # type: ignore[no-any-return]


@input_type(one_of=True)
class ServiceBy:
    """Names one service."""

    id: strawberry.ID | None = input_field("By its id.")
    slug: str | None = input_field("By its slug.")


async def services(
    info: Info,
    where: Annotated[ServiceWhere | None, argument("Only services that match.")] = strawberry.UNSET,
    order_by: Annotated[
        list[ServiceOrder] | None, argument("In which order; by position, then name when left out.")
    ] = strawberry.UNSET,
) -> ServiceListing:
    """What the studio sells, as far as the viewer may see it."""
    return service_listing(info, where, order_by)


async def service(info: Info, by: Annotated[ServiceBy, argument("Which one.")]) -> Service | None:
    """One service; null when there is none, or none that the viewer may see."""
    found: Service | None = await by_id_or_slug(info, "Service", info.context.read().services, by)
    return found


async def _in_language(row: Any, field: str, info: Info, locale: Locale | None) -> str | None:
    wanted = await languages(info.context, locale or None)
    return translated(row.translations, field, wanted, default=getattr(row, field) or "") or None


def _price(row: Any) -> Money | None:
    return money(row.price_amount, row.price_currency)


def _translation(locale: str, fields: Mapping[str, str]) -> ServiceTranslation:
    texts = {name: fields.get(name) for name in ("name", "summary", "description")}
    return ServiceTranslation(locale=Locale(locale), **texts)


async def _images(context: Context, fields: Fields, ids: list[str]) -> Mapping[str, list[Row]]:
    return await context.read().images.of_services(fields, ids)


async def _options(context: Context, fields: Fields, ids: list[str]) -> Mapping[str, list[Row]]:
    return await context.read().services.options_of(fields, ids)


async def _resources(context: Context, fields: Fields, ids: list[str]) -> Mapping[str, list[Row]]:
    return await context.read().services.resources_of(fields, ids)


FETCH["Service"] = lambda context, fields, ids: context.read().services.by_ids(fields, ids)
FETCH["ServiceOption"] = lambda context, fields, ids: context.read().services.options.by_ids(fields, ids)
