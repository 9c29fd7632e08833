"""The engine and its server are named by the environment."""

import pytest

from searchsvc.settings.engines import connections, server


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch):
    for name in ("URL", "USER", "PASSWORD", "API_KEY", "CA_CERTS", "PREFIX", "TIMEOUT", "CREATORS"):
        monkeypatch.delenv(f"SEARCHSVC_ENGINE_{name}", raising=False)
    monkeypatch.delenv("SEARCHSVC_ENGINE", raising=False)


def test_nodes_are_separated_by_commas_and_what_is_not_set_is_no_option(monkeypatch: pytest.MonkeyPatch):
    assert server() == {"URL": []}
    monkeypatch.setenv("SEARCHSVC_ENGINE_URL", "https://a:9200, https://b:9200,")
    monkeypatch.setenv("SEARCHSVC_ENGINE_USER", "search")
    monkeypatch.setenv("SEARCHSVC_ENGINE_TIMEOUT", "2.5")
    assert server() == {"URL": ["https://a:9200", "https://b:9200"], "USER": "search", "TIMEOUT": 2.5}


def test_one_index_can_be_on_another_engine_under_a_name_of_its_own(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SEARCHSVC_ENGINE_CREATORS", "solr")
    monkeypatch.setenv("SEARCHSVC_ENGINE_URL", "http://solr:8983/solr")
    monkeypatch.setenv("SEARCHSVC_ENGINE_PREFIX", "museum")
    made = connections()
    assert made["default"]["ENGINE"] == "backends.tantivy.Engine"
    assert made["creators"] == made["creators"] | {
        "ENGINE": "backends.solr.Engine", "INDEX_NAME": "museum-creators", "URL": ["http://solr:8983/solr"],
    }  # fmt: skip


def test_an_engine_that_is_none_is_named_with_those_there_are(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SEARCHSVC_ENGINE", "sphinx")
    with pytest.raises(ValueError, match="'sphinx'; choose one of tantivy, whoosh, solr"):
        connections()
