"""What the engine needs to know of a request's context; resolvers know more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from engine.rates import Bucket
    from engine.record import Record


class Context(Protocol):
    """One for each operation, and for each event of a subscription."""

    request_id: str
    record: Record
    headers: list[tuple[bytes, bytes]]
    """Headers of the answer that resolvers add."""

    @property
    def by_cookie(self) -> bool:
        """Whether the request signs in by what a browser sends along unasked."""

    @property
    def is_private(self) -> bool:
        """Whether the answer is for nobody else: the request signs in."""

    @property
    def may_introspect(self) -> bool:
        """Whether who asks may see the whole schema where it is not public, and ask what is on no list."""

    @property
    def may_upload(self) -> bool:
        """Whether who asks may send files at all."""

    @property
    def address_bucket(self) -> Bucket:
        """What counts the requests of the address they come from."""

    @property
    def bucket(self) -> Bucket:
        """What counts the requests of who asks: the user, the key or, before `admit` and for anybody, the address."""

    @property
    def statements(self) -> int:
        """How many statements the request has run so far."""

    async def admit(self, root_fields: frozenset[str]) -> None:
        """Find out who asks, before anything runs; RequestError where they may not ask at all."""

    def release(self) -> None:
        """End what still runs for the request: it is answered, or nobody waits for the answer any more."""
