"""The best keys of one answer, kept for a while: a live index cannot be walked by score, a list of it can.

Kept in Redis where the cache is Redis, else in a table. Either holds a bounded number of lists and lets the oldest go
first; those that have expired are swept when one is written. See deploy/decisions/004-rank-lists.md.
"""

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import orjson
from django.core.cache import BaseCache, caches
from django.core.cache.backends.redis import RedisCache
from django.db import transaction

from backends.core.errors import Unavailable
from searchsvc.search.models import StoredRankList

FARTHEST = 10_000  # keys of a list; what lies behind them is for a field order or an export
LIFE = timedelta(minutes=30)  # nobody looks longer at one page and then turns it
MOST_LISTS = 1_000  # 10,000 keys pack to about 50 kB
PREFIX = "searchsvc.ranklist"


@dataclass(frozen=True, slots=True)
class RankList:
    """Keys, best first. It is there until `expires`, in UTC."""

    id: str
    keys: tuple[str, ...]
    expires: datetime

    @property
    def is_full(self) -> bool:
        return len(self.keys) >= FARTHEST


class RankLists(Protocol):
    """Where lists are kept. Raises Unavailable when the place cannot be reached."""

    def load(self, name: str, now: datetime) -> RankList | None:
        """The list of this id; None when it has expired or was let go."""
        ...

    def save(self, made: RankList, now: datetime) -> None:
        """Keep it, or replace the one of the same id."""
        ...


def pack(keys: tuple[str, ...]) -> bytes:
    return zlib.compress(orjson.dumps(keys), level=1)


def unpack(packed: bytes) -> tuple[str, ...]:
    return tuple(orjson.loads(zlib.decompress(packed)))


class TableLists:
    """In the database."""

    def __init__(self, most: int = MOST_LISTS) -> None:
        self._most = most

    def load(self, name: str, now: datetime) -> RankList | None:
        row = StoredRankList.objects.filter(pk=name, expires__gt=now).first()
        return None if row is None else RankList(row.id, unpack(bytes(row.keys)), row.expires)

    def save(self, made: RankList, now: datetime) -> None:
        others = StoredRankList.objects.exclude(pk=made.id)
        with transaction.atomic():
            others.filter(expires__lte=now).delete()
            # The first to expire go first: as many as leave room for this one.
            places = others.order_by("-expires", "pk").values_list("pk", flat=True)
            for pk in list(places[self._most - 1 :]):
                others.filter(pk=pk).delete()
            StoredRankList.objects.bulk_create(
                [StoredRankList(id=made.id, expires=made.expires, keys=pack(made.keys))],
                update_conflicts=True,
                unique_fields=["id"],
                update_fields=["expires", "keys"],
            )


class CacheLists:
    """In Redis, through Django's cache: a ring of slots, so that the newest takes the place of the oldest."""

    def __init__(self, cache: BaseCache, most: int = MOST_LISTS) -> None:
        self._cache, self._most = cache, most

    def load(self, name: str, now: datetime) -> RankList | None:
        try:
            slot = self._cache.get(f"{PREFIX}.id.{name}")
            held = None if slot is None else self._cache.get(slot)
        except Exception as error:
            raise _out_of_reach(error) from error
        if held is None or held[0] != name or held[1] <= now:
            return None
        return RankList(name, unpack(held[2]), held[1])

    def save(self, made: RankList, now: datetime) -> None:
        left = (made.expires - now).total_seconds()
        try:
            slot = self._cache.get(f"{PREFIX}.id.{made.id}") or self._next_slot()
            self._cache.set(slot, (made.id, made.expires, pack(made.keys)), timeout=left)
            self._cache.set(f"{PREFIX}.id.{made.id}", slot, timeout=left)
        except Exception as error:
            raise _out_of_reach(error) from error

    def _next_slot(self) -> str:
        count = f"{PREFIX}.count"
        self._cache.add(count, 0, timeout=None)
        return f"{PREFIX}.slot.{self._cache.incr(count) % self._most}"


def _out_of_reach(error: Exception) -> Unavailable:
    """A cache raises its client library's errors, which are not ours to import."""
    return Unavailable(f"The cache that keeps rank lists cannot be reached: {error}")


def rank_lists() -> RankLists:
    """Where this site keeps its lists."""
    cache = caches["default"]
    return CacheLists(cache) if isinstance(cache, RedisCache) else TableLists()
