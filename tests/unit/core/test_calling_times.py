"""Who answers slowly or never, and how many are waited for at once."""

from __future__ import annotations

import socket
import ssl
import threading
import time

import pytest

from tests.unit.core.test_calling import answering
from vlms.core import calling
from vlms.core.calling import CallFailed, Fence, call, exchange


def test_who_dribbles_is_hung_up_on() -> None:
    def dribble(held: socket.socket) -> None:
        held.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        for _byte in range(200):
            held.sendall(b"x")
            threading.Event().wait(0.02)

    with answering(dribble) as (port, _reached):
        with pytest.raises(CallFailed) as failed, exchange(0.1):
            call(Fence(loopback=True), f"http://127.0.0.1:{port}/")
        assert failed.value.why == "broken_off"


def test_all_calls_of_an_exchange_have_one_time_together() -> None:
    """The first takes its own; what is left is too little for another one."""
    body = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

    def late(held: socket.socket) -> None:
        threading.Event().wait(0.15)
        held.sendall(body)

    with answering(late) as (port, _reached), exchange(0.1):
        with pytest.raises(CallFailed):
            call(Fence(loopback=True), f"http://127.0.0.1:{port}/")
        with answering(lambda held: held.sendall(body)) as (other, reached):
            with pytest.raises(CallFailed) as failed:
                call(Fence(loopback=True), f"http://127.0.0.1:{other}/")
            assert (failed.value.why, reached) == ("unreachable", [])
    with answering(lambda held: held.sendall(body)) as (port, _reached), exchange(0.1):
        assert call(Fence(loopback=True), f"http://127.0.0.1:{port}/").status == 200
    assert calling.ALL_SECONDS == 10


def test_what_comes_in_plain_after_the_hanging_up_is_not_read() -> None:
    """The control is the encrypted socket's own way of hanging up, which reads it."""
    context = ssl.create_default_context()
    read: list[bytes] = []
    for hang_up in (calling._hang_up, lambda held: held.shutdown(socket.SHUT_RDWR)):
        ours, theirs = socket.socketpair()
        held = context.wrap_socket(ours, server_hostname="x", do_handshake_on_connect=False)
        with theirs, held:
            theirs.sendall(b"of somebody in between")
            hang_up(held)
            try:
                read.append(held.recv(100))
            except ssl.SSLError:
                read.append(b"")
    assert read == [b"", b"of somebody in between"]


def test_a_look_up_that_takes_long_is_waited_for_no_longer() -> None:
    held = threading.Event()

    def resolve(_host: str, _port: int) -> list[str]:
        held.wait(5)
        return ["127.0.0.1"]

    begun = time.monotonic()
    with pytest.raises(CallFailed) as failed, exchange(0.1):
        call(Fence(loopback=True, resolve=resolve), "http://localhost:9/")
    held.set()
    assert failed.value.why == "unreachable"
    assert time.monotonic() - begun < 2


def test_no_more_look_ups_wait_than_may() -> None:
    """Where a name server is dead, the next one fails at once; after it there is room again."""
    held = threading.Event()
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        held.wait(5)
        return []

    fence = Fence(loopback=True, resolve=resolve)
    before = set(threading.enumerate())
    for _each in range(calling.LOOK_UPS_AT_ONCE + 3):
        with pytest.raises(CallFailed), exchange(0.01):
            call(fence, "http://localhost:9/")
    waiting = set(threading.enumerate()) - before
    assert len(waiting) == len(asked) == calling.LOOK_UPS_AT_ONCE
    held.set()
    for thread in waiting:
        thread.join()
    with pytest.raises(CallFailed):
        call(fence, "http://localhost:9/")
    assert len(asked) == calling.LOOK_UPS_AT_ONCE + 1


def test_three_of_a_names_numbers_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def resist(address: tuple[str, int], _seconds: float) -> socket.socket:
        tried.append(address[0])
        raise OSError

    monkeypatch.setattr(calling.socket, "create_connection", resist)
    numbers = [f"127.0.0.{each}" for each in range(1, 9)]
    with pytest.raises(CallFailed):
        call(Fence(loopback=True, resolve=lambda _host, _port: numbers), "http://localhost:9/")
    assert tried == numbers[:3]


def test_two_calls_at_once_are_made_and_a_third_is_refused_at_once() -> None:
    """After them there is room again."""
    held, entered = threading.Event(), threading.Semaphore(0)

    def resolve(_host: str, _port: int) -> list[str]:
        entered.release()
        held.wait(5)
        return []

    fence = Fence(loopback=True, resolve=resolve)
    whys: list[str] = []

    def ask() -> None:
        with pytest.raises(CallFailed) as failed:
            call(fence, "http://localhost:9/")
        whys.append(failed.value.why)

    threads = [threading.Thread(target=ask) for _each in range(calling.CALLS_AT_ONCE)]
    for thread in threads:
        thread.start()
    for _each in threads:
        assert entered.acquire(timeout=5)
    ask()
    assert whys == ["busy"]
    held.set()
    for thread in threads:
        thread.join()
    ask()
    assert whys == ["busy", "unreachable", "unreachable", "unreachable"]
