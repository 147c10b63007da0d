"""Text as it is compared, ordered and searched: one form for what is written and for what is asked."""

from __future__ import annotations

import re
import unicodedata
from itertools import chain

WORD = re.compile(r"[^\s\x00-/:-@\[-`{-\x7f]{2,}")
"""A run of characters other than white space and ASCII punctuation."""


def fold(text: str) -> str:
    """The form in which texts are compared: NFC, caseless; composed and decomposed input become the same."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def terms(text: str) -> tuple[str, ...]:
    """The words of a search, folded, each once; a hit holds every one of them somewhere."""
    return tuple(dict.fromkeys(fold(text).split()))


def grams(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters within the words of a folded text.

    ASCII punctuation ends a word here. A text that holds a term holds all grams of the term, in any script: vowel
    signs and syllables count as characters, so Hindi and Korean need no tokenizer of their own.
    """
    return frozenset(chain.from_iterable(map(str.__add__, word, word[1:]) for word in WORD.findall(text)))
