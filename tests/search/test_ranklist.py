"""Where rank lists are kept: bounded, swept, and the same whether in a table or in a cache."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.locmem import LocMemCache

from backends.core.errors import Unavailable
from searchsvc.search.models import StoredRankList
from searchsvc.search.ranklist import CacheLists, RankList, RankLists, TableLists, pack, rank_lists, unpack

NOW = datetime.now(UTC)  # a cache has a clock of its own, and nothing here waits for it
SOON = NOW + timedelta(hours=1)


@pytest.fixture(scope="session")
def engine() -> str:
    """No engine is asked here."""
    return ""


@pytest.fixture(params=["table", "cache"])
def lists(request: pytest.FixtureRequest) -> RankLists:
    return TableLists(most=3) if request.param == "table" else CacheLists(LocMemCache(request.node.name, {}), most=3)


def made(name: str, expires: datetime = SOON) -> RankList:
    return RankList(name, ("demo:a", "demo:ü\n", name), expires)


def test_what_is_saved_is_loaded(lists: RankLists) -> None:
    lists.save(made("one"), NOW)
    assert lists.load("one", NOW) == made("one")
    assert lists.load("two", NOW) is None


def test_saved_again_it_is_renewed_and_takes_no_second_place(lists: RankLists) -> None:
    for name in ("one", "two", "three"):
        lists.save(made(name), NOW)
    renewed = replace(made("three"), expires=SOON + timedelta(hours=1))
    lists.save(renewed, NOW)
    assert lists.load("three", NOW) == renewed
    assert lists.load("one", NOW) == made("one")


def test_no_more_are_kept_than_there_is_room_for(lists: RankLists) -> None:
    for at in range(7):
        lists.save(made(f"n{at}", SOON + timedelta(minutes=at)), NOW)
    assert [at for at in range(7) if lists.load(f"n{at}", NOW)] == [4, 5, 6]


def test_an_expired_list_is_not_given(lists: RankLists) -> None:
    lists.save(made("one"), NOW)
    assert lists.load("one", SOON) is None


def test_expired_rows_are_swept_when_one_is_written() -> None:
    lists = TableLists()
    lists.save(made("old"), NOW)
    lists.save(made("new", SOON + timedelta(hours=1)), SOON)
    assert [row.pk for row in StoredRankList.objects.all()] == ["new"]
    assert str(StoredRankList.objects.get()) == "new"


def test_ten_thousand_keys_take_little_room() -> None:
    keys = tuple(f"tate:T{(at * 7919) % 100_000:05}" for at in range(10_000))
    assert unpack(pack(keys)) == keys
    assert len(pack(keys)) < 60_000


def test_a_site_with_redis_keeps_them_there(settings: object) -> None:
    assert isinstance(rank_lists(), TableLists)
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://nowhere"}
    }
    assert isinstance(rank_lists(), CacheLists)


def test_a_cache_out_of_reach_is_an_outage_and_no_expired_page() -> None:
    class Down(DummyCache):
        def get(self, key: str, *_rest: object) -> object:
            raise ConnectionRefusedError(key)

    lists = CacheLists(Down("", {}))
    with pytest.raises(Unavailable, match="cannot be reached"):
        lists.load("one", NOW)
    with pytest.raises(Unavailable, match="cannot be reached"):
        lists.save(made("one"), NOW)
