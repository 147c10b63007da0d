"""What a client accepts: the media type and the coding of its answer, by HTTP's own rules (RFC 9110, section 12)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

JSON = b"application/json"
RESPONSE_JSON = b"application/graphql-response+json"
EVENT_STREAM = b"text/event-stream"

CODINGS = (b"zstd", b"br", b"gzip")
"""The best first, for where a client likes them equally."""
LONGEST = 1_000
"""In bytes. Nobody needs more of a header to say what they like, and what they say is remembered."""
QUALITY = re.compile(rb";\s*q\s*=\s*(\d*\.?\d*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The media types in which a client can be answered."""

    kind: bytes
    """Of an answer that comes once: JSON, RESPONSE_JSON or, liked best, EVENT_STREAM; empty where none is accepted."""
    streams: bool
    """Whether a subscription may be answered as an event stream."""


@lru_cache(maxsize=256)
def accepted(accept: bytes) -> Accepted:
    """What an Accept header lets us send; without one, or by `*/*` alone, JSON.

    JSON comes first where a client likes an event stream as much: those that can follow a subscription say that they
    accept both, whatever they ask for.
    """
    liked = _qualities(accept) or {b"*/*": 1.0}
    stream = liked.get(EVENT_STREAM, liked.get(b"text/*", 0.0))
    quality, _, kind = max(
        _rank(liked, RESPONSE_JSON, named=3, by_wildcard=0), _rank(liked, JSON, named=2, by_wildcard=1)
    )
    if not quality or stream > quality:
        kind = EVENT_STREAM if stream else b""
    return Accepted(kind, streams=stream > 0)


@lru_cache(maxsize=256)
def coding(accept_encoding: bytes) -> bytes:
    """The one of CODINGS that an Accept-Encoding header likes best; empty where the answer is to be sent as it is."""
    liked = _qualities(accept_encoding)
    others = liked.get(b"*", 0.0)
    best = max(CODINGS, key=lambda name: liked.get(name, others))  # the first of several
    quality = liked.get(best, others)
    return best if quality > liked.get(b"identity", 0.0) or quality == 1 else b""


def _rank(liked: dict[bytes, float], kind: bytes, *, named: int, by_wildcard: int) -> tuple[float, int, bytes]:
    """How much a type is liked, and what counts where another is liked as much."""
    if kind in liked:
        return liked[kind], named, kind
    return liked.get(b"application/*", liked.get(b"*/*", 0.0)), by_wildcard, kind


def _qualities(header: bytes) -> dict[bytes, float]:
    """How much each thing that a header names is liked, from 0 (not at all) to 1."""
    liked = {}
    for item in header.lower().split(b","):
        name, separator, parameters = item.partition(b";")
        found = QUALITY.search(separator + parameters)
        if name := name.strip():
            liked[name] = min(float(found[1]), 1.0) if found and found[1].strip(b".") else 1.0
    return liked
