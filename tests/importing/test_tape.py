import bz2
import gzip
import io
import lzma

import pytest

from searchsvc.importing import tape as tape_module
from searchsvc.importing.row import FeedBroken
from searchsvc.importing.tape import Tape, lines, open_tape

TEXT = b"one\ntwo\r\n\nfour"
PACKERS = {"plain": bytes, "gzip": gzip.compress, "xz": lzma.compress, "bzip2": bz2.compress}


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
def test_a_feed_is_unpacked_by_its_content(pack, tape):
    assert list(lines(tape(pack(TEXT)).stream)) == [(1, b"one"), (2, b"two"), (3, b""), (4, b"four")]


def test_several_archives_one_after_the_other_are_one_feed(tape):
    assert [line for _, line in lines(tape(gzip.compress(b"a\n") + gzip.compress(b"b\n")).stream)] == [b"a", b"b"]


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress, bz2.compress])
def test_a_damaged_archive_is_a_broken_feed_and_not_an_end(pack, tape):
    packed = pack(b"".join(b"%d line\n" % (number * 7919) for number in range(5000)))
    with pytest.raises(FeedBroken, match="cannot be read to its end"):
        list(lines(tape(packed[: len(packed) // 2]).stream))


def test_the_position_is_in_the_packed_file(tmp_path):
    path = tmp_path / "feed"
    path.write_bytes(gzip.compress(b"x" * 10_000_000))
    with open_tape(str(path)) as tape:
        assert tape.size == path.stat().st_size
        list(lines(tape.stream))
        assert tape.position == tape.size


def test_a_dash_is_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(b"a\n"))))
    with open_tape("-") as tape:
        assert tape.size is None
        assert list(lines(tape.stream)) == [(1, b"a")]


def test_a_line_without_end_does_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(tape_module, "MAX_LINE", 10)
    stream = Tape(io.BytesIO(b"x" * 35 + b"\nnext\n" + b"y" * 10), None).stream
    assert list(lines(stream)) == [(1, None), (2, b"next"), (3, None)]
