"""The schema: every root field, from the module of its domain."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import strawberry
from graphql import GraphQLSchema

from engine.pricing import SIZE
from engine.strawberry_types import core_schema
from graph import (
    accounts,
    api_keys,
    booking_changes,
    booking_writing,
    calendars,
    category_writing,
    date_overrides,
    design_views,
    design_writing,
    favorites,
    image_writing,
    inquiry_writing,
    item_files,
    item_writing,
    mailed_links,
    publishing,
    resource_writing,
    service_writing,
    sessions,
    specification_writing,
    studio_settings,
    studio_writing,
    uploads,
    user_administration,
)
from graph.api_keys import ApiKey
from graph.booking_lists import booking_changed, bookings
from graph.bookings import Booking, BookingEvent, booking
from graph.categories import Category, categories, category
from graph.date_overrides import DateOverride
from graph.declaring import PERMISSION, object_type
from graph.design_facets import DesignConnection
from graph.designs import Design, design, designs
from graph.image_lists import images
from graph.images import Image, image
from graph.inquiries import Inquiry, inquiries
from graph.item_facets import ItemConnection
from graph.item_lists import items
from graph.item_values import SpecificationValue
from graph.items import Item, ItemUrl, item
from graph.node import node, nodes
from graph.paging import Connection, connection
from graph.permissions import guarded
from graph.pricing import id_count
from graph.resources import Resource, resources
from graph.scalars import SCALARS
from graph.services import Service, ServiceOption, service, services
from graph.specifications import Specification
from graph.studio import Studio, studio
from graph.studio_settings import Setting, settings
from graph.translations import Translation
from graph.user_errors import USER_ERRORS
from graph.users import User, users
from graph.viewer import LoginSession, Viewer, viewer
from rules.access import Permission


def _root(
    resolver: Callable[..., Any], permission: Permission = Permission.ANYONE, pricing: Mapping[str, Any] | None = None
) -> Any:
    return strawberry.field(
        resolver=resolver,
        description=resolver.__doc__,
        extensions=guarded(permission),
        metadata={PERMISSION: permission, **(pricing or {})},
    )


@object_type(Permission.ANYONE)
class Query:
    """What can be read."""

    node = _root(node)
    nodes = _root(nodes, pricing={SIZE: id_count})
    viewer = _root(viewer)
    studio = _root(studio)
    api_keys = _root(api_keys.api_keys, Permission.ADMIN)
    users = connection(Connection[User], permission=Permission.STAFF)(users)
    categories = connection(Connection[Category])(categories)
    category = _root(category)
    designs = connection(DesignConnection)(designs)
    design = _root(design)
    items = connection(ItemConnection)(items)
    item = _root(item)
    images = connection(Connection[Image], permission=Permission.STAFF)(images)
    image = _root(image)
    services = connection(Connection[Service])(services)
    service = _root(service)
    resources = _root(resources, Permission.STAFF)
    bookings = connection(Connection[Booking], permission=Permission.STAFF)(bookings)
    booking = _root(booking)
    inquiries = connection(Connection[Inquiry], permission=Permission.STAFF)(inquiries)
    settings = _root(settings, Permission.ADMIN)


@object_type(Permission.ANYONE)
class Mutation:
    """What can be changed."""

    # accounts
    register = accounts.register
    log_in = sessions.log_in
    refresh_session = sessions.refresh_session
    log_out = sessions.log_out
    log_out_everywhere = sessions.log_out_everywhere
    revoke_session = sessions.revoke_session
    change_password = accounts.change_password
    update_profile = accounts.update_profile
    delete_account = accounts.delete_account
    approve_user = user_administration.approve_user
    reject_user = user_administration.reject_user
    suspend_user = user_administration.suspend_user
    reinstate_user = user_administration.reinstate_user
    update_user = user_administration.update_user
    delete_user = user_administration.delete_user
    create_api_key = api_keys.create_api_key
    revoke_api_key = api_keys.revoke_api_key
    request_password_reset = mailed_links.request_password_reset
    reset_password = mailed_links.reset_password
    request_email_verification = mailed_links.request_email_verification
    verify_email = mailed_links.verify_email
    rotate_calendar_token = calendars.rotate_calendar_token
    # images
    upload_image = image_writing.upload_image
    create_upload = uploads.create_upload
    complete_upload = uploads.complete_upload
    update_image = image_writing.update_image
    delete_image = image_writing.delete_image
    # catalogue
    create_category = category_writing.create_category
    update_category = category_writing.update_category
    delete_category = category_writing.delete_category
    add_specification = specification_writing.add_specification
    update_specification = specification_writing.update_specification
    archive_specification = specification_writing.archive_specification
    restore_specification = specification_writing.restore_specification
    create_design = design_writing.create_design
    update_design = design_writing.update_design
    delete_design = design_writing.delete_design
    restore_design = design_writing.restore_design
    add_favorite = favorites.add_favorite
    remove_favorite = favorites.remove_favorite
    record_design_view = design_views.record_design_view
    # collections
    create_item = item_writing.create_item
    update_item = item_writing.update_item
    delete_item = item_writing.delete_item
    restore_item = item_writing.restore_item
    import_items = item_files.import_items
    # studio
    update_studio = studio_writing.update_studio
    set_date_override = date_overrides.set_date_override
    remove_date_override = date_overrides.remove_date_override
    create_resource = resource_writing.create_resource
    update_resource = resource_writing.update_resource
    update_setting = studio_settings.update_setting
    create_service = service_writing.create_service
    update_service = service_writing.update_service
    delete_service = service_writing.delete_service
    # bookings
    create_booking = booking_writing.create_booking
    reschedule_booking = booking_changes.reschedule_booking
    cancel_booking = booking_changes.cancel_booking
    confirm_booking = booking_changes.confirm_booking
    decline_booking = booking_changes.decline_booking
    complete_booking = booking_changes.complete_booking
    mark_no_show = booking_changes.mark_no_show
    send_inquiry = inquiry_writing.send_inquiry
    update_inquiry = inquiry_writing.update_inquiry


@object_type(Permission.ANYONE)
class Subscription:
    """What can be followed as it happens."""

    design_published = publishing.design_published
    booking_changed = booking_changed


NODES = (
    ApiKey, Booking, BookingEvent, Category, DateOverride, Design, Image, Inquiry, Item, ItemUrl,
    LoginSession, Resource, Service, ServiceOption, Setting, Specification, SpecificationValue, Studio, User, Viewer,
)  # fmt: skip


@cache
def build_schema() -> GraphQLSchema:
    """The schema as graphql-core executes and prints it; one for a process, however many serve it."""
    return core_schema(Query, Mutation, Subscription, types=(*NODES, Translation, *USER_ERRORS), scalars=SCALARS)
