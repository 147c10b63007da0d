"""The engine without a domain: a schema that lets everybody do everything."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.errors import RequestError
from engine.limits import Limits
from engine.persisted import Documents
from engine.rates import Bucket, OpenRates, Rates
from engine.record import Record
from engine.schema import Schema

if TYPE_CHECKING:
    from graphql import GraphQLSchema

LIMITS = Limits()
UNLIMITED = OpenRates()


def an_engine(
    core: GraphQLSchema,
    limits: Limits = LIMITS,
    rates: Rates = UNLIMITED,
    documents: Documents | None = None,
    *,
    introspection: bool = True,
) -> Schema:
    """The engine over a schema."""
    return Schema(core, limits, rates, documents or Documents(), introspection=introspection)


@dataclass
class Anyone:
    """The context of a request that may do everything, unless it is `refused` with a code."""

    refused: str = ""
    request_id: str = "of-the-test"
    by_cookie: bool = False
    is_private: bool = False
    may_introspect: bool = True
    may_upload: bool = True
    statements: int = 0
    bucket: Bucket = Bucket("user:somebody", 50_000)  # noqa: RUF009  (it is frozen)
    address_bucket: Bucket = Bucket("address:127.0.0.1", 10_000)  # noqa: RUF009  (it is frozen)
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    record: Record = field(default_factory=Record)
    admitted: list[frozenset[str]] = field(default_factory=list)
    released: int = 0

    async def admit(self, root_fields: frozenset[str]) -> None:
        """Let everybody in, or nobody."""
        self.admitted.append(root_fields)
        if self.refused:
            raise RequestError(self.refused, "Not now.")

    def release(self) -> None:
        """Count that it was released."""
        self.released += 1
