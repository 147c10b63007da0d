"""The `map` of a multipart request: which file belongs where in `operations`."""

from __future__ import annotations

import re
from typing import Any

from engine import errors
from engine.bodies import Malformed
from engine.errors import RequestError

MAX_FILES = 10
MAX_STEPS = 8
NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}", re.ASCII)
STEP = re.compile(r"(?!__)[A-Za-z_][A-Za-z0-9_]{0,63}|0|[1-9][0-9]{0,3}", re.ASCII)
"""The name of a variable or an input field, or a place in a list; names that begin with __ are GraphQL's own."""
AWAITED = object()


class FileMap:
    """The names of the files that are still to come, and the places that wait for them."""

    def __init__(self, given: Any, variables: Any) -> None:
        self._places = {
            _plain(name): [_place({"variables": variables}, path) for path in paths] for name, paths in _entries(given)
        }

    @property
    def awaited(self) -> list[str]:
        """The names of the files that have not come."""
        return list(self._places)

    def put(self, name: str, file: object) -> None:
        """Lay a file into its places."""
        for holder, key in self._places.pop(name):
            holder[key] = file


def _entries(given: Any) -> list[tuple[str, list[Any]]]:
    if not isinstance(given, dict) or not all(isinstance(paths, list) and paths for paths in given.values()):
        raise Malformed('`map` must be a JSON object of lists, such as {"0": ["variables.file"]}.')
    if len(given) > MAX_FILES:
        raise RequestError(errors.PAYLOAD_TOO_LARGE, f"A request carries at most {MAX_FILES} files.")
    return list(given.items())


def _plain(name: str) -> str:
    if not NAME.fullmatch(name):
        raise Malformed("Name the files in `map` by up to 64 letters, digits, dots, hyphens or underscores.")
    return name


def _place(holder: Any, path: object) -> tuple[Any, str | int]:
    """The object or list that a path leads into, and the key there; marked as taken."""
    steps = path.split(".") if isinstance(path, str) else []
    if steps[:1] != ["variables"] or not 1 < len(steps) <= MAX_STEPS or not all(map(STEP.fullmatch, steps)):
        raise Malformed(f"Write the paths in `map` as variables.file or variables.files.0, of up to {MAX_STEPS} steps.")
    try:
        for step in steps[:-1]:
            holder = holder[_key(holder, step)]
        key = _key(holder, steps[-1])
        is_free = holder[key] is None
    except (KeyError, IndexError, TypeError, ValueError):
        raise Malformed(f"`map` names {path}, which is not in `operations`.") from None
    if not is_free:
        raise Malformed(f"`map` names {path}, which must be null in `operations`, and named once.")
    holder[key] = AWAITED
    return holder, key


def _key(holder: Any, step: str) -> str | int:
    return int(step) if isinstance(holder, list) else step
