"""Fields named in a person's text: only where a project says which."""

import pickle
from copy import deepcopy

from haystack import connections
from haystack.inputs import AutoQuery
from haystack.query import SearchQuerySet

from backends.core.inputs import NamedQuery
from backends.core.named import names
from searchsvc.catalog.models import Item


def named(text: str) -> NamedQuery:
    return NamedQuery(text, names(connections["default"].get_backend().index_schema, hidden={"visible_to"}))


def test_an_auto_query_takes_a_colon_for_a_part_of_a_word() -> None:
    for text in ("kind:painting", "visible_to:public", "year:1900..1950"):
        assert SearchQuerySet().filter(content=AutoQuery(text)).count() == 0
        assert SearchQuerySet().auto_query(text).count() == 0


def test_a_named_query_asks_the_fields_that_it_names() -> None:
    query = SearchQuerySet().filter(content=named("kind:painting year:1900..1950 -title:sea"))
    rows = Item.objects.filter(kind="painting", year_from__range=(1900, 1950)).exclude(title__iregex=r"\bsea\b")
    assert {result.pk for result in query[:1000]} == {str(pk) for pk in rows.values_list("pk", flat=True)} != set()
    assert pickle.loads(pickle.dumps(query)).count() == query.count()  # noqa: S301 - made on this line


def test_words_of_no_name_look_in_the_field_that_is_filtered() -> None:
    query = SearchQuerySet().filter(title=named("house kind:building"))
    assert query.count() == SearchQuerySet().filter(title="house", kind="building").count() > 0


def test_a_step_of_a_query_does_not_copy_a_whole_schema() -> None:
    text = named("house year:1900..")
    assert deepcopy(text) is text
    query = SearchQuerySet().filter(content=text).order_by("title").facet("kind")
    assert query.query.query_filter.children[0][1].names is text.names


def test_what_a_project_does_not_allow_is_words() -> None:
    query = named("visible_to:public year:foo")
    assert SearchQuerySet().filter(content=query).count() == 0
    assert [str(remark) for remark in query.read().remarks] == [
        "“year:foo” was searched as words: year takes a whole number."
    ]
