"""Documents' own boosts. Tantivy multiplies scores by log2(2 + a column), 1 at least; what is below is halved first.

So every boost is exact: its power of two is a query of its own, the factor from 1 up a column.
"""

from math import frexp

import tantivy
from tantivy import FieldType, Occur, Query

from backends.core.documents import LOWEST_BOOST
from backends.core.schema import DOCUMENT_BOOST

WEIGHT = "_weight"


def halvings(boost: float) -> int:
    """How often 1 is halved until it is at most the boost."""
    return max(0, 1 - frexp(boost)[1])


MOST_HALVINGS = halvings(LOWEST_BOOST)


def weight(boost: float) -> float:
    """What WEIGHT holds for a boost that is halved afterwards."""
    return float(2 ** (boost * 2.0 ** halvings(boost))) - 2


class Boosts:
    """Those of one searcher's documents."""

    def __init__(self, searcher: tantivy.Searcher, native: tantivy.Schema) -> None:
        self.has_any = _finds(searcher, Query.exists_query(DOCUMENT_BOOST))
        spans = {halved: _span(native, halved) for halved in range(1, MOST_HALVINGS + 1)} if self.has_any else {}
        self._halved = {halved: span for halved, span in spans.items() if _finds(searcher, span)}
        self._lowered = Query.range_query(native, DOCUMENT_BOOST, FieldType.Float, None, 1.0, True, False)

    @property
    def column(self) -> str | None:
        """What Tantivy weighs by."""
        return WEIGHT if self.has_any else None

    def halved(self, query: Query) -> Query:
        """The query, its score halved where a document's boost says so."""
        if not self._halved:
            return query
        parts = [Query.boolean_query([(Occur.Must, query), (Occur.MustNot, self._lowered)])]
        for halved, span in self._halved.items():
            found = Query.boolean_query([(Occur.Must, query), (Occur.Must, Query.const_score_query(span, 0.0))])
            parts.append(Query.boost_query(found, 0.5**halved))
        return Query.boolean_query([(Occur.Should, part) for part in parts])


def _span(native: tantivy.Schema, halved: int) -> Query:
    ends = 0.5**halved, 0.5 ** (halved - 1)
    return Query.range_query(native, DOCUMENT_BOOST, FieldType.Float, *ends, True, False)


def _finds(searcher: tantivy.Searcher, query: Query) -> bool:
    return bool(searcher.search(query, 1, count=False).hits)
