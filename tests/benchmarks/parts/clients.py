"""Each server's own client library, asked with the very body that our adapter sends, as its documentation does."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import orjson

from backends.core.store import Store
from backends.elasticsearch.store import ElasticsearchStore
from backends.jsondsl.store import JsonStore
from backends.opensearch.store import OpenSearchStore
from backends.solr.store import SolrStore
from searchsvc.reliability.http import HttpSettings
from tests.benchmarks.whoosh_tate import SCHEMA

Body = dict[str, Any]


class Beside(ABC):
    """A store, and the library's own client for the same index."""

    store: Store
    raw: Any

    @abstractmethod
    def body(self, work: Callable[[], object]) -> Body:
        """The body of the search that some work sends."""

    @abstractmethod
    def search(self, body: Body) -> Any:
        """The library's answer."""

    @abstractmethod
    def total(self, answer: Any) -> int: ...

    @abstractmethod
    def close(self) -> None: ...


class JsonBeside(Beside):
    """`_search` of the library; the store sends the same body as the second of a `_msearch`."""

    store: JsonStore

    def __init__(self, store: JsonStore, raw: Any) -> None:
        self.store, self.raw = store, raw

    def body(self, work: Callable[[], object]) -> Body:
        sent: list[bytes] = []
        client = self.store.server.client()
        before = client.send
        client.send = lambda method, path, body, timeout: (sent.append(body), before(method, path, body, timeout))[1]  # type: ignore[method-assign]
        work()
        client.send = before  # type: ignore[method-assign]
        found: Body = orjson.loads(sent[-1].splitlines()[-1])
        return found

    def search(self, body: Body) -> Any:
        return self.raw.search(index=self.store.made.name, body=body)

    def total(self, answer: Any) -> int:
        return int(answer["hits"]["total"]["value"])

    def close(self) -> None:
        self.raw.close()
        self.store.close()


class SolrBeside(Beside):
    """pysolr's `search` with the body as its parameter `json`: the library has no other way to say one."""

    store: SolrStore

    def __init__(self, store: SolrStore, url: str) -> None:
        import pysolr

        self.store, self.raw = store, pysolr.Solr(f"{url}/{store.name}", search_handler="query")

    def body(self, work: Callable[[], object]) -> Body:
        sent: list[Body] = []
        before = self.store.client.ask
        self.store.client.ask = lambda path, body=None, **other: (sent.append(body), before(path, body, **other))[1]  # type: ignore[method-assign]
        work()
        self.store.client.ask = before  # type: ignore[method-assign]
        return sent[-1]

    def search(self, body: Body) -> Any:
        return self.raw.search("*:*", json=orjson.dumps(body).decode())

    def total(self, answer: Any) -> int:
        return int(answer.hits)

    def close(self) -> None:
        self.raw.get_session().close()
        self.store.close()


def _elasticsearch(name: str, url: str) -> Beside:
    from elasticsearch import Elasticsearch

    return JsonBeside(ElasticsearchStore("bench", name, SCHEMA, HttpSettings((url,))), Elasticsearch(url))


def _opensearch(name: str, url: str) -> Beside:
    from opensearchpy import OpenSearch

    return JsonBeside(OpenSearchStore("bench", name, SCHEMA, HttpSettings((url,))), OpenSearch(url))


def _solr(name: str, url: str) -> Beside:
    return SolrBeside(SolrStore("bench", name, SCHEMA, HttpSettings((url,))), url)


# Engine -> what opens both on an index of this name on a server.
CLIENTS: dict[str, Callable[[str, str], Beside]] = {
    "elasticsearch": _elasticsearch,
    "opensearch": _opensearch,
    "solr": _solr,
}
