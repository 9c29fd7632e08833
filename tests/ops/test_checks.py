import os

import pytest
from django.core.checks import run_checks
from haystack import connections

from searchsvc.ops import checks
from tests.contract.served import CLIENTS
from tests.sites import site

ALL_ENGINES = {name: {"ENGINE": name} for name in checks.LIBRARIES}


def test_django_runs_our_checks(settings):
    settings.SECRET_KEY = checks.DEV_KEY
    assert "searchsvc.E001" in [message.id for message in run_checks()]


def test_the_development_key_is_refused_only_without_debug(settings):
    settings.SECRET_KEY = checks.DEV_KEY
    settings.DEBUG = True
    assert checks.secret_key() == []


def test_a_server_that_is_not_asked_who_it_is_is_named_with_what_to_do(settings):
    trusted, blind = {"ENGINE": "a", "VERIFY_CERTS": True}, {"ENGINE": "a", "VERIFY_CERTS": False}
    settings.HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "a"}, "creators": trusted, "items": blind}
    (message,) = [found for found in run_checks() if found.id == "searchsvc.W005"]
    assert "'items'" in message.msg
    assert "CA_CERTS" in message.hint


def test_a_folder_that_can_be_made_will_do(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "not" / "yet"
    assert checks.var_dir() == []


def test_a_folder_that_is_a_file_is_named_with_what_to_do(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "file" / "var"
    (tmp_path / "file").write_text("")
    (message,) = checks.var_dir()
    assert str(settings.VAR_DIR) in message.msg
    assert "SEARCHSVC_VAR_DIR" in message.hint


def test_a_folder_of_somebody_else_is_named(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(checks.os, "access", lambda _path, mode: not mode & os.W_OK)  # root may write anywhere
    (message,) = checks.var_dir()
    assert f"Let this user write to {tmp_path}" in message.hint


def test_each_missing_library_is_named_with_the_extra_that_brings_it(monkeypatch):
    monkeypatch.setattr(checks, "find_spec", lambda module: None if module in {"pysolr", "tantivy"} else object())
    found = {message.msg: message.hint for message in checks.missing_libraries(ALL_ENGINES)}
    assert len(found) == 2
    assert "pip install -e '.[solr]'" in found["The search engine needs the library 'pysolr', which is not installed."]


def test_an_engine_of_somebody_else_is_not_asked():
    assert checks.missing_libraries({"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}) == []


def test_indexes_are_asked_only_where_the_database_is():
    assert checks.engine_indexes() == []
    assert checks.engine_indexes(databases=[]) == []


@pytest.mark.django_db
def test_an_index_that_is_not_built_is_named_with_the_command(settings, tmp_path):
    with site("tantivy", tmp_path):
        found = run_checks(databases=["default"])
        asked = [message for message in found if message.id == "searchsvc.W004"]
        assert len(asked) == len(settings.HAYSTACK_CONNECTIONS)
        assert any("manage.py rebuild_index --using default --noinput" in message.msg for message in asked)
        for alias in settings.HAYSTACK_CONNECTIONS:
            connections[alias].get_backend().setup()
        assert checks.engine_indexes(databases=["default"]) == []


@pytest.mark.parametrize("engine", ["solr", "elasticsearch", "opensearch"])
def test_a_server_that_is_not_there_is_named_with_its_address(engine, tmp_path):
    pytest.importorskip(CLIENTS[engine])
    with site(engine, tmp_path, "http://127.0.0.1:9/solr"):
        messages = [message.msg for message in checks.engine_indexes(databases=["default"])]
        assert messages
        assert all("http://127.0.0.1:9" in message for message in messages)


@pytest.mark.parametrize(("engine", "server"), [("elasticsearch", "opensearch"), ("opensearch", "elasticsearch")])
def test_a_server_of_another_product_is_named_with_the_engine_to_set(engine, server, tmp_path, request):
    pytest.importorskip(CLIENTS[engine])
    with site(engine, tmp_path, request.getfixturevalue(server).url):
        messages = [message.msg for message in checks.engine_indexes(databases=["default"])]
        assert messages
        assert all(f"backends.{server}.Engine" in message for message in messages)
