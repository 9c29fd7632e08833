"""Who is looking at a page, asked only where the answer matters.

Reading the user reads the session, and then the reply varies by cookie: shared caches keep it apart for everybody.
Pages of indexes that everyone may see are spared that.
"""

from typing import Any

from django.http import HttpRequest

from indexes.registry import Index, registered
from searchsvc.search.service import UnknownRecord
from searchsvc.search.viewer import ANYONE, Viewer


def viewer_for(request: HttpRequest, *names: str) -> Viewer:
    """The viewer for a page of these indexes; without names, of all of them."""
    known = registered()
    asked = [known[name] for name in names or known if name in known]
    return Viewer.of(request.user) if any(index.declared.visible_field for index in asked) else ANYONE


def refuse_hidden(index: Index, obj: Any, viewer: Viewer) -> None:
    """Raise UnknownRecord when the database says more strictly than the index who may see an object.

    The index is as old as its last change; what was hidden since is hidden on pages at once.
    """
    allowed = getattr(obj, index.declared.visible_field, None) if index.declared.visible_field else None
    if obj is None or (allowed is not None and not viewer.all_seeing and not set(allowed) & set(viewer.may_see)):
        raise UnknownRecord("There is no such record any more.")
