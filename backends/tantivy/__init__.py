"""Tantivy, embedded: the default engine."""

from backends.tantivy.engine import Engine

__all__ = ["Engine"]
