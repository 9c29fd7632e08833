"""A user with Docker gets the search servers that the tests run against."""

import pytest
import yaml

from tests.servers import elasticsearch, opensearch, solr

SERVERS = {"solr": solr.VERSION, "elasticsearch": elasticsearch.VERSION, "opensearch": opensearch.VERSION}


@pytest.fixture(scope="module")
def services(root):
    return yaml.safe_load((root / "deploy" / "compose.yaml").read_text("utf-8"))["services"]


@pytest.mark.parametrize("name", SERVERS)
def test_it_is_the_version_that_is_tested(services, name):
    assert services[name]["image"].rpartition(":")[2] == SERVERS[name]


@pytest.mark.parametrize("name", SERVERS)
def test_it_comes_only_when_asked_and_listens_to_this_machine_alone(services, name):
    assert services[name]["profiles"] == [name]
    assert all(port.startswith("127.0.0.1:") for port in services[name]["ports"])


def test_no_two_want_one_port(services):
    ports = [port.rsplit(":", 1)[0] for service in services.values() for port in service.get("ports", ())]
    assert len(ports) == len(set(ports)) > 3
