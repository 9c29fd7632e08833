"""Our own modules as text, how long they are, and which of them belong to an engine."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

FOLDERS = ("searchsvc", "backends", "indexes")
NO_ENGINES = frozenset({"core", "management", "parity"})

Sources = Mapping[str, str]  # path from the root -> text


def modules(root: Path) -> dict[str, str]:
    """Every module of ours that is not a migration."""
    files = sorted(file for folder in FOLDERS for file in (root / folder).rglob("*.py"))
    return {str(file.relative_to(root)): file.read_text("utf-8") for file in files if "migrations" not in file.parts}


def by_engine(sources: Sources) -> dict[str, dict[str, str]]:
    """Engine -> its modules; `jsondsl`, which two engines share, stands beside them."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for path, text in sources.items():
        folder, *below = Path(path).parts
        if folder == "backends" and len(below) > 1 and below[0] not in NO_ENGINES:
            found[below[0]][path] = text
    return dict(found)


def functions(text: str) -> Iterator[tuple[str, int]]:
    """Yield (name, lines of code of the body): no docstring, and no line that is blank, a comment or brackets alone."""
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            statements = node.body[1:] if ast.get_docstring(node) is not None else node.body
            body = lines[statements[0].lineno - 1 : node.end_lineno] if statements else []
            yield node.name, sum(map(is_code, body))


def is_code(line: str) -> bool:
    return bool(line.strip("()[]{}, \t")) and not line.strip().startswith("#")


def function_lengths(sources: Sources) -> dict[str, int]:
    """'path::function' -> lines of code; of functions with one name in a file, the longest."""
    found: dict[str, int] = {}
    for path, text in sources.items():
        for name, length in functions(text):
            found[f"{path}::{name}"] = max(length, found.get(f"{path}::{name}", 0))
    return found


def file_lengths(sources: Sources) -> dict[str, int]:
    return {path: text.count("\n") for path, text in sources.items()}


def engine_lengths(sources: Sources) -> dict[str, int]:
    """Engine -> lines of code."""
    return {
        engine: sum(is_code(line) for text in texts.values() for line in text.splitlines())
        for engine, texts in by_engine(sources).items()
    }
