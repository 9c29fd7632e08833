"""Fields that people name in their words: what is found, what is said back, and who may know of which values."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchsvc.catalog.models import Item
from searchsvc.search import wording
from searchsvc.search.params import SearchParams
from searchsvc.search.results import ResultPage
from searchsvc.search.service import index_named, run
from searchsvc.search.viewer import ANYONE, Viewer
from tests.search.test_service import WAVE, walk

ITEMS, CREATORS = SearchParams("items"), SearchParams("creators")
CURATOR = Viewer(("curators",))
NAMES = ("title:", "creator:", "kind:", "year:", "price:", "visible_to:", "language:", "created:", "Subject:", "no:")
PARTS = (*NAMES, "(", ")", '"', "-", "OR", "..", ">", "1900", "1950", "sea", "turner", "painting", "*", " ", "ß", "🎨")
ANY = st.text(max_size=40) | st.lists(st.sampled_from(PARTS), max_size=12).map("".join)


def ask(q: str, viewer: Viewer = ANYONE, params: SearchParams = ITEMS) -> ResultPage:
    return run(replace(params, q=q, size=1000), viewer)


def keys(q: str, viewer: Viewer = ANYONE, params: SearchParams = ITEMS) -> set[str]:
    return {result.key for result in ask(q, viewer, params).results}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANY)
def test_any_text_gives_a_page(text: str) -> None:
    for name in ("items", "creators"):
        page = run(SearchParams(name, q=text, size=2), ANYONE)
        assert page.total >= len(page.results)
        assert all(page.warnings)


def test_a_range_of_years_is_the_same_as_the_filter() -> None:
    filtered = run(replace(ITEMS, ranges=(("year", (1900, 1950)),), size=1000), ANYONE)
    assert keys("year:1900..1950") == {result.key for result in filtered.results} != set()
    assert keys("year:1900..1950 -kind:painting") < keys("year:1900..1950")


def test_a_range_of_another_index_is_its_own() -> None:
    filtered = run(replace(CREATORS, ranges=(("year", (1800, 1810)),), size=1000), ANYONE)
    assert keys("year:1800..1810", params=CREATORS) == {result.key for result in filtered.results} != set()


def test_a_name_keeps_words_to_its_field() -> None:
    titles = {item.key for item in Item.objects.all() if "sea" in item.title.lower().split()}
    assert keys("title:sea", Viewer(all_seeing=True)) >= titles
    assert keys("title:sea") < keys("sea")


def test_a_keyword_is_found_by_words_of_its_values_and_of_their_labels() -> None:
    turner = {item.key for item in Item.objects.filter(contributions__creator__name__contains="Turner")}
    assert keys("creator:turner") == turner != set()
    french = set(Item.objects.filter(language="fr").values_list("key", flat=True))
    assert keys("language:French") == keys("language:fr") == french != set()


def test_what_was_understood_is_said_where_it_is_more_than_words() -> None:
    page = ask("harbour year:1900..1950 -winter")
    assert page.understood == "with “harbour” and year 1900–1950, without “winter”"
    assert [ask(q).understood for q in ("", "*", "harbour boat", "http://x", "titel:sea")] == [""] * 5


def test_a_value_that_does_not_fit_is_words_and_a_warning() -> None:
    page = ask("sea year:soon")
    assert page.warnings == ("“year:soon” was searched as words: year takes a whole number.",)
    assert ask("creator:hokusay").warnings == (
        "“creator:hokusay” was searched as words: creator takes one of its values, such as “Katsushika Hokusai”.",
    )


def test_a_restricted_work_is_found_by_name_by_whom_it_is_for() -> None:
    assert WAVE in keys("creator:hokusai", CURATOR)
    assert WAVE not in keys("creator:hokusai") != set()


def test_hidden_fields_have_no_name() -> None:
    assert ask("visible_to:curators", CURATOR).total == ask("begins:sea").total == 0
    assert ask("visible_to:curators", CURATOR).warnings == ()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The fields whose values were asked for, in order."""
    fields: list[str] = []
    real = wording._asked

    def noted(index, viewer, field):
        fields.append(field)
        return real(index, viewer, field)

    monkeypatch.setattr(wording, "_asked", noted)
    monkeypatch.setattr(wording, "_kept", type(wording._kept)())
    return fields


def test_values_are_asked_when_they_are_named_and_once(asked: list[str]) -> None:
    for q in ("harbour", "http://x", "title:sea year:1900..", "creator:turner", "creator:turner kind:print"):
        ask(q)
    assert asked == ["creator", "kind"]


def test_values_are_kept_for_each_viewer_and_not_beyond_a_bound(
    asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    index = index_named("items")
    for viewer in (ANYONE, CURATOR, ANYONE, CURATOR):
        wording.known(index, viewer, "kind")
    assert len(asked) == 2
    monkeypatch.setattr(wording, "MOST_KEPT", 2)
    wording.known(index, ANYONE, "creator")
    wording.known(index, ANYONE, "kind")
    assert asked == ["kind", "kind", "creator", "kind"]


def test_codes_that_are_too_many_are_compared_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "MOST_KNOWN", 2)
    monkeypatch.setattr(wording, "_kept", type(wording._kept)())
    index = index_named("items")
    assert wording.known(index, ANYONE, "creator_key") is None
    assert len(wording.known(index, ANYONE, "creator") or ()) == 2


@pytest.mark.parametrize("sort", ["relevance", "title", "-year"])
def test_named_queries_are_walked_without_a_repeat_or_a_miss(sort: str) -> None:
    for q in ("kind:painting year:1800..1900", "the kind:painting"):
        pages = walk(replace(ITEMS, q=q, sort=sort, size=7))
        found = [key for page in pages for key in page]
        assert len(found) == len(set(found))
        assert set(found) == keys(q)


def test_words_of_a_named_text_field_are_marked() -> None:
    marked = [result.highlights["title"][0] for result in ask("title:sea").results]
    assert marked
    assert all("<mark>" in title for title in marked)
