"""What `manage.py check` says about `depends_on` of the indexes."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004 - Django's name

from searchsvc.indexing.dependencies import Told, declared, entries
from searchsvc.indexing.paths import Hop, WrongPath, same


def register_all() -> None:
    register(depends_on, "searchsvc")


def depends_on(**_: object) -> Sequence[CheckMessage]:
    """Each dependency leads somewhere, and whatever lies on its way is a dependency too."""
    return tuple(messages(declared()))


def messages(indexes: Iterable[tuple[str, Any]]) -> Iterator[CheckMessage]:
    """What is wrong with these, each once."""
    for alias, index in indexes:
        for told in entries(alias, index):
            yield from _of(told)


def _of(told: Told) -> Iterator[CheckMessage]:
    where = f"depends_on of {type(told.index).__name__}"
    try:
        hops = told.hops()
    except WrongPath as wrong:
        hint = (
            f"A Lookup leads from {told.documents.__name__} to the record, a Through from the record to "
            f"{told.documents.__name__}, by names of relations as in a filter: 'contributions__creator'."
        )
        yield Error(f"{where}: {wrong}.", hint=hint, id="searchsvc.E006")
        return
    for hop in hops:
        for model, example in _passed(told, hop):
            yield Warning(
                f"{where}: '{told.path}' passes {model.__name__}, whose changes are not heard.",
                hint=f"Add {model.__name__}: {example}, or another way to its documents.",
                id="searchsvc.W007",
            )


def _passed(told: Told, hop: Hop) -> Iterator[tuple[type[Any], str]]:
    """The models on the way that the index does not depend on, and what could be said of them."""
    is_end = same(hop.start, told.documents) or same(hop.start, told.record)
    if not is_end and hop.start not in told.index.depends_on:
        yield hop.start, f'Lookup("{hop.before}")'
    through = hop.through
    # A table that Django made has no rows that anybody saves.
    if through is not None and not through._meta.auto_created and through not in told.index.depends_on:  # noqa: SLF001 - Django's documented API
        yield through, f'Through("{hop.sides[0]}")'
