"""Any number of things, a bounded number at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield lists of `size`, the last shorter. Python 3.12 has it in itertools."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
