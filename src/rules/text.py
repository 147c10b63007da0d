"""Text as it is compared, ordered and searched: one form for what is written and for what is asked."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import chain
from operator import add

WORD = re.compile(r"[^\s\x00-/:-@\[-`{-\x7f]{2,}")
"""A run of characters other than white space and ASCII punctuation."""
MOST_MARKS = 30
"""On one letter: as many as Unicode's Stream-Safe Text Format has; the time to order them grows by their square."""
MARKS = "".join(mark for mark in map(chr, range(0x300, 0x1F000)) if unicodedata.combining(mark))
CROWDED = re.compile(f"[{MARKS}]{{{MOST_MARKS}}}(?=[{MARKS}])")
JOINER = "\u034f"
"""What that format puts behind so many, where more follow: nothing to be seen, and no mark is ordered across it."""
SHORT = 20
"""Words up to this length come again and again: their grams are remembered."""


def fold(text: str) -> str:
    """The form in which texts are compared: NFC, caseless; composed and decomposed input become the same."""
    if text.isascii():
        return text.lower()
    if any(map(unicodedata.combining, text[MOST_MARKS - 1 :: MOST_MARKS])):  # else no run can be so long
        text = CROWDED.sub(rf"\g<0>{JOINER}", text)
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def shortened(text: str, most: int) -> str:
    """The text in one line of so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def terms(text: str) -> tuple[str, ...]:
    """The words of a search, folded, each once; a hit holds every one of them somewhere."""
    return tuple(dict.fromkeys(fold(text).split()))


def grams(text: str) -> tuple[str, ...]:
    """The pairs of neighbouring characters within the words of a folded text, each once.

    ASCII punctuation ends a word here. A text that holds a term holds all grams of the term, in any script: vowel
    signs and syllables count as characters, so Hindi and Korean need no tokenizer of their own.
    """
    words = WORD.findall(text)
    return tuple(dict.fromkeys(chain.from_iterable(_remembered(w) if len(w) <= SHORT else _pairs(w) for w in words)))


def _pairs(word: str) -> tuple[str, ...]:
    return tuple(map(add, word, word[1:]))


_remembered = lru_cache(maxsize=8_192)(_pairs)
