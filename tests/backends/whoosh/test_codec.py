"""Posting lists on the disk, and the columns beside them."""

import random
from array import array
from pathlib import Path

import pytest
from whoosh.filedb.filestore import FileStorage

from backends.whoosh.codec import NUMBER, ListWriter, numbers, packed, read_postings, unpacked
from backends.whoosh.columns import VALUE_GAP, TermsField
from backends.whoosh.phrases import occurrences


def test_what_packing_does_not_shorten_stays_as_it_is() -> None:
    noise = random.Random(1).randbytes(500)
    assert packed(noise) == noise
    for data in (b"", b"short", noise, b"again " * 100):
        assert unpacked(packed(data), len(data)) == data


class Entry:
    """What a term file gives back of an entry: Whoosh leaves the length in a tuple."""

    def __init__(self, where: int, length: int) -> None:
        self._where, self._length = where, length

    def extent(self) -> tuple[int, tuple[int]]:
        return self._where, (self._length,)


@pytest.mark.parametrize("many", [1, 3, 5000])
def test_a_posting_list_comes_back_as_it_was_written(tmp_path: Path, many: int) -> None:
    rng = random.Random(many)
    documents = sorted(rng.sample(range(10_000_000), many))
    places = [sorted(rng.sample(range(1000), rng.randint(1, 4))) for _ in documents]
    storage = FileStorage(str(tmp_path))
    with storage.create_file("postings") as file:
        file.write(b"before")
        writer = ListWriter(file)
        writer.start_postings(None, None)
        for document, positions in zip(documents, places, strict=True):
            writer.add_posting(document, 1.0, array(NUMBER, positions).tobytes())
        info = writer.finish_postings()
    with storage.open_file("postings") as file:
        postings = read_postings(file, Entry(*info.extent()))
    assert list(postings.documents) == documents
    assert list(postings.counts) == [len(positions) for positions in places]
    assert list(postings.positions) == [place for positions in places for place in positions]
    assert (info.doc_frequency(), info.weight()) == (many, len(postings.positions))


def test_positions_leave_a_gap_between_values() -> None:
    found = {term: list(numbers(data)) for term, _often, _weight, data in TermsField().index((["a", "b"], ["a"]))}
    assert found == {b"a": [0, 2 + VALUE_GAP], b"b": [1]}


@pytest.mark.parametrize(
    ("places", "slop", "count"),
    [
        ([[1], [2]], 0, 1),
        ([[2], [1]], 0, 0),
        ([[1, 5], [2, 6, 9]], 0, 2),
        ([[1], [3]], 0, 0),
        ([[1], [3]], 1, 1),
        ([[1], [3], [5]], 1, 0),
        ([[1], [3], [5]], 2, 1),
        ([[1, 2], [4], [5]], 1, 1),
        ([[0], [VALUE_GAP]], 50, 0),
        ([[3, 4], [4, 5], [5, 6]], 0, 2),
    ],
)
def test_gaps_in_a_row_add_up(places: list[list[int]], slop: int, count: int) -> None:
    assert occurrences(places, slop) == count
