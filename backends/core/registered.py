"""Documents of models that no index is registered for any more stay until a rebuild: neither shown nor counted.

Whether there are any is asked once a revision of the index, so that a search among none needs no filter.
"""

from collections.abc import MutableMapping
from dataclasses import replace
from typing import NamedTuple
from weakref import WeakKeyDictionary

from backends.core.nodes import All, And, AnyOf, Node, Not, Nothing
from backends.core.request import Refinement, Request, Response
from backends.core.schema import DJANGO_CT
from backends.core.store import Searched


class Known(NamedTuple):
    """Whether an index held documents of other models in one of its revisions."""

    revision: str
    has_others: bool


_known: MutableMapping[Searched, dict[tuple[str, ...], Known]] = WeakKeyDictionary()


def among(store: Searched, request: Request, models: tuple[str, ...]) -> Response:
    """The store's answer, as if there were no documents but those of these models ('app_label.model_name')."""
    known = _known.setdefault(store, {}).get(models) or _look(store, models)
    if not known.has_others:
        response = store.search(request)
        if response.revision == known.revision or _look(store, models) == Known(response.revision, has_others=False):
            return response
    own: Node = AnyOf(DJANGO_CT, models) if models else Nothing()
    response = store.search(replace(request, refinements=(*request.refinements, Refinement("registered", own))))
    if response.revision != known.revision:
        _look(store, models)
    return response


def _look(store: Searched, models: tuple[str, ...]) -> Known:
    others: Node = And((All(), Not(AnyOf(DJANGO_CT, models)))) if models else All()
    response = store.search(Request(others, size=0))
    known = _known[store][models] = Known(response.revision, response.total > 0)
    return known
