"""What can be chosen: options are named by key, and where a value is entered or looked for by label too."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from rules.checking import require_few
from rules.refusals import INVALID, STATE, Refusal
from rules.slugs import slugged
from rules.text import fold

if TYPE_CHECKING:
    from rules.specifications import Definition, Option

BETWEEN = "|"
"""What separates options in a text."""
MOST_CHOSEN = 100
LONGEST = 800
"""What is longer names no option, however it is spelt, and is not even folded: that could take long."""
TOLD = 20
"""How many options a refusal names."""


def with_key(name: str, definition: Definition) -> Option | None:
    """The option whose key this is, or becomes when it is written as a slug."""
    if len(name) > LONGEST:
        return None
    label, key = _spelt(name)
    return definition.by_key.get(label) or definition.by_key.get(key)


def called(name: str, definition: Definition) -> Option | None:
    """The option of this key or, where there is none, of this label."""
    if len(name) > LONGEST:
        return None
    return with_key(name, definition) or definition.by_label.get(_spelt(name)[0])


def chosen(name: str, definition: Definition, path: tuple[str, ...]) -> Option:
    """The option of this key or label; a Refusal where there is none, or only an archived one."""
    option = called(name, definition)
    if option is None:
        raise no_such_option(definition, path)
    if option.archived:
        raise Refusal(STATE, "This option is archived: choose another one.", *path)
    return option


def names_in(text: str, path: tuple[str, ...]) -> list[str]:
    """What a list of options names, each once; a Refusal where these are too many."""
    names = _apart(text, BETWEEN)
    require_few(names, MOST_CHOSEN, path)
    return names


def entered_names(text: str, definition: Definition, path: tuple[str, ...]) -> list[str]:
    """The same where a value is entered: as people read several, commas may separate them too."""
    names = names_in(text, path)
    if len(names) > 1 or called(text, definition):
        return names
    parts = _apart(text, ",")
    return parts if len(parts) <= MOST_CHOSEN and all(called(part, definition) for part in parts) else names


def no_such_option(definition: Definition, path: tuple[str, ...]) -> Refusal:
    """What is named is none of them."""
    keys = list(islice((option.key for option in definition.options if not option.archived), TOLD + 1))
    told = ", ".join([*keys[:TOLD], "…"] if len(keys) > TOLD else keys)
    if definition.type == "MULTI_ENUM":
        message = "There is no such option: choose from {options}, with | between several."
    else:
        message = "There is no such option: choose from {options}."
    return Refusal(INVALID, message, *path, options=told)


@lru_cache(maxsize=1_024)
def _spelt(name: str) -> tuple[str, str]:
    """A name as labels are compared, and as keys are written; the same names come again and again."""
    return fold(name.strip()), slugged(name)


def _apart(text: str, separator: str) -> list[str]:
    return list(dict.fromkeys(name.strip() for name in text.split(separator) if name.strip()))
