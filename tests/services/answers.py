"""What a client sees of an answer to GraphQL, and what a refusal looks like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx2


def seen(response: httpx2.Response) -> tuple[int, str, Any]:
    """The status, the media type and the JSON of an answer, which is in UTF-8."""
    kind, _, charset = response.headers["content-type"].partition("; ")
    assert charset == "charset=utf-8"
    return response.status_code, kind, response.json()


def refusal(code: str, message: str) -> dict[str, Any]:
    """The whole answer to what is refused before it runs."""
    return {"errors": [an_error(code, message)]}


def an_error(code: str, message: str) -> dict[str, Any]:
    """One error of no place and no path."""
    return {"message": message, "extensions": {"code": code}}
