"""The Haystack engine on Whoosh: set `ENGINE` to 'backends.whoosh.Engine' and `PATH` to a folder."""

from typing import cast

from haystack.backends import BaseEngine
from whoosh.index import Index, open_dir

from backends.core.embedded import EmbeddedBackend
from backends.core.query import SearchQuery
from backends.whoosh.store import WhooshStore


class WhooshSearchBackend(EmbeddedBackend):
    name = "whoosh"
    store_class = WhooshStore

    @property
    def index(self) -> Index:
        """Whoosh's own view of the generation that answers, for looking at: our terms, not its analysis."""
        store = cast("WhooshStore", self.store)
        return open_dir(str(store.folders.folder(self._generation())))


class WhooshSearchQuery(SearchQuery):
    pass


class Engine(BaseEngine):
    backend = WhooshSearchBackend
    query = WhooshSearchQuery
