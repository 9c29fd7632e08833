import sqlite3
from contextlib import closing

import pytest
from django.db import connections
from django.db.utils import load_backend

from searchsvc.settings.databases import SQLITE, tuned

POSTGRESQL = {"ENGINE": "django.db.backends.postgresql", "NAME": "searchsvc", "OPTIONS": {"sslmode": "require"}}


def test_what_the_address_says_wins():
    database = tuned({"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {"timeout": 1}}, pool_size=8)
    assert database["OPTIONS"] == SQLITE | {"timeout": 1}


def test_postgresql_has_a_pool():
    database = tuned(POSTGRESQL, pool_size=8)
    assert database["OPTIONS"]["pool"]["max_size"] == 8
    assert database["OPTIONS"]["sslmode"] == "require"
    assert database["CONN_MAX_AGE"] == 0  # Django refuses a pool with anything else


def test_behind_a_pooler_each_thread_keeps_its_connection():
    database = tuned(POSTGRESQL, pool_size=0)
    assert "pool" not in database["OPTIONS"]
    assert database["CONN_MAX_AGE"] == 60
    assert database["CONN_HEALTH_CHECKS"] is True


def test_another_database_is_left_as_it_is():
    assert tuned({"ENGINE": "django.db.backends.oracle"}, pool_size=8) == {"ENGINE": "django.db.backends.oracle"}


@pytest.fixture
def on_disk(tmp_path):
    """Return a function that opens one more connection to one SQLite file, as Django would."""
    opened = []

    def connect():
        options = tuned({"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "db")}, pool_size=8)
        settings = connections.configure_settings({"default": options})["default"]
        wrapper = load_backend(settings["ENGINE"]).DatabaseWrapper(settings, "on_disk")
        wrapper.inc_thread_sharing()
        opened.append(wrapper)
        return wrapper

    yield connect
    for wrapper in opened:
        wrapper.close()


@pytest.mark.django_db
def test_sqlite_is_opened_for_readers_beside_one_writer(on_disk):
    connection = on_disk()
    with connection.cursor() as cursor:
        found = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")}
        busy = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
    assert (found, busy) == ({"journal_mode": "wal", "synchronous": 1}, 20_000)


@pytest.mark.django_db
def test_a_transaction_takes_its_turn_when_it_begins(on_disk, tmp_path):
    first = on_disk()
    first.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    with closing(sqlite3.connect(tmp_path / "db", timeout=0)) as other, pytest.raises(sqlite3.OperationalError):
        other.execute("BEGIN IMMEDIATE")
    first.rollback()
    first.set_autocommit(True)
