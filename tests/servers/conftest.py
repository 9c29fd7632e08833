"""What only the tests of the servers themselves need."""

import pytest

from tests.servers.fixtures import SERVERS


@pytest.fixture
def server(request: pytest.FixtureRequest):
    """Return the server whose fixture a test names as its parameter."""
    assert request.param in SERVERS
    return request.getfixturevalue(request.param)
