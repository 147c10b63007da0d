"""The type and the coding of an answer are those that the client likes best."""

from __future__ import annotations

import pytest

from engine.negotiation import accepted, coding

JSON, RESPONSE_JSON, EVENTS = "application/json", "application/graphql-response+json", "text/event-stream"
URQL = f"{RESPONSE_JSON}, application/graphql+json, {JSON}, {EVENTS}, multipart/mixed"
APOLLO = f"{RESPONSE_JSON},{JSON};q=0.9"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
KINDS = {
    "": JSON,
    "*/*": JSON,
    "application/*": JSON,
    "application/*, */*;q=0.1": JSON,
    BROWSER: JSON,
    JSON: JSON,
    f"{JSON}, text/plain, */*": JSON,
    RESPONSE_JSON: RESPONSE_JSON,
    RESPONSE_JSON.upper(): RESPONSE_JSON,
    f"  {RESPONSE_JSON}  ;  charset=utf-8 , {JSON}; charset=utf-8": RESPONSE_JSON,
    f"{JSON}, {RESPONSE_JSON}": RESPONSE_JSON,
    f"{JSON};q=0.9, {RESPONSE_JSON};q=0.95": RESPONSE_JSON,
    f"{JSON};q=0.9, {RESPONSE_JSON};q=0.8": JSON,
    f"{JSON};Q = 0.2, {RESPONSE_JSON};q=.1": JSON,
    f"{JSON}; charset=utf-8; q=0.1, {RESPONSE_JSON}; q=0.2": RESPONSE_JSON,
    f"{RESPONSE_JSON};q=0, */*": JSON,
    f"{JSON};q=0, */*": RESPONSE_JSON,
    f"{JSON}, {RESPONSE_JSON}; q=0.0": JSON,
    f"{JSON};q=0.5, */*;q=0.1": JSON,
    f"{JSON};q=nonsense, {RESPONSE_JSON};q=0.5": JSON,
    f"{JSON};q=7, {RESPONSE_JSON}": RESPONSE_JSON,
    ",;, ;q=1,": JSON,
    APOLLO: RESPONSE_JSON,
    URQL: RESPONSE_JSON,
    f"{EVENTS}, {JSON}": JSON,
    f"{EVENTS}, */*": JSON,
    EVENTS: EVENTS,
    "text/*": EVENTS,
    f"{EVENTS}, {JSON};q=0.9": EVENTS,
    f"{EVENTS}, {JSON};q=0": EVENTS,
    f"{EVENTS};q=0": "",
    f"{EVENTS};q=0, text/*": "",
    "text/html": "",
    "image/*": "",
    "*/*;q=0": "",
    f"{JSON};q=0": "",
    f"{JSON}-evil": "",
    f"x-{RESPONSE_JSON}": "",
    f"{RESPONSE_JSON}x": "",
    "json": "",
}
STREAMS = {
    "": False,
    "*/*": False,
    BROWSER: False,
    JSON: False,
    APOLLO: False,
    f"{EVENTS};q=0, {JSON}": False,
    URQL: True,
    EVENTS: True,
    "text/*": True,
    f"{EVENTS};q=0.1, {JSON}": True,
}
CODINGS = {
    "": "",
    "identity": "",
    "deflate": "",
    "gzip": "gzip",
    "GZIP": "gzip",
    "br": "br",
    "zstd": "zstd",
    "gzip, deflate, br": "br",
    "gzip, deflate, br, zstd": "zstd",
    "gzip;q=1.0, br;q=0.5": "gzip",
    "gzip;q=0.5, br;q=0.6, zstd;q=0.1": "br",
    "*": "zstd",
    "*;q=0.5": "zstd",
    "zstd;q=0, *": "br",
    "gzip;q=0": "",
    "*;q=0": "",
    "gzip;q=0, br;q=0.0, zstd;q=0.000": "",
    "identity, gzip;q=0.5": "",
    "identity;q=0.5, gzip;q=0.5": "",
    "identity;q=0.5, gzip": "gzip",
    "identity, gzip": "gzip",
    "identity;q=0": "",
    "gzipped": "",
}


@pytest.mark.parametrize(("accept", "kind"), KINDS.items())
def test_an_answer_is_of_the_type_that_is_liked_best(accept: str, kind: str) -> None:
    assert accepted(accept.encode()).kind == kind.encode()


@pytest.mark.parametrize(("accept", "streams"), STREAMS.items())
def test_a_subscription_is_streamed_to_those_who_name_event_streams(accept: str, streams: bool) -> None:  # noqa: FBT001
    assert accepted(accept.encode()).streams is streams


@pytest.mark.parametrize(("accept_encoding", "name"), CODINGS.items())
def test_an_answer_is_coded_as_is_liked_best(accept_encoding: str, name: str) -> None:
    assert coding(accept_encoding.encode()) == name.encode()
