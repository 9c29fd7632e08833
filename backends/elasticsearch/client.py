"""Elasticsearch's client behind one method, and its failures by our names."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any, cast

import elastic_transport
from elastic_transport import NodeConfig, Serializer, Urllib3HttpNode
from elasticsearch import Elasticsearch, __version__
from urllib3 import Timeout

from backends.core.errors import WrongServer
from backends.core.wire import CONNECTIONS
from backends.jsondsl.server import AsItIs, Reply, is_tls
from backends.jsondsl.trouble import Place, reason_of
from searchsvc.reliability.http import HttpSettings

MAJOR = __version__[0]
JSON, LINES = (f"application/vnd.elasticsearch+{kind}; compatible-with={MAJOR}" for kind in ("json", "x-ndjson"))
ANSWERS = ("application/vnd.elasticsearch+json", "application/json", "text/plain", "text/html")
OK = 200


class BoundedNode(Urllib3HttpNode):
    """Keeps the deadline at every byte."""

    def __init__(self, config: NodeConfig) -> None:
        super().__init__(config)
        self.pool.ConnectionCls = CONNECTIONS[config.scheme]


class Bodies(AsItIs, Serializer):
    """Of type bytes, both ways."""


class ElasticsearchClient:
    """See `backends.jsondsl.server.Client`. Repeats are the caller's: the library knows no safe call from another."""

    product = "Elasticsearch"

    def __init__(self, settings: HttpSettings, place: Place, options: Mapping[str, Any]) -> None:
        tls = {"verify_certs": settings.verify_certs, **({"ca_certs": settings.ca_certs} if settings.ca_certs else {})}
        kinds = (*ANSWERS, JSON.partition(";")[0], LINES.partition(";")[0])
        chosen: dict[str, Any] = {
            "node_class": BoundedNode,
            "connections_per_node": settings.connections,
            "serializers": {kind: Bodies() for kind in kinds},
            **(tls if is_tls(settings) else {}),
            **options,
        }
        self._client = Elasticsearch(list(settings.urls), **chosen)
        self._settings, self._place = settings, place
        self._headers = {"accept": JSON, **_authorization(settings)}

    def send(self, method: str, path: str, body: bytes | None, timeout: float) -> Reply:
        headers = self._headers
        if body is not None:
            headers = {**headers, "content-type": LINES if "_bulk" in path or "_msearch" in path else JSON}
        limit = Timeout(connect=min(self._settings.connect, timeout), read=timeout)
        try:
            meta, found = self._client.transport.perform_request(
                method, path, body=body, headers=headers, request_timeout=cast("float", limit), max_retries=0
            )
        except elastic_transport.TransportError as error:
            is_unreadable = isinstance(error, elastic_transport.SerializationError)
            raise self._place.failed(error, error.message, unreadable=is_unreadable) from error
        if meta.status == OK and meta.headers.get("x-elastic-product") != self.product:
            raise self._other("it does not say that it is")
        return Reply(meta.status, found)

    def check(self, status: int, info: Mapping[str, Any]) -> None:
        if status != OK:
            raise self._other(f"it answered {status}: {reason_of(info)}")

    def _other(self, reason: str) -> WrongServer:
        return WrongServer(
            f"The server at {self._place.url} is not Elasticsearch {MAJOR} ({reason}). For OpenSearch, set ENGINE to "
            f"'backends.opensearch.Engine'; for Elasticsearch 8: pip install 'elasticsearch>=8,<9'."
        )

    def close(self) -> None:
        self._client.close()


def _authorization(settings: HttpSettings) -> dict[str, str]:
    if settings.api_key:
        return {"authorization": f"ApiKey {settings.api_key}"}
    if settings.user:
        pair = b64encode(f"{settings.user}:{settings.password}".encode()).decode()
        return {"authorization": f"Basic {pair}"}
    return {}
