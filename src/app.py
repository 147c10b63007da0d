"""The one place where the parts are wired together."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from graphql import print_schema
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Router
from starlette_compress import CompressMiddleware

from auth.access_tokens import AccessTokens
from auth.cookies import Cookies
from auth.derived_tokens import tokens_for
from auth.keys import derive_key
from db.connection import TALLY, Tally
from db.database import open_database
from db.ids import new_id
from db.tail import Tail
from engine.csrf import PREFLIGHT_HEADERS
from engine.errors import RequestError
from engine.http import Endpoint
from engine.limits import Limits
from engine.persisted import Documents, hash_of, read_documents
from engine.rates import open_rates
from engine.record import Record
from engine.schema import Schema
from engine.streams import Streams
from engine.websocket import WebSockets
from graph.caller import caller_of
from graph.context import Context, Parts
from graph.cursors import Cursors
from graph.schema import build_schema
from graph.view_counts import ViewCounts
from mail.links import AT_HOME, Links
from storage.opening import open_storage
from web.calendar import calendar_routes
from web.console import SIGNING_IN, console_routes
from web.export import POINTS, export_routes
from web.health import VERSION, Health
from web.links.pages import DOCUMENTS, link_routes
from web.media import media_routes
from web.metrics import Metrics, Readings
from web.pages import Pages
from web.requests import Requests, apology, log_request, observe_operation
from web.scraping import metrics_routes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from engine.rates import Rates
    from settings import Settings
    from web.requests import Application, Receive, Scope, Send
    from web.traces import Traces

    Clock = Callable[[], datetime]

log = structlog.get_logger("studiograph.app")

ALLOWED_HEADERS = ("authorization", "content-type", "x-amz-checksum-sha256", "x-request-id", "x-studiograph-cost")
EXPOSED_HEADERS = ("x-request-id", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "retry-after")
COMPRESSED_FROM = 1_000
STATEMENT_GRACE_SECONDS = 5
"""So much later than the request the database itself ends a statement whose client has vanished."""
CONSOLE = Path(__file__).parents[1] / "console" / "dist"


def utc_now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


def create_app(settings: Settings, clock: Clock = utc_now, home: str = AT_HOME) -> Requests:
    """The ASGI application; its lifespan closes what it opens. `home`: where links lead without a PUBLIC_URL."""
    core = build_schema()
    limits = _limits(settings)
    parts = _parts(settings, clock, home)
    rates = open_rates(settings.valkey_url, limited=settings.rate_limit == "on")
    schema = Schema(core, limits, rates, _documents(settings), introspection=settings.introspection == "on")
    contexts = partial(_context, parts, clock)
    streams = Streams(limits.sockets)
    metrics = Metrics(_readings(parts, rates, streams, clock))
    traces = _traces(settings)
    observers = [log_request, metrics.observe, *([traces.observe] if traces else ())]
    origins = tuple(filter(None, (*settings.cors_origins, settings.public_url)))
    routes = [
        *Pages(f"{print_schema(core)}\n", partial(_may_introspect, schema, contexts)).routes(),
        *Health(parts.db, parts.storage, settings.environment).routes(),
        *metrics_routes(metrics, settings.metrics_token),
        *console_routes(CONSOLE),
        *media_routes(parts.storage, clock),
        *calendar_routes(parts.db, parts.calendar_tokens, clock),
        *export_routes(parts.db, contexts, partial(_admit_export, schema)),
        *link_routes(),
    ]
    application = _routed(
        Endpoint(schema, contexts, streams, uploads=settings.data_dir / "uploads", origins=origins),
        WebSockets(schema, contexts, streams, origins, partial(observe_operation, observers)),
        _paged(Router(routes=routes, lifespan=partial(_lifespan, parts, rates, metrics, traces))),
    )
    return Requests(_guarded(application, settings), observers, streams.end)


def _readings(parts: Parts, rates: Rates, streams: Streams, clock: Clock) -> Readings:
    return Readings(
        load=parts.db.load,
        sockets=lambda: streams.sockets,
        subscriptions=lambda: streams.subscriptions,
        rates_fall_back=lambda: rates.falls_back,
        event_lag=lambda: parts.db.read().events.lag(clock()),
    )


def _traces(settings: Settings) -> Traces | None:
    if not settings.traces_url:
        return None
    from web.traces import Traces  # noqa: PLC0415  (it brings a large library along)

    return Traces(settings.traces_url, VERSION)


def _parts(settings: Settings, clock: Clock, home: str) -> Parts:
    key = settings.signing_key
    seconds = settings.deadline_seconds + STATEMENT_GRACE_SECONDS
    db = open_database(settings.database_url, settings.database_connections, seconds)
    return Parts(
        db,
        open_storage(settings.storage_url, settings.public_url, key),
        Cursors(derive_key(key, "cursors")),
        AccessTokens(derive_key(key, "access tokens")),
        tokens_for(key, "refresh tokens"),
        Cookies(secure=not settings.in_development),
        ViewCounts(db, derive_key(key, "design viewers"), clock),
        Tail(db),
        Links(settings.public_url or home, settings.frontend_url),
        tokens_for(key, "bookings"),
        tokens_for(key, "mailed tokens"),
        tokens_for(key, "calendars"),
        guest_key=derive_key(key, "guests"),
        throttles_log_ins=settings.rate_limit == "on",
        points_an_address=settings.rate_per_address,
        points_a_user=settings.rate_per_user,
    )


def _limits(settings: Settings) -> Limits:
    return Limits(
        tokens=settings.token_limit,
        characters=settings.character_limit,
        depth=settings.depth_limit,
        aliases=settings.alias_limit,
        root_fields=settings.root_field_limit,
        directives=settings.directive_limit,
        nodes=settings.node_limit,
        cost=settings.cost_limit,
        list_items=settings.list_limit,
        seconds=settings.deadline_seconds,
        body_bytes=settings.body_limit,
        frame_bytes=settings.frame_limit,
        subscriptions=settings.subscription_limit,
        sockets=settings.socket_limit,
    )


def _documents(settings: Settings) -> Documents:
    listed = read_documents(settings.persisted_documents) if settings.persisted_documents else {}
    own = {hash_of(text): text for text in (*SIGNING_IN, *DOCUMENTS)}  # staff may ask anything, once they are known
    return Documents({**own, **listed}, listed_only=settings.persisted_only == "on")


def _context(parts: Parts, clock: Clock, scope: Scope, authorization: str | None = None) -> Context:
    """The context of one operation; on a websocket `authorization` is what its first message shows."""
    now = clock()
    opened_at = scope.setdefault("opened_at", now)
    caller = caller_of(scope, parts.cookies)
    if authorization is not None:
        caller = replace(caller, authorization=authorization, access_cookie=None, refresh_cookie=None)
    if scope["type"] == "websocket":  # which has many operations: each counts for itself
        TALLY.set(Tally())
        return Context(parts, now, new_id(), caller, Record(), opened_at)
    return Context(parts, now, scope["request_id"], caller, scope["record"], opened_at)


@asynccontextmanager
async def _lifespan(
    parts: Parts, rates: Rates, metrics: Metrics, traces: Traces | None, _router: Router
) -> AsyncIterator[None]:
    reading_along = asyncio.create_task(parts.tail.run())
    async with parts.views.kept(), metrics.kept():
        yield
    reading_along.cancel()
    with suppress(asyncio.CancelledError):
        await reading_along
    if traces:
        await traces.close()
    await rates.close()
    await parts.storage.close()
    await parts.db.close()


async def _may_introspect(schema: Schema, context: Callable[[Scope], Context], scope: Scope) -> bool:
    """Whether a request for a page may see the schema."""
    asking = context(scope)
    with suppress(RequestError):  # what it signs in with does not hold: it is anybody's request
        await asking.admit(frozenset({"__schema"}))
    return schema.may_introspect(asking)


async def _admit_export(schema: Schema, context: Context) -> None:
    """Find out who wants a file, and let them pay for it; RequestError where they may not have it."""
    schema.require_points(context)
    try:
        await context.admit(frozenset({"exportItems"}))
        await schema.charge(POINTS, context)
    except RequestError:
        await schema.charge_refusal(context)
        raise


def _routed(endpoint: Application, sockets: Application, pages: Application) -> Application:
    async def route(scope: Scope, receive: Receive, send: Send) -> None:
        at_graphql = scope["type"] != "lifespan" and scope["path"] == "/graphql"
        answering = {"http": endpoint, "websocket": sockets}[scope["type"]] if at_graphql else pages
        await answering(scope, receive, send)

    return route


def _paged(pages: Application) -> Application:
    """Pages, compressed; where one breaks the answer is an apology, within CORS so that pages of others can read it."""
    compressed = CompressMiddleware(pages, minimum_size=COMPRESSED_FROM)
    return ExceptionMiddleware(compressed, handlers={Exception: lambda request, error: apology(request.scope, error)})


def _guarded(application: Application, settings: Settings) -> Application:
    """Behind the check of the Host header and CORS, where they are set."""
    if settings.cors_origins:
        application = CORSMiddleware(
            application,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST", "PUT"],
            allow_headers=[*ALLOWED_HEADERS, *PREFLIGHT_HEADERS],
            allow_credentials=True,
            expose_headers=EXPOSED_HEADERS,
        )
    if "*" not in settings.allowed_hosts:
        application = TrustedHostMiddleware(application, allowed_hosts=settings.allowed_hosts, www_redirect=False)
    return application
