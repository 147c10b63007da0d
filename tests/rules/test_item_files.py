"""Items as files: what is written is read back, whatever it is."""

from __future__ import annotations

import csv
import re
from io import BytesIO, StringIO, TextIOWrapper

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.item_files import BYTE_ORDER_MARK, ENCODING, FileRow, escaped, read, told, unescaped, written
from rules.refusals import Refusal

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r"))
UNREADABLE = "is not CSV: a quoted cell has to end with its quotation mark, and may hold 131,072 characters."
FORMULAS = st.sampled_from(["=1+1", "+82 10", "-1+1", "@SUM(A1)", "\tx", "'=1", "'", "''", "-", "'-5"])
SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
PIECES = st.sampled_from([*";,\t\n'\" a", *SIGNS, "-5", "''"])
CELL_STARTS = re.compile(r"[;\t\n]")


@given(st.lists(st.lists(CELLS | FORMULAS, min_size=3, max_size=3), max_size=5))
def test_any_text_survives_being_written_and_read(cells: list[list[str]]) -> None:
    file = BYTE_ORDER_MARK + written([["name", "brand", "urls"], *cells])
    lines = TextIOWrapper(BytesIO(file.encode()), ENCODING, newline="")
    columns, rows = read(lines)
    assert columns == ("name", "brand", "urls")
    there = [(number, row) for number, row in enumerate(cells, 2) if any(map(str.strip, row))]
    assert list(rows) == [FileRow(number, dict(zip(columns, row, strict=True))) for number, row in there]


@given(st.text() | FORMULAS)
def test_what_is_escaped_is_read_back_and_no_formula(cell: str) -> None:
    assert unescaped(escaped(cell)) == cell
    assert not escaped(cell).startswith(("=", "+", "@", "\t", "\r"))


@given(st.lists(PIECES).map("".join))
def test_no_part_of_a_cell_is_a_formula_by_whatever_separator(cell: str) -> None:
    assert unescaped(escaped(cell)) == cell
    parts = [part.lstrip('" ') for part in CELL_STARTS.split(escaped(cell))]
    assert [part for part in parts if part.startswith(SIGNS) and part != cell] == []


@pytest.mark.parametrize(
    ("cell", "file"),
    [
        ("=1+1", "'=1+1"),
        ("+82 10", "'+82 10"),
        ("-1+1", "'-1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("'90s", "''90s"),
        ("-5", "-5"),
        ("-5.25", "-5.25"),
        ("-5 g", "'-5 g"),
        ("a=b", "a=b"),
        ("x;=cmd|'/C calc'!A0;y", "x;'=cmd|'/C calc'!A0;y"),
        ("x\t=1", "x\t'=1"),
        ("x\n=1", "x\n'=1"),
        ('x;"=1"', 'x;\'"=1"'),
        ("x;'=1", "x;''=1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("\uff0d5", "'\uff0d5"),
        ("a, b; c", "a, b; c"),
        ("", ""),
    ],
)
def test_what_a_spreadsheet_would_calculate_is_escaped(cell: str, file: str) -> None:
    assert escaped(cell) == file


def test_an_apostrophe_that_nobody_had_to_write_stays() -> None:
    assert unescaped("'90s") == "'90s"


def test_cells_are_quoted_as_rfc_4180_says() -> None:
    assert written([["a,b", 'say "yes"', "two\nlines", " plain "]]) == '"a,b","say ""yes""","two\nlines"," plain "\r\n'


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_header_tells_what_separates_cells(separator: str) -> None:
    columns, rows = _read(f"name{separator}brand\nM3{separator}Leica\n")
    assert (columns, rows) == (("name", "brand"), [FileRow(2, {"name": "M3", "brand": "Leica"})])


def test_rows_are_counted_as_a_spreadsheet_shows_them() -> None:
    _, rows = _read('name,brand\r\n"two\r\nlines",a\r\n\r\n , \r\nthird,b\r\n')
    assert rows == [FileRow(2, {"name": "two\nlines", "brand": "a"}), FileRow(5, {"name": "third", "brand": "b"})]


def test_a_row_may_lack_cells_at_its_end_and_has_to_tell_of_more() -> None:
    _, rows = _read("name,brand,\nM3\nM6,Leica,\nM7,Leica,,x\n")
    assert rows == [
        FileRow(2, {"name": "M3", "brand": ""}),
        FileRow(3, {"name": "M6", "brand": "Leica"}),
        FileRow(4, {"name": "M7", "brand": "Leica"}, has_surplus=True),
    ]


def test_names_of_columns_are_read_in_any_case_and_a_key_may_be_named_as_one() -> None:
    assert _read(" Name ,spec:brand,spec:name\n")[0] == ("name", "brand", "spec:name")


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("", "INVALID", "The first row of the file has to name its columns."),
        (",,\nM3,,", "INVALID", "The first row of the file has to name its columns."),
        ("name,brand,Name,spec:brand", "CONFLICT", "The file names columns twice: brand, name."),
        (f"{'x' * 65},{'x' * 65}", "CONFLICT", f"The file names columns twice: {'x' * 64}."),
        (",".join(f"c{number}" for number in range(1001)), "TOO_LONG", "A file has at most 1000 columns."),
        ('name\nM3\n"M6"x', "INVALID", f"Row 3 {UNREADABLE}"),
        ('name\n"M6', "INVALID", f"Row 2 {UNREADABLE}"),
        (f"name\n{'x' * 131_073}", "INVALID", f"Row 2 {UNREADABLE}"),
    ],
    ids=["empty", "unnamed", "twice", "twice-long", "many", "quotes", "open", "long"],
)
def test_refuses_what_is_no_table(text: str, code: str, message: str) -> None:
    with pytest.raises(Refusal) as refused:
        _read(text)
    assert (refused.value.code, str(refused.value), refused.value.path) == (code, message, ("file",))


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1", "cp949"])
def test_refuses_another_encoding_and_names_utf_8(encoding: str) -> None:
    text = "name\nCafé\n" if encoding != "cp949" else "name\n카메라\n"
    with pytest.raises(Refusal, match="not in UTF-8: save it as CSV UTF-8"):
        list(read(TextIOWrapper(BytesIO(text.encode(encoding)), ENCODING, newline=""))[1])


def test_names_are_told_as_far_as_people_read_them() -> None:
    assert told(["a" * 65, "", "c"]) == f'{"a" * 64}, "", c'
    assert told([f"c{number}" for number in range(21)]) == ", ".join([*(f"c{number}" for number in range(20)), "…"])


def test_others_read_what_is_written() -> None:
    rows = [["name", "brand"], ["M3", 'a "b", c\nd']]
    assert list(csv.reader(StringIO(written(rows)))) == rows


def _read(text: str) -> tuple[tuple[str, ...], list[FileRow]]:
    columns, rows = read(StringIO(text, newline=""))
    return columns, list(rows)
