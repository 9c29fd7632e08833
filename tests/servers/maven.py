"""Servers from Maven Central, by coordinates: each is built once into a folder of the cache."""

import hashlib
import inspect
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.servers.cache import CannotInstall, cache_folder, locked, require_disk
from tests.servers.java import find_jdk

HERE = Path(__file__).resolve().parent
DEPENDENCY_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"
TRIES = 3
TRY_SECONDS = 1200
PAUSE_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Maven:
    """Runs mvn and javac, in a local repository of our own."""

    jdk: Path
    repository: Path

    def run(self, *arguments: str) -> None:
        """Run mvn, up to three times: registries do fail now and then. Raises CannotInstall with its last lines."""
        command = ["mvn", "-q", "-B", f"-Dmaven.repo.local={self.repository}", *arguments]
        last = ""
        for attempt in range(TRIES):
            time.sleep(PAUSE_SECONDS if attempt else 0)
            environment = {**os.environ, "JAVA_HOME": str(self.jdk)}
            try:
                ran = subprocess.run(
                    command, env=environment, capture_output=True, text=True, timeout=TRY_SECONDS, check=False
                )
            except FileNotFoundError as error:
                raise CannotInstall("mvn is not here; get it with: apt-get install maven") from error
            except subprocess.TimeoutExpired:
                last = f"no answer in {TRY_SECONDS} seconds"
                continue
            if ran.returncode == 0:
                return
            last = (ran.stdout + ran.stderr)[-3000:]
        raise CannotInstall(f"mvn failed {TRIES} times; the last time it said:\n{last}")

    def jars(self, pom: Path, into: Path) -> None:
        """Copy what a pom.xml depends on at run time."""
        copy = f"{DEPENDENCY_PLUGIN}:copy-dependencies"
        self.run("-f", str(pom), copy, "-DincludeScope=runtime", f"-DoutputDirectory={into}")

    def compile(self, source: Path, lib: Path, into: Path) -> None:
        """Compile one Java file against the jars."""
        command = [str(self.jdk / "bin" / "javac"), "-nowarn", "-d", str(into), "-cp", f"{lib}/*", str(source)]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        if ran.returncode:
            raise CannotInstall(f"javac failed: {ran.stderr[-3000:]}")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a server becomes a folder.

    `build(work, maven)` returns a finished folder inside `work`, where a copy of `sources` lies too: Maven writes
    beside its pom.xml.
    """

    name: str
    version: str
    build: Callable[[Path, Maven], Path]

    @property
    def sources(self) -> Path:
        return HERE / f"{self.name}_home"

    def home(self) -> Path:
        """Return where it is or would be: another version, source or way of building is another folder."""
        digest = hashlib.sha256(inspect.getsource(self.build).encode())
        for file in sorted(path for path in self.sources.rglob("*") if path.is_file()):
            digest.update(f"{file.relative_to(self.sources)}\0".encode() + file.read_bytes())
        return cache_folder() / "homes" / f"{self.name}-{self.version}-{digest.hexdigest()[:12]}"

    def is_installed(self) -> bool:
        return is_complete(self.home())

    def install(self) -> Path:
        """Return its folder, built first where it is not there or lacks a file. Raises CannotInstall."""
        cache = cache_folder()
        with locked(cache / "install.lock"):
            home = self.home()
            if is_complete(home):
                return home
            for leftover in [home, *home.parent.glob(".half-*")]:
                shutil.rmtree(leftover, ignore_errors=True)
            require_disk(cache)
            maven = Maven(find_jdk(), cache / "m2")
            with tempfile.TemporaryDirectory(prefix=".half-", dir=home.parent) as work:
                shutil.copytree(self.sources, Path(work) / "sources")
                built = self.build(Path(work), maven)
                seal(built)
                built.rename(home)
            return home


def contents(home: Path) -> dict[str, int]:
    """Return how many files a folder holds and their bytes."""
    sizes = [file.stat().st_size for file in home.rglob("*") if file.is_file() and file.name != "installed.json"]
    return {"files": len(sizes), "bytes": sum(sizes)}


def seal(home: Path) -> None:
    """Make a folder readable by all, and write down what is in it."""
    (home / "installed.json").write_text(json.dumps(contents(home)), "utf-8")
    for path in [home, *home.rglob("*")]:
        path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))


def is_complete(home: Path) -> bool:
    """Say whether a folder is whole: a file that was taken away or cut short shows."""
    written = home / "installed.json"
    return written.exists() and written.read_text("utf-8") == json.dumps(contents(home))
