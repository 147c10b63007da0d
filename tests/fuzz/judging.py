"""What no answer may be or tell, whatever was asked."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from engine import errors

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx2

CODES = {value for name, value in vars(errors).items() if name.isupper() and isinstance(value, str)} - {
    errors.INTERNAL_SERVER_ERROR,  # a fault, whatever the status
    errors.UNAVAILABLE,
}
SQL = r"\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|WHERE|JOIN|RETURNING|UNIQUE|FOREIGN KEY)\s\w+"
DATABASE = r"\b(?:no such (?:table|column)|relation|constraint|syntax error at|datatype)\b"
LIBRARIES = (
    r"\b(?:[Ss][Qq][Ll]ite|asyncpg|[Ss][Qq][Ll]Alchemy|[Pp]ostgres|[Ss]trawberry|uvicorn|orjson|graphql-core)\w*"
)
FILES = r"(?:^|[\s\"'(])/(?:\w+/)+\w+|\.py\b|\bline \d+, in\b|Traceback"
PYTHON = (
    r"<(?:class|function|object|module)\b|0x[0-9a-f]{6,}|\bNone(?:Type)?\b|\b(?:dict|tuple|bytes|datetime|UUID)\b"
    r"|'(?:str|int|float|list)'|\b[A-Z]\w*(?:Error|Exception|Warning)\b"
)
TOLD = re.compile(f"{SQL}|{DATABASE}|{LIBRARIES}|{FILES}|{PYTHON}")
STREAM = "text/event-stream"


def complaints(response: httpx2.Response, sent: str) -> Iterator[str]:
    """What is wrong with an answer to a request that held `sent`; nothing where all is well."""
    if response.status_code >= 500:
        yield f"status {response.status_code}"
    if response.request.method == "HEAD" or response.headers.get("content-type", "").startswith(STREAM):
        return
    try:
        answer = response.json()
    except ValueError:
        yield "no JSON"
        return
    yield from _complaints_of_errors(answer.get("errors", []))
    for message in messages(answer):
        yield from (f"tells {told!r}" for told in _told(message) if told.casefold() not in sent.casefold())


def _complaints_of_errors(given: list[dict[str, Any]]) -> Iterator[str]:
    if len(given) > errors.MAX_ERRORS:
        yield f"{len(given)} errors"
    for error in given:
        code = error.get("extensions", {}).get("code")
        if code not in CODES:
            yield f"code {code}"


def messages(answer: Any) -> Iterator[str]:
    """The messages of errors and refusals, wherever they stand."""
    if isinstance(answer, list):
        for each in answer:
            yield from messages(each)
    if isinstance(answer, dict):
        if isinstance(message := answer.get("message"), str):
            yield message
        for value in answer.values():
            yield from messages(value)


def _told(message: str) -> Iterator[str]:
    return (found.group().strip() for found in TOLD.finditer(message))


def shown(text: bytes) -> str:
    """A request's text as a person reads it: its escapes resolved where it is JSON."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except (ValueError, RecursionError):
        return text.decode(errors="replace")
