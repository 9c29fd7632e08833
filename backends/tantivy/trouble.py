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


@contextmanager
def named(alias: str, where: str, what: str = "answer") -> Iterator[None]:
    """Raise IndexCorrupt for damage and Unavailable for the rest; our own errors pass."""
    try:
        yield
    except (ValueError, OSError) as error:
        if "corrupt" in str(error).lower():
            raise IndexCorrupt(alias, where, str(error)) from error
        raise Unavailable(
            f"The index of connection '{alias}' could not {what}: {error}. "
            f"If it goes on, rebuild it with: manage.py rebuild_index --using {alias} --noinput"
        ) from error
    except BaseException as error:
        if type(error).__name__ != PANIC:
            raise
        raise _panicked(alias, where, error) from error
