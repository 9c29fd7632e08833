"""Tantivy's failures by our names. It knows only ValueError, OSError and, for a broken file, a panic."""

from collections.abc import Iterator
from contextlib import contextmanager

from backends.core.errors import IndexCorrupt, Unavailable

PANIC = "PanicException"  # of pyo3, which exports no name for it; a BaseException


@contextmanager
def panics(alias: str, where: str) -> Iterator[None]:
    """Raise IndexCorrupt for a panic."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != PANIC:
            raise
        raise _panicked(alias, where, error) from error


def _panicked(alias: str, where: str, error: BaseException) -> IndexCorrupt:
    return IndexCorrupt(alias, where, f"Tantivy panicked: {error}")


class named:  # noqa: N801 - reads as the function it would be; a generator takes four times as long
    """Raise IndexCorrupt for damage and Unavailable for the rest; our own errors pass."""

    def __init__(self, alias: str, where: str, what: str = "answer") -> None:
        self.alias, self.where, self.what = alias, where, what

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        if error is None:
            return
        if type(error).__name__ == PANIC:
            raise _panicked(self.alias, self.where, error) from error
        if isinstance(error, ValueError | OSError):
            if "corrupt" in str(error).lower():
                raise IndexCorrupt(self.alias, self.where, str(error)) from error
            raise Unavailable(
                f"The index of connection '{self.alias}' could not {self.what}: {error}. "
                f"If it goes on, rebuild it with: manage.py rebuild_index --using {self.alias} --noinput"
            ) from error
