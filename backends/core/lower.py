"""From lookups on fields to conditions on columns: words become terms, values get their column's type."""

from backends.core.errors import BadValue, UnsupportedQuery
from backends.core.lookups import LOOKUPS, Lowered
from backends.core.nodes import CONTENT, And, Boost, Filter, Lookup, Node, Not, Nothing, Or, Prefer, Several
from backends.core.schema import SYSTEM, Field, Kind, Schema
from backends.core.simplify import all_of, alone, any_of, boosted, filtered, negated, preferring, simplify
from backends.core.values import COERCE

ROW = (list, tuple)
DEEPEST = 100  # levels; `parse` makes 60 at most, and each takes five of Python's thousand frames further down


def lower(node: Node, schema: Schema) -> Node:
    """A tree of columns, simplified. Raises UnknownField, BadValue or UnsupportedQuery; nothing is left out."""
    found = _lower(node, schema, DEEPEST)
    return Nothing() if found is None else alone(found)


def _lower(node: Node, schema: Schema, levels: int) -> Lowered:
    """Simple from the leaves upwards. None where there was nothing to look for ("!!!"); words beside it still count."""
    if not levels:
        raise UnsupportedQuery(f"The query is nested more than {DEEPEST} deep.")
    match node:
        case Lookup(name, lookup, value):  # first, for most nodes are that
            return _lookup(schema, name, lookup, value)
        case And(nodes) | Or(nodes):
            kept = [child for child in [_lower(child, schema, levels - 1) for child in nodes] if child is not None]
            return (all_of if isinstance(node, And) else any_of)(kept) if kept else None
        case Not(inner):
            child = _lower(inner, schema, levels - 1)
            return None if child is None else negated(child)
        case Boost(inner, factor):
            child = _lower(inner, schema, levels - 1)
            return None if child is None else boosted(child, factor)
        case Filter(inner):
            child = _lower(inner, schema, levels - 1)
            return None if child is None else filtered(child)
        case Prefer(inner, preferred):
            child, extra = _lower(inner, schema, levels - 1), _lower(preferred, schema, levels - 1)
            return child if child is None or extra is None else preferring(child, extra)
        case _:
            return node


def _lookup(schema: Schema, name: str, lookup: str, value: object) -> Lowered:
    if name == CONTENT and CONTENT not in schema.by_name:
        return _anywhere(schema, lookup, value)
    if name in SYSTEM and name not in schema.by_name:
        return _on_field(Field(name, Kind.KEYWORD), lookup, value, schema)
    field = schema.field(name)
    found = _on_field(field, lookup, value, schema)
    return found if found is None else boosted(found, field.boost)


def _anywhere(schema: Schema, lookup: str, value: object) -> Lowered:
    """Each word in any searched field, the fields' scores weighted and added."""
    if not schema.searched:
        raise UnsupportedQuery("The index has no field that is searched by default; name one.")
    lookup = "phrase" if lookup == "exact" else lookup
    parts = str(value).split() if lookup == "content" and not isinstance(value, ROW) else [value]
    if len(parts) == 1:
        return _best(schema, lookup, parts[0])
    kept = [word for part in parts if (word := _best(schema, lookup, part)) is not None]
    return all_of(kept) if kept else None


def _best(schema: Schema, lookup: str, part: object) -> Lowered:
    """In any searched field that can hold it. A word stands in no field of numbers, and a number has no beginning.

    Raises UnsupportedQuery where the lookup has a meaning on none of them.
    """
    able = [field for field in schema.searched if lookup in LOOKUPS[field.kind]] or schema.searched
    nodes = []
    nowhere: Lowered = Nothing()
    for field in able:
        try:
            node = _on_field(field, lookup, part, schema)
        except BadValue:
            if field.kind not in COERCE:
                raise
            continue
        if node is None:
            nowhere = None  # there is nothing to look for
        elif type(node) is not Nothing:
            nodes.append(boosted(node, field.weight))
    return any_of(nodes) if nodes else nowhere


def _on_field(field: Field, lookup: str, value: object, schema: Schema) -> Lowered:
    if not field.indexed:
        raise UnsupportedQuery(f"Field '{field.name}' is stored and not indexed; it cannot be searched.")
    visitor = LOOKUPS[field.kind].get(lookup)
    if visitor is None:
        raise UnsupportedQuery(f"Lookup '{lookup}' has no meaning on field '{field.name}' ({field.kind.value}).")
    found = visitor(field, value, schema)
    return simplify(found) if isinstance(found, Several) else found
