"""An outage is a problem document that says when to ask again: 503 with Retry-After, in whole seconds."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.sites import site

SEARCH = "/api/v1/indexes/items/search?q=sea"
# Failures until a server is spared, and the seconds that may be said then.
STATES = {"unreachable": (0, [5]), "spared": (1, range(50, 61))}


@pytest.mark.parametrize("engine", ["tantivy"], indirect=True)
@pytest.mark.parametrize(("failures", "said"), STATES.values(), ids=STATES)
def test_a_server_that_is_down_says_when_to_ask_again(
    client: Client, tmp_path: Path, failures: int, said: Sequence[int]
) -> None:
    with site(
        "solr", tmp_path, f"http://127.0.0.1:9/{tmp_path.name}", TRIES=1, CIRCUIT_FAILURES=failures, CIRCUIT_PAUSE=59.5
    ):
        client.get(SEARCH)
        response = client.get(SEARCH)
    assert response.status_code == 503
    assert int(response["Retry-After"]) in said
    assert response["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["code"] == "engine-unavailable"
    assert ("the next try is in" in problem["detail"]) == (failures == 1)
