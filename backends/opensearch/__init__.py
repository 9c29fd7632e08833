"""OpenSearch 2 and 3, with its client of version 3."""

from backends.opensearch.engine import Engine

__all__ = ["Engine"]
