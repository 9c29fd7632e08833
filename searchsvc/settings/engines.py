"""One Haystack connection for each file in `indexes/`: own statistics, own rebuild, own engine if wished."""

import ast
import os
from pathlib import Path
from typing import Any

from searchsvc.reliability.http import OPTIONS, read

ENGINES = {name: f"backends.{name}.Engine" for name in ("tantivy", "whoosh", "solr", "elasticsearch", "opensearch")}
INDEXES_DIR = Path(__file__).resolve().parent.parent.parent / "indexes"
# `default` is Haystack's name for the first connection, and works are what most people search.
DEFAULT_INDEX = "items"


def index_classes(folder: Path) -> dict[str, str]:
    """File stem -> the name of its SearchIndex class, read without importing (models are not loaded yet).

    A file whose name starts with an underscore, and those that hold no class ending in `Index`, are no indexes.
    """
    found = {}
    for path in sorted(folder.glob("[a-z]*.py")):
        if path.stem in {"base", "registry", "search_indexes"}:
            continue
        classes = (node for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.ClassDef))
        if names := [node.name for node in classes if node.name.endswith("Index")]:
            found[path.stem] = names[-1]
    return found


def aliases(classes: dict[str, str]) -> dict[str, str]:
    """Index name -> Haystack alias. A project without works of ours gets its first index as `default`."""
    first = DEFAULT_INDEX if DEFAULT_INDEX in classes else min(classes, default=DEFAULT_INDEX)
    return {index: "default" if index == first else index for index in classes or {first: ""}}


def server() -> dict[str, Any]:
    """The options of an engine on a server, those that are set; several nodes are separated by commas.

    A limit is shared through the service's own Redis, unless another is named. Raises ValueError, which names the
    variable.
    """
    urls = [url.strip() for url in os.environ.get("SEARCHSVC_ENGINE_URL", "").split(",") if url.strip()]
    variables = {option: f"SEARCHSVC_ENGINE_{option}" for option in OPTIONS}
    given = {option: text for option, variable in variables.items() if (text := os.environ.get(variable))}
    if "RATE" in given and (redis := os.environ.get("REDIS_URL")):
        given.setdefault("REDIS_URL", redis)
    return {"URL": urls, **{option: read(option, text, variables[option]) for option, text in given.items()}}


def connection(index: str, classes: dict[str, str], folder: Path, var_dir: Path) -> dict[str, Any]:
    engine = os.environ.get(f"SEARCHSVC_ENGINE_{index.upper()}") or os.environ.get("SEARCHSVC_ENGINE") or "tantivy"
    if engine not in ENGINES:
        message = f"SEARCHSVC_ENGINE is {engine!r}; choose one of {', '.join(ENGINES)}"
        raise ValueError(message)
    return {
        "ENGINE": ENGINES[engine],
        "PATH": str(var_dir / "index" / engine / index),
        "INDEX_NAME": f"{os.environ.get('SEARCHSVC_ENGINE_PREFIX', 'searchsvc')}-{index}",
        **server(),
        "QUESTIONS": str(folder / f"{index}.toml"),
        "SILENTLY_FAIL": False,
        "EXCLUDED_INDEXES": [f"indexes.search_indexes.{name}" for stem, name in classes.items() if stem != index],
    }


def connections(folder: Path = INDEXES_DIR, var_dir: Path | None = None) -> dict[str, dict[str, Any]]:
    var_dir = var_dir or Path(os.environ.get("SEARCHSVC_VAR_DIR", folder.parent / "var"))
    classes = index_classes(folder)
    return {alias: connection(index, classes, folder, var_dir) for index, alias in aliases(classes).items()}


HAYSTACK_CONNECTIONS = connections()
