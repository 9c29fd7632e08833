"""Solr 9, standalone or SolrCloud."""

from backends.solr.engine import Engine

__all__ = ["Engine"]
