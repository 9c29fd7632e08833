import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchsvc.importing import jsonl
from searchsvc.importing.options import FeedOptions
from searchsvc.importing.row import BadRow, Row

# A loaded machine is no failure.
steady = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(tape, content):
    return list(jsonl.read(tape(content), FeedOptions()))


def test_each_line_is_a_row(tape):
    assert read(tape, b'\xef\xbb\xbf{"id": 1}\n\n  {"id": "\xc3\xa9"}\r\n') == [Row(1, {"id": 1}), Row(3, {"id": "é"})]


def test_a_bad_line_is_told_with_its_number_and_the_rest_is_read(tape):
    rows = read(tape, b'{"id": 1}\n{"id": \n[1]\n"x"\n{"id": "\xff"}\n{"id": "\\ud800"}\n{"id": 2}\n')
    assert [row.line for row in rows if isinstance(row, BadRow)] == [2, 3, 4, 5, 6]
    assert rows[1].reason.startswith("is not JSON")
    assert rows[2].reason == "is a JSON list, not an object"
    assert rows[-1] == Row(7, {"id": 2})


VALUES = st.recursive(st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(), st.lists, max_leaves=5)


@steady
@given(rows=st.lists(st.dictionaries(st.text(), VALUES)))
def test_what_was_written_is_read(rows):
    import io

    from searchsvc.importing.tape import Tape

    content = b"".join(orjson.dumps(row) + b"\n" for row in rows)
    assert [row.values for row in jsonl.read(Tape(io.BytesIO(content), None), FeedOptions())] == rows


@steady
@given(content=st.binary())
def test_no_bytes_make_it_fail(content):
    import io

    from searchsvc.importing.tape import Tape

    if content[:2] == b"\x1f\x8b" or content[:3] == b"BZh" or content[:6] == b"\xfd7zXZ\x00":
        return
    for row in jsonl.read(Tape(io.BytesIO(content), None), FeedOptions()):
        assert isinstance(row, Row | BadRow)
