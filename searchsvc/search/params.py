"""From a query string to what is asked: every value typed, or every error at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from django.http import QueryDict

from indexes.base import RELEVANCE
from indexes.registry import Index

PAGE_SIZE, MOST_ON_PAGES, MOST_IN_API = 20, 100, 1000
LONGEST_QUERY = 10_000  # characters
MOST_VALUES = 200  # of one filter
SPAN = ".."


@dataclass(frozen=True, slots=True)
class ParameterError:
    """One wrong parameter: its name as sent, a stable code, and a sentence that says what to send instead."""

    parameter: str
    code: str
    detail: str


class BadParams(Exception):
    """Everything that is wrong with a query string."""

    def __init__(self, errors: Iterable[ParameterError]) -> None:
        self.errors = tuple(errors)
        super().__init__(" ".join(error.detail for error in self.errors))


@dataclass(frozen=True, slots=True)
class SearchParams:
    """What is asked of one index. Sequences are tuples, so that equal questions are equal values.

    `sort` is the name of one of the index's sorts. `facets`, `fields` and `highlight` are the API's: None is the
    index's own choice.
    """

    index: str
    q: str = ""
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    excluded: tuple[tuple[str, tuple[str, ...]], ...] = ()
    ranges: tuple[tuple[str, tuple[int | None, int | None]], ...] = ()
    sort: str = RELEVANCE
    size: int = PAGE_SIZE
    cursor: str = ""
    facets: tuple[str, ...] | None = None
    fields: tuple[str, ...] | None = None
    highlight: bool = True

    @property
    def question(self) -> tuple[object, ...]:
        """What decides which documents come in which order; a cursor belongs to it. Size and facets may change."""
        return (self.index, self.q, self.filters, self.excluded, self.ranges, self.sort)

    @property
    def is_empty(self) -> bool:
        return not (self.q.strip() or self.filters or self.excluded or self.ranges)

    def with_value(self, name: str, value: str) -> Self:
        """The same with one more filter value, from its first page."""
        values = dict(self.filters)
        values[name] = (*(kept for kept in values.get(name, ()) if kept != value), value)
        return replace(self, filters=tuple(sorted(values.items())), cursor="")

    def without_value(self, name: str, value: str) -> Self:
        values = {key: tuple(kept for kept in found if (key, kept) != (name, value)) for key, found in self.filters}
        return replace(self, filters=tuple((key, found) for key, found in values.items() if found), cursor="")


@dataclass(slots=True)
class _Reading:
    index: Index
    data: QueryDict
    most: int
    errors: list[ParameterError] = field(default_factory=list)

    def wrong(self, parameter: str, code: str, detail: str) -> None:
        self.errors.append(ParameterError(parameter, code, detail))

    def text(self, name: str, default: str = "") -> str:
        return self.data.get(name, default) or default

    def q(self) -> str:
        q = self.text("q").strip()
        if len(q) > LONGEST_QUERY:
            self.wrong("q", "too-long", f"q has {len(q):,} characters; send at most {LONGEST_QUERY:,}.")
            return ""
        return q

    def size(self) -> int:
        text = self.text("size", str(PAGE_SIZE))
        if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= self.most:
            return int(text)
        self.wrong("size", "bad-size", f"size takes a whole number from 1 to {self.most:,}, not '{text[:40]}'.")
        return PAGE_SIZE

    def sort(self) -> str:
        names = [sort.name for sort in self.index.declared.sorts]
        name = self.text("sort", names[0])
        if name in names:
            return name
        self.wrong("sort", "unknown-sort", f"sort takes {', '.join(names)}, not '{name[:40]}'.")
        return names[0]

    def filters(self, prefix: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        known = self.index.filters
        found = {}
        for name in sorted(key for key in self.data if key.startswith(prefix)):
            values = tuple(dict.fromkeys(value for value in self.data.getlist(name) if value))
            if name.removeprefix(prefix) not in known:
                self.wrong(name, "unknown-filter", f"{name} is no filter here; there are {_listed(prefix, known)}.")
            elif len(values) > MOST_VALUES:
                self.wrong(name, "too-many-values", f"{name} has {len(values)} values; send at most {MOST_VALUES}.")
            elif values:
                found[name.removeprefix(prefix)] = values
        return tuple(found.items())

    def ranges(self) -> tuple[tuple[str, tuple[int | None, int | None]], ...]:
        known = {span.name for span in self.index.declared.ranges}
        found = {}
        for name in sorted(key for key in self.data if key.startswith("r.")):
            if name.removeprefix("r.") not in known:
                self.wrong(name, "unknown-range", f"{name} is no range here; there are {_listed('r.', known)}.")
            elif (span := self.span(name)) is not None and span != (None, None):
                found[name.removeprefix("r.")] = span
        return tuple(found.items())

    def span(self, name: str) -> tuple[int | None, int | None] | None:
        """Two whole numbers around '..', either left out; on pages also from two boxes, `<name>.from` and `.to`."""
        text = self.text(name)
        low, dots, high = text.partition(SPAN)
        try:
            ends = (_whole(low), _whole(high) if dots else _whole(low))
        except ValueError:
            self.wrong(name, "bad-range", f"{name} takes two whole numbers like 1900..1950, not '{text[:40]}'.")
            return None
        if ends[0] is not None and ends[1] is not None and ends[0] > ends[1]:
            self.wrong(name, "bad-range", f"{name} runs backwards; did you mean {ends[1]}..{ends[0]}?")
            return None
        return ends

    def listed(self, name: str, known: Iterable[str]) -> tuple[str, ...] | None:
        """Names separated by commas; None where the parameter is not sent, () where it is empty."""
        if name not in self.data:
            return None
        names = tuple(dict.fromkeys(part.strip() for part in self.text(name).split(",") if part.strip()))
        for unknown in sorted(set(names) - set(known)):
            self.wrong(name, "unknown-name", f"{name} does not know '{unknown[:40]}'; there are {_listed('', known)}.")
        return names

    def flag(self, name: str) -> bool:
        text = self.text(name, "true").lower()
        if text not in FLAGS:
            self.wrong(name, "bad-flag", f"{name} takes true or false, not '{text[:40]}'.")
        return FLAGS.get(text, True)


FLAGS: Mapping[str, bool] = {"true": True, "1": True, "false": False, "0": False}
NUMBERS = 18  # digits of a year nobody needs more of, and all of them fit in 64 bits


def _whole(text: str) -> int | None:
    text = text.strip()
    if len(text) > NUMBERS:
        raise ValueError(text)
    return int(text) if text else None


def _listed(prefix: str, names: Iterable[str]) -> str:
    return ", ".join(f"{prefix}{name}" for name in sorted(names)) or "none"


def _joined(data: QueryDict, index: Index) -> QueryDict:
    """A form's two boxes (`r.year.from`, `r.year.to`) as the one parameter they stand for."""
    joined = data.copy()
    for span in index.declared.ranges:
        name = f"r.{span.name}"
        ends = [joined.pop(f"{name}.{end}", [""])[-1].strip() for end in ("from", "to")]
        if any(ends):
            joined[name] = SPAN.join(ends)
    return joined


