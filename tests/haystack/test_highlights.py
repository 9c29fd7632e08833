"""highlight() with the options of Haystack's own engines."""

from typing import Any

import pytest
from haystack.query import SearchQuerySet

from backends.core.errors import BadQuery, UnknownField, UnsupportedQuery


def shown(**options: Any) -> dict[str, list[str]]:
    query = SearchQuerySet().filter(content="house").order_by("key")
    highlighted = [result.highlighted for result in query.highlight(**options)[:50]]
    assert all(isinstance(fields, dict) for fields in highlighted)
    names = {name for fields in highlighted for name in fields}
    return {name: [part for fields in highlighted for part in fields.get(name, ())] for name in names}


@pytest.mark.parametrize(
    "options",
    [
        {"before": "<b>", "after": "</b>"},
        {"pre_tags": ["<b>"], "post_tags": ["</b>"]},
        {"simple.pre": "<b>", "simple.post": "</b>"},
        {"hl.simple.pre": "<b>", "hl.simple.post": "</b>"},
    ],
)
def test_marks_are_chosen_as_elasticsearch_and_solr_name_them(options: dict[str, Any]) -> None:
    plain, marked = shown(), shown(**options)
    assert any(plain.values())
    assert marked == {
        name: [part.replace("<em>", "<b>").replace("</em>", "</b>") for part in parts] for name, parts in plain.items()
    }


@pytest.mark.parametrize("fields", [["title"], {"title": {}}, "title"])
def test_fields_are_chosen(fields: Any) -> None:
    plain, marked = shown(), shown(fields=fields)
    assert marked == {"title": plain["title"]} != plain
    assert shown(fields="*") == plain


def test_lengths_are_characters_and_nothing_is_the_whole_text() -> None:
    short = [part for parts in shown(fragment_size=40).values() for part in parts]
    assert max(map(len, short)) < 100
    whole = shown(fragsize=0)
    assert whole == shown(number_of_fragments=0) == shown(length=None)
    assert not any("…" in part for parts in whole.values() for part in parts)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"colour": "red"}, UnsupportedQuery),
        ({"fields": {"title": {"type": "plain"}}}, UnsupportedQuery),
        ({"fields": ["titel"]}, UnknownField),
        ({"fields": 5}, BadQuery),
        ({"fragment_size": "long"}, BadQuery),
        ({"pre_tags": ["<b>", "<i>"]}, BadQuery),
    ],
)
def test_what_has_no_meaning_is_refused(options: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        shown(**options)
