"""Where generations are: cores of a standalone Solr, collections of a SolrCloud. The index' own name always answers.

Standalone, promoting swaps two cores: the one of that name and the one that was filled. So the generation that a core
holds is read from its manifest, never from its name. In a SolrCloud the name is an alias.
"""

import io
import secrets
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from typing import Any, Protocol

import orjson

from backends.core.errors import GenerationInUse, IndexMissing, SearchError, Unavailable, UnsupportedQuery
from backends.solr.client import Client, NotThere

CONFIGSET = "searchsvc"
MANIFEST: dict[str, Any] = {"query": "is_manifest:1", "fields": ["manifest", "generation"], "limit": 1}
TRIES = 5  # to promote, where another process promotes at the same moment
Manifest = tuple[int, dict[str, Any]]


class Taken(SearchError):
    """There is a core or collection of that name."""


class Places(Protocol):
    """The generations of one index by number."""

    name: str

    def taken(self) -> dict[str, int | None]:
        """The cores or collections of this index, with the generation each holds, None for an unfinished one."""
        ...

    def make(self, number: int) -> str:
        """A new empty one and its name. Raises Taken where another process took the number."""
        ...

    def promote(self, place: str) -> None: ...

    def remove(self, place: str) -> None: ...

    def reload(self) -> None:
        """Read the configuration of what answers anew."""
        ...


def manifest_of(client: Client, place: str) -> Manifest | None:
    """The generation that a core holds and what it was built with; None where there is none."""
    try:
        found = client.ask(f"/{place}/query", MANIFEST)["response"]["docs"]
    except NotThere:
        return None
    return (found[0]["generation"], orjson.loads(found[0]["manifest"])) if found else None


class Generations:
    """What is the same in both; `places` is what differs."""

    def __init__(self, client: Client, places: Places, alias: str) -> None:
        self.client, self.places, self.alias = client, places, alias
        self._known: dict[int, str] = {}

    def numbers(self) -> list[int]:
        return sorted(number for number in self.places.taken().values() if number is not None)

    def current(self) -> int | None:
        found = manifest_of(self.client, self.places.name)
        return found and found[0]

    def place(self, number: int) -> str:
        """Where a generation is now. Raises IndexMissing."""
        known = self._known.get(number)
        if known and (found := manifest_of(self.client, known)) and found[0] == number:
            return known
        self._known = {held: name for name, held in self.places.taken().items() if held is not None}
        if number not in self._known:
            raise IndexMissing(self.alias, f"generation {number} of {self.places.name}")
        return self._known[number]

    def make(self) -> tuple[int, str]:
        tried = 0
        while True:
            taken = self.places.taken()
            named = (_number(name, self.places.name) for name in taken)
            tried = max([tried, *named, *(held for held in taken.values() if held is not None)]) + 1
            # Another process may be making one of this number, not listed yet; there is always a next one.
            with suppress(Taken):
                return tried, self.places.make(tried)

    def promote(self, number: int) -> None:
        for _ in range(TRIES):
            self.places.promote(self.place(number))
            if self.current() == number:
                return
        raise Unavailable(f"Generation {number} of '{self.alias}' was promoted, and another process promoted its own.")

    def drop(self, number: int) -> None:
        if number == self.current():
            raise GenerationInUse(f"Generation {number} of '{self.alias}' answers now; promote another one first.")
        try:
            place = self.place(number)
        except IndexMissing:
            return
        self._known.pop(number, None)
        self.places.remove(place)


def _number(place: str, name: str) -> int:
    text = place.removeprefix(f"{name}_g")
    return int(text) if text.isdecimal() else 0


def _is_of(place: str, name: str) -> bool:
    return place == name or _number(place, name) > 0


