"""Query strings for params: the same question always has the same address."""

from urllib.parse import urlencode

from indexes.base import RELEVANCE
from searchsvc.search.params import PAGE_SIZE, SPAN, SearchParams


def pairs(params: SearchParams) -> list[tuple[str, str]]:
    """Names and values of all that is not a default; the index is no part of them."""
    out = [("q", params.q)] if params.q else []
    out += [(f"f.{name}", value) for name, values in params.filters for value in values]
    out += [(f"nf.{name}", value) for name, values in params.excluded for value in values]
    out += [(f"r.{name}", SPAN.join("" if end is None else str(end) for end in ends)) for name, ends in params.ranges]
    out += [("sort", params.sort)] if params.sort != RELEVANCE else []
    out += [("size", str(params.size))] if params.size != PAGE_SIZE else []
    out += [(name, ",".join(names)) for name, names in _lists(params) if names is not None]
    out += [] if params.highlight else [("highlight", "false")]
    return out


def _lists(params: SearchParams) -> tuple[tuple[str, tuple[str, ...] | None], ...]:
    return ("facets", params.facets), ("fields", params.fields)


def query_string(params: SearchParams, cursor: str | None = None) -> str:
    """Percent-encoded, without the question mark; `cursor` names a page, None is the first."""
    return urlencode([*pairs(params), *([("cursor", cursor)] if cursor else [])])
