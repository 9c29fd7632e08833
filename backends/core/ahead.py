"""Reads ahead for Haystack's SearchQuerySet, which walks a whole result in tens and asks anew for each ten."""

from dataclasses import dataclass
from typing import Any

from haystack.backends import SPELLING_SUGGESTION_HAS_NOT_RUN, BaseSearchQuery
from haystack.constants import ITERATOR_LOAD_PER_QUERY
from haystack.exceptions import MoreLikeThisError

from backends.core.errors import SearchError

FIRST_PAGE = 20  # hits that come with a count: Haystack's own page size, for a paginator counts first
LEAST, MOST = 200, 1000  # hits read ahead of a walk, as many again as it has seen
ANSWERED_ONCE = ("facets", "date_facets", "query_facets", "stats")


@dataclass(frozen=True, slots=True)
class Window:
    """The hits of one search from `first` on. `asked` tells whether it is the same search, `reply` is the backend's."""

    asked: str
    first: int
    reply: dict[str, Any]
    facets: dict[str, Any]
    stats: dict[str, Any]

    def holds(self, first: int, end: int | None) -> bool:
        last = self.first + len(self.reply["results"])
        return self.first <= first and last >= (self.reply["hits"] if end is None else min(end, self.reply["hits"]))


class ReadingAhead(BaseSearchQuery):
    """One search for a walk of 200 hits; a count brings the first page; later parts count no facets again."""

    end_offset: int | None
    _facet_counts: dict[str, Any] | None
    _stats: dict[str, Any] | None
    _window: Window | None = None
    # A SearchQuerySet asks has_run() before each step of a walk, and not before a slice.
    _is_walked = False

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = super().__getstate__()
        return {**state, "_window": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if self._results is None:  # Haystack compares by identity, which no pickle keeps
            self._spelling_suggestion = SPELLING_SUGGESTION_HAS_NOT_RUN

    def has_run(self) -> bool:
        self._is_walked = True
        return bool(super().has_run())

    def get_count(self) -> int:
        if self._hit_count is None and not self._raw_query:
            self._run_first()
        return int(super().get_count())

    def get_facet_counts(self) -> dict[str, Any]:
        if self._facet_counts is None:
            self._run_first()
        found: dict[str, Any] = super().get_facet_counts()
        return found

    def get_stats(self) -> dict[str, Any]:
        if self._stats is None:
            self._run_first()
        found: dict[str, Any] = super().get_stats()
        return found

    def get_spelling_suggestion(self, preferred_query: str | None = None) -> str | None:
        """Of the query preferred, of the one set, or of what this one looks for; no search is made for it."""
        asked = preferred_query or self.spelling_query or self.build_query()
        found: str | None = self.backend.suggestion(asked)
        return found

    def _run_first(self) -> None:
        """One search with the first page of hits; Haystack would read all there are for what stands beside them."""
        if self.end_offset:
            return
        self.end_offset = self.start_offset + (LEAST if self._is_walked else FIRST_PAGE)
        try:
            self.run()
        finally:
            self.end_offset = None

    def run_mlt(self, **options: Any) -> None:
        """As `run`, which asks for it; Haystack's own forgets offsets and options."""
        self.run(**options)

    def run(self, spelling_query: str | None = None, **options: Any) -> None:
        walked, self._is_walked = self._is_walked, False
        params = {**self.build_params(spelling_query=spelling_query), **options}
        params.pop("fields", None)  # every stored field comes anyway
        first, end = params.pop("start_offset"), params.pop("end_offset", None)
        walked = walked and end is not None and end - first == ITERATOR_LOAD_PER_QUERY
        far = first + min(MOST, max(LEAST, first)) if walked else end
        window = self._opened(params, first, end, far)
        # More than asked for: it fills the cache of the SearchQuerySet, and objects are loaded together.
        stop = None if walked or end is None else end - window.first
        self._results = window.reply["results"][first - window.first : stop]
        self._hit_count = window.reply["hits"]
        self._facet_counts = window.facets
        self._stats = window.stats
        self._spelling_suggestion = window.reply.get("spelling_suggestion")

    def _opened(self, params: dict[str, Any], first: int, end: int | None, far: int | None) -> Window:
        query = self.build_query()
        asked = repr((getattr(query, "node", query), sorted(params.items())))
        known = self._window
        if known is not None and (known.asked != asked or known.reply.get("revision") != self._revision()):
            known = None
        if known is not None and known.holds(first, end):
            return known
        if known is not None:
            params = {name: value for name, value in params.items() if name not in ANSWERED_ONCE}
        limits = {"start_offset": first} if far is None else {"start_offset": first, "end_offset": far}
        reply = self._asked(query, {**params, **limits})
        facets = self.post_process_facets(reply) if known is None else known.facets
        self._window = Window(asked, first, reply, facets, reply.get("stats", {}) if known is None else known.stats)
        return self._window

    def _asked(self, query: str, params: dict[str, Any]) -> dict[str, Any]:
        if not self._more_like_this:
            found: dict[str, Any] = self.backend.search(query, **params)
        elif self._mlt_instance is None:
            raise MoreLikeThisError("more_like_this() needs an object; it was given None.")
        else:
            found = self.backend.more_like_this(self._mlt_instance, query, **params)
        return found

    def _revision(self) -> str | None:
        """What the index is now; nothing read before is given out when it has changed."""
        try:
            revision: str = self.backend.store.revision()
        except SearchError:
            return None
        return revision
