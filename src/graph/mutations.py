"""How mutations are declared: who may call one, and how its refusals and its result are told."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from inspect import getdoc
from typing import Any, cast

import strawberry
from strawberry.extensions import FieldExtension

from engine.pricing import WEIGHT
from graph.context import Context, Info
from graph.declaring import PERMISSION, object_type
from graph.node import FETCH, bare_row
from graph.permissions import Guarded
from graph.selecting import selected_below
from graph.user_errors import UserError, user_error
from rules.access import Permission
from rules.locales import accepted
from rules.refusals import Refusal, Refusals

MESSAGE_LOCALES = ("en",)
"""What refusals are written in; for any other language there is a translation, or there is none."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A result that is read after the commit, as far as it is selected, like `node(id)` reads it."""

    type_name: str
    row_id: str


def reference(type_name: str, row_id: str) -> Any:
    """A Ref, in the place of the row that it stands for."""
    return Ref(type_name, row_id)


@object_type(Permission.ANYONE)
class Payload:
    """What every mutation answers with."""

    user_errors: list[UserError] = strawberry.field(
        description="What was refused, and why; empty where it was done.", default_factory=list
    )


def result(description: str) -> Any:
    """A field of a payload: null where it was refused."""
    return strawberry.field(description=description, default=None)


@object_type(Permission.ANYONE)
class DeletedPayload(Payload):
    """What was taken away."""

    deleted_id: strawberry.ID | None = result("The id that it had; null where it was refused.")


class Declined(Refusals):
    """Refusals, and what the payload tells beside them, by the names of its fields."""

    def __init__(self, reasons: list[Refusal], **beside: Any) -> None:
        super().__init__(reasons)
        self.beside = beside


def mutation(permission: Permission, *, weight: int = 0) -> Callable[[Callable[..., Any]], Any]:
    """A root field that writes. Its resolver returns a Payload, in which a Ref stands for what is to be read.

    `weight` is what it costs in points beside its objects, and beside what every mutation costs.
    """

    def declare(resolver: Callable[..., Any]) -> Any:
        payload = resolver.__annotations__["return"]
        return strawberry.field(
            resolver=resolver,
            graphql_type=payload | None,
            description=getdoc(resolver),
            extensions=[Guarded(permission), _Told(payload)],
            metadata={PERMISSION: permission, WEIGHT: weight},
        )

    return declare


def message_locales(context: Context) -> Sequence[str]:
    """In which languages refusals are told, the best first."""
    own = context.viewer.locale if context.viewer else None
    return (own,) if own else accepted(context.caller.accept_language, MESSAGE_LOCALES)


class _Told(FieldExtension):
    """Turns refusals into `userErrors`, after the rollback, and references into rows, after the commit."""

    def __init__(self, payload: type[Payload]) -> None:
        self._payload = payload

    async def resolve_async(self, next_: Callable[..., Any], source: Any, info: Info, **given: Any) -> Payload:
        context = info.context
        context.forget()
        try:
            payload: Payload = await next_(source, info, **given)
        except Refusal as refusal:
            payload = self._payload(user_errors=list(_errors([refusal], context)))
        except Declined as declined:
            payload = self._payload(user_errors=list(_errors(declined.reasons, context)), **declined.beside)
        except Refusals as refusals:
            payload = self._payload(user_errors=list(_errors(refusals.reasons, context)))
        for name, value in vars(payload).items():
            if isinstance(value, Ref):
                setattr(payload, name, await _read(value, name, info))
        return payload


def _errors(refusals: list[Refusal], context: Context) -> Iterator[UserError]:
    locales = message_locales(context)
    return (user_error(refusal, locales) for refusal in refusals)


async def _read(ref: Ref, name: str, info: Info) -> Any:
    fields = selected_below(info, name)
    if fields is None:
        return None
    if fields <= {"id"}:
        return bare_row(ref.type_name, ref.row_id)
    rows = await FETCH[ref.type_name](info.context, fields, [ref.row_id])
    return cast("dict[str, Any]", rows).get(ref.row_id)
