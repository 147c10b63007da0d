"""Names in URLs."""

from __future__ import annotations

import unicodedata
from itertools import count
from typing import TYPE_CHECKING

from rules.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 80


def slugged(text: str) -> str:
    """The slug of a text: letters (of any script, folded) and digits, single hyphens between; empty where it has none.

    A text that is a slug already stays as it is.
    """
    spaced = "".join(character if _is_kept(character) else " " for character in fold(text))
    return "-".join(spaced.split())[:LONGEST].rstrip("-")


def is_slug(text: str) -> bool:
    """Whether something can have this slug."""
    return 0 < len(text) <= LONGEST and text == slugged(text)


def numbered(slug: str) -> Iterator[str]:
    """The slug itself, then slug-2, slug-3 and so on; none is longer than a slug may be."""
    yield slug
    for number in count(2):
        end = f"-{number}"
        yield slug[: LONGEST - len(end)].rstrip("-") + end


def _is_kept(character: str) -> bool:
    """Letters, marks (the vowel signs of Hindi) and numbers."""
    return unicodedata.category(character)[0] in "LMN"
