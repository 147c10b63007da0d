"""Documents that clients name by their SHA-256 instead of sending them: those of a list, and those sent before."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import orjson

from engine.errors import PERSISTED_QUERY_NOT_FOUND, PERSISTED_QUERY_REQUIRED, BadUserInput, RequestError
from engine.lru_cache import LruCache

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from engine.context import Context
    from engine.request import Request

PREFIX = "sha256:"
MOST_REGISTERED = 5_000


class Documents:
    """The text of a request's document.

    `listed` are known from the start, by `sha256:…`; where `listed_only` is set nothing else is answered, but to those
    who may see the schema. Of the documents that clients register by sending them with their hash (Apollo's automatic
    persisted queries) `room` characters are kept, and the least recently used go first.
    """

    def __init__(
        self, listed: Mapping[str, str] | None = None, *, listed_only: bool = False, room: int = 1_000_000
    ) -> None:
        self._listed = listed or {}
        self._listed_only = listed_only
        self._registered: LruCache[str] = LruCache(MOST_REGISTERED, room)

    async def text(self, request: Request, context: Context) -> str:
        """The document; RequestError PERSISTED_QUERY_NOT_FOUND or PERSISTED_QUERY_REQUIRED."""
        name = request.document_id
        if name is not None and request.query is not None:
            _require_same(name, request.query)
        if self._listed_only or name is not None:
            return await self._named(name or hash_of(request.query or ""), request.query, context)
        return request.query or ""

    async def _named(self, name: str, sent: str | None, context: Context) -> str:
        if name in self._listed:
            return self._listed[name]
        if self._listed_only:
            await self._require_trust(context)
        registered = self._registered.get(name)
        if registered is not None:
            return registered
        if sent is None:
            raise RequestError(PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound")  # Apollo's clients look for it
        self._registered.add(name, sent, len(sent))
        return sent

    async def _require_trust(self, context: Context) -> None:
        await context.admit(frozenset())
        if not context.may_introspect:
            raise RequestError(
                PERSISTED_QUERY_REQUIRED, "Only documents of this server's list are answered: name one by documentId."
            )


def read_documents(path: Path) -> dict[str, str]:
    """The documents of a list, a JSON object from `sha256:…` to the text.

    ValueError where it is none, or a name is not the hash of its document.
    """
    listed = orjson.loads(path.read_bytes())
    if not isinstance(listed, dict) or not all(isinstance(text, str) for text in listed.values()):
        raise ValueError('must be a JSON object: {"sha256:…": "query …"}')
    for name, text in listed.items():
        if name != hash_of(text):
            raise ValueError(f"names {name[:80]}, and the document's own hash is {hash_of(text)}")
    return listed


def hash_of(text: str) -> str:
    """A document's name."""
    return PREFIX + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _require_same(name: str, text: str) -> None:
    if name != hash_of(text):
        raise BadUserInput("The hash given is not that of the document that came with it.")
