"""From a document's text to its tree: what is too long or too deep for the parser is refused before it reads it."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

from graphql import parse

from engine.limits import LimitExceeded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphql import DocumentNode

    from engine.limits import Limits

MAX_NESTING = 100
"""Levels of brackets, and of selections through fragments: who walks them by recursion stays far from its limit."""

TOKEN = re.compile(
    r'''
    """ [^"\\]* (?: (?: \\""" | \\ | "(?!"") ) [^"\\]* )* (?: """ )?   # a block string
    | " [^"\\\n\r]* (?: \\. [^"\\\n\r]* )* "?                           # a string
    | \# [^\n\r]*                                                      # a comment
    | [A-Za-z_] [0-9A-Za-z_]*                                          # a name
    | -? [0-9] [0-9A-Za-z_.]* (?: (?<=[eE]) [+-] [0-9]+ )?             # a number
    | \.\.\. | [!$&():=@\[\]{|}]
    ''',
    re.VERBOSE,
)
"""What the parser counts as a token, and comments. A string need not end: so nothing is ever looked at twice."""

STEPS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


def parsed(query: str, limits: Limits) -> tuple[DocumentNode, int]:
    """The tree of a document and how many tokens it has; GraphQLSyntaxError or LimitExceeded."""
    require_at_most(limits.characters, len(query), "The document has {actual} characters; {limit} are allowed.")
    tokens = TOKEN.findall(query)
    require_at_most(limits.tokens, len(tokens), "The document has {actual} tokens; {limit} are allowed.")
    require_at_most(MAX_NESTING, _nesting(tokens), "The document nests {actual} brackets; {limit} are allowed.")
    return parse(query, allow_empty_selection_sets=False), len(tokens)


def require_at_most(limit: int, actual: int, message: str) -> None:
    """LimitExceeded where `actual` is above the limit; the message tells both, by name."""
    if actual > limit:
        told = min(actual, 2**53 - 1)  # what every reader of JSON can hold
        raise LimitExceeded(message.format(actual=f"{told:,}", limit=f"{limit:,}"), limit, told)


def _nesting(tokens: Iterable[str]) -> int:
    """The most brackets that are open at once."""
    return max(accumulate(STEPS[token] for token in tokens if token in STEPS), default=0)
