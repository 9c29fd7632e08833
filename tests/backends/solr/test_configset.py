"""manage.py build_solr_schema writes what Solr needs, and tells where a Solr lacks it."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.core.management import CommandError, call_command

from backends.core.errors import Unavailable
from backends.core.schema import ColumnType
from backends.solr import places
from backends.solr.columns import PREFIXES
from backends.solr.store import SolrStore
from searchsvc.reliability.http import HttpSettings
from tests.contract.corpus import SCHEMA
from tests.sites import site


def test_every_type_of_column_has_a_dynamic_field():
    schema = ET.fromstring(dict(places.configset_files())["schema.xml"])  # noqa: S314 - our own file
    dynamic = {field.get("name"): field for field in schema.iter("dynamicField")}
    assert {f"{prefix}_*" for prefix in PREFIXES.values()} == set(dynamic)
    for (kind, multi), prefix in PREFIXES.items():
        assert (dynamic[f"{prefix}_*"].get("multiValued") == "true") == (multi or kind is ColumnType.TERMS)


def test_the_command_writes_the_configset(tmp_path: Path, capsys):
    with site("solr", tmp_path, "http://127.0.0.1:1/solr"):
        call_command("build_solr_schema", configure_directory=str(tmp_path / "conf"))
        assert "Wrote schema.xml" in capsys.readouterr().out
        assert {file.name: file.read_text("utf-8") for file in (tmp_path / "conf").iterdir()} == dict(
            places.configset_files()
        )
        call_command("build_solr_schema", filename=str(tmp_path / "one.xml"))
        assert 'schema name="searchsvc"' in (tmp_path / "one.xml").read_text("utf-8")
        capsys.readouterr()
        call_command("build_solr_schema")
        assert capsys.readouterr().out.startswith("<?xml")


def test_a_connection_that_is_not_there_is_named():
    with pytest.raises(CommandError, match="There is no connection 'nowhere'"):
        call_command("build_solr_schema", using="nowhere")


def test_a_solr_without_the_configset_is_told_how_to_get_it(solr, monkeypatch):
    monkeypatch.setattr(places, "CONFIGSET", "not-there")
    store = SolrStore("contract", solr.unique("bare"), SCHEMA, HttpSettings((solr.url,)))
    with pytest.raises(Unavailable, match=r"manage.py build_solr_schema --configure-directory SOLR_HOME/configsets"):
        store.create(SCHEMA)
    store.close()
