"""One connection's Solr index."""

from collections.abc import Iterable
from functools import partial
from typing import Any

import orjson

from backends.core import manifest
from backends.core.claims import unclaimed
from backends.core.errors import DocumentRefused, IndexMissing, TimedOut
from backends.core.features import Features
from backends.core.request import FacetReply, FacetRequest, Request, Response, Sort, StatsReply, StatsRequest
from backends.core.schema import DOCUMENT_BOOST, Schema
from backends.core.spelling import nearest
from backends.core.store import Document
from backends.solr import facets, pages, writing
from backends.solr.client import Client, NotThere
from backends.solr.columns import field_of, native
from backends.solr.compiler import Json, SolrCompiler
from backends.solr.places import Collections, Cores, Generations, Places, manifest_of
from searchsvc.reliability.http import HttpSettings

REAL = {"bool": {"filter": ["*:*"], "must_not": ["is_manifest:1"]}}
AFTER = "after"  # the tag of the condition that a page starts behind a hit: no count has it


class SolrStore:
    """See `backends.core.store.Store`. Options: SHARDS, REPLICAS, COMMIT_WITHIN (milliseconds; writes do not wait)."""

    engine = "solr"
    features = Features(
        facets=True, counts=True, stats=True, spelling=True, geo=True, field_order=True, keyset=True, phrases=True,
        fuzzy=True, parts_of_words=True, keyword_ranges=True, scores=True, document_boosts=True, transactions=True,
    )  # fmt: skip

    def __init__(
        self, alias: str, name: str, schema: Schema, http: HttpSettings, options: dict[str, Any] | None = None
    ) -> None:
        self.alias, self.name, self.schema, self.options = alias, name, schema, options or {}
        self.client = Client(http)
        self._places: Generations | None = None
        self._checked: set[int] = set()

    @property
    def places(self) -> Generations:
        """Made at the first call, for it asks which kind of Solr this is."""
        if self._places is None:
            is_cloud, _version = self.client.system()
            shards, replicas = self.options.get("SHARDS", 1), self.options.get("REPLICAS", 1)
            kind: Places = (
                Collections(self.client, self.name, shards, replicas) if is_cloud else Cores(self.client, self.name)
            )
            self._places = Generations(self.client, kind, self.alias)
        return self._places

    # Generations

    def generations(self) -> list[int]:
        return self.places.numbers()

    def current(self) -> int | None:
        return self.places.current()

    def create(self, schema: Schema) -> int:
        number, place = self.places.make()
        says = orjson.dumps(manifest.manifest(self.engine, schema))
        self.client.send(f"/{place}/update", orjson.dumps([writing.made(number, says)]), softCommit="true")
        return number

    def promote(self, generation: int) -> None:
        self.places.promote(generation)

    def drop(self, generation: int) -> None:
        self.places.drop(generation)

    def close(self) -> None:
        self.client.close()

    def _check(self, place: str, generation: int) -> None:
        """Once a generation: raises SchemaMismatch."""
        if generation not in self._checked:
            found = manifest_of(self.client, place)
            if found is None:
                raise IndexMissing(self.alias, f"{self.name} at {self.client.settings.place}")
            manifest.check(self.alias, found[1], self.engine, self.schema)
            self._checked.add(generation)

    # Writing

    @property
    def _visible(self) -> dict[str, Any]:
        within = self.options.get("COMMIT_WITHIN")
        return {"softCommit": "true"} if within is None else {"commitWithin": within}

    def _writable(self, generation: int) -> str:
        place = self.places.place(generation)
        self._check(place, generation)
        return place

    def write(self, generation: int, documents: Iterable[Document]) -> list[DocumentRefused]:
        kept, refused = unclaimed(self, generation, documents)
        ready = (native(document, self.schema.by_column) for document in kept.values())
        return refused + writing.write(self.client, self._writable(generation), generation, ready, self._visible)

    def delete(self, generation: int, ids: Iterable[str]) -> None:
        writing.delete(self.client, self._writable(generation), generation, ids, self._visible)

    # Reading

    def _query(self, body: Json, generation: int | None) -> Json:
        place = self.name if generation is None else self.places.place(generation)
        milliseconds = max(1, int(self.client.outbound.left() * 1000))
        body = {**body, "params": {"timeAllowed": milliseconds, **body.get("params", {})}}
        body["facet"] = {**body.get("facet", {}), **MANIFEST_FACET}
        try:
            answer = self.client.ask(f"/{place}/query", body)
        except NotThere as error:
            raise IndexMissing(self.alias, f"{place} at {self.client.settings.place}") from error
        if answer["responseHeader"].get("partialResults"):
            raise TimedOut("Solr had no time for the whole answer, and half of one is none.")
        if not answer["facets"]["manifest"]["count"]:
            raise IndexMissing(self.alias, f"{place} at {self.client.settings.place} holds no index of searchsvc")
        self._check(place, int(answer["facets"]["manifest"]["generation"]))
        return answer

    def search(self, request: Request, generation: int | None = None) -> Response:
        compiler = SolrCompiler(self.schema, partial(self._terms, generation))
        sorts = tuple(sort.reversed() for sort in request.sort) if request.backwards else request.sort
        answer = self._query(_body(compiler, request, sorts), generation)
        hits = tuple(pages.hit(document, request.sort) for document in answer["response"]["docs"])
        return Response(
            hits[::-1] if request.backwards else hits,
            int(answer["facets"]["total"]["count"]),
            tuple(_facet(at, facet, answer) for at, facet in enumerate(request.facets)),
            _revision(answer),
            answer["facets"]["manifest"]["written"] / 1000,
            tuple(answer["facets"][f"count{at}"]["count"] for at in range(len(request.counts))),
            tuple(_stats(at, part, answer) for at, part in enumerate(request.stats)),
        )

    def _terms(self, generation: int | None, field: str, prefix: str) -> dict[str, int]:
        """The terms that begin so, and how many documents hold each."""
        place = self.name if generation is None else self.places.place(generation)
        wanted = {"terms.fl": field, "terms.prefix": prefix, "terms.limit": -1, "json.nl": "flat"}
        try:
            found = self.client.ask(f"/{place}/terms", {"params": wanted})["terms"].get(field, [])
        except NotThere as error:
            raise IndexMissing(self.alias, f"{place} at {self.client.settings.place}") from error
        return dict(zip(found[::2], found[1::2], strict=True))

    def near(self, column: str, word: str, most: int, generation: int | None = None) -> tuple[tuple[str, int], ...]:
        held = self._terms(generation, field_of(self.schema.by_column[column]), word[:1])
        return nearest(word, held, held.__getitem__, most)

    def count(self, generation: int | None = None) -> int:
        return int(self._query({"query": REAL, "limit": 0}, generation)["response"]["numFound"])

    def revision(self) -> str:
        return _revision(self._query({"query": REAL, "limit": 0}, None))


