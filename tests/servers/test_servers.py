"""Each server is real: it answers its own Python client, with the version that was asked for."""

from urllib.parse import urlencode

import pytest

from tests.servers import elasticsearch as elasticsearch_server
from tests.servers import opensearch as opensearch_server
from tests.servers import solr as solr_server
from tests.servers.asking import get_json, send

ELASTICSEARCHES = ["elasticsearch", "elasticsearch_security"]
MAKE_CORE = {"action": "CREATE", "configSet": solr_server.CONFIGSET}
MAKE_COLLECTION = {"action": "CREATE", "numShards": "1", "collection.configName": "_default"}


def found_after_writing(client, name):
    """Write one document, and return how many are found by a word of it."""
    client.index(index=name, id="1", body={"title": "A boat"}, refresh=True)
    found = client.search(index=name, body={"query": {"match": {"title": "boat"}}})
    return found["hits"]["total"]["value"]


@pytest.mark.parametrize("server", ELASTICSEARCHES, indirect=True)
def test_elasticsearch_answers_its_client(server, needs):
    try:
        from elasticsearch import Elasticsearch
    except ImportError:
        needs("elasticsearch-py", "tests/servers/install elasticsearch")
    who = (server.user, server.password) if server.user else None
    with Elasticsearch(server.url, basic_auth=who) as client:
        assert client.info()["version"]["number"] == server.version == elasticsearch_server.VERSION
        assert found_after_writing(client, server.unique()) == 1


def test_elasticsearch_with_security_lets_in_who_has_a_key(elasticsearch_security, needs):
    try:
        from elasticsearch import AuthenticationException, Elasticsearch
    except ImportError:
        needs("elasticsearch-py", "tests/servers/install elasticsearch")
    server = elasticsearch_security
    with Elasticsearch(server.url) as stranger, pytest.raises(AuthenticationException):
        stranger.info()
    with Elasticsearch(server.url, basic_auth=(server.user, server.password)) as client:
        key = client.security.create_api_key(name=server.unique("key"))["encoded"]
    with Elasticsearch(server.url, api_key=key) as holder:
        assert holder.info()["version"]["number"] == server.version


def test_opensearch_answers_its_client(opensearch, needs):
    try:
        from opensearchpy import OpenSearch
    except ImportError:
        needs("opensearch-py", "tests/servers/install opensearch")
    with OpenSearch(opensearch.url) as client:
        assert client.info()["version"]["distribution"] == "opensearch"
        assert client.info()["version"]["number"] == opensearch.version == opensearch_server.VERSION
        assert found_after_writing(client, opensearch.unique()) == 1


@pytest.mark.parametrize(
    ("server", "make", "where"),
    [("solr", MAKE_CORE, "cores"), ("solr_cloud", MAKE_COLLECTION, "collections")],
    indirect=["server"],
)
def test_solr_answers_its_client(server, make, where, needs):
    try:
        from pysolr import Solr
    except ImportError:
        needs("pysolr", "tests/servers/install solr")
    name = server.unique()
    send("GET", f"{server.url}/admin/{where}?{urlencode({**make, 'name': name})}")
    system = get_json(f"{server.url}/admin/info/system?wt=json")
    assert system["lucene"]["solr-spec-version"] == server.version == solr_server.VERSION
    assert system["mode"] == ("solrcloud" if where == "collections" else "std")
    client = Solr(f"{server.url}/{name}", always_commit=True)
    client.add([{"id": "1", "title_t": "A boat"}])
    assert [hit["id"] for hit in client.search("title_t:boat")] == ["1"]
    client.get_session().close()


def test_redis_answers_its_client(redis_server, needs):
    try:
        from redis import AuthenticationError, Redis
    except ImportError:
        needs("redis-py", "tests/servers/install redis")
    with Redis.from_url(redis_server.url) as client:
        client.set(redis_server.unique("key"), "1")
        assert client.info("server")["redis_version"] == redis_server.version
    with Redis(port=redis_server.port) as stranger, pytest.raises(AuthenticationError):
        stranger.ping()


def test_postgresql_answers_its_client(postgresql, needs):
    try:
        import psycopg
    except ImportError:
        needs("psycopg", "tests/servers/install postgresql")
    with psycopg.connect(postgresql.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {postgresql.unique('db')}")
        assert connection.execute("SHOW server_version").fetchone()[0].split()[0] == postgresql.version
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(postgresql.url.replace(postgresql.password, "wrong"))


def test_rabbitmq_answers_its_client(rabbitmq, needs):
    try:
        from amqp import AccessRefused, Connection
    except ImportError:
        needs("amqp", "tests/servers/install rabbitmq")
    where = {"host": f"127.0.0.1:{rabbitmq.port}", "userid": rabbitmq.user}
    with Connection(password=rabbitmq.password, **where) as connection:
        assert connection.server_properties["version"] == rabbitmq.version
        channel = connection.channel()
        queue = rabbitmq.unique("queue")
        channel.queue_declare(queue, auto_delete=True)
        assert channel.basic_get(queue) is None
    with pytest.raises(AccessRefused), Connection(password="wrong", **where):
        pass
