"""Errors as clients see them: each with a code; a fault tells nothing but the id under which it is logged."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

import structlog
from graphql import GraphQLError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Formatted: TypeAlias = dict[str, Any]

PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
OPERATION_RESOLUTION_FAILURE = "OPERATION_RESOLUTION_FAILURE"
METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
BAD_USER_INPUT = "BAD_USER_INPUT"
UNAUTHENTICATED = "UNAUTHENTICATED"
FORBIDDEN = "FORBIDDEN"
CSRF_PREVENTION = "CSRF_PREVENTION"
RATE_LIMITED = "RATE_LIMITED"
PAYLOAD_TOO_LARGE = "PAYLOAD_TOO_LARGE"
UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
INTROSPECTION_DISABLED = "INTROSPECTION_DISABLED"
LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
PERSISTED_QUERY_REQUIRED = "PERSISTED_QUERY_REQUIRED"
TIMEOUT = "TIMEOUT"
UNAVAILABLE = "UNAVAILABLE"
INTERNAL_SERVER_ERROR = "INTERNAL_SERVER_ERROR"

NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
"""What HTTP tells from an unsupported media type, and clients read as the same code."""
MAX_ERRORS = 5

VARIABLE_VALUE = re.compile(r"[,.] found: .*|(?<= cannot represent )([^:]*): .*", re.DOTALL | re.IGNORECASE)
"""What graphql-core quotes of a variable that it cannot read: it may be a password, and errors are kept in logs."""

log = structlog.get_logger("studiograph.engine")


class RequestError(GraphQLError):
    """Something the client can understand and mend; the message goes out as it is."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message, extensions={"code": code})
        self.code = code
        """What kind of refusal it is; but for NOT_ACCEPTABLE the code that clients are told."""

    @property
    def errors(self) -> list[GraphQLError]:
        """Itself, as a document that cannot run has several."""
        return [self]


class NotAcceptable(RequestError):
    """The client accepts nothing that it could be answered in."""

    def __init__(self, message: str) -> None:
        super().__init__(UNSUPPORTED_MEDIA_TYPE, message)
        self.code = NOT_ACCEPTABLE


class DocumentError(Exception):
    """A document that cannot run; `errors` say why, and `code` what kind of reason it is."""

    def __init__(self, errors: Sequence[GraphQLError], code: str = BAD_USER_INPUT) -> None:
        super().__init__(code)
        self.errors = errors
        self.code = code


Refused: TypeAlias = RequestError | DocumentError
"""Why a request was not executed at all."""


class BadUserInput(RequestError):
    """A value that is well-formed and still cannot be meant."""

    def __init__(self, message: str) -> None:
        super().__init__(BAD_USER_INPUT, message)


class NothingToTell(Exception):
    """Raised for an event of a subscription that does not concern the one who follows: it is not sent."""


def masked(error: Exception, request_id: str, page: str | None = None) -> Formatted:
    """A fault of ours as clients see it: only the id under which it is logged, with the path of the `page` or field."""
    located = error if isinstance(error, GraphQLError) else GraphQLError("", original_error=error)
    original = located.original_error or located
    place = {key: value for key, value in located.formatted.items() if key in ("locations", "path")}
    path = page or located.path
    if isinstance(original, ConnectionError):  # what the server relies upon is away
        log.warning("unavailable", request_id=request_id, path=path, problem=str(original))
        message, code = "The server cannot reach its data just now, or is too busy. Try again soon.", UNAVAILABLE
    else:
        log.error("fault", request_id=request_id, path=path, exc_info=original)
        message = f"Something went wrong on our side. Quote {request_id} when you report it."
        code = INTERNAL_SERVER_ERROR
    return {"message": message, **place, "extensions": {"code": code, "requestId": request_id}}


def formatted(errors: Iterable[GraphQLError], request_id: str, *, code: str = BAD_USER_INPUT) -> list[Formatted]:
    """At most MAX_ERRORS errors as data; `code` is for those that graphql-core itself raised."""
    return [_formatted(error, request_id, code) for error in errors][:MAX_ERRORS]  # a fault is logged all the same


def _formatted(error: GraphQLError, request_id: str, code: str) -> Formatted:
    if _is_fault(error):
        return masked(error, request_id) if error.path else _unreadable(error, code)
    message = error.message.replace("not to be None", "not to be null")  # graphql-core's words are Python's
    if message.startswith("Variable '$"):
        message = VARIABLE_VALUE.sub(r"\1", message).rstrip(".") + "."
    return {**error.formatted, "message": message, "extensions": {"code": code, **(error.extensions or {})}}


def _is_fault(error: GraphQLError) -> bool:
    """Whether something broke that the client did not cause: an exception of ours, or a resolver's wrong answer."""
    original = error.original_error
    if original is None:
        return error.path is not None and "code" not in (error.extensions or {})
    return not isinstance(original, GraphQLError)


def _unreadable(error: GraphQLError, code: str) -> Formatted:
    """A value of the client's on which graphql-core itself stumbled: a number of 5,000 digits."""
    return {**error.formatted, "message": "A value here cannot be read.", "extensions": {"code": code}}
