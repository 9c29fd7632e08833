"""Elasticsearch 9; with its client of version 8 also Elasticsearch 8."""

from backends.elasticsearch.engine import Engine

__all__ = ["Engine"]
