"""Rows as named tuples, made by one generated expression for each shape of a result."""

from __future__ import annotations

from collections import namedtuple
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Process = Callable[[Any], Any] | None

JOINED = "__"
"""Stands in a label between the name of a joined row and the name of its column: `category__name`."""


def row_maker(columns: Iterable[tuple[str, Process]], kinds: Mapping[str, str]) -> Callable[[Sequence[Any]], Any]:
    """A function from a driver's row to a named tuple with the joined rows as tuples within it.

    A joined row whose id is null (nothing was joined) is None. `kinds` names the classes: that of the row itself
    under "", that of a joined one under its path.
    """
    scope: dict[str, Any] = {"new": tuple.__new__}  # a named tuple's own constructor is three times slower
    tree: dict[str, Any] = {}
    for index, (label, process) in enumerate(columns):
        *path, name = label.split(JOINED)
        branch = tree
        for step in path:
            branch = branch.setdefault(step, {})
        branch[name] = _cell(index, process, scope)
    made: Callable[[Sequence[Any]], Any] = eval(f"lambda r: {_expression(tree, scope, kinds, '')}", scope)  # noqa: S307  (labels of our own)
    return made


def _cell(index: int, process: Process, scope: dict[str, Any]) -> str:
    if process is None:
        return f"r[{index}]"
    scope[f"p{index}"] = process
    return f"p{index}(r[{index}])"


def _expression(tree: dict[str, Any], scope: dict[str, Any], kinds: Mapping[str, str], path: str) -> str:
    name = f"k{len(scope)}"
    scope[name] = _row_class(kinds.get(path, "Row"), tuple(tree))
    cells = []
    for label, cell in tree.items():
        if isinstance(cell, dict):
            inner = _expression(cell, scope, kinds, f"{path}{label}{JOINED}")
            cells.append(f"(None if {cell['id']} is None else {inner})")
        else:
            cells.append(cell)
    return f"new({name}, ({''.join(f'{cell}, ' for cell in cells)}))"


@cache
def _row_class(kind: str, names: tuple[str, ...]) -> Callable[..., Any]:
    return namedtuple(kind, names)  # noqa: PYI024  (the names are known at run time only)
