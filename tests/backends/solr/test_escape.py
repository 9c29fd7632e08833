"""No text becomes syntax: whatever is looked for, a real Solr finds just what Python finds."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backends.core.nodes import AnyOf, Equals, Fuzzy, Infix, Node, Phrase, Prefix, Range, Suffix, Term
from backends.core.request import FacetRequest, Request, Sort
from backends.core.schema import KEY
from backends.solr.store import SolrStore
from searchsvc.reliability.http import HttpSettings
from tests.contract.corpus import SCHEMA, make

SIGNS = "+-&|!(){}[]^\"~*?:\\/;,.$%<>=#@'` \t\n_"
VALUES = [
    *SIGNS, *(f"a{sign}b" for sign in SIGNS), *(f"{sign}{sign}" for sign in SIGNS), "AND", "OR", "NOT", "TO", "*:*",
    "{!func}1", "$q", "$count0", "_query_:x", "[a TO b]", "a^2", "a~1", "\\u0041", "\\", "\\\\", '"', '\\"', "/.*/",
    "a && b", "id:*", "-is_manifest:1", "\x01", "\x1f\x01", "東京", "🎨", "é", "\u3000", "\u2028", "x" * 300,
    "%s", "<b>",     "".join(map(chr, range(1, 32))),
]  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(VALUES),
    st.text(st.sampled_from(SIGNS + "abTOu$é東"), min_size=1, max_size=6),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=8),
)


@pytest.fixture(scope="module")
def store(solr) -> Iterator[SolrStore]:
    made = SolrStore("contract", solr.unique("escape"), SCHEMA, HttpSettings((solr.url,)))
    made.promote(made.create(SCHEMA))
    rows = [make(f"w{at:03}", {"title": "Work", "kind": value}) for at, value in enumerate(VALUES)]
    assert made.write(1, rows) == []
    yield made
    made.close()


def found(store: SolrStore, node: Node) -> set[str]:
    hits = store.search(Request(node, sort=(Sort(KEY),), size=1000)).hits
    return {VALUES[int(hit.key.removeprefix("t:w"))] for hit in hits}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_values_and_their_parts_are_found_as_they_are(store: SolrStore, text: str):
    values = set(VALUES)
    assert found(store, Equals("kind", text)) == values & {text}
    assert found(store, AnyOf("kind", (text, "AND", "$q"))) == values & {text, "AND", "$q"}
    assert found(store, Prefix("kind", text)) == {value for value in values if value.startswith(text)}
    assert found(store, Suffix("kind", text)) == {value for value in values if value.endswith(text)}
    assert found(store, Infix("kind", text)) == {value for value in values if text in value}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(low=TEXTS, high=TEXTS, ends=st.tuples(st.booleans(), st.booleans()))
def test_ranges_compare_by_code_point(store: SolrStore, low: str, high: str, ends: tuple[bool, bool]):
    def within(value: str) -> bool:
        return (low < value or (ends[0] and low == value)) and (value < high or (ends[1] and value == high))

    assert found(store, Range("kind", low, high, *ends)) == {value for value in VALUES if within(value)}
    assert found(store, Range("kind", low, None)) == {value for value in VALUES if low <= value}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_a_word_of_any_signs_is_a_word(store: SolrStore, text: str):
    term = "".join(text.split()) or "x"
    for node in (
        Term("title", term),
        Phrase("title", (term, term)),
        Fuzzy("title_words", term, 1),
        Suffix("title", term),
    ):
        assert len(found(store, node)) in {0, len(set(VALUES))}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_a_facet_s_beginning_is_no_expression(store: SolrStore, text: str):
    request = Request(Range("kind", None, None), facets=(FacetRequest("kind", None, prefix=text),), size=0)
    reply = store.search(request).facets[0]
    assert {value for value, _count in reply.values} == {value for value in VALUES if value.startswith(text)}
    levels = Request(Range("kind", None, None), facets=(FacetRequest("subject", None, below=(text,)),), size=0)
    assert store.search(levels).facets[0].values == ()
