"""deploy/serve, as it runs: a real server process on a port from the kernel, asked over the loopback."""

import http.client
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

LIMIT = 30.0  # seconds that anything here may take
THREADS = 4  # deploy/serve's default
SOCKETS = Path("/proc/net/tcp")
ESTABLISHED, NOTHING_WAITS = "01", ":00000000"  # as the kernel writes them there
TWO_BYTES_EACH = "%C3%A9"


@dataclass(frozen=True)
class Server:
    process: subprocess.Popen[bytes]
    port: int
    fifos: Path

    def get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def clients_read(self) -> int:
        """Return how many clients are connected to the port whose request the server has read from the kernel."""
        rows = [line.split() for line in SOCKETS.read_text("utf-8").splitlines()[1:]]
        mine = [row for row in rows if row[1].endswith(f":{self.port:04X}") and row[3] == ESTABLISHED]
        return sum(row[4].endswith(NOTHING_WAITS) for row in mine)

    def listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def wait_until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + LIMIT
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        threading.Event().wait(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def server(root: Path, tmp_path: Path):
    for name in ("begun", "go"):
        os.mkfifo(tmp_path / name)
    port = free_port()
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": f"{root}{os.pathsep}{Path(__file__).parent}",
        "DJANGO_SETTINGS_MODULE": "held_site",
        "HELD_SITE_FIFOS": str(tmp_path),
        "PORT": str(port),
        "WORKERS": "1",
    }
    process = subprocess.Popen([root / "deploy" / "serve"], env=environment, start_new_session=True)
    running = Server(process, port, tmp_path)
    try:
        wait_until(lambda: running.listens() or process.poll() is not None)
        yield running
    finally:
        with suppress(ProcessLookupError):  # the whole group: a server that was not exec'd outlives its shell
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(LIMIT)


@pytest.mark.skipif(not SOCKETS.exists(), reason="only Linux says what its sockets do")
def test_requests_under_way_and_those_that_wait_are_finished_when_the_service_stops(server):
    answers = []
    # Opened for both directions, so that neither this nor the view waits for the other to open its end.
    begun, go = (os.open(server.fifos / name, os.O_RDWR) for name in ("begun", "go"))
    askers = [threading.Thread(target=lambda: answers.append(server.get("/held")), daemon=True) for _ in range(6)]
    for asker in askers:
        asker.start()
    for _ in range(THREADS):
        assert select.select([begun], [], [], LIMIT)[0], "the requests did not reach the view"
        os.read(begun, 1)
    wait_until(lambda: server.clients_read() == len(askers))

    server.process.send_signal(signal.SIGTERM)
    wait_until(lambda: not server.listens())
    os.write(go, b"x" * len(askers))

    for asker in askers:
        asker.join(LIMIT)
    assert answers == [(200, b"FINISHED")] * len(askers)
    assert server.process.wait(LIMIT) == 0
    os.close(begun)
    os.close(go)


def test_ten_thousand_characters_reach_the_view(server):
    # 60 kB on the request line; the server's own end is at 65,534 bytes (decision 010).
    assert server.get("/length?q=" + TWO_BYTES_EACH * 10_000) == (200, b"10000")


def test_clients_that_stall_hold_up_nobody(server):
    stalled = [socket.create_connection(("127.0.0.1", server.port), timeout=LIMIT) for _ in range(16)]
    for connection in stalled:
        connection.sendall(b"GET /length HTTP/1.1\r\nHost: 127")
    assert server.get("/length?q=abc") == (200, b"3")
    for connection in stalled:
        connection.close()
