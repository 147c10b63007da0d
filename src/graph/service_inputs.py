"""What services are entered and changed with, and what is answered."""

from collections.abc import Callable
from typing import Any

import strawberry

from graph.declaring import attribute, input_field, input_type, object_type
from graph.inputs import entered, filled
from graph.money import MoneyInput
from graph.mutations import Payload, result
from graph.publication import PublicationStatus
from graph.scalars import Locale
from graph.services import Service
from graph.translations import TranslationInput
from rules.access import Permission
from rules.global_ids import row_id


@input_type()
class ServiceOptionInput:
    """Something that can be had with a service."""

    id: strawberry.ID | None = input_field(
        "The option that this is from now on, where the service has it already: what is left out stays as it is."
    )
    name: str = attribute("The name that visitors read: 1 to 200 characters.")
    price: MoneyInput | None = input_field("What it costs in addition, in the currency of the service's price.")
    extra_minutes: int | None = input_field("How much longer the service takes with it: 0 to 1440.")
    translations: list[TranslationInput] | None = input_field(
        "Its name in other languages, those that change; null takes all away. The field is `name`."
    )


@input_type()
class ServiceTranslationInput:
    """The texts of a service in one language; what is empty is read in the studio's own."""

    locale: Locale = attribute("The language; each once.")
    name: str | None = input_field("The name: at most 200 characters.")
    summary: str | None = input_field("What it is, in a sentence: at most 500 characters.")
    description: str | None = input_field("All that is to be known of it: at most 10,000 characters.")


@input_type()
class ServiceInput:
    """A service to be made."""

    name: str = attribute("The name that visitors read, in the studio's own language: 1 to 200 characters.")
    slug: str | None = input_field("The name in URLs; made of the name when left out.")
    summary: str | None = input_field("What it is, in a sentence: at most 500 characters.")
    description: str | None = input_field("All that is to be known of it: at most 10,000 characters.")
    duration_minutes: int = attribute("How long it takes, options aside: 5 to 10080.")
    buffer_before_minutes: int | None = input_field(
        "How long what it needs is taken before it starts: 0 to 1440; 0 when left out."
    )
    buffer_after_minutes: int | None = input_field(
        "How long what it needs is taken after it ends: 0 to 1440; 0 when left out."
    )
    slot_step_minutes: int | None = input_field(
        "How far apart the times are at which it can start: 5 to 1440; 30 when left out."
    )
    min_notice_minutes: int | None = input_field(
        "How long before its start it can be booked at the latest: 0 to 525600; 60 when left out."
    )
    max_days_ahead: int | None = input_field("How many days ahead it can be booked: 1 to 730; 60 when left out.")
    max_per_day: int | None = input_field(
        "How many bookings a day it takes: 1 to 1000; as many as there is time for when left out."
    )
    capacity: int | None = input_field("How many people can come at the same time: 1 to 500; 1 when left out.")
    requires_confirmation: bool | None = input_field(
        "Whether a booking waits until the studio confirms it; false when left out."
    )
    cancel_notice_minutes: int | None = input_field(
        "How long before its start a customer can cancel at the latest: 0 to 525600; 1440 when left out."
    )
    price: MoneyInput | None = input_field("What it costs, options aside.")
    image_ids: list[strawberry.ID] | None = input_field(
        "Its pictures, at most 50, uploaded with the purpose SERVICE or TEMP; the first is the cover."
    )
    options: list[ServiceOptionInput] | None = input_field("What can be had with it, at most 30, in order.")
    resource_ids: list[strawberry.ID] | None = input_field(
        "What it needs, at most 20; without any it takes the studio as a whole."
    )
    status: PublicationStatus | None = input_field("Whether the public sees it; DRAFT when left out.")
    position: int | None = input_field("Its place among the services, from 0 on; behind them when left out.")
    translations: list[ServiceTranslationInput] | None = input_field("Its texts in other languages, at most 30.")


@input_type()
class UpdateServiceInput:
    """What is to change; what is left out stays as it is, null clears. Bookings keep the terms they were made on."""

    name: str | None = input_field("The name that visitors read, in the studio's own language: 1 to 200 characters.")
    slug: str | None = input_field("The name in URLs.")
    summary: str | None = input_field("What it is, in a sentence: at most 500 characters.")
    description: str | None = input_field("All that is to be known of it: at most 10,000 characters.")
    duration_minutes: int | None = input_field("How long it takes, options aside: 5 to 10080.")
    buffer_before_minutes: int | None = input_field("How long what it needs is taken before it starts: 0 to 1440.")
    buffer_after_minutes: int | None = input_field("How long what it needs is taken after it ends: 0 to 1440.")
    slot_step_minutes: int | None = input_field("How far apart the times are at which it can start: 5 to 1440.")
    min_notice_minutes: int | None = input_field(
        "How long before its start it can be booked at the latest: 0 to 525600."
    )
    max_days_ahead: int | None = input_field("How many days ahead it can be booked: 1 to 730.")
    max_per_day: int | None = input_field(
        "How many bookings a day it takes: 1 to 1000; null: as many as there is time for."
    )
    capacity: int | None = input_field("How many people can come at the same time: 1 to 500.")
    requires_confirmation: bool | None = input_field("Whether a booking waits until the studio confirms it.")
    cancel_notice_minutes: int | None = input_field(
        "How long before its start a customer can cancel or move it at the latest: 0 to 525600; null: not themselves."
    )
    price: MoneyInput | None = input_field("What it costs, options aside.")
    image_ids: list[strawberry.ID] | None = input_field(
        "All of its pictures, in order, in the place of those it has; the first is the cover."
    )
    options: list[ServiceOptionInput] | None = input_field(
        "All that can be had with it, in order: those it has by their ids, new ones without; the others go."
    )
    resource_ids: list[strawberry.ID] | None = input_field("All that it needs, in the place of what it needed.")
    status: PublicationStatus | None = input_field("Whether the public sees it.")
    position: int | None = input_field("Its place among the services, from 0 on.")
    translations: list[ServiceTranslationInput] | None = input_field(
        "All of its texts in other languages, in the place of those it has."
    )
    expected_version: int | None = input_field("Refuse when it is at another version by now.")


@object_type(Permission.ANYONE)
class ServicePayload(Payload):
    """The service, as it is now."""

    service: Service | None = result("The service; null where it was refused.")


def plain(given: dict[str, Any]) -> dict[str, Any]:
    """What an input gives, with plain values in the place of the inputs within it."""
    within = {name: PLAIN[name](value) for name, value in given.items() if name in PLAIN and value is not None}
    return given | within


def _options(options: list[ServiceOptionInput]) -> list[dict[str, Any]]:
    """By the ids of their rows; null clears what is there, and of a new one it says no more than leaving out."""
    return [plain(filled(one)) if one.id in {None, strawberry.UNSET} else _known_option(one) for one in options]


def _known_option(option: ServiceOptionInput) -> dict[str, Any]:
    return plain(entered(option)) | {"id": row_id("ServiceOption", option.id or "") or ""}


PLAIN: dict[str, Callable[[Any], Any]] = {
    "price": entered,
    "options": _options,
    "translations": lambda texts: [filled(one) for one in texts],
}
