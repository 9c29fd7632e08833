"""A user with Docker gets the search servers that the tests run against."""

import re

import pytest
import yaml

from backends.solr.places import CONFIGSET
from searchsvc.settings.engines import ENGINES, connections
from tests.servers import elasticsearch, opensearch, solr

SERVERS = {"solr": solr.VERSION, "elasticsearch": elasticsearch.VERSION, "opensearch": opensearch.VERSION}


@pytest.fixture(scope="module")
def services(root):
    return yaml.safe_load((root / "deploy" / "compose.yaml").read_text("utf-8"))["services"]


@pytest.mark.parametrize("name", SERVERS)
def test_it_is_the_version_that_is_tested(services, name):
    assert services[name]["image"].rpartition(":")[2] == SERVERS[name]


@pytest.mark.parametrize(
    ("given", "engine", "urls"),
    [
        ({}, "tantivy", []),
        ({"ENGINE": "solr", "ENGINE_URL": "http://solr:8983/solr"}, "solr", ["http://solr:8983/solr"]),
    ],
)
def test_the_service_is_told_its_engine_and_where_it_is(services, monkeypatch, given, engine, urls):
    variables = {f"SEARCHSVC_{name}": value for name, value in given.items()}
    for name, value in services["web"]["environment"].items():
        if name.startswith("SEARCHSVC_ENGINE"):
            variable, _, default = value.removeprefix("${").removesuffix("}").partition(":-")
            assert variable == name
            monkeypatch.setenv(name, variables.pop(name, default))
    assert not variables
    made = connections()["default"]
    assert (made["ENGINE"], made["URL"]) == (f"backends.{engine}.Engine", urls)


def test_every_engine_is_in_the_image(root):
    installed = re.search(r'-e "\.\[(.*)\]"', (root / "deploy" / "Dockerfile").read_text("utf-8"))
    assert set(ENGINES) <= set(installed[1].split(","))


def test_solr_finds_our_configset_in_its_home(services, root):
    (mount,) = (volume for volume in services["solr"]["volumes"] if "configset" in volume)
    source, target, how = mount.split(":")
    assert (root / "deploy" / source / "conf" / "solrconfig.xml").is_file()
    assert (target, how) == (f"/var/solr/data/configsets/{CONFIGSET}", "ro")


@pytest.mark.parametrize("name", SERVERS)
def test_it_comes_only_when_asked_and_listens_to_this_machine_alone(services, name):
    assert services[name]["profiles"] == [name]
    assert all(port.startswith("127.0.0.1:") for port in services[name]["ports"])


def test_no_two_want_one_port(services):
    ports = [port.rsplit(":", 1)[0] for service in services.values() for port in service.get("ports", ())]
    assert len(ports) == len(set(ports)) > 3


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_celery_is_told_what_the_service_is_told(services, name):
    assert services[name]["environment"] == services["web"]["environment"]
    assert services[name]["volumes"] == services["web"]["volumes"]
    assert services[name]["profiles"] == ["celery"]
