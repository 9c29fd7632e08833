"""The demo catalogue on each embedded engine; see `tests.demo_site`."""

from typing import Any

import pytest
from haystack import connections

from tests.demo_site import _built, demo, engine

__all__ = ["_built", "demo", "engine"]


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The requests that reach the store from here on."""
    store = connections["default"].get_backend().store
    asked: list[Any] = []
    search = store.search

    def counted(request: Any, *rest: Any) -> Any:
        asked.append(request)
        return search(request, *rest)

    monkeypatch.setattr(store, "search", counted)
    return asked
