"""The demo's catalogue: its files in an order in which each names only what is there already."""

from collections.abc import Iterator
from pathlib import Path

from searchsvc import catalog
from searchsvc.importing.feed import Feed, import_feed
from searchsvc.importing.load import Plan
from searchsvc.importing.mapping import load_mapping
from searchsvc.importing.report import Report

FOLDER = Path(catalog.__file__).parent / "demo"
# The files of a kind -> its mapping, in the order of loading.
FILES = (
    ("collections.jsonl", "demo/collections.toml"),
    ("creators-*.jsonl", "demo/creators.toml"),
    ("items-*.jsonl", "demo/items.toml"),
)


def load_demo(folder: Path = FOLDER) -> Iterator[tuple[str, Report]]:
    """Yield each file's name and report; a second time nothing changes."""
    for pattern, mapping_name in FILES:
        mapping = load_mapping(mapping_name)
        for path in sorted(folder.glob(pattern)):
            yield path.name, import_feed(Feed(str(path), "jsonl", mapping.options), Plan(mapping))
