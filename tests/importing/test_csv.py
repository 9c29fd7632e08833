import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchsvc.importing import csv as csv_reader
from searchsvc.importing.options import FeedOptions
from searchsvc.importing.row import BadRow, Row, WrongFeed
from searchsvc.importing.tape import Tape

# A loaded machine is no failure.
steady = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(content: bytes, **options):
    return list(csv_reader.read(Tape(io.BytesIO(content), None), FeedOptions(**options)))


def test_a_row_is_told_by_the_line_on_which_it_starts():
    rows = read(b'id,title\r\n1,"two\nlines"\r\n\r\n2,"a ""word"", more"\r\n3,last')
    assert rows == [
        Row(2, {"id": "1", "title": "two\nlines"}),
        Row(5, {"id": "2", "title": 'a "word", more'}),
        Row(6, {"id": "3", "title": "last"}),
    ]


def test_the_mark_of_utf_8_is_no_part_of_the_first_column():
    assert read(b"\xef\xbb\xbfid\n1\n") == [Row(2, {"id": "1"})]


@pytest.mark.parametrize(
    ("content", "options"),
    [
        (b"id;t\n1;\xe9\n", {"delimiter": ";", "encoding": "cp1252"}),
        (b"id\tt\n1\t\xc3\xa9\n", {"delimiter": "\t"}),
        ("id,t\n1,é\n".encode("utf-16"), {"encoding": "utf-16"}),
    ],
)
def test_delimiter_and_encoding_are_options(content, options):
    assert read(content, **options) == [Row(2, {"id": "1", "t": "é"})]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"1", "has 1 cells where the header has 2"),
        (b"1,2,3", "has 3 cells where the header has 2"),
        (b"1,\xff", "has bytes that are not text in the feed's encoding"),
        (b'1,"a"b', "is not CSV (lines 2 to 2)"),
    ],
)
def test_a_bad_row_is_told_and_the_rest_is_read(line, reason):
    bad, good = read(b"id,t\n" + line + b"\n2,b\n")
    assert isinstance(bad, BadRow)
    assert bad.line == 2
    assert bad.reason.startswith(reason)
    assert good == Row(3, {"id": "2", "t": "b"})


def test_a_quote_that_is_never_closed_says_from_where():
    good, bad = read(b'id,t\n1,a\n2,"b\n3,c\n')
    assert good == Row(2, {"id": "1", "t": "a"})
    assert bad.line == 3
    assert "lines 3 to 4" in bad.reason


@pytest.mark.parametrize(
    ("header", "options", "told"),
    [
        (b"id,id\n1,2\n", {}, "twice: id"),
        (b"id,t\n1,2\n", {"columns": frozenset({"id", "titel"})}, "lacks titel, which the mapping reads; it has id, t"),
    ],
)
def test_a_header_that_cannot_be_right_is_refused_at_once(header, options, told):
    with pytest.raises(WrongFeed, match=told):
        read(header, **options)


def test_an_empty_feed_has_no_rows():
    assert read(b"") == read(b"id\n") == []


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)


@steady
@given(st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=8))
def test_what_python_writes_is_read(records):
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerows([["a", "b", "c"], *records])
    rows = read(text.getvalue().encode())
    assert [list(row.values.values()) for row in rows] == records


@steady
@given(st.binary(max_size=300))
def test_no_bytes_make_it_fail(content):
    try:
        rows = read(b"a,b\n" + content)
    except WrongFeed:
        return
    assert all(isinstance(row, Row | BadRow) for row in rows)
    assert [row.line for row in rows] == sorted(row.line for row in rows)
