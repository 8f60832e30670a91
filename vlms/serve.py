"""`vlms serve`: the web server and the worker side by side, until one is told to stop or dies."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Event
from urllib.error import URLError
from urllib.request import urlopen

import click

from vlms.core.errors import Conflict
from vlms.core.text import _
from vlms.settings import read_settings

HOST = "127.0.0.1"
_START_SECONDS = 60.0
_STOP_SECONDS = 15.0
_LOOK_SECONDS = 0.2
_WEB = (
    "gunicorn",
    *("--worker-class", "gthread", "--workers", "2", "--threads", "4"),
    *("--graceful-timeout", "10", "--log-level", "warning", "--no-control-socket"),
)


@click.command()
def serve() -> None:
    """Run the web server and the worker."""
    settings = read_settings(os.environ)
    check_port(settings.port)
    sign_ins = settings.sign_ins_file
    environment = child_environment(os.environ, sign_ins)
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_told: stop.set())
    children = start(settings.port, environment)
    try:
        if wait_until_ready(settings.port, children, stop):
            announce(settings.port, sign_ins)
        watch(children, stop)
    finally:
        end(children)
    sys.exit(0 if stop.is_set() else 1)


def check_port(port: int) -> None:
    """Raises Conflict when something listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise Conflict(
                None,
                _("Port %(port)s cannot be used: something else listens there.", port=port),
                way_out=_("Choose another, as in: PORT=8001 make run"),
            ) from error


def child_environment(environment: Mapping[str, str], sign_ins: Path) -> dict[str, str]:
    """Where the demo has left its sign-ins, its pages show what mail would say."""
    demo = {"VLMS_DEMO": "1"} if sign_ins.exists() else {}
    return {**demo, **environment}


def start(port: int, environment: Mapping[str, str]) -> list[subprocess.Popen[bytes]]:
    """The web server and the worker, each in a session of its own: only we pass signals on."""
    web = [*_WEB, "--bind", f"{HOST}:{port}", "vlms.app:create_app()"]
    commands: Sequence[Sequence[str]] = (web, ("vlms", "worker"))
    return [
        subprocess.Popen([sys.executable, "-m", *command], env=environment, start_new_session=True)
        for command in commands
    ]


def wait_until_ready(port: int, children: Sequence[subprocess.Popen[bytes]], stop: Event) -> bool:
    """Whether pages are answered; False when a child died first, or we are to stop."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and not stop.is_set() and all_run(children):
        try:
            with urlopen(f"http://{HOST}:{port}/healthz", timeout=5):
                return True
        except (URLError, OSError):
            stop.wait(_LOOK_SECONDS)
    return False


def announce(port: int, sign_ins: Path) -> None:
    click.echo(f"VLMS runs at http://localhost:{port}")
    if sign_ins.exists():
        click.echo(sign_ins.read_text(encoding="utf-8").rstrip())
    click.echo("Stop it with Ctrl+C.")


def all_run(children: Sequence[subprocess.Popen[bytes]]) -> bool:
    return all(child.poll() is None for child in children)


def watch(children: Sequence[subprocess.Popen[bytes]], stop: Event) -> None:
    """Until we are told to stop, or one of them has died."""
    while not stop.is_set() and all_run(children):
        stop.wait(_LOOK_SECONDS)


def end(children: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask them all to finish what is at hand; after a while, end them."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + _STOP_SECONDS
    for child in children:
        try:
            child.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
