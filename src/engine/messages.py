"""What goes over a websocket: the messages of `graphql-transport-ws`, and the codes that end it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from engine.bodies import Malformed, checked, parsed

if TYPE_CHECKING:
    from engine.answer import Answer
    from engine.request import Request

PROTOCOL = "graphql-transport-ws"

GOING_AWAY = 1001
TOO_LARGE = 1009
TRY_AGAIN_LATER = 1013
INVALID = 4400
UNAUTHORIZED = 4401
FORBIDDEN = 4403
NO_SUCH_PROTOCOL = 4406
INIT_TIMEOUT = 4408
ID_IN_USE = 4409
TOO_MANY = 4429
FAULT = 4500

LONGEST_ID = 200
LONGEST_REASON = 123
"""In bytes: the frame that closes a websocket holds no more."""

INIT, PING, PONG, SUBSCRIBE, COMPLETE = "connection_init", "ping", "pong", "subscribe", "complete"
WITH_ID = (SUBSCRIBE, COMPLETE)
TYPES = (INIT, PING, PONG, *WITH_ID)
ACK = '{"type":"connection_ack"}'


class Closing(Exception):
    """The websocket is to be closed, with a code and a reason for the client."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason.encode()[:LONGEST_REASON].decode(errors="ignore")


@dataclass(frozen=True, slots=True)
class Message:
    """What a client says; `id` names an operation, where it is about one."""

    type: str
    id: str = ""
    payload: dict[str, Any] | None = None

    @property
    def request(self) -> Request:
        """The operation to subscribe to; Closing where it is none, RequestError where it cannot be meant."""
        try:
            return checked(parsed(_bytes(self.payload), "The payload"), reads_only=False)
        except Malformed as error:
            raise Closing(INVALID, error.message) from None

    @property
    def authorization(self) -> str | None:
        """What a connection_init signs in with."""
        shown = self.payload or {}
        given = shown.get("authorization") or shown.get("Authorization")
        if given and not isinstance(given, str):
            raise Closing(INVALID, "`authorization` must be a string.")
        return given or None


def message(text: str) -> Message:
    """The message in a text frame; Closing where it is none of a client's."""
    try:
        given = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Closing(INVALID, "The message is not JSON.") from None
    if not isinstance(given, dict) or given.get("type") not in TYPES:
        raise Closing(INVALID, f"The message's `type` is none that a client of {PROTOCOL} sends.")
    kind, payload = given["type"], given.get("payload")
    name = given.get("id") if kind in WITH_ID else "-"
    if not (isinstance(name, str) and 0 < len(name) <= LONGEST_ID):
        raise Closing(INVALID, f"`id` must be a string of 1 to {LONGEST_ID} characters.")
    if not isinstance(payload, dict) and (payload is not None or kind == SUBSCRIBE):
        raise Closing(INVALID, "`payload` must be an object.")
    return Message(kind, name, payload)


def pong(ping: Message) -> str:
    """The answer to a ping."""
    return _text({"type": PONG} if ping.payload is None else {"type": PONG, "payload": ping.payload})


def answered(name: str, answer: Answer) -> str:
    """An answer to the operation `name`; a refusal is its end too."""
    if answer.refused:
        return _text({"id": name, "type": "error", "payload": answer.errors})
    return _text({"id": name, "type": "next", "payload": answer.body})


def completed(name: str) -> str:
    """Nothing more comes of the operation `name`."""
    return _text({"id": name, "type": COMPLETE})


def _text(said: dict[str, Any]) -> str:
    return _bytes(said).decode()


def _bytes(said: dict[str, Any] | None) -> bytes:
    """JSON; Closing where it holds what a client sent that nests deeper than can be written."""
    try:
        return orjson.dumps(said)
    except orjson.JSONEncodeError:
        raise Closing(INVALID, "The message nests too deep.") from None
