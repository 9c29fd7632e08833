"""deploy/demo, README's first command: what it says when something is missing, and all of it from a fresh clone."""

import re
import shutil
import socket
import subprocess
import threading
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest

SECONDS_FROM_NOTHING = 180.0  # what the README promises on two cores
SECONDS_AGAIN = 20.0


@pytest.fixture
def bare(root: Path, tmp_path: Path):
    """Return a function that runs the demo of a clone without .venv, with only the given commands on the PATH."""
    clone, tools = tmp_path / "clone", tmp_path / "tools"
    shutil.copytree(root / "deploy", clone / "deploy")
    tools.mkdir()

    def run(*arguments, python: str | None = None):
        for name in ("sh", "dirname", "cat", "id", "mkdir"):
            (tools / name).symlink_to(shutil.which(name))
        if python:
            (tools / "python3").write_text(f"#!/bin/sh\n{python}\n", "utf-8")
            (tools / "python3").chmod(0o755)
        return subprocess.run(
            [clone / "deploy" / "demo", *arguments],
            cwd=tmp_path,
            env={"PATH": str(tools)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def run_demo(clone: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [clone / "deploy" / "demo", *arguments],
        cwd="/",
        capture_output=True,
        text=True,
        timeout=SECONDS_FROM_NOTHING * 2,
        check=False,
    )


def test_help_names_the_options(root):
    ran = run_demo(root, "--help")
    assert ran.returncode == 0
    assert "--port N" in ran.stdout
    assert "--no-serve" in ran.stdout


@pytest.mark.parametrize("wrong", [["--prot", "1"], ["--port"], ["--port", "http"], ["--port="], ["--port", "123456"]])
def test_wrong_use_is_exit_code_2_and_shows_the_usage(root, wrong):
    ran = run_demo(root, *wrong)
    assert ran.returncode == 2
    assert "usage: deploy/demo" in ran.stderr


def test_no_python_says_what_to_install(bare):
    ran = bare("--no-serve")
    assert ran.returncode == 1
    assert "Python 3.11 or later is not here." in ran.stderr
    assert "apt install python3 python3-venv" in ran.stderr


def test_an_old_python_is_not_taken(bare):
    ran = bare("--no-serve", python="exit 1")
    assert "Python 3.11 or later is not here." in ran.stderr


def test_a_python_without_venv_says_which_package_brings_it(bare):
    # What Debian's python3 is without python3-venv: it runs, is new enough, and has no ensurepip.
    ran = bare("--no-serve", python='case "$2" in *ensurepip*) exit 1 ;; *print*) echo 3.11 ;; esac')
    assert ran.returncode == 1
    assert "apt install python3.11-venv" in ran.stderr


def test_a_failing_step_is_named_with_how_to_go_on(bare):
    ran = bare("--no-serve", python='case "$*" in *clear*) exit 1 ;; *print*) echo 3.11 ;; esac')
    assert ran.returncode == 1
    assert "stopped while it was making .venv with Python 3.11" in ran.stderr
    assert "Remove .venv and run this again." in ran.stderr


def test_a_port_that_is_taken_is_told_before_the_work(root):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = run_demo(root, "--port", str(port))
    assert ran.returncode == 1
    assert f"port {port} is taken" in ran.stderr
    assert ran.stdout == ""


@pytest.mark.long
def test_a_fresh_clone_is_ready_within_the_promise_and_again_in_seconds(root, tmp_path):
    clone = tmp_path / "a folder with spaces"
    subprocess.run(["git", "clone", "--quiet", root, clone], check=True, timeout=60)
    begun = time.monotonic()
    first = run_demo(clone, "--no-serve")
    between = time.monotonic()
    second = run_demo(clone, "--no-serve")
    ended = time.monotonic()
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert between - begun < SECONDS_FROM_NOTHING
    assert ended - between < SECONDS_AGAIN
    assert int(re.search(r"Indexing (\d+) items", first.stdout)[1]) >= 400
    assert "the demo catalogue is loaded and its index is built" in second.stdout
    assert (clone / "var" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert ready_of(clone) == 200


def ready_of(clone: Path) -> int:
    """Serve the demo on a free port, ask at the address it prints whether it is ready, and stop it."""
    with subprocess.Popen([clone / "deploy" / "demo", "--port", "0"], stdout=subprocess.PIPE, text=True) as serving:
        try:
            port = next(int(found[1]) for line in serving.stdout if (found := re.search(r"127\.0\.0\.1:(\d+)/", line)))
            return first_status(port, "/readyz")
        finally:
            serving.terminate()


def first_status(port: int, path: str) -> int:
    end = time.monotonic() + SECONDS_AGAIN
    while True:
        connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS_AGAIN)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except ConnectionRefusedError:
            assert time.monotonic() < end, "nothing answered"
            threading.Event().wait(0.1)
        finally:
            connection.close()
