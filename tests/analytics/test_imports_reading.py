import csv
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.imports import reading
from analytics.imports.reading import FileRefused, Row, Table, heading

COLUMNS = ("key", "name", "note")


def read(content, columns=COLUMNS, required=("key", "name")):
    table = Table(io.BytesIO(content), known=columns, required=required)
    table.measure()
    return list(table.rows())


def refusal(content):
    with pytest.raises(FileRefused) as refused:
        read(content)
    return str(refused.value)


def written(rows, *, separator, bom):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue().encode("utf-8-sig" if bom else "utf-8")


# What UTF-8 and CSV can hold and what we do not trim: no surrogate, no NUL, no outer space.
cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")).map(str.strip)
tables = st.lists(st.tuples(*[cells] * len(COLUMNS)), min_size=1, max_size=5)


@given(tables, st.sampled_from(",;"), st.booleans())
def test_any_table_reads_back_as_it_was_written(rows, separator, bom):
    kept = [(number, row) for number, row in enumerate(rows, start=2) if any(row)]
    content = written([COLUMNS, *rows], separator=separator, bom=bom)

    if not kept:
        assert "no rows" in refusal(content)
        return

    expected = [Row(number, dict(zip(COLUMNS, row, strict=True))) for number, row in kept]
    assert read(content) == expected


@given(st.binary() | st.binary().map(lambda noise: b"key,name\n" + noise))
def test_any_bytes_are_read_or_refused_in_words(content):
    try:
        said = [row.problem or "Read." for row in read(content)]
    except FileRefused as reason:
        said = [str(reason)]

    assert {sentence[-1:] for sentence in said} == {"."}


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_line_ends_of_every_system_are_read(line_end):
    content = line_end.join(["key,name", "1,Ada", "", ",", "2,Ben", ""]).encode()

    assert [(row.number, row.cells["name"]) for row in read(content)] == [(2, "Ada"), (5, "Ben")]


def test_line_break_in_quotation_marks_belongs_to_the_cell():
    rows = read(b'key,name\r\n1,"Ada\r\nOkafor"\r\n2,Ben\r\n')

    assert [(row.number, row.cells["name"]) for row in rows] == [(2, "Ada\r\nOkafor"), (3, "Ben")]


def test_header_is_free_in_case_order_and_spacing():
    [row] = read(b" Name ;NOTE; Key\nAda;n;1\n")

    assert row.cells == {"key": "1", "name": "Ada", "note": "n"}


@pytest.mark.parametrize("written", ["Employee ID", "employee-id", " EMPLOYEE_id ", "employee  id"])
def test_heading_is_compared_loosely(written):
    assert heading(written) == "employee_id"


def test_separator_is_told_by_the_header_not_by_the_cells():
    [row] = read(b"key;name\n1;Okafor, Ada, Dr, PhD\n")

    assert row.cells["name"] == "Okafor, Ada, Dr, PhD"


def test_row_that_is_too_long_or_too_short_is_a_problem():
    rows = read(b"key,name\n1,Okafor,Ada\n2\n3,Cem,,\n")

    assert [row.problem for row in rows] == [
        "This row has 3 cells, but there are 2 columns. Put quotation marks around a cell that "
        "contains the separator.",
        "This row has 1 cell, but there are 2 columns. Add the missing cells, empty if need be.",
        "",
    ]


def test_value_in_a_nameless_column_is_a_problem():
    first, second = read(b"key,name,\n1,Ada,\n2,Ben,lost\n")

    assert (first.problem, first.cells) == ("", {"key": "1", "name": "Ada"})
    assert second.problem == (
        "This row has a value in a column without a name. Name the column or empty it."
    )


def test_workbook_named_csv_is_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")

    assert refusal(packed.getvalue()).startswith(
        "This is a ZIP archive (perhaps an Excel workbook)"
    )


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_refused(encoding):
    assert "UTF-16" in refusal("key,name\n1,Ada\n".encode(encoding))


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_other_encodings_are_refused_with_the_place(encoding):
    content = "key,name\n1,Ada\n2,José\n".encode(encoding)

    assert refusal(content) == (
        "This file is not UTF-8: in line 3, byte 21 of the file is E9. In Excel, choose File, "
        "Save As, “CSV UTF-8 (Comma delimited)”, and take that file."
    )


def test_encoding_is_checked_across_the_pieces_of_a_large_file(monkeypatch):
    monkeypatch.setattr(reading, "CHUNK_BYTES", 7)
    good = "key,name\n1,José 👩🏽‍🚀 Núñez\n"

    assert read(good.encode())[0].cells["name"] == "José 👩🏽‍🚀 Núñez"
    place = f"in line 3, byte {len(good.encode()) + 3} of the file"
    assert f"{place} is FF." in refusal(good.encode() + b"2,\xff\n")
    assert f"{place} is C3." in refusal(good.encode() + b"2,\xc3")


def test_nul_byte_is_refused():
    assert refusal(b"key,name\n1,A\0da\n").startswith("Line 2 contains a NUL byte")


def test_unclosed_quotation_mark_is_refused_with_its_row():
    assert refusal(b'key,name\n1,Ada\n2,"Ben\n3,Cem\n').startswith(
        "Row 3 has a quotation mark in the wrong place."
    )


def test_endless_cell_is_refused():
    assert refusal(b'key,name\n1,"' + b"x" * 140_000).startswith(
        "Row 2 has a cell of more than 131,072 characters."
    )


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\r\n\r\n", b" , ,\n"])
def test_empty_file_is_refused(content):
    assert refusal(content) == (
        "This file is empty. Its first row names the columns, among them key, name."
    )


def test_header_alone_is_refused():
    assert refusal(b"key,name\n\n") == "This file names its columns but has no rows below them."


def test_missing_columns_are_named():
    assert refusal(b"note\tkey\n1\t2\n") == (
        "This file lacks the columns key, name. Its first row says “note\tkey”. Name the columns "
        "there as this page lists them, separated by commas or semicolons."
    )


def test_double_column_is_refused():
    assert refusal(b"key,name,Name\n1,a,b\n") == (
        "Columns 2 and 3 are both called “name”. Remove or rename one."
    )


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(reading, "MAX_ROWS", 2)

    assert refusal(b"key,name\n1,a\n2,b\n3,c\n") == (
        "This file has 3 rows. Split it into files of at most 2 rows."
    )


@pytest.mark.parametrize(
    ("start", "says"),
    [
        (b"\xd0\xcf\x11\xe0", "old Excel workbook"),
        (b"\x1f\x8b\x08", "compressed (gzip)"),
        (b"%PDF-1.7", "a PDF"),
    ],
)
def test_other_kinds_of_file_are_named(start, says):
    assert says in refusal(start + b"key,name\n1,a\n")


def test_broken_header_is_refused_with_its_row():
    assert refusal(b'key,"name"x\n1,a\n').startswith("Row 1 has a quotation mark in the wrong")
