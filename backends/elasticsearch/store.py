"""One connection's Elasticsearch index; see `backends.jsondsl`."""

from backends.elasticsearch.client import ElasticsearchClient
from backends.jsondsl.store import JsonStore


class ElasticsearchStore(JsonStore):
    engine = "elasticsearch"
    client_class = ElasticsearchClient
