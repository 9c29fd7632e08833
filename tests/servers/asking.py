"""One question over HTTP to a server that may not be up."""

import base64
import json
import urllib.error
import urllib.request
from typing import Any

SECONDS = 10.0


def get_json(url: str, user: str = "", password: str = "") -> Any:
    """Return the reply's JSON; None where nothing, or an error, comes back."""
    try:
        return json.loads(send("GET", url, user, password))
    except (OSError, ValueError):
        return None


def send(method: str, url: str, user: str = "", password: str = "") -> bytes:
    """Return the reply's body. Raises OSError for no connection, and for every status that is an error."""
    request = urllib.request.Request(url, method=method)  # noqa: S310  # our own address, http
    if user:
        secret = base64.b64encode(f"{user}:{password}".encode()).decode()
        request.add_header("Authorization", f"Basic {secret}")
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as reply:  # noqa: S310
            return bytes(reply.read())
    except urllib.error.HTTPError as error:
        error.close()
        raise
