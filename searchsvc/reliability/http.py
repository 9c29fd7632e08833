"""What the clients of all servers share: how long they wait, how often they try again, who they say they are."""

import math
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

import tenacity
from tenacity.stop import stop_base

from searchsvc.reliability.deadline import DeadlinePassed, remaining

TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--.*?-->", re.DOTALL)


def _of(*kinds: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, kinds) and not isinstance(value, bool)


@dataclass(frozen=True, slots=True)
class Takes:
    """What an option takes: in words, of the types it has, and within its bounds. `read` makes it of a text."""

    says: str
    read: Callable[[str], Any]
    is_kind: Callable[[Any], bool]
    is_within: Callable[[Any], bool] = lambda _value: True

    def accepts(self, value: Any) -> bool:
        return self.is_kind(value) and self.is_within(value)


def _yes_or_no(text: str) -> bool:
    return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[text.lower()]


NUMBER = _of(int, float)
SECONDS = Takes("seconds above 0", float, NUMBER, lambda value: 0 < value < math.inf)
COUNT = Takes("a whole number above 0", int, _of(int), lambda value: value > 0)
COUNT_OR_NONE = Takes("a whole number, 0 for none", int, _of(int), lambda value: value >= 0)
RATE = Takes("a number of calls a second, 0 for no limit", float, NUMBER, lambda value: 0 <= value < math.inf)
TEXT = Takes("text", str, _of(str))
REDIS = Takes(
    "Redis' address, such as 'redis://127.0.0.1:6379/0'",
    str,
    _of(str),
    lambda value: not value or value.startswith(("redis://", "rediss://", "unix://")),
)
YES_OR_NO = Takes("True or False", _yes_or_no, lambda value: isinstance(value, bool))
SECRETS = frozenset({"PASSWORD", "API_KEY", "REDIS_URL"})

# An option of a connection -> the setting here, and what it takes.
OPTIONS: dict[str, tuple[str, Takes]] = {
    "TIMEOUT": ("read", SECONDS),
    "CONNECT_TIMEOUT": ("connect", SECONDS),
    "TRIES": ("tries", COUNT),
    "CONNECTIONS": ("connections", COUNT),
    "RATE": ("rate", RATE),
    "BURST": ("burst", COUNT),
    "REDIS_URL": ("redis_url", REDIS),
    "CIRCUIT_FAILURES": ("circuit_failures", COUNT_OR_NONE),
    "CIRCUIT_PAUSE": ("circuit_pause", SECONDS),
    "USER": ("user", TEXT),
    "PASSWORD": ("password", TEXT),
    "API_KEY": ("api_key", TEXT),
    "CA_CERTS": ("ca_certs", TEXT),
    "VERIFY_CERTS": ("verify_certs", YES_OR_NO),
}


def read(option: str, text: str, name: str = "") -> Any:
    """An option's value of its text in the environment. Raises ValueError, which calls it by `name`."""
    takes = OPTIONS[option][1]
    try:
        value = takes.read(text)
    except (ValueError, KeyError):
        value = None
    if value is None or not takes.accepts(value):
        raise ValueError(_wrong(option, text, name))
    return value


def _wrong(option: str, value: object, name: str = "") -> str:
    shown = "what was given" if option in SECRETS else repr(value)
    return f"{name or option} takes {OPTIONS[option][1].says}, not {shown}."


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """How a server is spoken to. Times are in seconds; secrets do not show in its repr.

    `urls` are those of equal nodes: what one cannot answer, the next one is asked. `rate` is in calls a second, 0 for
    no limit; with `redis_url` it is that of all processes together. `circuit_failures` 0 is no circuit.
    """

    urls: tuple[str, ...] = field(repr=False)
    connect: float = 2.0
    read: float = 30.0
    tries: int = 3
    first_wait: float = 0.1
    longest_wait: float = 2.0
    connections: int = 10
    rate: float = 0.0
    burst: int = 10
    redis_url: str = field(default="", repr=False)
    circuit_failures: int = 5
    circuit_pause: float = 5.0
    user: str = ""
    password: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    ca_certs: str = ""
    verify_certs: bool = True

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """Of a connection's options; URL is one address or a list. Raises ValueError, which names the option."""
        given = options.get("URL") or ()
        urls = tuple(url.rstrip("/") for url in ((given,) if isinstance(given, str) else given))
        if not urls or not all(url.startswith(("http://", "https://")) for url in urls):
            raise ValueError(f"URL takes the server's address, such as 'http://127.0.0.1:9200', not {given!r}.")
        chosen: dict[str, Any] = {}
        for option, (name, takes) in OPTIONS.items():
            value = options.get(option)
            if value is not None and not takes.accepts(value):
                raise ValueError(_wrong(option, value))
            chosen |= {} if value is None else {name: value}
        return cls(urls, **chosen)

    @property
    def place(self) -> str:
        """The addresses as messages name them."""
        return ", ".join(map(plain, self.urls))


def plain(url: str) -> str:
    """An address without the user and the password in it."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def words(body: object, most: int = 200) -> str:
    """What an answer that is no JSON says, a proxy's page mostly: in one line, without its tags."""
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body)
    return " ".join(TAG.sub(" ", text).split())[:most]


class _AtTheDeadline(stop_base):
    """Where the next wait would end behind it."""

    def __call__(self, retry_state: tenacity.RetryCallState) -> bool:
        try:
            return remaining(math.inf) <= retry_state.upcoming_sleep
        except DeadlinePassed:
            return True


def retrying(
    settings: HttpSettings,
    is_passing: Callable[[BaseException], bool],
    sleep: Callable[[float], None] = time.sleep,
) -> tenacity.Retrying:
    """Tries again what failed for a passing reason, after waits that grow twofold, each drawn between nothing and full.

    The last failure is raised as it was, at once where the next wait would end behind the deadline.
    Full jitter: https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
    """
    return tenacity.Retrying(
        stop=tenacity.stop_after_attempt(settings.tries) | _AtTheDeadline(),
        wait=tenacity.wait_random_exponential(multiplier=settings.first_wait, max=settings.longest_wait),
        retry=tenacity.retry_if_exception(is_passing),
        sleep=sleep,
        reraise=True,
    )
