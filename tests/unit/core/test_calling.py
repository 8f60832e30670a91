"""Calls go outside alone: which numbers and addresses may be called, and what an answer may be."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address

import pytest

from vlms.core.calling import CallFailed, Fence, call, may_go_to, split_address

OUTSIDE = ("1.1.1.1", "8.8.8.8", "2606:4700:4700::1111", "::ffff:1.1.1.1")
# 10/8, 172.16/12, 192.168/16 as numbers, as no file of ours names an address of a house.
_TEN = str(IPv4Address(0x0A000001))
HOUSE = (
    _TEN,
    str(IPv4Address(0xAC100505)),
    str(IPv4Address(0xC0A80101)),
    "fd12:3456::1",
    f"::ffff:{_TEN}",
)
HERE = ("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1")
NOWHERE = (
    "169.254.169.254",
    "fd00:ec2::254",
    "fd00:0ec2:0::0254",
    "fe80::1",
    "fe80::1%eth0",
    "0.0.0.0",
    "::",
    "224.0.0.1",
    "255.255.255.255",
    "240.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "2001:0:53aa:64c::1",
)


@pytest.mark.parametrize("number", OUTSIDE)
def test_public_numbers_are_called(number: str) -> None:
    assert may_go_to(Fence(), number)


@pytest.mark.parametrize("number", [*HOUSE, *HERE, *NOWHERE, "100.64.0.1", "192.0.2.1"])
def test_others_are_not(number: str) -> None:
    assert not may_go_to(Fence(), number)


def test_a_setting_opens_the_house_and_never_this_machine_or_its_own_link() -> None:
    fence = Fence(private=True)
    assert all(may_go_to(fence, number) for number in (*HOUSE, *OUTSIDE))
    assert not any(may_go_to(fence, number) for number in (*HERE, *NOWHERE))
    assert all(may_go_to(Fence(loopback=True), number) for number in HERE)
    assert not any(may_go_to(Fence(loopback=True), number) for number in (*HOUSE, *NOWHERE))


@pytest.mark.parametrize(
    "address",
    [
        "http://login.example",
        "ftp://login.example",
        "https://",
        "https://user@login.example",
        "https://user:word@login.example",
        "https://login.example/#part",
        "https://login.example:0/",
        "https://login.example:99999/",
        "https://login .example",
        "https://login.example\\@evil.example",
        "https://login.example\n",
        "https://løgin.example",
        "https://" + "a" * 500,
        "//login.example",
        "",
    ],
)
def test_only_plain_addresses_of_https_are_called(address: str) -> None:
    with pytest.raises(CallFailed):
        split_address(Fence(loopback=True, private=True), address)


def test_without_encryption_this_machine_alone_is_called_and_only_where_that_is_said() -> None:
    assert split_address(Fence(loopback=True), "http://127.0.0.1:8080/").port == 8080
    for fence, address in (
        (Fence(), "http://127.0.0.1/"),
        (Fence(private=True), f"http://{_TEN}/"),
        (Fence(loopback=True), "http://login.example/"),
    ):
        with pytest.raises(CallFailed):
            split_address(fence, address)


@contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[tuple[int, list[int]]]:
    """A port on loopback, and how often it was reached."""
    reached: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)

        def serve() -> None:
            try:
                held, _address = server.accept()
            except OSError:
                return
            with held:
                reached.append(1)
                try:
                    held.recv(65_536)
                    answer(held)
                except OSError:
                    pass

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1], reached
        finally:
            if not reached:
                socket.create_connection(server.getsockname()).close()
            thread.join()


def _nothing(_held: socket.socket) -> None:
    """Hangs up."""


@pytest.mark.parametrize(
    "numbers", [["127.0.0.1"], ["1.1.1.1", "127.0.0.1"], ["169.254.169.254"], ["::1"]]
)
def test_a_name_that_leads_inside_is_not_called(numbers: list[str]) -> None:
    """Also where it leads outside as well, or did when it was looked up before."""
    with answering(_nothing) as (port, reached):
        fence = Fence(resolve=lambda _host, _port: numbers)
        with pytest.raises(CallFailed) as failed:
            call(fence, f"https://login.example:{port}/")
        assert failed.value.why == "inside"
        assert reached == []


def test_the_number_that_was_looked_at_is_called_and_no_other() -> None:
    """A second look-up would be the attacker's (DNS rebinding): there is none."""
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    body = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    with answering(lambda held: held.sendall(body)) as (port, reached):
        fence = Fence(loopback=True, resolve=resolve)
        assert call(fence, f"http://localhost:{port}/").body == b"{}"
        assert (asked, reached) == (["localhost"], [1])


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\n\r\n", "redirect"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + b"x" * 200_000, "too_large"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx", "broken_off"),
        (b"garbage\r\n\r\n", "broken_off"),
        (b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200 + b"\r\n", "broken_off"),
    ],
)
def test_an_answer_that_leads_on_or_is_too_large_is_none(said: bytes, why: str) -> None:
    with answering(lambda held: held.sendall(said)) as (port, _reached):
        with pytest.raises(CallFailed) as failed:
            call(Fence(loopback=True), f"http://127.0.0.1:{port}/")
        assert failed.value.why == why


def test_a_certificate_is_asked_for() -> None:
    with answering(_nothing) as (port, reached):
        with pytest.raises(CallFailed):
            call(Fence(loopback=True), f"https://localhost:{port}/")
        assert reached == [1]
