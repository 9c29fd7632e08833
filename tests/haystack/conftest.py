"""The demo catalogue on each embedded engine; see `tests.demo_site`."""

from tests.demo_site import _built, demo, engine

__all__ = ["_built", "demo", "engine"]
