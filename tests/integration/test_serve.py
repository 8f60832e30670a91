"""`vlms serve` with its real children: starts, refuses a taken port, stops, never halves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.support.mail import unused_port

ROOT = Path(__file__).parents[2]
VLMS = (sys.executable, "-m", "vlms")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Of an installation of its own, with an empty database and demo sign-ins."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VLMS_")}
    found = {**kept, "VLMS_INSTANCE": str(tmp_path), "PORT": str(unused_port())}
    subprocess.run([*VLMS, "db", "upgrade"], cwd=ROOT, env=found, check=True, timeout=120)
    (tmp_path / "demo-sign-ins.txt").write_text("ann@contoso.example 王小明\n", encoding="utf-8")
    return found


@pytest.fixture
def served(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    server = subprocess.Popen(
        [*VLMS, "serve"],
        cwd=ROOT,
        env={**environment, "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert server.stdout is not None
    with server, server.stdout:
        yield server
        if server.poll() is None:
            server.send_signal(signal.SIGTERM)
        server.wait(60)


def first_lines(server: subprocess.Popen[str], count: int) -> list[str]:
    assert server.stdout is not None
    return [server.stdout.readline().rstrip("\n") for _line in range(count)]


def answers(port: str) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as response:
            return bool(response.status == 200)
    except (URLError, OSError):
        return False


def children_of(process_id: int) -> list[int]:
    told = Path(f"/proc/{process_id}/task/{process_id}/children").read_text(encoding="ascii")
    return [int(child) for child in told.split()]


def test_it_announces_itself_refuses_a_second_and_stops_when_told(
    served: subprocess.Popen[str], environment: dict[str, str]
) -> None:
    port = environment["PORT"]
    lines = first_lines(served, 2)
    assert lines == [f"VLMS runs at http://localhost:{port}", "ann@contoso.example 王小明"]
    assert answers(port)
    second = subprocess.run(
        [*VLMS, "serve"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
    assert second.returncode == 1
    assert f"Port {port} cannot be used" in second.stderr
    assert "Traceback" not in second.stderr
    served.send_signal(signal.SIGINT)
    assert served.wait(60) == 0
    assert not answers(port)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds children in /proc")
def test_when_one_child_dies_the_other_is_ended(
    served: subprocess.Popen[str], environment: dict[str, str]
) -> None:
    first_lines(served, 1)
    _web, worker = children_of(served.pid)
    os.kill(worker, signal.SIGKILL)
    assert served.wait(60) == 1
    assert not answers(environment["PORT"])
