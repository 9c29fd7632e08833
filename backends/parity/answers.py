"""How an engine answers a kind of question: mappings of what is compared, the same form from each engine."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from backends.core.asked import Asked, page
from backends.core.highlight import Style
from backends.core.lower import lower
from backends.core.requests import scores
from backends.core.results import Page, Result
from backends.core.schema import KEY, Schema
from backends.core.similar import like
from backends.core.spelling import suggestion
from backends.core.stats import EXACT
from backends.parity.engines import Engine
from backends.parity.known import READ

STEP = 5000  # hits a request of a whole result; Elasticsearch gives at most 10,000
PAGE = 10
MARKED = 50  # hits whose highlights are compared


def _pages(engine: Engine, schema: Schema, asked: Asked) -> Iterator[Page]:
    """The pages of an order, each behind the last hit of the one before."""
    after = None
    while True:
        found = page(engine, schema, replace(asked, after=after))
        yield found
        if not found.more:
            return
        after = found.results[-1].sort


def _keys(results: tuple[Result, ...]) -> list[str]:
    return [result.key for result in results]


def matches(engine: Engine, schema: Schema, asked: Asked) -> dict[str, Any]:
    """All ids, the count said, and where the question ranks the best ones with their scores."""
    pages = list(_pages(engine, schema, replace(asked, order_by=(KEY,), size=STEP)))
    answer: dict[str, Any] = {"ids": [key for one in pages for key in _keys(one.results)], "count": pages[0].total}
    if engine.features.scores and scores(lower(asked.node, schema)):
        best = page(engine, schema, replace(asked, order_by=(), size=READ)).results
        answer["rank"] = [[result.key, result.score] for result in best]
        answer["score"] = best[0].score if best else None
    return answer


def similar(engine: Engine, schema: Schema, asked: Asked) -> dict[str, Any]:
    """What is like the first document that the question finds."""
    source = page(engine, schema, replace(asked, order_by=(KEY,), size=1)).results[0]
    return matches(engine, schema, Asked(like(engine, schema, source.id, source.fields, indexed=True)))


def spelling(engine: Engine, schema: Schema, asked: Asked) -> dict[str, Any]:
    return {"suggestion": suggestion(engine, schema, asked.node)}


def facets(engine: Engine, schema: Schema, asked: Asked) -> dict[str, Any]:
    found = page(engine, schema, replace(asked, size=0)).facets
    return {
        "facets": {
            name: {"values": [list(pair) for pair in reply.values], "all": reply.exhaustive, "missing": reply.missing}
            for name, reply in found.items()
        }
    }


def counts(engine: Engine, schema: Schema, asked: Asked) -> dict[str, Any]:
    return {"counts": list(page(engine, schema, replace(asked, size=0)).counts)}


def stats(engine: Engine, schema: Schema, asked: Asked) -> dict[str, Any]:
    """Deviations stand apart, each with the largest of its numbers: no engine can give all of their digits."""
    replies = page(engine, schema, replace(asked, size=0)).stats
    each = [one for reply in replies for one in (reply.whole, *(found for by in reply.groups for _, found in by))]
    return {
        "stats": [_rounded(asdict(reply)) for reply in replies],
        "deviation": [[one.deviation, max(abs(one.minimum or 0), abs(one.maximum or 0))] for one in each],
    }


def _rounded(value: Any) -> Any:
    """Engines add up floats in different orders, so their last digits say nothing."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < EXACT else float(f"{value:.6g}")
    if isinstance(value, dict):
        return {name: _rounded(item) for name, item in value.items() if name != "deviation"}
    return [_rounded(item) for item in value] if isinstance(value, list | tuple) else value


def order(engine: Engine, schema: Schema, asked: Asked) -> dict[str, Any]:
    """Three pages forwards, the one before the last of them backwards, and the one in the middle by its offset."""
    asked = replace(asked, size=PAGE)
    pages = [one for one, _ in zip(_pages(engine, schema, asked), range(3), strict=False)]
    shown = [key for one in pages for key in _keys(one.results)]
    if len(pages) > 1:
        first = pages[-1].results[0].sort
        shown += _keys(page(engine, schema, replace(asked, after=first, backwards=True)).results)
        shown += _keys(page(engine, schema, replace(asked, offset=pages[0].total // 2)).results)
    return {"order": shown}


def highlights(engine: Engine, schema: Schema, asked: Asked) -> dict[str, Any]:
    found = page(engine, schema, replace(asked, order_by=(KEY,), size=MARKED, style=Style()))
    return {"highlights": {result.key: dict(result.highlights) for result in found.results}}
