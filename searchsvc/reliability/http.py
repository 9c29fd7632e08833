"""What the clients of all servers share: how long they wait, how often they try again, who they say they are."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import tenacity
from tenacity.stop import stop_base

from searchsvc.reliability.deadline import DeadlinePassed, remaining

# An option of a connection -> the setting here.
OPTIONS = {
    "TIMEOUT": "read", "CONNECT_TIMEOUT": "connect", "TRIES": "tries", "CONNECTIONS": "connections", "USER": "user",
    "PASSWORD": "password", "API_KEY": "api_key", "CA_CERTS": "ca_certs", "VERIFY_CERTS": "verify_certs",
}  # fmt: skip
SECONDS = ("read", "connect")


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """How a server is spoken to. Times are in seconds; secrets do not show in its repr.

    `urls` are those of equal nodes: what one cannot answer, the next one is asked.
    """

    urls: tuple[str, ...]
    connect: float = 2.0
    read: float = 30.0
    tries: int = 3
    first_wait: float = 0.1
    longest_wait: float = 2.0
    connections: int = 10
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
        chosen = {name: options[option] for option, name in OPTIONS.items() if options.get(option) is not None}
        for option, name in OPTIONS.items():
            if name in SECONDS and name in chosen and not (_is_number(chosen[name]) and chosen[name] > 0):
                raise ValueError(f"{option} takes seconds above 0, not {chosen[name]!r}.")
        return cls(urls, **chosen)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


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
