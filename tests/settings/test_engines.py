"""The engine and its server are named by the environment."""

import re

import pytest

from searchsvc.reliability.http import OPTIONS, HttpSettings
from searchsvc.settings.engines import connections, server


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch):
    for name in ("URL", "PREFIX", "CREATORS", *OPTIONS):
        monkeypatch.delenv(f"SEARCHSVC_ENGINE_{name}", raising=False)
    for name in ("SEARCHSVC_ENGINE", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)


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


# Of each option of a connection: a text, what is made of it, and a text that is none.
TEXTS: dict[str, tuple[str, object, str | None]] = {
    "TIMEOUT": ("2.5", 2.5, "soon"),
    "CONNECT_TIMEOUT": ("1", 1.0, "inf"),
    "TRIES": ("4", 4, "0"),
    "CONNECTIONS": ("20", 20, "1.5"),
    "RATE": ("12.5", 12.5, "-1"),
    "BURST": ("3", 3, "3.0"),
    "REDIS_URL": ("redis://cache:6379/1", "redis://cache:6379/1", "cache:6379"),
    "CIRCUIT_FAILURES": ("0", 0, "never"),
    "CIRCUIT_PAUSE": ("7", 7.0, "nan"),
    "USER": ("search", "search", None),
    "PASSWORD": ("hush", "hush", None),
    "API_KEY": ("key", "key", None),
    "CA_CERTS": ("/etc/ca.pem", "/etc/ca.pem", None),
    "VERIFY_CERTS": ("No", False, "perhaps"),
}


def test_every_option_of_a_connection_is_read_with_its_type(monkeypatch: pytest.MonkeyPatch):
    assert set(TEXTS) == set(OPTIONS)
    for option, (text, _value, _wrong) in TEXTS.items():
        monkeypatch.setenv(f"SEARCHSVC_ENGINE_{option}", text)
    monkeypatch.setenv("SEARCHSVC_ENGINE_URL", "https://a:9200")
    made = server()
    assert made == {"URL": ["https://a:9200"], **{option: value for option, (_, value, _) in TEXTS.items()}}
    assert [type(made[option]) for option in TEXTS] == [type(value) for _, value, _ in TEXTS.values()]
    settings = HttpSettings.of(made)
    assert (settings.rate, settings.circuit_failures, settings.verify_certs) == (12.5, 0, False)


@pytest.mark.parametrize(("option", "text"), [(name, wrong) for name, (_, _, wrong) in TEXTS.items() if wrong])
def test_a_wrong_value_is_named_with_what_its_variable_takes(monkeypatch: pytest.MonkeyPatch, option: str, text: str):
    monkeypatch.setenv(f"SEARCHSVC_ENGINE_{option}", text)
    shown = "what was given" if option == "REDIS_URL" else repr(text)
    says = OPTIONS[option][1].says
    with pytest.raises(ValueError, match=f"^SEARCHSVC_ENGINE_{option} takes {re.escape(says)}, not {shown}.$"):
        server()


def test_a_limit_is_shared_through_the_services_redis_unless_another_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("REDIS_URL", "redis://ours:6379/0")
    assert "REDIS_URL" not in server()
    monkeypatch.setenv("SEARCHSVC_ENGINE_RATE", "5")
    assert server()["REDIS_URL"] == "redis://ours:6379/0"
    monkeypatch.setenv("SEARCHSVC_ENGINE_REDIS_URL", "redis://theirs:6379/0")
    assert server()["REDIS_URL"] == "redis://theirs:6379/0"
