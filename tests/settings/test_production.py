import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

GOOD = {"SECRET_KEY": "kX3-" + "q8Zr_Tn5wYb2" * 5, "ALLOWED_HOSTS": "search.example.org,.example.net"}
KEPT = {"PATH", "HOME", "LANG"}
SHOW = """
import django, json
from django.conf import settings
django.setup()
names = [name for name in dir(settings) if name.startswith(("SECURE_", "SESSION_COOKIE", "CSRF_COOKIE", "STORAGES"))]
print(json.dumps({name: getattr(settings, name) for name in names}, default=str))
"""


@pytest.fixture
def start(root: Path, tmp_path: Path):
    """Return a function that runs Python with the production settings in just the given environment."""

    def run(*arguments, **environment):
        kept = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith("COVERAGE")}
        basics = {"DJANGO_SETTINGS_MODULE": "searchsvc.settings.production", "SEARCHSVC_VAR_DIR": str(tmp_path)}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=root,
            env=kept | basics | environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def test_a_good_environment_passes_django_s_own_checks(start):
    ran = start("manage.py", "check", "--deploy", "--fail-level", "WARNING", **GOOD)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_nothing_set_is_refused_with_all_problems_at_once(start):
    ran = start("manage.py", "check")
    assert ran.returncode == 1
    assert "Production does not start with these settings:" in ran.stderr
    assert "- SECRET_KEY is not set: make one with: python -c" in ran.stderr
    assert "- ALLOWED_HOSTS is empty: name the hosts people use" in ran.stderr


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY is easy to guess"),
        ({"SECRET_KEY": "a" * 80}, "SECRET_KEY is easy to guess"),
        ({"SECRET_KEY": "   "}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": "django-insecure-" + "q8Zr_Tn5wYb2" * 5}, "SECRET_KEY is one that others know"),
        ({"SECRET_KEY_FALLBACKS": GOOD["SECRET_KEY"] + ",old"}, "SECRET_KEY_FALLBACKS: key 2 is easy to guess"),
        ({"DEBUG": "True"}, "DEBUG is on: unset it"),
        ({"SEARCHSVC_DEBUG": "1"}, "SEARCHSVC_DEBUG is on: unset it"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS has '*': name the hosts"),
        ({"ALLOWED_HOSTS": "a.example.org,*.example.org"}, "ALLOWED_HOSTS has '*.example.org'"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is empty"),
        ({"ALLOWED_HOSTS": "https://a.example.org"}, "write the host alone"),
    ],
)
def test_each_unsafe_setting_is_refused_and_only_that_is_named(start, bad, told):
    ran = start("-c", "import django; django.setup()", **GOOD | bad)
    assert ran.returncode == 1
    problems = re.findall(r"^  - (.*)$", ran.stderr, re.MULTILINE)
    assert len(problems) == 1
    assert told in problems[0]


def test_the_server_does_not_start_unsafe_either(start):
    ran = start("-c", "import searchsvc.wsgi")
    assert ran.returncode == 1
    assert "SECRET_KEY is not set" in ran.stderr


@pytest.mark.parametrize("debug", ["0", "false", "", "node:*"])
def test_what_is_not_a_yes_is_not_debug(start, debug):
    assert start("-c", "import django; django.setup()", **GOOD | {"DEBUG": debug}).returncode == 0


def test_what_protects_visitors_is_on(start):
    shown = json.loads(start("-c", SHOW, **GOOD).stdout)
    assert shown["SECURE_SSL_REDIRECT"] is True
    assert shown["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert shown["SESSION_COOKIE_SECURE"] is shown["CSRF_COOKIE_SECURE"] is True
    assert shown["SESSION_COOKIE_HTTPONLY"] is True
    assert shown["SECURE_PROXY_SSL_HEADER"] is None
    assert shown["STORAGES"]["staticfiles"]["BACKEND"].endswith("CompressedManifestStaticFilesStorage")


def test_a_proxy_is_trusted_only_when_asked(start):
    ran = start("-c", SHOW, **GOOD | {"SEARCHSVC_SECURITY_TRUST_PROXY": "1"})
    assert '"SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"]' in ran.stdout


ASK = """
import django
django.setup()
from django.conf import settings
settings.ROOT_URLCONF = "searchsvc.ops.urls"
from django.test import Client
client = Client(headers={"host": "search.example.org"})
for path in ("/healthz", "/search?q=a"):
    response = client.get(path)
    print(response.status_code, response.headers.get("Location"))
secure = client.get("/healthz", secure=True)
print(secure.headers["Strict-Transport-Security"])
print(Client(headers={"host": "evil.example"}).get("/healthz").status_code)
"""


def test_probes_answer_over_http_and_people_are_sent_to_https(start):
    ran = start("-c", ASK, **GOOD)
    assert ran.stdout.splitlines() == [
        "200 None",
        "301 https://search.example.org/search?q=a",
        "max-age=31536000; includeSubDomains; preload",
        "400",
    ], ran.stderr
