"""What the domain's fields cost beside their objects. Arguments come as the client sent them, of any JSON type."""

from collections.abc import Mapping
from datetime import date
from typing import Any

DEFAULT_SIZE = 20
MAX_SIZE = 100

SEARCH = 50
COUNTING = 10
"""A count goes over the whole list, however small the page."""

LOOKUP = 10
"""A condition on a specification is looked up for item after item; one that looks within texts is a search."""
SEVERAL = 5
"""So many texts of an `in` cost no more than one."""
FACET = 50
"""A facet counts too, and groups what it counts."""

LONG_TEXT = 5
"""Of up to 10,000 characters: nothing to read, and much to send, above all under thirty names."""
TEXT = 1
"""Of up to 500 characters; shorter ones cost nothing."""
PASSWORD = 200
"""A look at a password, or a hash of one: a quarter of a second of a whole core."""

CLAIM = 20
"""To book a slot, or to move a booking to another one."""
SLOTS_A_DAY = 10
MAX_DAYS = 62
"""Of one list of slots."""

BRANCHES = 4
"""Below a category: each has one parent only, so a whole tree is never larger than all there are."""


def page_size(arguments: Mapping[str, Any]) -> int:
    """How many entries a page has at most; what no page can have, which is refused later, costs the largest."""
    asked = [arguments[name] for name in ("first", "last") if _is_whole(arguments.get(name))]
    return max((int(size) if 1 <= size <= MAX_SIZE else MAX_SIZE for size in asked), default=DEFAULT_SIZE)


def search_points(arguments: Mapping[str, Any]) -> int:
    """The points of all searches in a list's `where`, and of its conditions on specifications."""
    return _condition_points(arguments.get("where"))


def facet_count(arguments: Mapping[str, Any]) -> int:
    """How many facets are asked for; a single one may stand without its list."""
    return _entries(arguments.get("fields"))


def facet_points(arguments: Mapping[str, Any]) -> int:
    """The points of counting them."""
    return FACET * facet_count(arguments)


def slot_count(arguments: Mapping[str, Any]) -> int:
    """How many slots a list of them is priced for: ten a day; days that nobody can read cost the most."""
    try:
        days = (date.fromisoformat(arguments["to"]) - date.fromisoformat(arguments["from"])).days + 1
    except (KeyError, TypeError, ValueError):
        days = MAX_DAYS
    return SLOTS_A_DAY * min(max(days, 1), MAX_DAYS)


def id_count(arguments: Mapping[str, Any]) -> int:
    """How many ids are given; a single one may stand without its list."""
    return _entries(arguments.get("ids"))


def _entries(given: Any) -> int:
    return len(given) if isinstance(given, list) else 1


def _condition_points(where: Any) -> int:
    if isinstance(where, list):
        return sum(map(_condition_points, where))
    if not isinstance(where, dict):
        return 0
    own = SEARCH * isinstance(where.get("search"), str) + _lookup_points(where.get("specification"))
    return own + sum(_condition_points(where.get(name)) for name in ("and", "or", "not"))


def _lookup_points(condition: Any) -> int:
    if not isinstance(condition, dict):
        return 0
    first = SEARCH if isinstance(condition.get("contains"), str) else LOOKUP
    return first + LOOKUP * (max(_entries(condition.get("in")) - 1, 0) // SEVERAL)


def _is_whole(value: Any) -> bool:
    """Whether GraphQL takes it for an Int: 10.0 is one, true is none."""
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())
