"""Names in URLs."""

from __future__ import annotations

from itertools import islice

import pytest

from rules.slugs import LONGEST, numbered, slugged


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Silk evening dress", "silk-evening-dress"),
        ("  --Silk__&__wool!--  ", "silk-wool"),
        ("ÄRMEL Straße", "ärmel-strasse"),
        ("두루마기 한복", "두루마기-한복"),
        ("लहंगा चोली", "लहंगा-चोली"),
        ("100% Cotton", "100-cotton"),
        ("🌸 !?", ""),
        ("", ""),
        ("x" * 100, "x" * LONGEST),
        ("x" * 79 + " y", "x" * 79),
    ],
)
def test_a_slug_of_a_text(text: str, slug: str) -> None:
    assert slugged(text) == slug


@pytest.mark.parametrize("text", ["Silk evening", "ÄRMEL", "लहंगा चोली", "\u0130stanbul", "x" * 79 + " y", "e\u0301"])
def test_a_slug_stays_as_it_is(text: str) -> None:
    assert slugged(slugged(text)) == slugged(text)


def test_slugs_are_numbered_from_two_on() -> None:
    assert list(islice(numbered("gown"), 4)) == ["gown", "gown-2", "gown-3", "gown-4"]


def test_numbered_slugs_are_never_too_long_and_never_the_same() -> None:
    several = list(islice(numbered("x" * 76 + "-" + "y" * 3), 200))
    assert len({*several}) == 200
    assert max(map(len, several)) == LONGEST
    assert [slug for slug in several if slugged(slug) != slug] == []
