"""Pages by relevance: kept still by a rank list, filtered again when they are read."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from indexes.items import ItemIndex
from indexes.registry import registered
from searchsvc.catalog.models import Item
from searchsvc.search import ranked, ranklist, service
from searchsvc.search.cursor import BadCursor
from searchsvc.search.models import StoredRankList
from searchsvc.search.params import SearchParams
from searchsvc.search.results import ResultPage
from searchsvc.search.service import run
from searchsvc.search.viewer import ANYONE, Viewer

THE = SearchParams("items", "the", size=7, facets=(), highlight=False)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def keys(page: ResultPage) -> list[str]:
    return [result.key for result in page.results]


def at(cursor: str | None, params: SearchParams = THE, viewer: Viewer = ANYONE, now: datetime = NOON) -> ResultPage:
    return run(replace(params, cursor=cursor or ""), viewer, now=lambda: now)


def rest(page: ResultPage, viewer: Viewer = ANYONE) -> list[str]:
    """The keys of all pages behind this one."""
    found = []
    while page.next:
        page = at(page.next, page.params, viewer)
        found += keys(page)
    return found


@dataclass
class Desk:
    """Changes works in the database and in the index, and puts them back."""

    touched: dict[int, Item]

    def index(self, item: Item) -> None:
        self.touched.setdefault(item.pk, item)
        registered()["items"].backend.update(ItemIndex(), ItemIndex().index_queryset().filter(pk=item.pk))

    def restrict(self, key: str) -> None:
        Item.objects.filter(key=key).update(visible_to=["curators"])
        self.index(Item.objects.get(key=key))

    def remove(self, key: str) -> None:
        item = Item.objects.get(key=key)
        self.touched.setdefault(item.pk, item)
        registered()["items"].backend.remove(item)

    def add(self, name: str, text: str) -> str:
        item = Item.objects.create(key=f"desk:{name}", kind="book", title=text, description=text)
        self.index(item)
        return item.key

    def back(self) -> None:
        for item in self.touched.values():
            if item.key.startswith("desk:"):
                registered()["items"].backend.remove(item)
            else:
                Item.objects.filter(pk=item.pk).update(visible_to=["public"])
                self.index(item)


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk({})
    yield made
    made.back()


def test_a_first_page_makes_no_list_and_has_no_end() -> None:
    page = at(None)
    assert page.next
    assert page.expires is None
    assert StoredRankList.objects.count() == 0


def test_the_second_page_makes_one_list_that_says_how_long_it_is_kept() -> None:
    page = at(at(None).next)
    assert page.expires == NOON + ranklist.LIFE
    rest(page)
    assert StoredRankList.objects.count() == 1


def test_the_way_back_is_the_way_forth() -> None:
    page = at(None)
    pages = [keys(page)]
    while page.next:
        page = at(page.next)
        pages.append(keys(page))
    assert len(pages) > 10
    back = []
    while page.previous:
        page = at(page.previous)
        back.append(keys(page))
    assert back == pages[-2::-1]
    assert keys(at(page.next)) == pages[1]


def test_totals_facets_and_highlights_are_on_every_page() -> None:
    asked = replace(THE, q="sea", facets=None, highlight=True, size=3)
    first = at(None, asked)
    second = at(first.next, asked)
    assert (second.total, second.facets) == (first.total, first.facets)
    assert all(result.score > 0 for result in second.results)
    assert any(result.highlights for result in second.results)


def test_equal_questions_of_equal_viewers_share_a_list_whatever_their_pages_hold() -> None:
    for size in (3, 7, 50):
        asked = replace(THE, size=size)
        at(at(None, asked).next, asked)
    assert StoredRankList.objects.count() == 1
    curator = Viewer(("curators",))
    at(at(None, viewer=curator).next, viewer=curator)
    assert StoredRankList.objects.count() == 2


def test_pages_stand_still_while_works_are_added(desk: Desk) -> None:
    first = at(None)
    expected = rest(first)
    second = at(first.next)
    for name in ("a", "b"):
        desk.add(name, "The the the")
    assert keys(second) + rest(second) == expected


def test_what_changes_between_the_first_and_the_second_page_is_neither_repeated_nor_passed_over(desk: Desk) -> None:
    first = at(None)
    expected = rest(first)
    added = [desk.add(f"c{number}", "The the the " * number) for number in range(1, 9)]
    desk.remove(keys(first)[3])
    walked = rest(first)
    assert sorted(key for key in walked if key not in added) == sorted(expected)
    assert len(walked) == len(set(walked))
    assert keys(at(at(first.next).previous)) == [key for key in keys(first) if key != keys(first)[3]]


def test_a_work_restricted_meanwhile_is_not_shown_and_its_place_is_filled(desk: Desk) -> None:
    second = at(at(None).next)
    third = keys(at(second.next))
    fourth = at(at(second.next).next)
    desk.restrict(third[2])
    desk.remove(third[4])
    page = at(second.next)
    assert keys(page) == [key for key in third if key not in (third[2], third[4])] + keys(fourth)[:2]
    assert third[2] in keys(at(second.next, viewer=Viewer(("curators",))))
    assert keys(at(at(page.next).previous)) == keys(page)


def test_where_most_works_are_gone_the_page_is_full_all_the_same(desk: Desk) -> None:
    second = at(at(None).next)
    behind = rest(second)
    for key in behind[:30]:
        desk.remove(key)
    assert keys(at(second.next)) == behind[30:37]


def test_after_its_time_a_list_is_gone() -> None:
    page = at(at(None).next)
    assert page.expires
    assert keys(at(page.next, now=page.expires - timedelta(seconds=1)))
    with pytest.raises(BadCursor) as caught:
        at(page.next, now=page.expires)
    assert caught.value.code == "cursor-expired"


def test_asking_for_the_second_page_again_keeps_the_list_longer() -> None:
    first = at(None)
    assert at(first.next).expires == NOON + ranklist.LIFE
    soon, later = NOON + ranklist.LIFE * 0.4, NOON + ranklist.LIFE * 0.6
    assert at(first.next, now=soon).expires == NOON + ranklist.LIFE
    assert at(first.next, now=later).expires == later + ranklist.LIFE
    assert at(first.next, now=later + ranklist.LIFE * 2).expires == later + ranklist.LIFE * 3


def test_behind_a_full_list_the_reader_is_told_how_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (ranked, ranklist, service):
        monkeypatch.setattr(module, "FARTHEST", 20)
    second = at(at(None).next)
    last = at(second.next)
    assert (len(second.results), second.warnings) == (7, ())
    assert (len(last.results), last.next) == (6, None)
    assert "choose another order" in last.warnings[0]
    assert at(last.previous).warnings == ()


def test_a_list_that_holds_all_gives_no_warning() -> None:
    page = at(None)
    while page.next:
        page = at(page.next)
    assert page.warnings == ()


def test_a_first_page_longer_than_its_marks_goes_on_behind_itself() -> None:
    asked = replace(THE, size=250)
    first = at(None, asked)
    assert len(first.next or "") < 1600
    assert not set(rest(first)) & set(keys(first))
    assert len(rest(first)) + 250 == first.total
