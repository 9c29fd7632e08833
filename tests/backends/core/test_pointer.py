"""The pointer file of an index folder, which every search asks for."""

import os
from pathlib import Path

import pytest

from backends.core.generations import Pointer

OLD = 1_000_000_000  # seconds since 1970; any time long ago


def put(path: Path, text: str, seconds: float) -> None:
    """As a promote does it: another file by rename."""
    draft = path.with_name("draft")
    draft.write_text(text, "ascii")
    os.utime(draft, (seconds, seconds))
    draft.replace(path)


def test_another_file_is_read_however_old_it_is(tmp_path: Path) -> None:
    path = tmp_path / "current"
    pointer = Pointer(str(path))
    for text in ("g1", "g2", "g3"):
        put(path, text, OLD)
        assert pointer.read() == text
        assert pointer.read() == text


def test_the_same_file_is_read_again_while_it_is_young(tmp_path: Path) -> None:
    path = tmp_path / "current"
    path.write_text("g1", "ascii")
    pointer = Pointer(str(path))
    assert pointer.read() == "g1"
    seen = path.stat()
    path.write_text("g2", "ascii")
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))  # same inode, same time: what a quick promote may leave
    assert pointer.read() == "g2"


def test_a_pointer_that_is_gone_is_missed(tmp_path: Path) -> None:
    path = tmp_path / "current"
    put(path, "g1", OLD)
    pointer = Pointer(str(path))
    assert pointer.read() == "g1"
    path.unlink()
    with pytest.raises(FileNotFoundError):
        pointer.read()
