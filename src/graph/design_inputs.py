"""What designs are entered and changed with, and what is answered."""

import strawberry

from graph.declaring import attribute, input_field, input_type, object_type
from graph.designs import Design
from graph.mutations import Payload, result
from graph.publication import PublicationStatus
from rules.access import Permission


@input_type()
class DesignInput:
    """A design to be entered."""

    title: str = attribute("The title that visitors read: 1 to 200 characters.")
    slug: str | None = input_field("The name in URLs; made of the title when left out.")
    description: str | None = input_field("What is special about it: at most 10,000 characters.")
    category_id: strawberry.ID = attribute("The branch of the catalogue that it is in.")
    image_ids: list[strawberry.ID] | None = input_field(
        "Its pictures, at most 50, uploaded with the purpose DESIGN or TEMP; the first is the cover."
    )
    style: str | None = input_field("The manner, such as classic or boho.")
    colour: str | None = input_field("The main colour.")
    fabric: str | None = input_field("What it is made of.")
    occasion: str | None = input_field("What it is worn for.")
    season: str | None = input_field("When it is worn.")
    designer_name: str | None = input_field("Who designed it.")
    collection_name: str | None = input_field("The collection that it belongs to.")
    featured: bool | None = input_field("Whether the studio shows it first; false when left out.")
    status: PublicationStatus | None = input_field("Whether the public sees it; DRAFT when left out.")
    idempotency_key: str | None = input_field("Makes a retry safe: the same key and input give the same design.")


@input_type()
class UpdateDesignInput:
    """What is to change; what is left out stays as it is, null clears."""

    title: str | None = input_field("The title that visitors read: 1 to 200 characters.")
    slug: str | None = input_field("The name in URLs.")
    description: str | None = input_field("What is special about it: at most 10,000 characters.")
    category_id: strawberry.ID | None = input_field("The branch of the catalogue that it is in.")
    image_ids: list[strawberry.ID] | None = input_field(
        "All of its pictures, in order, in the place of those it has; the first is the cover."
    )
    style: str | None = input_field("The manner, such as classic or boho.")
    colour: str | None = input_field("The main colour.")
    fabric: str | None = input_field("What it is made of.")
    occasion: str | None = input_field("What it is worn for.")
    season: str | None = input_field("When it is worn.")
    designer_name: str | None = input_field("Who designed it.")
    collection_name: str | None = input_field("The collection that it belongs to.")
    featured: bool | None = input_field("Whether the studio shows it first.")
    status: PublicationStatus | None = input_field("Whether the public sees it.")
    expected_version: int | None = input_field("Refuse when it is at another version by now.")


@object_type(Permission.ANYONE)
class DesignPayload(Payload):
    """The design, as it is now."""

    design: Design | None = result("The design; null where it was refused.")
