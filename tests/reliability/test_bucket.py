"""A token bucket lets a burst through and then a steady flow, in one process or, through Redis, in many together."""

import logging
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.reliability.bucket import LOST_SECONDS, MemoryBucket, NoToken, Rate, RedisBucket
from tests.servers.product import NotInstalled
from tests.servers.sharing import private


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_goes_at_once_and_the_next_ones_each_wait_a_token_longer():
    bucket = MemoryBucket(Rate(10, 3), Clock())
    assert [bucket.take(9) for _ in range(5)] == pytest.approx([0, 0, 0, 0.1, 0.2])


def test_after_a_rest_it_is_full_and_never_fuller():
    clock = Clock()
    bucket = MemoryBucket(Rate(10, 3), clock)
    for _ in range(3):
        bucket.take(0)
    clock.now += 1000
    assert [bucket.take(9) for _ in range(4)] == pytest.approx([0, 0, 0, 0.1])


def test_who_would_wait_too_long_is_told_how_long_and_takes_none():
    clock = Clock()
    bucket = MemoryBucket(Rate(2, 1), clock)
    bucket.take(0)
    for _ in range(3):
        with pytest.raises(NoToken, match=r"in 0\.5 seconds") as refused:
            bucket.take(0.4)
        assert refused.value.seconds == pytest.approx(0.5)
    assert bucket.take(0.5) == pytest.approx(0.5)


TAKES = st.lists(st.tuples(st.floats(0, 2), st.floats(0, 3)), max_size=80)


@given(TAKES, st.floats(0.5, 50), st.integers(1, 20))
def test_no_stretch_of_time_has_more_calls_than_the_rate_and_a_burst(takes, per_second, burst):
    clock = Clock()
    bucket = MemoryBucket(Rate(per_second, burst), clock)
    gone, refusals = [], []
    for rest, most in takes:
        clock.now += rest
        try:
            wait = bucket.take(most)
        except NoToken as refused:
            refusals.append(refused.seconds - most)
        else:
            assert 0 <= wait <= most
            gone.append(clock.now + wait)
    assert all(beyond > 0 for beyond in refusals)
    for first, start in enumerate(gone):
        for last, end in enumerate(gone[first:], 1):
            assert last <= burst + (end - start) * per_second + 1e-6


@given(TAKES, st.integers(1, 5))
def test_a_call_waits_only_where_the_bucket_is_empty(takes, burst):
    """Tokens counted the plain way, as a check of the one number."""
    clock = Clock()
    bucket = MemoryBucket(Rate(4, burst), clock)
    tokens = float(burst)
    for rest, most in takes:
        clock.now += rest
        tokens = min(burst, tokens + rest * 4)
        wanted = max(0.0, (1 - tokens) / 4)
        try:
            seconds = bucket.take(most)
            tokens -= 1
        except NoToken as refused:
            seconds = refused.seconds
        assert seconds == pytest.approx(wanted, abs=1e-6)


def test_threads_take_no_token_twice():
    bucket = MemoryBucket(Rate(1, 100), Clock())
    waits = []

    def take():
        waits.extend(bucket.take(1000) for _ in range(50))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waits) == [0] * 100 + list(range(1, 301))


@pytest.fixture
def redis():
    return pytest.importorskip("redis", reason="pip install searchsvc[redis]")


@pytest.fixture
def client(redis, redis_server):
    with redis.Redis.from_url(redis_server.url, socket_timeout=5) as made:
        yield made


def test_two_that_share_a_key_share_a_bucket_and_others_do_not(client, redis_server):
    key = redis_server.unique("bucket")
    rate = Rate(0.001, 2)
    one, other, stranger = (RedisBucket(rate, client, name) for name in (key, key, key + "2"))
    assert (one.take(0), other.take(0), stranger.take(0)) == (0, 0, 0)
    for bucket in (one, other):
        with pytest.raises(NoToken) as refused:
            bucket.take(900)
        assert 990 < refused.value.seconds <= 1000
    assert 990 < one.take(2000) <= 1000
    assert 1990 < other.take(3000) <= 2000


def test_tokens_grow_by_the_clock_of_redis_and_a_full_bucket_is_no_key(client, redis_server):
    key = redis_server.unique("bucket")
    bucket = RedisBucket(Rate(10, 1), client, key, clock=lambda: 0.0)  # ours stands still
    began = time.monotonic()
    taken = [bucket.take(60) for _ in range(20)]
    elapsed = time.monotonic() - began
    assert taken[0] == 0
    assert 1.9 - elapsed <= taken[-1] < 1.9
    assert 1000 <= client.pttl(key) <= 3100


def test_many_threads_of_many_clients_take_no_token_twice(redis, redis_server):
    key = redis_server.unique("bucket")
    waits = []

    def take():
        with redis.Redis.from_url(redis_server.url) as own:
            bucket = RedisBucket(Rate(0.001, 50), own, key)
            waits.extend(bucket.take(1e6) for _ in range(25))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(wait == 0 for wait in waits) == 50
    assert sorted(wait for wait in waits if wait) == pytest.approx([1000 * at for at in range(1, 51)], abs=30)


def test_a_lost_redis_leaves_a_bucket_of_this_process_and_is_said_once(redis, needs, caplog):
    try:
        with private("redis") as (server, process):
            clock = Clock()
            with (
                redis.Redis.from_url(server.url, retry=None, socket_timeout=1) as client,
                caplog.at_level(logging.INFO),
            ):
                bucket = RedisBucket(Rate(0.001, 2), client, "bucket", (redis.RedisError, OSError), clock)
                bucket.take(0)
                process.kill()
                assert [bucket.take(0), bucket.take(0)] == [0, 0]
                with pytest.raises(NoToken):
                    bucket.take(0)
                process.start()
                with pytest.raises(NoToken):
                    bucket.take(0)  # not asked again before its time
                clock.now += LOST_SECONDS
                assert bucket.take(0) == 0
                with pytest.raises(NoToken):
                    bucket.take(0)  # that is Redis' bucket, with the token taken before
    except NotInstalled:
        needs("Redis", "tests/servers/install redis")
    said = [record.getMessage() for record in caplog.records if record.name == "searchsvc.reliability"]
    assert [line.partition(" (")[0] for line in said] == [
        "Redis is lost", "Redis is back: calls are limited together again.",
    ]  # fmt: skip
