"""Generations on a server: an index `<name>-g<n>` each, and the alias `<name>` on the one that answers.

`<name>-state` holds a document for each generation there ever was. It reserves the number, for good, and its version
counts the writes that can be seen; so it is written after each of them, and read before a search. The alias
`<name>-now` shows that of the generation that answers, and moves together with the other. Documents are written
through the alias `<name>-g<n>-live`: a write to what was dropped fails, where the servers would make a new index.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from backends.core.errors import GenerationInUse, IndexCorrupt, Unavailable
from backends.core.manifest import check
from backends.core.schema import Schema
from backends.jsondsl.mapping import Layout, index_body
from backends.jsondsl.server import Server
from backends.jsondsl.trouble import BAD, NOT_FOUND

CONFLICT = 409
NUMBER = re.compile(r".*-g(\d+)")
STATE_MAPPING = {"dynamic": "strict", "properties": {"written": {"type": "double", "index": False}}}


@dataclass(frozen=True, slots=True)
class State:
    """A generation and the writes it has seen. `written` is when the last was, in POSIX seconds."""

    number: int
    batch: int
    written: float

    @property
    def revision(self) -> str:
        return f"{self.number}.{self.batch}"

    @classmethod
    def of(cls, hit: Mapping[str, Any]) -> "State":
        return cls(int(hit["_id"][1:]), hit["_version"], hit["_source"]["written"])


@dataclass(frozen=True, slots=True)
class Generations:
    server: Server
    name: str
    engine: str
    layout: Layout

    def index(self, number: int) -> str:
        return f"{self.name}-g{number}"

    @property
    def now(self) -> str:
        """The alias of the answering generation's state."""
        return f"{self.name}-now"

    @property
    def state(self) -> str:
        return f"{self.name}-state"

    def _made(self, which: str) -> dict[int, Mapping[str, Any]]:
        """The manifests by number; an index without one is none of ours, or was never finished."""
        path = f"/{which}/_mapping?filter_path=*.mappings._meta.searchsvc"
        found = self.server.call("GET", path, accept=(NOT_FOUND,)) or {}
        pairs = ((NUMBER.fullmatch(name), body["mappings"]["_meta"]["searchsvc"]) for name, body in found.items())
        return {int(match[1]): manifest for match, manifest in pairs if match is not None}

    def numbers(self) -> list[int]:
        return sorted(self._made(f"{self.name}-g*"))

    def current(self) -> int | None:
        """The generation that answers. Raises IndexCorrupt where that is more than one, or something else."""
        found = self.server.call("GET", f"/_alias/{self.name}", accept=(NOT_FOUND,))
        if found is None:
            return None
        matches = [NUMBER.fullmatch(index) for index in found]
        if len(matches) != 1 or matches[0] is None:
            place = self.server.place
            reason = f"its alias stands for {', '.join(found)}"
            raise IndexCorrupt(place.alias, f"{place.url}/{self.name}", reason)
        return int(matches[0][1])

    def create(self, schema: Schema, moment: float) -> int:
        """An empty generation. Its number is reserved first, so that no other process takes it."""
        settings = {"number_of_shards": 1, **self.layout.copies}
        body = orjson.dumps({"settings": settings, "mappings": STATE_MAPPING})
        self.server.call("PUT", f"/{self.state}", body, accept=(BAD,))  # it is there already
        number = max(self.numbers(), default=0) + 1
        while not self._reserved(number, moment):
            number += 1
        made = index_body(schema, self.engine, self.layout)
        made["aliases"] = {f"{self.index(number)}-live": {}}
        self.server.call("PUT", f"/{self.index(number)}", orjson.dumps(made))
        return number

    def _reserved(self, number: int, moment: float) -> bool:
        body = orjson.dumps({"written": moment})
        path = f"/{self.state}/_create/g{number}?refresh=true"
        return self.server.call("PUT", path, body, accept=(CONFLICT,)) is not None

    def check(self, number: int, schema: Schema) -> None:
        """Raises IndexMissing, or SchemaMismatch unless it was built with this schema and analysis."""
        manifest = self._made(self.index(number)).get(number)
        if manifest is None:
            raise self.server.place.missing(self.index(number))
        check(self.server.place.alias, manifest, self.engine, schema)

    def promote(self, number: int) -> None:
        if number not in self._made(self.index(number)):
            raise self.server.place.missing(self.index(number))
        actions = [
            {"remove": {"index": f"{self.name}-g*", "alias": self.name, "must_exist": False}},
            {"add": {"index": self.index(number), "alias": self.name}},
            {"add": {"index": self.state, "alias": self.now, "filter": {"ids": {"values": [f"g{number}"]}}}},
        ]
        self.server.call("POST", "/_aliases", orjson.dumps({"actions": actions}))

    def drop(self, number: int) -> None:
        """With the last generation goes the state of all: then nothing of the name is left on the server."""
        alias = self.server.place.alias
        if number == self.current():
            raise GenerationInUse(f"Generation {number} of '{alias}' answers now; promote another one first.")
        self.server.call("DELETE", f"/{self.index(number)}", accept=(NOT_FOUND,))
        if not self.numbers():
            self.server.call("DELETE", f"/{self.state}", accept=(NOT_FOUND,))

    def seen(self, number: int, moment: float) -> None:
        """Count a write that can be seen by now."""
        path = f"/{self.state}/_doc/g{number}?refresh=true"
        self.server.call("PUT", path, orjson.dumps({"written": moment}))

    def state_search(self, number: int | None) -> tuple[dict[str, Any], dict[str, Any]]:
        """The head and the body of a search for the state of a generation, or of the one that answers."""
        body: dict[str, Any] = {"size": 1, "version": True}
        if number is None:
            return {"index": self.now}, body
        return {"index": self.state}, {**body, "query": {"ids": {"values": [f"g{number}"]}}}

    def read_state(self, answer: Mapping[str, Any]) -> State:
        hits = answer["hits"]["hits"]
        if not hits:
            raise self.server.place.missing()
        try:
            return State.of(hits[0])
        except (KeyError, ValueError, TypeError) as error:
            raise Unavailable(f"The index '{self.state}' on {self.server.place.url} is not ours.") from error
