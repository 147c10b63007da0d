"""Text as it is compared and searched."""

from __future__ import annotations

import unicodedata
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.text import fold, grams, terms

SCRIPTS = "abßİ\u0131\u017féÉ\u0301한ᄒ\u1161복साड़ी\u093cΣς\u03c3🌸ﬁ_-%/ \u3000\t\n"
TEXT = st.text() | st.text(SCRIPTS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hanbok", "HANBOK"),
        ("Straße", "STRASSE"),
        ("ΣΟΦΟΣ", "σοφος"),
        ("σοφος", "σοφοσ"),
        ("finest", "\ufb01nest"),
        ("é", "e\u0301"),
        ("한복", unicodedata.normalize("NFD", "한복")),
        ("साड़ी", "साड\u093cी"),
        ("K", "\u212a"),
    ],
)
def test_what_reads_alike_is_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("e", "é"), ("चोली", "चाल"), ("\u0131", "i"), ("2", "²"), ("\uff4b", "k"), ("", " ")]
)
def test_what_reads_otherwise_is_not_alike(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(TEXT)
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TEXT)
def test_composed_and_decomposed_text_are_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    ("search", "words"),
    [
        ("", ()),
        (" \t\n\u3000", ()),
        ("Silk", ("silk",)),
        ("  Silk\u3000한복\nsilk SILK ", ("silk", "한복")),
        ("S/S hand-woven", ("s/s", "hand-woven")),
    ],
)
def test_a_search_is_its_words_each_once(search: str, words: tuple[str, ...]) -> None:
    assert terms(search) == words


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("", set()),
        ("a", set()),
        ("복 a 🌸", set()),
        ("silk", {"si", "il", "lk"}),
        ("사진촬영", {"사진", "진촬", "촬영"}),
        ("साड़ी", {"सा", "ाड", "ड\u093c", "\u093cी"}),
        ("a-b", set()),
        ("hand-woven s/s", {"ha", "an", "nd", "wo", "ov", "ve", "en"}),
        ("100% a_b", {"10", "00"}),
        ("aaaa", {"aa"}),
    ],
)
def test_grams_are_the_pairs_of_neighbours_within_words(text: str, pairs: set[str]) -> None:
    assert sorted(grams(fold(text))) == sorted(pairs)


@given(TEXT, TEXT, TEXT)
def test_a_text_has_every_gram_of_what_it_holds(before: str, term: str, after: str) -> None:
    assert set(grams(term)) <= set(grams(before + term + after))


@given(TEXT)
def test_a_gram_holds_nothing_that_ends_a_word_in_an_index(text: str) -> None:
    """SQLite's index splits at ASCII other than letters and digits; a gram must come through it whole."""
    ends = (one for pair in grams(fold(text)) for one in pair if one.isascii() and not one.isalnum())
    assert list(ends) == []
    assert [pair for pair in grams(text) if len(pair) != 2 or pair.split() != [pair]] == []


@pytest.mark.parametrize("marks", ["\u0301\u0327", "\u0327\u0301"])
def test_a_long_run_of_accents_is_folded_in_little_time(marks: str) -> None:
    begun = process_time()
    folded = fold(marks * 25_000)
    assert process_time() - begun < 1
    assert fold(folded) == folded


def test_up_to_thirty_accents_are_folded_as_they_are() -> None:
    text = "a" + "\u0327" * 15 + "\u0316" * 15
    assert fold(text * 2) == unicodedata.normalize("NFC", text * 2)
    assert fold(text + "\u0316" * 31).count("\u034f") == 2
