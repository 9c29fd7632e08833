"""OpenSearch's client behind one method, and its failures by our names."""

from collections.abc import Mapping
from typing import Any, cast

from opensearchpy import OpenSearch, Urllib3HttpConnection
from opensearchpy import exceptions as theirs
from opensearchpy.serializer import Serializer
from urllib3 import Timeout

from backends.core.errors import WrongServer
from backends.core.wire import CONNECTIONS
from backends.jsondsl.server import AsItIs, Reply, is_tls
from backends.jsondsl.trouble import Place, reason_of
from searchsvc.reliability.http import HttpSettings

OK = 200
OLDEST = 2  # OpenSearch 1 was a fork of Elasticsearch 7 and knows no `require_alias` for each write
KINDS = ("application/json", "text/plain", "text/html")
JSON, LINES = ({"content-type": kind} for kind in ("application/json", "application/x-ndjson"))


class BoundedConnection(Urllib3HttpConnection):
    """Keeps the deadline at every byte."""

    def _create_urllib3_pool(self) -> None:
        super()._create_urllib3_pool()
        self.pool.ConnectionCls = CONNECTIONS[self.scheme]


class Bodies(AsItIs, Serializer):
    """Go as bytes and come back as text."""


class OpenSearchClient:
    """See `backends.jsondsl.server.Client`. The library would repeat every call; here the caller says which."""

    product = "OpenSearch"

    def __init__(self, settings: HttpSettings, place: Place, options: Mapping[str, Any]) -> None:
        self._settings, self._place = settings, place
        headers = {"authorization": f"ApiKey {settings.api_key}"} if settings.api_key else {}
        serializers = {kind: Bodies() for kind in KINDS}
        given: dict[str, Any] = {
            "max_retries": 0,
            "retry_on_status": (),
            "serializers": serializers,
            "headers": headers,
        }
        if settings.user and not settings.api_key:
            given["http_auth"] = (settings.user, settings.password)
        if is_tls(settings):
            given |= {"verify_certs": settings.verify_certs, "ca_certs": settings.ca_certs or None}
        self._client = OpenSearch(
            list(settings.urls),
            connection_class=BoundedConnection,
            pool_maxsize=settings.connections,
            serializer=Bodies(),
            **{**given, **options},
        )

    def send(self, method: str, path: str, body: bytes | None, timeout: float) -> Reply:
        limit = Timeout(connect=min(self._settings.connect, timeout), read=timeout)
        kind = LINES if "_bulk" in path or "_msearch" in path else JSON
        try:
            found = self._client.transport.perform_request(
                method, path, body=body, headers=kind, timeout=cast("float", limit)
            )
        except theirs.TransportError as error:
            return self._answered(error)
        except (theirs.SerializationError, UnicodeDecodeError) as error:
            raise self._place.failed(error, str(error), unreadable=True) from error
        return Reply(OK, found)

    def _answered(self, error: theirs.TransportError) -> Reply:
        """An answer that says no is a reply like others. Raises what any other failure is called."""
        if isinstance(error.status_code, int):
            return Reply(error.status_code, error.info if isinstance(error.info, Mapping) else {"error": error.error})
        raise self._place.failed(error, str(error.error)) from error

    def check(self, status: int, info: Mapping[str, Any]) -> None:
        version = info.get("version") if status == OK else None
        found = version if isinstance(version, Mapping) else {}
        number = str(found.get("number", ""))
        if found.get("distribution") != "opensearch":
            reason = f"it says that it is {number}" if number else reason_of(info)
            raise WrongServer(
                f"The server at {self._place.url} is not OpenSearch ({reason}). "
                "For Elasticsearch, set ENGINE to 'backends.elasticsearch.Engine'."
            )
        if int(number.partition(".")[0]) < OLDEST:
            raise WrongServer(f"OpenSearch {number} at {self._place.url} is too old; {OLDEST} is the oldest here.")

    def close(self) -> None:
        self._client.close()