@contextmanager
def explained() -> Iterator[None]:
    """Raise Taken, or say where the configset has to be."""
    try:
        yield
    except (Unavailable, UnsupportedQuery) as error:
        if any(sign in str(error) for sign in ("already exists", "Already creating")):
            raise Taken(str(error)) from error
        if "configset" in str(error).lower():
            raise Unavailable(
                f"Solr has no configset '{CONFIGSET}'. Write it to its home with: "
                f"manage.py build_solr_schema --configure-directory SOLR_HOME/configsets/{CONFIGSET}/conf"
            ) from error
        raise


class Cores:
    """Of a standalone Solr. Never renamed: Solr keeps the old name as a ghost, and a later swap empties the core."""

    def __init__(self, client: Client, name: str) -> None:
        self.client, self.name = client, name

    def _admin(self, action: str, **parameters: Any) -> dict[str, Any]:
        return self.client.tell("/admin/cores", action=action, **parameters)

    def taken(self) -> dict[str, int | None]:
        status = self.client.ask("/admin/cores", action="STATUS", indexInfo="false")["status"]
        found = ((place, manifest_of(self.client, place)) for place in status if _is_of(place, self.name))
        return {place: held and held[0] for place, held in found}

    def make(self, number: int) -> str:
        return self._create(f"{self.name}_g{number}")

    def _create(self, place: str) -> str:
        # A folder of its own each time: one that was unloaded may still be there.
        folder = f"{place}_{secrets.token_hex(4)}"
        with explained():
            self._admin("CREATE", name=place, instanceDir=folder, configSet=CONFIGSET)
        return place

    def promote(self, place: str) -> None:
        if place == self.name:
            return
        is_first = self.name not in self.taken()
        if is_first:
            self._create(self.name)
        self._admin("SWAP", core=self.name, other=place)
        if is_first:
            self.remove(place)  # the empty one, which has the other's name now

    def remove(self, place: str) -> None:
        self._admin("UNLOAD", core=place, deleteIndex="true", deleteDataDir="true", deleteInstanceDir="true")

    def reload(self) -> None:
        self._admin("RELOAD", core=self.name)


class Collections:
    """Of a SolrCloud; the index' name is an alias. `shards` and `replicas` are of each new collection."""

    def __init__(self, client: Client, name: str, shards: int, replicas: int) -> None:
        self.client, self.name, self.shards, self.replicas = client, name, shards, replicas

    def _admin(self, action: str, **parameters: Any) -> dict[str, Any]:
        return self.client.tell("/admin/collections", action=action, **parameters)

    def taken(self) -> dict[str, int | None]:
        listed = self.client.ask("/admin/collections", action="LIST")["collections"]
        found = ((place, manifest_of(self.client, place)) for place in listed if _is_of(place, self.name))
        return {place: held and held[0] for place, held in found}

    def make(self, number: int) -> str:
        place = f"{self.name}_g{number}"
        self._upload()
        with explained():
            self._admin(
                "CREATE", name=place, numShards=self.shards, replicationFactor=self.replicas,
                **{"collection.configName": CONFIGSET, "waitForFinalState": "true"},
            )  # fmt: skip
        return place

    def _upload(self) -> None:
        if CONFIGSET not in self.client.ask("/admin/configs", action="LIST")["configSets"]:
            self.client.send("/admin/configs", configset(), action="UPLOAD", name=CONFIGSET)

    def promote(self, place: str) -> None:
        self._admin("CREATEALIAS", name=self.name, collections=place)

    def remove(self, place: str) -> None:
        self._admin("DELETE", name=place)

    def reload(self) -> None:
        self.client.send("/admin/configs", configset(), action="UPLOAD", name=CONFIGSET, overwrite="true")
        self._admin("RELOAD", name=self.name)


def configset() -> bytes:
    """The configset as a zip."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in configset_files():
            archive.writestr(name, text)
    return packed.getvalue()


def configset_files() -> Iterator[tuple[str, str]]:
    """Name and text of each file of the configset."""
    for file in sorted(files("backends.solr").joinpath("configset", "conf").iterdir(), key=lambda file: file.name):
        yield file.name, file.read_text("utf-8")
