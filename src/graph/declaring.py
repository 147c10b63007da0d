"""How types are declared: docstrings become descriptions, and every field says who may ask for it and what it needs."""

from collections.abc import Callable
from enum import EnumMeta
from inspect import getdoc
from typing import Any, TypeVar, dataclass_transform

import strawberry

from engine.pricing import SIZE, WEIGHT, Rule
from rules.access import Permission

Declared = TypeVar("Declared", bound=type[Any])
DeclaredEnum = TypeVar("DeclaredEnum", bound=EnumMeta)

PERMISSION = "permission"
NEEDS = "needs"
JOINED = "joined"


def attribute(description: str, *, joined: bool = False, name: str | None = None, weight: int = 0) -> Any:
    """A field that is a column of the row; `joined` where it is another row, read along with this one.

    `weight` is what it costs in points beside its objects.
    """
    return strawberry.field(name=name, description=description, metadata={JOINED: joined, WEIGHT: weight})


def computed(
    *needs: str, name: str | None = None, size: "Rule | None" = None, weight: "Rule" = 0
) -> Callable[[Callable[..., Any]], Any]:
    """A field worked out from columns of the row, which it names; its docstring is its description.

    `size` is how many entries it is priced for, where it is a list that has fewer than others; `weight` is what it
    costs in points beside its objects.
    """
    priced = {WEIGHT: weight} if size is None else {WEIGHT: weight, SIZE: size}

    def declare(resolver: Callable[..., Any]) -> Any:
        return strawberry.field(
            resolver=resolver, name=name, description=getdoc(resolver), metadata={NEEDS: needs, **priced}
        )

    return declare


@dataclass_transform(field_specifiers=(attribute,))
def object_type(permission: Permission) -> Callable[[Declared], Declared]:
    """An object of the schema, all of whose fields may be asked for by those that `permission` names."""

    def declare(cls: Declared) -> Declared:
        made: Declared = strawberry.type(cls, description=getdoc(cls))
        made.__strawberry_definition__.is_type_of = _any_row
        return _permitted(made, permission)

    return declare


@dataclass_transform(field_specifiers=(attribute,))
def interface_type(permission: Permission) -> Callable[[Declared], Declared]:
    """An interface of the schema, all of whose fields may be asked for by those that `permission` names."""

    def declare(cls: Declared) -> Declared:
        return _permitted(strawberry.interface(cls, description=getdoc(cls)), permission)

    return declare


def _permitted(made: Declared, permission: Permission) -> Declared:
    for field in made.__strawberry_definition__.fields:
        field.metadata = {PERMISSION: permission, **field.metadata}
    return made


def argument(description: str, *, name: str | None = None) -> Any:
    """The description of an argument, for `Annotated`."""
    return strawberry.argument(description=description, name=name)


def input_field(description: str, *, name: str | None = None) -> Any:
    """A field of an input that may be left out."""
    return strawberry.field(description=description, name=name, default=strawberry.UNSET)


@dataclass_transform(field_specifiers=(attribute, input_field))
def input_type(*, one_of: bool = False) -> Callable[[Declared], Declared]:
    """An input of the schema; with `one_of` exactly one of its fields is given."""

    def declare(cls: Declared) -> Declared:
        made: Declared = strawberry.input(cls, description=getdoc(cls), one_of=one_of)
        return made

    return declare


def enum_type(**descriptions: str) -> Callable[[DeclaredEnum], DeclaredEnum]:
    """An enum of the schema, with a description for each value."""

    def declare(cls: DeclaredEnum) -> DeclaredEnum:
        made: Any = strawberry.enum(cls, description=getdoc(cls))
        for value in made.__strawberry_definition__.values:
            value.description = descriptions[value.name]
        return cls

    return declare


def _any_row(_row: Any, _info: Any) -> bool:
    """Rows are plain tuples: the statement that read them has settled what they are."""
    return True
