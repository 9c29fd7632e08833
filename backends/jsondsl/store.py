"""One connection's index on a server: one search a question, read with the revision in one request."""

import time
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any, ClassVar

import orjson

from backends.core.claims import unclaimed
from backends.core.errors import DocumentRefused, TimedOut, Unavailable
from backends.core.features import Features
from backends.core.lookups import distance
from backends.core.nodes import All
from backends.core.request import Request, Response
from backends.core.schema import Schema
from backends.core.spelling import nearest
from backends.core.store import Document
from backends.jsondsl.bulk import MOST_ITEMS, Item, Writing, parts
from backends.jsondsl.compiler import JsonCompiler, weighed
from backends.jsondsl.counts import Counts
from backends.jsondsl.generations import Generations, State
from backends.jsondsl.mapping import Layout, source
from backends.jsondsl.near import near_terms
from backends.jsondsl.pages import Body, order_of, walk
from backends.jsondsl.server import ClientClass, Server
from backends.jsondsl.trouble import Place, query_refused
from searchsvc.reliability.http import HttpSettings

# One after the other: the revision is read before what it may not be newer than.
SEARCH = "/_msearch?max_concurrent_searches=1"


class JsonStore:
    """See `backends.core.store.Store`. An engine names itself and its client."""

    engine: ClassVar[str]
    client_class: ClassVar[ClientClass]
    features = Features(
        facets=True, counts=True, stats=True, spelling=True, geo=True, field_order=True, keyset=True, phrases=True,
        fuzzy=True, parts_of_words=True, keyword_ranges=True, scores=True, document_boosts=True, transactions=True,
    )  # fmt: skip

    def __init__(
        self,
        alias: str,
        name: str,
        schema: Schema,
        settings: HttpSettings,
        layout: Layout | None = None,
        options: Mapping[str, Any] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`options` go to the client library as they are."""
        self.alias, self.schema, self.layout, self.clock = alias, schema, layout or Layout(), clock
        place = Place(alias, settings.place, name, self.client_class.product)
        self.server = Server(place, settings, lambda: self.client_class(settings, place, options or {}))
        self.made = Generations(self.server, name, self.engine, self.layout)
        self._checked: frozenset[int] = frozenset()  # replaced, never changed: threads need no lock

    # Generations

    def generations(self) -> list[int]:
        return self.made.numbers()

    def current(self) -> int | None:
        return self.made.current()

    def create(self, schema: Schema) -> int:
        return self.made.create(schema, self.clock())

    def promote(self, generation: int) -> None:
        self.made.promote(generation)

    def drop(self, generation: int) -> None:
        self.made.drop(generation)
        self._checked -= {generation}

    def close(self) -> None:
        self.server.close()

    def _check(self, number: int) -> None:
        if number not in self._checked:
            self.made.check(number, self.schema)
            self._checked |= {number}

    # Writing

    def write(self, generation: int, documents: Iterable[Document]) -> list[DocumentRefused]:
        self._check(generation)
        refused: list[DocumentRefused] = []
        left = iter(documents)
        while batch := list(islice(left, MOST_ITEMS)):
            kept, claimed = unclaimed(self, generation, batch)
            items = (Item(id_, source(document, self.schema)) for id_, document in kept.items())
            refused += claimed + self._change(generation, items)
        return refused

    def delete(self, generation: int, ids: Iterable[str]) -> None:
        self._change(generation, (Item(id_, None) for id_ in ids))

    def _change(self, generation: int, items: Iterable[Item]) -> list[DocumentRefused]:
        self._check(generation)
        refused: list[DocumentRefused] = []
        path = f"/{self.made.index(generation)}-live/_bulk?require_alias=true&refresh={self.layout.refresh}"
        for part in parts(items):
            Writing(self.server, path, part, refused).run()
            # After the refresh and not before: a cache must never keep the old under the new name.
            self.made.seen(generation, self.clock())
        return refused

    # Reading

    def search(self, request: Request, generation: int | None = None) -> Response:
        while True:
            states: list[State] = []
            try:
                return self._answer(request, generation, states)
            except Unavailable:
                # The generation may have been dropped while it was asked; then another has taken its place.
                if generation is not None or not states or self.current() in (states[-1].number, None):
                    raise

    def _answer(self, request: Request, generation: int | None, states: list[State]) -> Response:
        """`states` takes what the server says of the generation, at each request."""
        compiler = JsonCompiler(self.schema, self.engine)
        counts, order = Counts(request, self.schema, compiler), order_of(request, self.schema)
        ranked = not request.sort and request.size
        matching = weighed(compiler.visit(counts.query)) if ranked else compiler.match(counts.query)
        body = {"query": matching, "track_total_hits": True, **counts.after()}
        first: list[State] = []

        def ask(page: Body) -> Body:
            if first:
                return self._ask({**body, **page}, first[0].number, states)
            answer = self._ask({**body, **page, **counts.body()}, generation, states)
            first.append(states[-1])
            return answer

        found = walk(request, order, ask)
        answer = found.first
        if again := counts.exactly(answer):
            answer["aggregations"].update(ask({"size": 0, **again})["aggregations"])
        return Response(
            found.hits, answer["hits"]["total"]["value"], counts.facets(answer), first[0].revision, first[0].written,
            counts.counts(answer), counts.stats(answer),
        )  # fmt: skip

    def _ask(self, body: Body, generation: int | None, states: list[State]) -> Body:
        """The answer to a search of a generation, read after its state."""
        index = self.made.name if generation is None else self.made.index(generation)
        head: Body = {"index": index, "allow_partial_search_results": False}
        if self.layout.shards > 1:
            head["search_type"] = "dfs_query_then_fetch"  # scores as if there were one shard
        body["timeout"] = f"{self.server.milliseconds()}ms"
        lines = [*self.made.state_search(generation), head, body]

        def read(answer: Body) -> Body:
            state, found = answer["responses"]
            states.append(self.made.read_state(self._whole(state)))
            self._check(states[-1].number)
            return self._whole(found)

        sent = b"".join(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in lines)
        answer: Body = self.server.call("POST", SEARCH, sent, read=read, error=query_refused)
        return answer

    def _whole(self, answer: Body) -> Body:
        """The answer to one search. Raises what it says went wrong, and TimedOut for one that is not whole."""
        if "error" in answer:
            raise query_refused(answer, answer["status"], self.server.place)
        if answer["timed_out"]:
            raise TimedOut(f"{self.server.place.url} could not answer in time.")
        if answer["_shards"]["failed"]:
            raise Unavailable(f"{self.server.place.url} answered from a part of the index only.")
        return answer

    def near(self, column: str, word: str, most: int, generation: int | None = None) -> tuple[tuple[str, int], ...]:
        if not distance(word):
            return ()
        self._check(self._answering() if generation is None else generation)
        index = self.made.name if generation is None else self.made.index(generation)
        body = orjson.dumps({"size": 0, "suggest": {"near": near_terms(column, word, distance(word))}})
        answer = self._whole(self.server.call("POST", f"/{index}/_search", body, error=query_refused))
        held = {each["text"]: each["freq"] for part in answer["suggest"]["near"] for each in part["options"]}
        return nearest(word, held, held.__getitem__, most)

    def _answering(self) -> int:
        number = self.current()
        if number is None:
            raise self.server.place.missing()
        return number

    def count(self, generation: int | None = None) -> int:
        return self.search(Request(All(), size=0), generation).total

    def revision(self) -> str:
        head, body = self.made.state_search(None)
        path = f"/{head['index']}/_search"
        state = self.made.read_state(self._whole(self.server.call("POST", path, orjson.dumps(body))))
        self._check(state.number)
        return state.revision
