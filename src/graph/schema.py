"""The schema: every root field, from the module of its domain."""

from collections.abc import Callable
from typing import Any

import strawberry
from graphql import GraphQLSchema

from engine.strawberry_types import core_schema
from graph.categories import Category, categories, category
from graph.declaring import object_type
from graph.designs import Design, design, designs
from graph.images import Image
from graph.node import node, nodes
from graph.paging import Connection, connection
from graph.permissions import Permission
from graph.scalars import SCALARS
from graph.studio import Studio, studio
from graph.users import User


def _root(resolver: Callable[..., Any]) -> Any:
    return strawberry.field(resolver=resolver, description=resolver.__doc__)


@object_type(Permission.ANYONE)
class Query:
    """What can be read."""

    node = _root(node)
    nodes = _root(nodes)
    studio = _root(studio)
    categories = connection(Connection[Category])(categories)
    category = _root(category)
    designs = connection(Connection[Design])(designs)
    design = _root(design)


def build_schema() -> GraphQLSchema:
    """The schema as graphql-core executes and prints it."""
    return core_schema(Query, types=(Category, Design, Image, Studio, User), scalars=SCALARS)
