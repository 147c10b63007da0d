"""/metrics: for Prometheus on this machine, or with a token."""

from __future__ import annotations

import hmac
from ipaddress import ip_address
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from web.metrics import Metrics

FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
TOKEN_WANTED = "Show the token of the metrics: Authorization: Bearer …\n"  # noqa: S105  (a message)


def metrics_routes(metrics: Metrics, token: str) -> list[BaseRoute]:
    """/metrics; to others than this machine it is not there, or, where a token is set, they need it."""

    async def tell(request: Request) -> Response:
        if _is_from_here(request) or _has_token(request, token):
            return Response(await metrics.told(), media_type=CONTENT_TYPE_LATEST)
        if token:
            return PlainTextResponse(TOKEN_WANTED, status_code=401, headers={"www-authenticate": "Bearer"})
        return PlainTextResponse("Not Found", status_code=404)

    return [Route("/metrics", tell)]


def _is_from_here(request: Request) -> bool:
    """Whether a program of this machine asks, and not a proxy on it for somebody else."""
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    address = ip_address(request.client.host)
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def _has_token(request: Request, token: str) -> bool:
    given = request.headers.get("authorization", "").encode("latin-1")
    return bool(token) and hmac.compare_digest(given, f"Bearer {token}".encode())
