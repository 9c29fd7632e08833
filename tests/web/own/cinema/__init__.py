"""Somebody's own app: it knows nothing of search."""
