import os

from django.core.checks import run_checks

from searchsvc.ops import checks

ALL_ENGINES = {name: {"ENGINE": name} for name in checks.LIBRARIES}


def test_django_runs_our_checks(settings):
    settings.SECRET_KEY = checks.DEV_KEY
    assert "searchsvc.E001" in [message.id for message in run_checks()]


def test_the_development_key_is_refused_only_without_debug(settings):
    settings.SECRET_KEY = checks.DEV_KEY
    settings.DEBUG = True
    assert checks.secret_key() == []


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