MANIFEST_FACET: Json = {
    "manifest": {
        "type": "query",
        "q": "*:*",
        "domain": {"query": "is_manifest:1"},
        "facet": {"generation": "max(generation)", "batch": "max(batch)", "written": "max(written)"},
    }
}


def _revision(answer: Json) -> str:
    found = answer["facets"]["manifest"]
    return f"{int(found['generation'])}.{int(found['batch'])}"


def _body(compiler: SolrCompiler, request: Request, sorts: tuple[Sort, ...]) -> Json:
    """The whole search as one request."""
    conditions = [{f"#r{at}": compiler.visit(part.node)} for at, part in enumerate(request.refinements)]
    after = pages.behind(compiler, request, sorts)
    if after is not None:
        conditions.append({f"#{AFTER}": after})
    facet, parameters = _facets(compiler.schema, request)
    return {
        "query": _boosted(compiler, request),
        "filter": ["-is_manifest:1", *conditions],
        "queries": {f"count{at}": compiler.visit(node) for at, node in enumerate(request.counts)},
        "fields": pages.fields(compiler, sorts),
        "sort": pages.order(compiler, sorts),
        "offset": request.offset,
        "limit": request.size,
        "facet": facet,
        "params": parameters,
    }


def _boosted(compiler: SolrCompiler, request: Request) -> Json:
    """The query; where it ranks, each document's score multiplied by its own boost."""
    query = compiler.visit(request.node)
    return query if request.sort else {"boost": {"b": f"def({compiler.field(DOCUMENT_BOOST)},1)", "query": query}}


def _facets(schema: Schema, request: Request) -> tuple[Json, Json]:
    """JSON facets by name, and the parameters of those that JSON cannot say. None of them sees the page's start."""
    found: Json = {"total": _counting("*:*")}
    found |= {f"count{at}": _counting(f"{{!query v=$count{at}}}") for at in range(len(request.counts))}
    parameters: Json = {}
    for at, asked in enumerate(request.facets):
        excluded = [AFTER, *(f"r{at}" for at, part in enumerate(request.refinements) if part.name in asked.without)]
        if asked.below is None:
            found[f"facet{at}"] = facets.terms(asked, schema, excluded)
            continue
        found[f"facet{at}"] = facets.absent(asked, schema, excluded)
        levels = facets.levels(at, asked, schema, excluded)
        parameters = {
            **levels,
            "facet.field": [*parameters.get("facet.field", ()), *levels["facet.field"]],
            **{name: value for name, value in parameters.items() if name != "facet.field"},
        }
    for at, part in enumerate(request.stats):
        found |= {f"stats{at}_{name}": facet for name, facet in facets.numbers(part, schema, AFTER).items()}
    return found, parameters


def _counting(query: str) -> Json:
    return {"type": "query", "q": query, "domain": {"excludeTags": AFTER}}


def _facet(at: int, request: FacetRequest, answer: Json) -> FacetReply:
    found = answer["facets"][f"facet{at}"]
    if request.below is None:
        return facets.read_terms(request, found)
    missing = found["missing"]["count"] if request.missing else 0
    return facets.read_levels(at, request, answer["facet_counts"]["facet_fields"], missing)


def _stats(at: int, request: StatsRequest, answer: Json) -> StatsReply:
    prefix = f"stats{at}_"
    found = {name.removeprefix(prefix): facet for name, facet in answer["facets"].items() if name.startswith(prefix)}
    return facets.read_numbers(request, found)
