"""Tate's catalogue and Debian's packages as they are; the first rows in the quick form, all of them with --long."""

import gzip
import io
import shutil
import subprocess
from itertools import islice

import orjson
import pytest
from django.core.management import call_command

from searchsvc.catalog.models import Collection, Contribution, Creator, Item

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> list[str]:
    out = io.StringIO()
    call_command("import_catalogue", *arguments, "--no-progress", stdout=out, stderr=io.StringIO())
    return out.getvalue().splitlines()


@pytest.fixture
def artworks(shared_data):
    return shared_data / "catalog" / "tate" / "artworks.jsonl.gz"


@pytest.mark.shared_data
def test_the_first_works_of_tate_are_imported_as_they_are(artworks, tmp_path):
    feed = tmp_path / "tate.jsonl"
    with gzip.open(artworks) as packed:
        lines = list(islice(packed, 2000))
    feed.write_bytes(b"".join(lines))
    assert run(str(feed), "--format", "jsonl", "--map", "tate.toml")[0] == "items: 2,000 new, 0 changed, 0 unchanged"
    for line in lines[::100]:
        check(orjson.loads(line))
    assert Collection.objects.filter(key__startswith="tate:").exists()
    assert run(str(feed), "--format", "jsonl", "--map", "tate.toml")[0] == "items: 0 new, 0 changed, 2,000 unchanged"


def check(work):
    item = Item.objects.with_related().get(key=f"tate:{work['id']}")
    made = item.contributions.all()
    assert item.title == " ".join(work["title"].split())
    assert [one.creator.key for one in made] == [f"tate:{number}" for number in work["artist_ids"]]
    assert [(one.creator.name, one.role) for one in made] == list(
        zip(work["artists"], work["artist_roles"], strict=True)
    )
    assert made[0].creator.born == work.get("artist_birth_year")
    paths = {path.replace(" / ", " or ") for path in work.get("subject_paths", [])}
    assert {subject.path for subject in item.subjects.all()} == paths
    assert (item.year_from, item.date_text) == (work.get("year_from"), work["date_text"])
    assert item.attributes.get("medium") == work.get("medium")
    assert item.attributes.get("width_mm") == work.get("width_mm")
    assert (item.collection.title if item.collection else None) == work.get("group")


@pytest.mark.shared_data
@pytest.mark.long
def test_all_of_tate_is_imported(artworks):
    told = run(str(artworks), "--format", "jsonl", "--map", "tate.toml")
    assert told[0] == "items: 69,202 new, 0 changed, 0 unchanged"
    assert Creator.objects.count() == 3393
    # 69,710 credits, of which one work names one artist twice in one role.
    assert Contribution.objects.count() == 69_709
    told = run(str(artworks), "--format", "jsonl", "--map", "tate.toml", "--prune")
    assert told[0] == "items: 0 new, 0 changed, 69,202 unchanged"


def test_debians_packages_are_imported_as_apt_lists_them(tmp_path, needs):
    if not shutil.which("apt-cache"):
        needs("apt-cache", "a Debian machine")
    with subprocess.Popen(["apt-cache", "dumpavail"], stdout=subprocess.PIPE) as apt:
        head = b"".join(islice(apt.stdout, 20_000))
        apt.terminate()
    stanzas = head.rpartition(b"\n\n")[0]
    count = stanzas.count(b"\n\n") + 1
    if not stanzas:
        needs("apt's package lists", "apt-get update")
    feed = tmp_path / "packages"
    feed.write_bytes(stanzas)
    assert (
        run(str(feed), "--format", "debian", "--map", "debian.toml")[0]
        == f"items: {count:,} new, 0 changed, 0 unchanged"
    )
    item = Item.objects.with_related().filter(url__startswith="https://").first()
    assert item.contributions.all()[0].role == "maintainer"
    assert "<" not in item.contributions.all()[0].creator.name
    assert item.attributes["version"]
    assert item.collection.title
