"""What can be chosen: options are named by key, and where a value is entered by label too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.checking import require_few
from rules.refusals import INVALID, STATE, Refusal
from rules.slugs import slugged
from rules.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.specifications import Option

BETWEEN = "|"
"""What separates options in a text."""
MOST_CHOSEN = 100
LONGEST = 800
"""What is longer names no option, however it is spelt, and is not even folded: that could take long."""
TOLD = 20
"""How many options a refusal names."""


def by_key(name: str, options: Sequence[Option]) -> Option | None:
    """The option whose key this is, or becomes when it is written as a slug."""
    if len(name) > LONGEST:
        return None
    keys = (fold(name.strip()), slugged(name))
    return next((option for key in keys for option in options if option.key == key), None)


def chosen(name: str, options: Sequence[Option], path: tuple[str, ...]) -> Option:
    """The option of this key or label; a Refusal where there is none, or only an archived one."""
    option = by_key(name, options) or _by_label(name, options)
    if option is None:
        raise no_such_option(options, path)
    if option.archived:
        raise Refusal(STATE, "This option is archived: choose another one.", *path)
    return option


def names_in(text: str, path: tuple[str, ...]) -> list[str]:
    """What a list of options names, each once; a Refusal where these are too many."""
    names = list(dict.fromkeys(name.strip() for name in text.split(BETWEEN) if name.strip()))
    require_few(names, MOST_CHOSEN, path)
    return names


def no_such_option(options: Sequence[Option], path: tuple[str, ...]) -> Refusal:
    """What is named is none of them."""
    keys = [option.key for option in options if not option.archived]
    told = ", ".join([*keys[:TOLD], "…"] if len(keys) > TOLD else keys)
    return Refusal(INVALID, "There is no such option: choose from {options}.", *path, options=told)


def _by_label(name: str, options: Sequence[Option]) -> Option | None:
    """The option of this label; one that is archived only where no other has it."""
    if len(name) > LONGEST:
        return None
    label = fold(name.strip())
    labelled = (option for option in options if fold(option.label) == label)
    return min(labelled, key=lambda option: option.archived, default=None)
