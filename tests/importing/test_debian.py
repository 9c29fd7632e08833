import io

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchsvc.importing import debian
from searchsvc.importing.options import FeedOptions
from searchsvc.importing.row import BadRow, Row
from searchsvc.importing.tape import Tape

# A loaded machine is no failure.
steady = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

PACKAGES = b"""Package: hello
Version: 2.10-3
Tag: role::program,
 uitoolkit::none
Description: example package
 A friendly
 greeting.
 .
  * kept as it is
Description-md5: aaaa

Package: broken
no colon here
Version: 1

Package: ed
Version: 1.19
Version: 1.20


Package: last
Description: a summary
Description-md5: bbbb"""
TRANSLATION = b"""Package: last
Description-md5: bbbb
Description-en: a summary
 The long text.
"""


def read(content: bytes, **options):
    return list(debian.read(Tape(io.BytesIO(content), None), FeedOptions(**options)))


def test_each_stanza_is_a_row_at_its_first_line():
    hello, broken, twice, last = read(PACKAGES)
    assert hello.line == 1
    assert hello.values["Tag"] == "role::program,\nuitoolkit::none"
    assert hello.values["Description"] == "example package"
    assert hello.values["Long-Description"] == "A friendly\ngreeting.\n\n * kept as it is"
    assert broken == BadRow(12, "line 13 is neither 'Field: value' nor a continuation")
    assert twice == BadRow(16, "line 18 repeats the field Version")
    assert (last.line, last.values["Package"]) == (21, "last")


def test_the_long_description_comes_from_the_translation(tmp_path):
    path = tmp_path / "Translation-en"
    path.write_bytes(TRANSLATION)
    rows = {row.values["Package"]: row.values for row in read(PACKAGES, translations=str(path)) if isinstance(row, Row)}
    assert rows["last"]["Long-Description"] == "The long text."
    assert rows["hello"]["Long-Description"].startswith("A friendly")


def test_bytes_that_are_not_utf_8_are_told():
    assert read(b"Package: a\nMaintainer: \xff\n\nPackage: b\n")[0] == BadRow(1, "line 2 is not UTF-8")


NAME = st.from_regex(r"[A-Z][A-Za-z-]{0,8}", fullmatch=True).filter(lambda name: not name.startswith("Description"))
VALUE = st.from_regex(r"[!-~]([ -~]{0,20}[!-~])?", fullmatch=True)


@steady
@given(st.lists(st.dictionaries(NAME, VALUE, min_size=1), max_size=6))
def test_what_was_written_is_read(stanzas):
    content = "\n".join("".join(f"{name}: {value}\n" for name, value in one.items()) for one in stanzas)
    own = [
        {name: row.values[name] for name in row.values if "Description" not in name} for row in read(content.encode())
    ]
    assert own == stanzas


@steady
@given(st.binary(max_size=300))
def test_no_bytes_make_it_fail(content):
    assert all(isinstance(row, Row | BadRow) for row in read(b"Package: a\n" + content))
