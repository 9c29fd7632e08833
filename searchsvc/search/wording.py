"""What a person typed, read with the names of an index, and said back.

Words of a keyword field's values are compared with the values that the viewer may see, so neither an answer nor a
remark tells of others. They are asked for when a query names such a field, and kept until the index changes.
"""

from collections.abc import Mapping
from functools import partial
from weakref import WeakKeyDictionary

from backends.core.inputs import NamedQuery
from backends.core.named import names
from backends.core.nodes import CONTENT, All, And, Lookup, Node
from backends.core.parse import NO_NAMES, Names, Reading
from backends.core.queryset import SearchQuerySet
from backends.core.said import understood
from backends.core.store import Store
from indexes.registry import Index
from searchsvc.search.facets import label_of
from searchsvc.search.viewer import Viewer, visible_to

MOST_KNOWN = 20_000  # values of a field that words are compared with, the most frequent ones; 9 ms a query
MOST_KEPT = 16  # sets of values an index keeps: two named fields for eight kinds of viewer

Values = Mapping[str, str] | None
_kept: WeakKeyDictionary[Store, tuple[str, dict[tuple[object, ...], Values]]] = WeakKeyDictionary()


def names_of(q: str, index: Index, viewer: Viewer) -> Names:
    """The names that may stand before a colon; not made where there is none."""
    if ":" not in q:
        return NO_NAMES
    declared = index.declared
    return names(
        index.backend.index_schema,
        aliases={span.name: (span.start, span.end) for span in declared.ranges} | dict(declared.aliases),
        hidden={*declared.hidden, declared.visible_field},
        values=partial(known, index, viewer),
    )


def read_words(q: str, index: Index, viewer: Viewer) -> Reading:
    return NamedQuery(q, names_of(q, index, viewer)).read()


def said(node: Node) -> str:
    """What was understood, to stand behind 'Works'; '' where it is plain words and there is nothing to tell."""
    return "" if _is_plain(node) else understood(node)


def _is_plain(node: Node) -> bool:
    parts = node.nodes if isinstance(node, And) else (node,)
    return all(part == All() or (isinstance(part, Lookup) and _kind(part) == (CONTENT, "content")) for part in parts)


def _kind(part: Lookup) -> tuple[str, str]:
    return part.field, part.lookup


def known(index: Index, viewer: Viewer, field: str) -> Values:
    """The values of a field that this viewer may see, with their labels.

    None where a field that is no facet has more than MOST_KNOWN: it holds codes rather than words.
    """
    store = index.backend.store
    key = (field, viewer.all_seeing or viewer.may_see)
    revision, kept = _kept.get(store, ("", {}))
    if revision == store.revision() and key in kept:
        return kept[key]
    now, values = _asked(index, viewer, field)
    if now != revision or len(kept) >= MOST_KEPT:
        kept = {}
    _kept[store] = now, {**kept, key: values}
    return values


def _asked(index: Index, viewer: Viewer, field: str) -> tuple[str, Values]:
    """The revision of the index that answered, and its values."""
    query = visible_to(SearchQuerySet(using=index.alias), index, viewer)
    page = query.facet(field, size=MOST_KNOWN).page(0)
    reply = page.facets[field]
    facet = next((facet for facet in index.declared.facets if facet.field == field), None)
    if facet is None and not reply.exhaustive:
        return page.revision, None
    texts = [str(value) for value, _count in reply.values]
    # The label of a path is its last step; people may name any.
    has_labels = facet is not None and not facet.hierarchy
    return page.revision, {text: label_of(facet, text) if facet and has_labels else text for text in texts}
