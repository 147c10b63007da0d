"""Items as a table that spreadsheets open: CSV as in RFC 4180, read and written row by row."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from io import StringIO
from itertools import chain, repeat
from typing import TYPE_CHECKING

from rules.item_cells import canonical
from rules.refusals import CONFLICT, INVALID, TOO_LONG, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from typing import TextIO

ENCODING = "utf-8-sig"
"""UTF-8, whether or not it begins with a byte order mark."""
BYTE_ORDER_MARK = "\ufeff"
SEPARATORS = ",;\t"
"""What programs put between cells; no name of a column holds any of these."""
MOST_COLUMNS = 1_000
FORMULA = r"""['" ]*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r']"""
"""With these (the last signs in full width) a spreadsheet begins to calculate; an apostrophe makes it a text."""
START = r"(?:^|(?<=[;\t\r\n]))"
"""Where a cell begins, also for who reads it with another separator."""
BARE = re.compile(f"{START}(?={FORMULA})")
ESCAPED = re.compile(f"{START}'(?={FORMULA})")
PLAIN_NUMBER = re.compile(r"-[0-9]+(\.[0-9]+)?", re.ASCII)
TOLD, LONGEST_TOLD = 20, 64
"""How many columns a refusal names, and how much of each name."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """What a row holds, by the names of the columns; `number` is the one that a spreadsheet shows beside it.

    The header is row 1. A cell of several lines makes no second row, and an empty row counts.
    """

    number: int
    cells: dict[str, str]
    has_surplus: bool = False
    """Whether there is something behind the last column."""

    @property
    def size(self) -> int:
        """How much there is to be read: characters and cells."""
        return len(self.cells) + sum(map(len, self.cells.values()))


def opened(path: Path) -> TextIO:
    """The lines of a file, to be read; where it is not in UTF-8, that is found while they are."""
    return path.open(encoding=ENCODING, newline="")


def read(lines: Iterable[str]) -> tuple[tuple[str, ...], Iterator[FileRow]]:
    """The columns that the header names, and the rows below it, as far as they are not empty.

    `lines` keep their ends. The header tells what separates cells: comma, semicolon or tab. Cells that a row lacks at
    its end are empty: spreadsheets leave them away. Raises a Refusal of `file`, also while the rows are read.
    """
    records = _records(iter(lines))
    names = _names(next(records, (1, []))[1])
    return names, _rows(names, records)


def written(rows: Iterable[Iterable[str]]) -> str:
    """These rows as lines of a file; every cell is quoted."""
    file = StringIO()
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows(map(escaped, row) for row in rows)
    return file.getvalue()


def escaped(cell: str) -> str:
    """The cell, so that no spreadsheet takes it for a formula, nor a part of it by another separator."""
    return cell if PLAIN_NUMBER.fullmatch(cell) else BARE.sub("'", cell)


def unescaped(cell: str) -> str:
    """What was escaped."""
    return ESCAPED.sub("", cell)


def told(columns: Sequence[str]) -> str:
    """Columns as a refusal names them: the first 20, each as far as 64 characters."""
    names = [name[:LONGEST_TOLD] or '""' for name in columns[:TOLD]]
    return ", ".join([*names, "…"] if len(columns) > TOLD else names)


def _records(lines: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
    number = 0
    try:
        header = next(lines, "")
        separator = max(SEPARATORS, key=header.count)
        for number, cells in enumerate(csv.reader(chain([header], lines), delimiter=separator, strict=True), 1):
            yield number, cells
    except UnicodeDecodeError:
        raise Refusal(INVALID, "This file is not in UTF-8: save it as CSV UTF-8.", "file") from None
    except csv.Error:
        message = (
            "Row {row} is not CSV: a quoted cell has to end with its quotation mark, and may hold 131,072 characters."
        )
        raise Refusal(INVALID, message, "file", row=number + 1) from None


def _names(header: Sequence[str]) -> tuple[str, ...]:
    """The columns, without what is empty at the end."""
    names = [canonical(name.strip().lower()) for name in header[: MOST_COLUMNS + 1]]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise Refusal(INVALID, "The first row of the file has to name its columns.", "file")
    if len(names) > MOST_COLUMNS:
        raise Refusal(TOO_LONG, "A file has at most {max} columns.", "file", min=0, max=MOST_COLUMNS)
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise Refusal(CONFLICT, "The file names columns twice: {columns}.", "file", columns=told(twice))
    return tuple(names)


def _rows(names: Sequence[str], records: Iterable[tuple[int, list[str]]]) -> Iterator[FileRow]:
    for number, record in records:
        cells = [unescaped(cell.replace("\r\n", "\n")) for cell in record]
        if any(map(str.strip, cells)):
            named = dict(zip(names, chain(cells, repeat("")), strict=False))
            yield FileRow(number, named, has_surplus=any(cells[len(names) :]))
