"""The options of a connection that Haystack's own embedded engine has."""

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from haystack import connections

from backends.core.embedded import EmbeddedBackend
from backends.core.files import FileRefused
from searchsvc.catalog.models import Item

pytestmark = pytest.mark.folder


def backend(engine: str, **options: Any) -> EmbeddedBackend:
    classes = pytest.importorskip(f"backends.{engine}.engine")
    made: EmbeddedBackend = classes.Engine.backend("default", **options)
    return made


def test_storage_in_memory_needs_no_path_and_is_an_index(engine: str) -> None:
    made = backend(engine, STORAGE="ram")
    index = connections["default"].get_unified_index().get_index(Item)
    made.clear()
    made.update(index, Item.objects.all()[:5])
    assert made.search("*")["hits"] == 5
    assert backend(engine, STORAGE="ram").search("*")["hits"] == 5
    assert not made.use_file_storage
    made.clear()
    assert made.search("*")["hits"] == 0


def test_what_it_holds_goes_with_the_process(engine: str, root: Path) -> None:
    program = f"""
import django, os
from django.conf import settings
settings.configure(HAYSTACK_CONNECTIONS={{"default": {{"ENGINE": "backends.{engine}.Engine", "STORAGE": "ram"}}}},
    INSTALLED_APPS=["haystack"])
django.setup()
from haystack import connections
backend = connections["default"].get_backend()
if os.fork() == 0:
    raise SystemExit(0)
os.wait()
print(backend.path, os.path.isdir(backend.path))
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        env={**os.environ, "PYTHONPATH": str(root)}, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    path, there = done.stdout.split()
    assert there == "True", "a child that ends takes nothing away"
    assert not Path(path).exists()


def test_a_connection_without_a_folder_is_told_so() -> None:
    with pytest.raises(ImproperlyConfigured, match="PATH"):
        backend("tantivy")
    with pytest.raises(ImproperlyConfigured, match="'file' or 'ram'"):
        backend("tantivy", STORAGE="tape", PATH="anywhere")


def test_what_haystack_s_embedded_backend_shows_is_there(tmp_path: Path) -> None:
    made = backend("whoosh", PATH=tmp_path)
    assert (made.path, made.use_file_storage, made.content_field_name) == (str(tmp_path), True, "text")
    made.setup()
    index = connections["default"].get_unified_index().get_index(Item)
    made.update(index, Item.objects.all()[:3])
    assert made.index.doc_count() == 3
    with made.index.searcher() as searcher:
        assert len(searcher.search(made.parser.parse("*"))) == 3
    assert "title" in made.schema


def test_the_text_of_a_file_is_read_within_the_limit(tmp_path: Path) -> None:
    made = backend("whoosh", PATH=tmp_path, POST_LIMIT=10)
    assert made.post_limit == 10
    found = made.extract_file_contents(io.BytesIO(b"Harbours"))
    assert found == {"contents": "Harbours", "metadata": {"Content-Type": ["text/plain"]}}
    with pytest.raises(FileRefused, match="POST_LIMIT"):
        made.extract_file_contents(io.BytesIO(b"Harbours and boats"))
    quiet = backend("whoosh", PATH=tmp_path, POST_LIMIT=10, SILENTLY_FAIL=True)
    assert quiet.extract_file_contents(io.BytesIO(b"Harbours and boats")) is None
