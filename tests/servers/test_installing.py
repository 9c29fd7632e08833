"""What an installation promises, without fetching anything: whole or not there, and plain words where it cannot be."""

import subprocess
from pathlib import Path

import pytest

from tests.servers import maven
from tests.servers.cache import CannotInstall, cache_folder, require_disk
from tests.servers.java import find_jdk
from tests.servers.maven import Maven, Recipe

RELEASES = {"java-17": 'JAVA_VERSION="17.0.15"', "java-21": 'JAVA_VERSION="21"', "java-8": 'JAVA_VERSION="1.8.0_402"'}


@pytest.fixture
def jdks(tmp_path, monkeypatch):
    """Return a function that makes a folder of JDKs of these versions, and no other Java to be found."""
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))

    def make(*names):
        for name in names:
            compiler = tmp_path / "jvm" / name / "bin" / "javac"
            compiler.parent.mkdir(parents=True)
            compiler.touch()
            (tmp_path / "jvm" / name / "release").write_text(RELEASES[name], "utf-8")
        return tmp_path / "jvm"

    return make


@pytest.fixture
def recipe(tmp_path, monkeypatch):
    """Return a recipe of a server that is two files, in a cache of its own; `recipe.builds` counts."""
    monkeypatch.setenv("SEARCHSVC_TEST_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(maven, "HERE", tmp_path)
    monkeypatch.setattr(maven, "find_jdk", lambda: Path("jdk"))
    (tmp_path / "tiny_home").mkdir()
    (tmp_path / "tiny_home" / "pom.xml").write_text("<project/>", "utf-8")
    return Recipe("tiny", "1.0", build_tiny)


BUILT: list[Path] = []


def build_tiny(work, maven):
    BUILT.append(work)
    home = work / "home"
    home.mkdir()
    (home / "lib.jar").write_bytes(b"jar")
    (home / "pom.xml").write_bytes((work / "sources" / "pom.xml").read_bytes())
    return home


def test_the_newest_jdk_is_found(jdks):
    assert find_jdk(installed=jdks("java-17", "java-21", "java-8")).name == "java-21"


def test_java_home_goes_before_what_is_newer(jdks, monkeypatch):
    folder = jdks("java-17", "java-21")
    monkeypatch.setenv("JAVA_HOME", str(folder / "java-17"))
    assert find_jdk(17, folder).name == "java-17"
    assert find_jdk(21, folder).name == "java-21", "but only if it is new enough"


def test_without_a_new_jdk_it_says_which_were_too_old_and_what_to_do(jdks):
    with pytest.raises(CannotInstall, match=r"Java 21 or newer .*java-17 \(17\).*JAVA_HOME.*compose\.yaml"):
        find_jdk(installed=jdks("java-17"))


def test_without_any_java_it_says_so(jdks, tmp_path):
    with pytest.raises(CannotInstall, match="here is none at all"):
        find_jdk(installed=tmp_path / "nothing")


def test_a_full_disk_is_said_before_anything_is_fetched(tmp_path):
    with pytest.raises(CannotInstall, match=r"GB free and an installation needs 9000000 GB.*SEARCHSVC_TEST_CACHE"):
        require_disk(tmp_path, needed=9 * 10**15)


def test_the_cache_is_where_it_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("SEARCHSVC_TEST_CACHE", str(tmp_path / "named"))
    assert cache_folder() == tmp_path / "named"


def test_it_is_built_once(recipe):
    BUILT.clear()
    assert not recipe.is_installed()
    assert recipe.install() == recipe.install() == recipe.home()
    assert recipe.is_installed()
    assert len(BUILT) == 1


@pytest.mark.parametrize("damage", ["taken away", "cut short", "half made"])
def test_what_is_not_whole_is_built_again(recipe, damage):
    home = recipe.install()
    if damage == "taken away":
        (home / "lib.jar").unlink()
    elif damage == "cut short":
        (home / "lib.jar").write_bytes(b"j")
    else:
        (home / "installed.json").write_text("", "utf-8")
    assert not recipe.is_installed()
    assert recipe.install() == home
    assert (home / "lib.jar").read_bytes() == b"jar"


def test_other_sources_are_another_home(recipe, tmp_path):
    before = recipe.home()
    (tmp_path / "tiny_home" / "pom.xml").write_text("<project><!-- newer --></project>", "utf-8")
    assert recipe.home() != before


def test_one_that_fails_leaves_nothing(recipe):
    def fail(work, maven):
        (work / "half").touch()
        raise CannotInstall("the registry is away")

    broken = Recipe(recipe.name, recipe.version, fail)
    with pytest.raises(CannotInstall):
        broken.install()
    assert list(broken.home().parent.iterdir()) == []


def test_mvn_is_tried_three_times_then_its_last_words_are_shown(tmp_path, monkeypatch):
    script = tmp_path / "mvn"
    script.write_text(f"#!/bin/sh\necho try >>{tmp_path}/tries\necho 'no route to the registry' >&2\nexit 1\n", "utf-8")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(maven, "PAUSE_SECONDS", 0)
    with pytest.raises(CannotInstall, match=r"failed 3 times.*\n.*no route to the registry"):
        Maven(tmp_path, tmp_path).run("verify")
    assert (tmp_path / "tries").read_text("utf-8").split() == ["try"] * 3


def test_one_installation_at_a_time(recipe):
    lock = cache_folder() / "install.lock"
    seen = []

    def build(work, maven):
        seen.append(subprocess.run(["flock", "--nonblock", lock, "true"], timeout=10, check=False).returncode)
        return build_tiny(work, maven)

    Recipe(recipe.name, recipe.version, build).install()
    assert seen == [1], "another program could not have taken the lock"
