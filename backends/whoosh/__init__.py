"""Whoosh, embedded and pure Python: as correct as the others, slower to write."""

from backends.whoosh.engine import Engine

__all__ = ["Engine"]
