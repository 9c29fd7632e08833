"""What people call the ids that a search is filtered by: 'Katsushika Hokusai' and not 'demo:hokusai'."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from backends.core.results import Result
from indexes.base import Key
from indexes.registry import Index
from searchsvc.search.params import SearchParams
from searchsvc.search.queries import build, refine, visible
from searchsvc.search.viewer import Viewer

Labels = Mapping[tuple[str, str], str]


def key_labels(params: SearchParams, index: Index, viewer: Viewer, results: Sequence[Result]) -> Labels:
    """(field, id) -> name, of each id in the filters that a result or any document for this viewer has.

    Asks nothing where the results tell.
    """
    declared = {key.field: key for key in index.declared.keys}
    filtered = ((name, value) for name, values in (*params.filters, *params.excluded) for value in values)
    found = {}
    for name, value in filtered:
        if name in declared:
            label = _told(declared[name], value, results)
            found[name, value] = (
                label or _told(declared[name], value, _one(name, value, params, index, viewer)) or value
            )
    return found


def _one(name: str, value: str, params: SearchParams, index: Index, viewer: Viewer) -> Sequence[Result]:
    alone = replace(SearchParams(params.index), filters=((name, (value,)),))
    return build(alone, index, viewer, steps=(refine, visible)).page(1).results


def _told(key: Key, value: str, results: Iterable[Result]) -> str:
    for result in results:
        for one, label in zip(_listed(result, key.field), _listed(result, key.names), strict=False):
            if one == value:
                return str(label)
    return ""


def _listed(result: Result, name: str) -> Sequence[object]:
    value = result.fields.get(name)
    return value if isinstance(value, list | tuple) else () if value is None else (value,)