def read_params(data: QueryDict, index: Index, *, strict: bool) -> SearchParams:
    """The params of a query string. Raises BadParams with all that is wrong.

    `strict` is for programs: unknown parameters are wrong too, and pages may be larger.
    """
    joined = _joined(data, index)
    reading = _Reading(index, joined, MOST_IN_API if strict else MOST_ON_PAGES)
    facets = [facet.field for facet in index.declared.facets]
    params = SearchParams(
        index=index.name,
        q=reading.q(),
        filters=reading.filters("f."),
        excluded=reading.filters("nf."),
        ranges=reading.ranges(),
        sort=reading.sort(),
        size=reading.size(),
        cursor=reading.text("cursor"),
        facets=reading.listed("facets", facets) if strict else None,
        fields=reading.listed("fields", index.public_fields) if strict else None,
        highlight=reading.flag("highlight") if strict else True,
    )
    if strict:
        for name in sorted(key for key in data if key not in API_NAMES and not key.startswith(("f.", "nf.", "r."))):
            reading.wrong(name, "unknown-parameter", f"{name[:40]} is no parameter; there are {', '.join(API_NAMES)}.")
    if reading.errors:
        raise BadParams(reading.errors)
    return params


API_NAMES = ("q", "f.<field>", "nf.<field>", "r.<range>", "sort", "size", "cursor", "facets", "fields", "highlight")
