"""The Haystack engine on Elasticsearch: set `ENGINE` to 'backends.elasticsearch.Engine', `URL` and `INDEX_NAME`."""

from backends.elasticsearch.store import ElasticsearchStore
from backends.jsondsl.backend import JsonBackend, JsonEngine


class ElasticsearchSearchBackend(JsonBackend):
    name = "elasticsearch"
    store_class = ElasticsearchStore


class Engine(JsonEngine):
    backend = ElasticsearchSearchBackend
