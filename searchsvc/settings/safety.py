"""What production refuses to start with. Every problem is told at once, each with what to do about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured

MIN_KEY_CHARACTERS = 50  # Django's own rule, security.W009
MIN_KEY_DIFFERENT = 5  # the same
PUBLIC_PARTS = ("insecure", "only-for-", "changeme", "change-me")  # parts of keys that stand in someone's repository
TRUE_WORDS = frozenset({"1", "true", "yes", "on", "y", "t"})
DEBUG_NAMES = ("DEBUG", "SEARCHSVC_DEBUG")
MAKE_A_KEY = """make one with: python -c "import secrets; print(secrets.token_urlsafe(64))" """.strip()


@dataclass(frozen=True, slots=True)
class Asked:
    """What the environment asks production to run with."""

    secret_key: str
    secret_key_fallbacks: Sequence[str]
    allowed_hosts: Sequence[str]
    environment: Mapping[str, str]


def refuse_unsafe(asked: Asked) -> None:
    """Raise ImproperlyConfigured with all problems, or return."""
    problems = [problem for find in PROBLEMS for problem in find(asked)]
    if problems:
        lines = "".join(f"\n  - {problem}" for problem in problems)
        raise ImproperlyConfigured(f"Production does not start with these settings:{lines}")


def key_fault(key: str) -> str:
    """What is wrong with a secret key, or ''."""
    if not key.strip():
        return "is not set"
    if any(part in key.lower() for part in PUBLIC_PARTS):
        return "is one that others know"
    if len(key) < MIN_KEY_CHARACTERS or len(set(key)) < MIN_KEY_DIFFERENT:
        return f"is easy to guess (it needs {MIN_KEY_CHARACTERS} characters, {MIN_KEY_DIFFERENT} of them different)"
    return ""


def _secret_key(asked: Asked) -> list[str]:
    fault = key_fault(asked.secret_key)
    return [f"SECRET_KEY {fault}: {MAKE_A_KEY}"] if fault else []


def _fallbacks(asked: Asked) -> list[str]:
    faults = [(number, key_fault(key)) for number, key in enumerate(asked.secret_key_fallbacks, 1)]
    return [f"SECRET_KEY_FALLBACKS: key {number} {fault}: leave it out" for number, fault in faults if fault]


def _debug(asked: Asked) -> list[str]:
    on = [name for name in DEBUG_NAMES if asked.environment.get(name, "").strip().lower() in TRUE_WORDS]
    return [f"{name} is on: unset it, for error pages would show settings and data to anyone" for name in on]


def _hosts(asked: Asked) -> list[str]:
    if not asked.allowed_hosts:
        return ["ALLOWED_HOSTS is empty: name the hosts people use, as in ALLOWED_HOSTS=search.example.org"]
    return [f"ALLOWED_HOSTS has {host!r}: {fault}" for host in asked.allowed_hosts if (fault := _host_fault(host))]


def _host_fault(host: str) -> str:
    if "*" in host:
        return "name the hosts people use; '.example.org' stands for a domain and all below it"
    if "/" in host:
        return "write the host alone, without 'https://' or a path"
    return ""


PROBLEMS: tuple[Any, ...] = (_secret_key, _fallbacks, _debug, _hosts)
