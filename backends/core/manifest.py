"""What a generation says of itself: the engine, the analysis and the schema it was built with."""

from collections.abc import Mapping
from typing import Any

from backends.core.analysis import VERSION as ANALYSIS_VERSION
from backends.core.errors import SchemaMismatch
from backends.core.schema import Schema


def manifest(engine: str, schema: Schema) -> dict[str, Any]:
    """Ready for JSON. `fields` are for people who look; `check` reads the rest."""
    return {**_built(engine, schema), "fields": {field.name: field.kind.value for field in schema.fields}}


def _built(engine: str, schema: Schema) -> dict[str, str]:
    return {"engine": engine, "analysis": str(ANALYSIS_VERSION), "schema": schema.fingerprint}


def check(alias: str, found: Mapping[str, Any], engine: str, schema: Schema) -> None:
    """Raises SchemaMismatch unless a manifest is of this engine, analysis and schema; KeyError where it is none."""
    now = _built(engine, schema)
    different = [f"{name} {found[name]}, now {now[name]}" for name in now if str(found[name]) != now[name]]
    if different:
        raise SchemaMismatch(alias, "; ".join(different))
