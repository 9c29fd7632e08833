"""Indexing with Whoosh: ours over Haystack's own backend, from the same values, in works a second of CPU."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from haystack import fields
from haystack.backends.whoosh_backend import WhooshSearchBackend
from haystack.constants import DJANGO_CT, DJANGO_ID, ID
from whoosh.filedb.filestore import FileStorage

from backends.core.documents import document
from tests.benchmarks.parts.bulk import Row
from tests.benchmarks.parts.measure import Bench, Verdict, cpu, say
from tests.benchmarks.whoosh_tate import SCHEMA, rows, store_of

MOST = 1000  # works, one batch of `rebuild_index`
GOAL = 1.2
FIELDS = {
    "text": fields.CharField(document=True),
    "title": fields.CharField(),
    "subject": fields.MultiValueField(),
    "creator": fields.MultiValueField(),
    "year": fields.IntegerField(null=True),
}


class Stock(WhooshSearchBackend):
    """Haystack's, with the fields given instead of found in a project's indexes."""

    def setup(self) -> None:
        for name, field in FIELDS.items():
            field.set_instance_name(name)
        self.storage = FileStorage(self.path)
        self.content_field_name, self.schema = self.build_schema(FIELDS)
        self.index = self.storage.create_index(self.schema)
        self.setup_complete = True


class Prepared:
    """An index whose objects are prepared: the work before it is the same for both."""

    def full_prepare(self, row: Row) -> dict[str, Any]:
        (id_, _key, django_ct, django_id), values = row
        return {ID: id_, DJANGO_CT: django_ct, DJANGO_ID: django_id, **without_none(values)}


def without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def indexing(bench: Bench) -> list[Verdict]:
    works = list(islice(rows(bench.data), min(MOST, bench.works)))
    folder = bench.folder / "stock"
    folder.mkdir()
    stock = Stock("default", PATH=str(folder), SILENTLY_FAIL=False)
    store = store_of("whoosh", bench.folder / "ours")
    generation = store.create(SCHEMA)
    theirs = cpu(lambda: stock.update(Prepared(), works))
    ours = cpu(lambda: store.write(generation, [document(SCHEMA, *row) for row in works]))
    assert stock.index.doc_count() == store.count(generation) == len(works)
    say(f"  Whoosh indexing: {len(works) / ours:,.0f} works a second, stock Haystack's {len(works) / theirs:,.0f}")
    return [Verdict("Whoosh indexing over stock Haystack's", theirs / ours, GOAL, "x", least=True)]
