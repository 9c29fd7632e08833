"""The thread within real processes: the server's, which saves nothing itself, and a command's, which soon ends."""

import signal
import time

import pytest

from tests.indexing.processes import LIMIT, SEARCH, Server, Site, kill, wait_until

PROMISED = 1.0  # seconds after a commit
SHARED = 10  # times as long as that may take where others have the machine's processors


@pytest.fixture
def site(tmp_path):
    site = Site(tmp_path)
    site.program().ask("make")
    yield site
    site.end()


def test_a_work_withdrawn_from_sight_is_gone_from_hits_facets_and_pages_that_were_kept(site, record_property):
    editor = site.program(SEARCHSVC_INDEXING_WORKER="on")
    server = Server(site, sweep="30")
    editor.ask("save", "harbour", 0, 5)
    wait_until(lambda: server.total() == 5)
    second = server.get(SEARCH)["page"]["next"]
    shown = server.get(second)
    withdrawn = shown["data"][0]["id"]

    committed = editor.ask("withdraw", withdrawn)
    wait_until(lambda: server.total() == 4)
    took = time.time() - committed
    record_property("seconds", took)
    assert took < PROMISED * SHARED
    assert server.get(SEARCH)["facets"][0]["values"][0]["count"] == 4
    kept = [hit["id"] for hit in server.get(second)["data"]]
    assert withdrawn not in kept
    assert kept[:1] == [shown["data"][1]["id"]]


def test_a_server_that_saves_nothing_takes_what_others_left_and_what_a_dead_worker_had_leased(site):
    left = site.program()
    left.ask("save", "harbour", 0, 3)
    left.ask("pause")
    left.tell("drain")
    assert left.hear() == "paused"
    kill(left.process)
    server = Server(site, sweep="0.5")
    wait_until(lambda: server.total() == 3)
    left = site.program()
    left.ask("save", "harbour", 3, 2)
    wait_until(lambda: server.total() == 5)
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(LIMIT) == 0


def test_a_command_delivers_what_it_has_changed_before_it_ends(site):
    command = site.program(SEARCHSVC_INDEXING_WORKER="on")
    command.ask("save", "harbour", 0, 40)
    assert command.end() == 0
    other = site.program()
    assert (other.ask("found", "harbour"), other.ask("left")) == (40, 0)
    assert "wait to be indexed" not in site.logs()


def test_a_command_that_cannot_says_what_is_left(site):
    out = {"SEARCHSVC_ENGINE": "solr", "SEARCHSVC_ENGINE_URL": "http://127.0.0.1:1/solr"}
    command = site.program(SEARCHSVC_INDEXING_WORKER="on", **out)
    command.ask("save", "harbour", 0, 4)
    assert command.end() == 0
    assert "4 changes wait to be indexed" in site.logs()


def test_a_command_does_not_speak_of_an_index_that_is_yet_to_be_built(site):
    command = site.program(SEARCHSVC_INDEXING_WORKER="on", SEARCHSVC_ENGINE="whoosh")
    command.ask("save", "harbour", 0, 4)
    assert command.end() == 0
    assert "wait to be indexed" not in site.logs()
