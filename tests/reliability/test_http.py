"""What is read from a connection's options, and how a call is repeated."""

import pytest

from searchsvc.reliability.deadline import deadline
from searchsvc.reliability.http import HttpSettings, retrying, words


def test_options_become_settings_and_secrets_do_not_show():
    settings = HttpSettings.of(
        {
            "URL": "https://search.example/",
            "TIMEOUT": 5,
            "CONNECT_TIMEOUT": 0.5,
            "USER": "u",
            "PASSWORD": "hush",
            "API_KEY": "key",
        }
    )
    assert settings.urls == ("https://search.example",)
    assert (settings.read, settings.connect, settings.password) == (5, 0.5, "hush")
    assert "hush" not in repr(settings)
    assert "key" not in repr(settings).replace("api_key", "")
    assert HttpSettings.of({"URL": ["http://a:1", "http://b:2/"]}).urls == ("http://a:1", "http://b:2")


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({}, "URL"), ({"URL": "localhost:9200"}, "URL"), ({"URL": []}, "URL"),
        ({"URL": "http://a", "TIMEOUT": 0}, "TIMEOUT"), ({"URL": "http://a", "TIMEOUT": True}, "TIMEOUT"),
        ({"URL": "http://a", "CONNECT_TIMEOUT": "5"}, "CONNECT_TIMEOUT"),
        ({"URL": "http://a", "TRIES": 0}, "TRIES"), ({"URL": "http://a", "CONNECTIONS": 1.5}, "CONNECTIONS"),
        ({"URL": "http://a", "RATE": -1}, "RATE"), ({"URL": "http://a", "BURST": 0}, "BURST"),
        ({"URL": "http://a", "CIRCUIT_FAILURES": "5"}, "CIRCUIT_FAILURES"),
        ({"URL": "http://a", "CIRCUIT_PAUSE": 0}, "CIRCUIT_PAUSE"), ({"URL": "http://a", "CA_CERTS": True}, "CA_CERTS"),
        ({"URL": "http://a", "VERIFY_CERTS": "no"}, "VERIFY_CERTS"),
        ({"URL": "http://a", "TIMEOUT": float("inf")}, "TIMEOUT"),
        ({"URL": "http://a", "REDIS_URL": "localhost"}, "REDIS_URL"),
    ],
)  # fmt: skip
def test_a_wrong_option_is_named(options: dict[str, object], word: str):
    with pytest.raises(ValueError, match=f"^{word} takes"):
        HttpSettings.of(options)


@pytest.mark.parametrize("option", ["PASSWORD", "API_KEY"])
def test_a_wrong_secret_is_not_shown(option: str):
    with pytest.raises(ValueError, match=f"^{option} takes text, not what was given.$"):
        HttpSettings.of({"URL": "http://a", option: 4711})


def test_the_place_has_no_password():
    settings = HttpSettings.of({"URL": ["http://me:hush@a:1/solr", "http://b"]})
    assert settings.place == "http://a:1/solr, http://b"
    assert "hush" not in repr(settings)


def test_a_passing_failure_is_tried_again_and_the_last_one_is_raised():
    slept: list[float] = []
    settings = HttpSettings(("http://a",), tries=4, first_wait=1, longest_wait=3)
    calls = []

    def fail() -> None:
        calls.append(1)
        raise ConnectionError(len(calls))

    with pytest.raises(ConnectionError, match="4"):
        retrying(settings, lambda error: isinstance(error, ConnectionError), slept.append)(fail)
    assert len(slept) == 3
    assert all(0 <= wait <= most for wait, most in zip(slept, (1, 2, 3), strict=True))


def test_what_will_not_pass_is_tried_once():
    calls = []

    def fail() -> None:
        calls.append(1)
        raise KeyError

    with pytest.raises(KeyError):
        retrying(HttpSettings(("http://a",)), lambda _error: False)(fail)
    assert len(calls) == 1


@pytest.mark.parametrize("left", [0.0, 0.5])
def test_no_wait_ends_behind_the_deadline(left: float):
    slept: list[float] = []
    calls = []

    def fail() -> None:
        calls.append(1)
        raise ConnectionError("the reason itself")

    settings = HttpSettings(("http://a",), tries=1000, first_wait=10, longest_wait=1000)
    with deadline(left), pytest.raises(ConnectionError, match="the reason itself"):
        retrying(settings, lambda _error: True, slept.append)(fail)
    assert len(calls) < 100
    assert all(wait < left for wait in slept)


def test_a_proxys_page_is_told_in_its_words():
    page = b"<html>\r\n<head><title>502 Bad Gateway</title><!-- a\n<b> --></head>\r\ncaf\xc3\xa9 \xff</html>"
    assert words(page) == "502 Bad Gateway caf\u00e9 \ufffd"
    assert words("1 < 2 and 3 > 2") == "1 < 2 and 3 > 2"
    assert words({"a": "x" * 300}, 10) == "{'a': 'xxx"
