"""Flags cannot lie. What a question needs is read from its request: an engine whose flag is False must refuse it.

A test whose question was rightly refused counts as passed, in reverse. A test marked `@requires(flag)` does so too
when its own call is refused, and fails where everything was answered.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from backends.core import nodes
from backends.core.errors import IndexMissing, UnsupportedQuery
from backends.core.request import Request
from backends.core.requests import scores
from backends.core.schema import KEY, ColumnType, Schema
from backends.core.store import Store

NODE_FLAGS: dict[type[nodes.Node], str] = {
    nodes.Phrase: "phrases",
    nodes.Fuzzy: "fuzzy",
    nodes.Suffix: "parts_of_words",
    nodes.Infix: "parts_of_words",
    nodes.Near: "geo",
}
# An engine without transactions has no index to open any more; all else is refused as asked.
REFUSALS = (UnsupportedQuery, IndexMissing)


def _of_nodes(node: nodes.Node, schema: Schema) -> Iterator[str]:
    stack = [node]
    while stack:
        current = stack.pop()
        stack.extend(current.children())
        if type(current) in NODE_FLAGS:
            yield NODE_FLAGS[type(current)]
        if isinstance(current, nodes.Range) and schema.by_column[current.column].type is ColumnType.KEYWORD:
            yield "keyword_ranges"


def needs(request: Request, schema: Schema) -> frozenset[str]:
    """The flags that an engine must have to answer a request."""
    parts = [request.node, *(refinement.node for refinement in request.refinements)]
    found = {flag for part in parts for flag in _of_nodes(part, schema)}
    tests = {
        "facets": bool(request.facets),
        "stats": bool(request.stats),
        "keyset": request.after is not None or request.backwards,
        "field_order": any(sort.column != KEY for sort in request.sort),
        "geo": any(sort.origin for sort in request.sort),
        "scores": not request.sort and scores(request.node),
    }
    return frozenset(found | {flag for flag, needed in tests.items() if needed})


def lacking(store: Store, flags: frozenset[str]) -> frozenset[str]:
    return frozenset(flag for flag in flags if not getattr(store.features, flag))


class Running:
    """The test that runs now: the flags it is marked with, and how the engine took its questions.

    `refused` holds the flags that the engine lacks where it refused a question for them.
    """

    def __init__(self) -> None:
        self.start(frozenset())

    def start(self, marked: frozenset[str]) -> None:
        self.marked, self.asked, self.answered = marked, False, False
        self.refused: frozenset[str] = frozenset()

    def is_reversed(self, lacks: frozenset[str], error: BaseException | None) -> bool:
        """Did the test end in a refusal that the engine's flags announce?"""
        return isinstance(error, REFUSALS) and bool(lacks | self.refused)

    def lie(self, lacks: frozenset[str], error: BaseException | None) -> str:
        """What to say of an engine that answered what it says it cannot; '' for an honest one."""
        if lacks and error is None and (self.answered or not self.asked):
            return f"says it lacks {', '.join(sorted(lacks))}, yet it answered"
        return ""


RUNNING = Running()


@contextmanager
def held(store: Store, flags: frozenset[str]) -> Iterator[None]:
    """One question that needs these flags. Raises AssertionError where it is answered without them."""
    lacks = lacking(store, flags)
    try:
        yield
    except UnsupportedQuery:
        RUNNING.refused |= lacks
        raise
    RUNNING.answered = True
    assert not lacks, f"{type(store).__name__} says it lacks {', '.join(sorted(lacks))}, yet it answered"
