"""spelling_suggestion() through Haystack's own SearchQuerySet, where a connection has INCLUDE_SPELLING."""

import pickle
from typing import Any

import pytest
from haystack import connections
from haystack.inputs import Exact
from haystack.query import SQ, SearchQuerySet

from backends.core.errors import UnsupportedQuery
from backends.core.features import Features
from searchsvc.catalog.models import Item


@pytest.fixture(autouse=True)
def backend(_built: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The connection's, with INCLUDE_SPELLING set to True."""
    backend = connections["default"].get_backend()
    monkeypatch.setattr(backend, "include_spelling", True)
    return backend


def suggested(query: SearchQuerySet) -> str | None:
    found: str | None = query.spelling_suggestion()
    return found


def test_words_are_put_right_in_their_order_and_the_rest_stays() -> None:
    assert suggested(SearchQuerySet().auto_query("sydny")) == "sydney"
    assert suggested(SearchQuerySet().auto_query("Sydny Oprea House")) == "Sydney Opera House"
    assert suggested(SearchQuerySet().auto_query('"opera hosue" -sydny')) == '"opera house" -sydny'
    assert suggested(SearchQuerySet().filter(content="oprea house")) == "opera house"
    assert suggested(SearchQuerySet().filter(content=Exact("oprea house"))) == '"opera house"'
    assert suggested(SearchQuerySet().auto_query("sydny", fieldname="title")) == "sydney"
    assert suggested(SearchQuerySet().filter(SQ(content="sydny") | SQ(content="pariss"))) == "(sydney OR paris)"


def test_what_is_right_needs_no_suggestion() -> None:
    for right in ("sydney opera house", "zyzzyvaxyz", ""):
        assert suggested(SearchQuerySet().auto_query(right)) is None
    assert suggested(SearchQuerySet().all()) is None
    assert suggested(SearchQuerySet().filter(kind="biulding")) is None
    assert suggested(SearchQuerySet().none()) is None


def test_filters_boosts_and_narrowing_are_no_words_of_the_query() -> None:
    query = SearchQuerySet().auto_query("sydny").filter(kind="building", year__gte=1900).narrow("kind:building")
    assert suggested(query.boost("oprea", 2).order_by("title").facet("kind").models(Item)) == "sydney"


def test_the_preferred_and_the_set_query_come_first() -> None:
    query = SearchQuerySet().auto_query("sydny")
    assert query.spelling_suggestion("oprea") == "opera"
    assert suggested(query.set_spelling_query("hosue")) == "house"
    assert query.set_spelling_query("hosue").spelling_suggestion("oprea") == "opera"
    assert query.set_spelling_query("opera").count() == query.count() == 0


def test_a_suggestion_comes_before_and_after_the_results_and_makes_no_search_of_its_own_twice() -> None:
    query = SearchQuerySet().auto_query("oprea")
    assert suggested(query) == "opera"
    assert len(query[:5]) == 0
    assert suggested(query) == "opera"
    assert SearchQuerySet().auto_query(suggested(query)).count() > 0
    assert suggested(pickle.loads(pickle.dumps(query))) == "opera"  # noqa: S301 - made on this line


def test_the_backend_answers_a_text_with_a_suggestion(backend: Any) -> None:
    assert backend.search("sydny")["spelling_suggestion"] == "sydney"
    assert backend.search("sydny", spelling_query="oprea")["spelling_suggestion"] == "opera"
    assert backend.search("sydney")["spelling_suggestion"] is None


def test_without_the_option_there_is_none(backend: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "include_spelling", False)
    assert suggested(SearchQuerySet().auto_query("sydny")) is None
    assert SearchQuerySet().auto_query("sydny").spelling_suggestion("oprea") is None
    assert suggested(SearchQuerySet().set_spelling_query("sydny")) is None


def test_an_engine_that_cannot_says_so_and_silence_covers_it(backend: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend.store, "features", Features(counts=True))
    with pytest.raises(UnsupportedQuery, match="INCLUDE_SPELLING"):
        suggested(SearchQuerySet().auto_query("sydny"))
    monkeypatch.setattr(backend, "silently_fail", True)
    assert suggested(SearchQuerySet().auto_query("sydny")) is None
