"""A server is shared by the processes of one clone, by nobody else, and ends with the last of them, however it ends."""

import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import uuid
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.servers.process import DidNotStart
from tests.servers.product import HOST, NotInstalled
from tests.servers.products import PRODUCTS
from tests.servers.redis import Redis
from tests.servers.sharing import Asked, join, private, running

GONE_MS = 90_000
LONG = pytest.mark.long
# Each has children of another kind; --long adds the single Java processes.
KINDS = [
    "redis",
    "postgresql",
    "rabbitmq",
    "elasticsearch",
    *(pytest.param(n, marks=LONG) for n in ("solr", "opensearch")),
]
HOLDER = """
import signal
def test_holds(request, capfd):
    server = request.getfixturevalue({fixture!r})
    with capfd.disabled():
        print("\\nHELD", server.pid, server.port, server.folder, flush=True)
        signal.pause()
"""
WORKER = """
import os
from pathlib import Path

def test_tells(redis_server):
    ours = Path(__file__).parent
    (ours / f"worker-{os.environ['PYTEST_XDIST_WORKER']}").write_text(str(redis_server.pid))
"""


@pytest.fixture
def installed(needs):
    """Return a function that skips, or fails, where a server is not installed."""

    def check(name):
        try:
            PRODUCTS[name].version()
        except NotInstalled:
            needs(PRODUCTS[name].title, f"tests/servers/install {name}")

    return check


@pytest.fixture
def token():
    return uuid.uuid4().hex[:16]


@pytest.fixture
def hold(root, tmp_path):
    """Return a function that starts a pytest whose test holds a server: (its process, the server's pid and port)."""
    (tmp_path / "pytest.ini").write_text("[pytest]\n", "utf-8")
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["tests.conftest"]\n', "utf-8")
    with ExitStack() as stack:

        def start(fixture, token):
            (tmp_path / "test_holder.py").write_text(HOLDER.format(fixture=fixture), "utf-8")
            environment = {**os.environ, "SEARCHSVC_TEST_TOKEN": token, "PYTHONPATH": str(root)}
            environment["DJANGO_SETTINGS_MODULE"] = "searchsvc.settings.test"
            command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path / "test_holder.py")]
            child = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True)
            stack.enter_context(child)
            stack.callback(child.kill)
            lines = []
            for line in child.stdout:
                lines.append(line)
                if line.startswith("HELD"):
                    return child, int(line.split()[1]), int(line.split()[2])
            pytest.fail("".join(lines))

        yield start


def ended(pid):
    """Wait until a process has ended; say whether it did in time."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        return bool(poll.poll(GONE_MS))
    finally:
        os.close(handle)


def family(pid):
    """Return a process and all its descendants."""
    found = [pid]
    for each in found:
        for children in Path(f"/proc/{each}/task").glob("*/children"):
            found += map(int, children.read_text("ascii").split())
    return found


@pytest.mark.parametrize("name", KINDS)
def test_it_is_shared_and_gone_when_every_pytest_is_killed(name, installed, token, hold):
    installed(name)
    fixture = "redis_server" if name == "redis" else name
    first, pid, port = hold(fixture, token)
    with running(name, token=token) as ours:
        assert (ours.pid, ours.port) == (pid, port)
        processes = family(parent(pid))
        assert pid in processes
        first.send_signal(signal.SIGKILL)
        first.wait()
        with running(name, token=token) as again:
            assert again.pid == pid, "it lives on while somebody holds it"
    assert [process for process in processes if not ended(process)] == []
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, port), 5)


def parent(pid):
    return int(Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[1])


@pytest.mark.parametrize("name", ["redis", *(pytest.param(n, marks=LONG) for n in PRODUCTS if n != "redis")])
def test_a_killed_keeper_takes_its_server_along(name, installed, token):
    installed(name)
    with running(name, token=token) as server:
        processes = family(parent(server.pid))
        os.kill(parent(server.pid), signal.SIGKILL)
        assert [process for process in processes if not ended(process)] == []
    with running(name, token=token) as another:
        assert another.pid != server.pid
        assert not server.folder.exists(), "whoever comes next sweeps up"


def test_the_workers_of_one_run_share_one(installed, token, tmp_path, root):
    installed("redis")
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["tests.conftest"]\n', "utf-8")
    (tmp_path / "test_worker.py").write_text(WORKER, "utf-8")
    environment = {**os.environ, "SEARCHSVC_TEST_TOKEN": token, "PYTHONPATH": str(root)}
    environment["DJANGO_SETTINGS_MODULE"] = "searchsvc.settings.test"
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "each", "-p", "no:cacheprovider"]
    command += ["-c", str(tmp_path / "pytest.ini"), str(tmp_path)]
    (tmp_path / "pytest.ini").write_text("[pytest]\n", "utf-8")
    ran = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=200, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    told = [file.read_text("utf-8") for file in tmp_path.glob("worker-gw*")]
    assert len(told) == 2
    assert len(set(told)) == 1


def test_a_server_of_another_token_is_another(installed, token):
    installed("redis")
    with running("redis", token=token) as ours, running("redis", token=f"not-{token}") as theirs:
        assert ours.pid != theirs.pid


@pytest.mark.parametrize("what", ["token", "version"])
def test_one_that_is_not_as_it_was_written_down_is_refused(what, installed, token):
    installed("redis")
    asked, other = (Asked("redis", frozenset(), each) for each in (token, f"not-{token}"))
    version = Redis().version()
    with running("redis", token=token):
        found = join(asked, version)
        assert found
        found[1].close()
        if what == "version":
            assert join(asked, "0.0.1") is None
        else:
            shutil.copy(asked.file(".json"), other.file(".json"))
            assert join(other, version) is None


def test_names_are_nobody_elses(installed, token):
    installed("redis")
    with running("redis", token=token) as one, running("redis", token=token) as other:
        assert one.prefix != other.prefix
        assert one.unique("works").startswith(one.prefix)
        assert one.unique() != one.unique()


def test_one_that_does_not_start_shows_its_log(installed, monkeypatch):
    installed("redis")
    launch = Redis.launch

    def broken(self, instance):
        launched = launch(self, instance)
        (instance.folder / "redis.conf").write_text("no-such-setting yes\n", "utf-8")
        return launched

    monkeypatch.setattr(Redis, "launch", broken)
    with pytest.raises(DidNotStart, match="no-such-setting"), private("redis"):
        pass


def test_a_private_one_is_killed_and_started_again_where_it_was(installed):
    installed("redis")
    redis = pytest.importorskip("redis")
    with private("redis") as (server, process), redis.Redis.from_url(server.url) as client:
        client.set("acknowledged", "yes")
        process.kill()
        with pytest.raises(redis.exceptions.ConnectionError):
            client.ping()
        process.start()
        assert client.get("acknowledged") == b"yes"
    assert not server.folder.exists()


def test_two_of_a_kind_run_side_by_side(installed):
    installed("redis")
    with private("redis") as (one, _), private("redis") as (other, _):
        assert one.port != other.port


def test_unknown_names_and_options_are_errors():
    with pytest.raises(ValueError, match="no server is called 'sphinx'"), running("sphinx"):
        pass
    with pytest.raises(ValueError, match="redis has no option cloud"), running("redis", "cloud"):
        pass
