"""One service: what a page holds, whoever asks."""

from dataclasses import replace

import pytest

from searchsvc.catalog.models import Item
from searchsvc.search.params import SearchParams
from searchsvc.search.service import UnknownIndex, UnknownRecord, grouped, record, run
from searchsvc.search.viewer import ANYONE, Viewer

ITEMS = SearchParams("items")
CURATOR, ALL_SEEING = Viewer(("curators",)), Viewer(all_seeing=True)
WAVE = "demo:great-wave-off-kanagawa"


def keys(params: SearchParams, viewer: Viewer = ANYONE) -> list[str]:
    return [result.key for result in run(params, viewer).results]


def walk(params: SearchParams, viewer: Viewer = ANYONE) -> list[list[str]]:
    """Every page from the first on, by the cursors the service gives."""
    pages, cursor = [], ""
    while cursor is not None:
        page = run(replace(params, cursor=cursor), viewer)
        pages.append([result.key for result in page.results])
        cursor = page.next
    return pages


def counts(params: SearchParams, field: str, viewer: Viewer = ANYONE) -> dict[str, int]:
    facet = next(facet for facet in run(params, viewer).facets if facet.field == field)
    return {value.value: value.count for value in facet.values}


def public() -> int:
    return sum(1 for item in Item.objects.only("visible_to") if "public" in item.visible_to)


def test_no_words_find_everything_the_viewer_may_see() -> None:
    assert run(ITEMS, ANYONE).total == public()
    assert run(ITEMS, ALL_SEEING).total == Item.objects.count()


def test_facet_values_are_or_within_a_facet_and_and_between_facets() -> None:
    painting, sculpture = counts(ITEMS, "kind")["painting"], counts(ITEMS, "kind")["sculpture"]
    both = replace(ITEMS, filters=(("kind", ("painting", "sculpture")),))
    assert run(both, ANYONE).total == painting + sculpture
    japanese = replace(both, filters=(("kind", ("painting", "sculpture")), ("subject", ("Places/Asia/Japan",))))
    assert 0 < run(japanese, ANYONE).total < painting + sculpture


def test_a_facet_s_own_filter_does_not_narrow_its_own_counts() -> None:
    assert counts(replace(ITEMS, filters=(("kind", ("painting",)),)), "kind") == counts(ITEMS, "kind")


def test_a_count_is_the_total_that_choosing_it_gives() -> None:
    query = replace(ITEMS, q="sea", filters=(("kind", ("painting",)),))
    for facet in run(query, ANYONE).facets:
        for value in facet.values[:3]:
            if not value.selected:
                alone = replace(query.with_value(facet.field, value.value))
                own = tuple(pair for pair in alone.filters if pair[0] != facet.field)
                chosen = replace(alone, filters=tuple(sorted((*own, (facet.field, (value.value,))))))
                assert run(chosen, ANYONE).total == value.count


def test_excluded_values_are_in_no_hit() -> None:
    rest = replace(ITEMS, excluded=(("kind", ("painting", "building")),))
    assert run(rest, ANYONE).total == public() - counts(ITEMS, "kind")["painting"] - counts(ITEMS, "kind")["building"]


def test_a_range_finds_works_whose_span_overlaps_it() -> None:
    found = {
        result.key for result in run(replace(ITEMS, ranges=(("year", (1900, 1905)),), size=100), ALL_SEEING).results
    }
    overlap = Item.objects.filter(year_from__lte=1905, year_to__gte=1900)
    assert found == set(overlap.values_list("key", flat=True))


def test_a_hierarchy_shows_its_top_and_opens_below_what_is_chosen() -> None:
    top = counts(ITEMS, "subject")
    assert all("/" not in path for path in top)
    opened = counts(replace(ITEMS, filters=(("subject", ("Nature/Water",)),)), "subject")
    assert {"Nature", "Nature/Water", "Nature/Water/Sea"} <= set(opened)
    assert not any(path.startswith("Places/") for path in opened)


def test_what_is_chosen_is_shown_even_where_nothing_has_it() -> None:
    none = replace(ITEMS, q="harbour", filters=(("language", ("xx",)),))
    page = run(none, ANYONE)
    assert page.total == 0
    assert ("xx", 0, True) in [
        (value.value, value.count, value.selected) for facet in page.facets for value in facet.values
    ]


@pytest.mark.parametrize("sort", ["title", "year", "-year", "-created", "relevance"])
@pytest.mark.parametrize("q", ["", "the"])
def test_pages_make_the_whole_once_each(sort: str, q: str) -> None:
    params = replace(ITEMS, q=q, sort=sort, size=37)
    walked = [key for page in walk(params) for key in page]
    assert len(walked) == len(set(walked)) == run(params, ANYONE).total


def test_the_way_back_is_the_way_forth() -> None:
    params = replace(ITEMS, sort="-year", size=50)
    pages = walk(params)
    cursor, back = None, []
    page = run(params, ANYONE)
    while page.next:
        page = run(replace(params, cursor=page.next), ANYONE)
    assert page.next is None
    while page.previous:
        cursor = page.previous
        page = run(replace(params, cursor=cursor), ANYONE)
        back.append([result.key for result in page.results])
    assert page.previous is None
    assert list(reversed(back)) == pages[:-1]


def test_strangers_meet_a_restricted_work_nowhere() -> None:
    wave = replace(ITEMS, q="Kanagawa")
    assert WAVE not in keys(wave)
    assert WAVE in keys(wave, CURATOR)
    assert WAVE not in keys(wave, Viewer(("other",)))
    kind = counts(wave, "kind", CURATOR).get("print", 0) - counts(wave, "kind").get("print", 0)
    assert kind == 1
    with pytest.raises(UnknownRecord):
        record("items", WAVE, ANYONE)
    assert record("items", WAVE, CURATOR)[1].fields["kind"] == "print"


def test_a_missing_record_reads_like_one_that_may_not_be_seen() -> None:
    with pytest.raises(UnknownRecord) as missing:
        record("items", "demo:no-such-work", ANYONE)
    with pytest.raises(UnknownRecord) as hidden:
        record("items", WAVE, ANYONE)
    assert str(missing.value).replace("demo:no-such-work", "") == str(hidden.value).replace(WAVE, "")


def test_an_unknown_index_is_told_which_there_are() -> None:
    with pytest.raises(UnknownIndex, match="items, collections, creators"):
        run(SearchParams("films"), ANYONE)


def test_a_grouped_search_asks_every_index() -> None:
    answers = grouped("painting", ANYONE)
    assert list(answers) == ["items", "collections", "creators"]
    assert all(answer.error is None and answer.value and answer.value.total for answer in answers.values())


def test_words_are_marked_where_they_stand() -> None:
    marked = 0
    for result in run(replace(ITEMS, q="bridges"), ANYONE).results:
        for field in ("title", "text"):
            if " bridge" in result.fields[field].lower():
                assert "<mark>" in "".join(result.highlights[field])
                marked += 1
    assert marked
