"""One connection's OpenSearch index; see `backends.jsondsl`."""

from backends.jsondsl.store import JsonStore
from backends.opensearch.client import OpenSearchClient


class OpenSearchStore(JsonStore):
    engine = "opensearch"
    client_class = OpenSearchClient
