"""The Haystack engine on OpenSearch: set `ENGINE` to 'backends.opensearch.Engine', `URL` and `INDEX_NAME`."""

from backends.jsondsl.backend import JsonBackend, JsonEngine
from backends.opensearch.store import OpenSearchStore


class OpenSearchSearchBackend(JsonBackend):
    name = "opensearch"
    store_class = OpenSearchStore


class Engine(JsonEngine):
    backend = OpenSearchSearchBackend
