"""Calls to addresses that somebody has typed: to the outside alone, short, small, no detours.

A name is looked up once and the connection goes to what was looked at, so that a name which
points elsewhere a moment later leads nowhere (DNS rebinding). No redirect is followed.

Who answers slowly or never holds few threads, and each for `ALL_SECONDS` at most.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from queue import Empty, SimpleQueue
from urllib.parse import SplitResult, urlencode, urlsplit

MOST_BYTES = 128 * 1024
CONNECT_SECONDS = 5.0
ALL_SECONDS = 10.0
LONGEST_ADDRESS = 500
# Of what a name leads to, as many are tried.
MOST_NUMBERS = 3
# Each exchange holds a thread of the web server: the others stay free for everybody else.
CALLS_AT_ONCE = 2
_lines = threading.BoundedSemaphore(CALLS_AT_ONCE)
# Look-ups cannot be broken off: as many threads may be left waiting for a name server.
LOOK_UPS_AT_ONCE = 8
_look_ups = threading.BoundedSemaphore(LOOK_UPS_AT_ONCE)
# When the exchange that goes on here has to be over.
_end: ContextVar[float | None] = ContextVar("end of exchange", default=None)
Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], list[str]]
# Where clouds tell machines their secrets.
_METADATA = {ip_address("169.254.169.254"), ip_address("fd00:ec2::254")}
# They stand for IPv4 addresses, which may be private ones.
_TRANSLATED = tuple(map(ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))


class CallFailed(Exception):
    """Nothing usable came back; `why` is a word for logs and tests: never what the other said."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def look_up(host: str, port: int) -> list[str]:
    """The numbers of a host. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


@dataclass(frozen=True)
class Fence:
    """Where calls may go: to public addresses by https, and further only as far as is said.

    `loopback` allows this machine, also without TLS: for tests and the demo. `private` allows
    networks of the house, never this machine nor its own link, where clouds keep secrets.
    """

    loopback: bool = False
    private: bool = False
    resolve: Resolve = field(default=look_up)


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


@contextmanager
def exchange(seconds: float = ALL_SECONDS) -> Iterator[float]:
    """The time that all calls within have together; gives its end. Raises CallFailed if busy.

    One within another is a part of it.
    """
    end = _end.get()
    if end is not None:
        yield end
        return
    if not _lines.acquire(blocking=False):
        raise CallFailed("busy")
    end = time.monotonic() + seconds
    mark = _end.set(end)
    try:
        yield end
    finally:
        _end.reset(mark)
        _lines.release()


def call(
    fence: Fence,
    address: str,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """GET the address, or POST a form to it. Raises CallFailed; an error status is an answer.

    It takes no longer than its exchange, from before the look-up, however often something arrives.
    """
    parts = split_address(fence, address)
    with exchange() as end:
        try:
            connection = _connect(fence, parts, end)
        except (OSError, UnicodeError) as error:
            raise CallFailed("unreachable") from error
        alarm = threading.Timer(max(end - time.monotonic(), 0), _hang_up, (connection.sock,))
        alarm.daemon = True
        alarm.start()
        try:
            return _ask(connection, parts, form, dict(headers or {}))
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise CallFailed("broken_off") from error
        finally:
            alarm.cancel()
            connection.close()


def split_address(fence: Fence, address: str) -> SplitResult:
    """The parts of an address that may be called. Raises CallFailed for others."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise CallFailed("no_address") from None
    is_plain = address.isascii() and address.isprintable() and not {" ", "\\"} & set(address)
    if not host or not is_plain or len(address) > LONGEST_ADDRESS or port == 0:
        raise CallFailed("no_address")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise CallFailed("no_address")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(fence, host)):
        raise CallFailed("no_https")
    return parts


def _is_here(fence: Fence, host: str) -> bool:
    return fence.loopback and host in ("localhost", "127.0.0.1", "::1")


def may_go_to(fence: Fence, number: str, *, is_encrypted: bool = True) -> bool:
    """Whether this number, written in any way, may be called."""
    found: Address = ip_address(number.partition("%")[0])
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if found.is_loopback:
        return fence.loopback
    if found in _METADATA:
        return False
    if not is_encrypted or found.is_multicast or found.is_unspecified or found.is_link_local:
        return False
    if isinstance(found, IPv6Address) and any(found in net for net in _TRANSLATED):
        return False
    return found.is_global or (fence.private and found.is_private and not found.is_reserved)


def _connect(fence: Fence, parts: SplitResult, end: float) -> http.client.HTTPConnection:
    host, is_encrypted = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if is_encrypted else 80)
    numbers = _looked_up(fence, host, port, end)
    if not numbers:
        raise CallFailed("unreachable")
    # One that is not allowed among others is no accident.
    if not all(may_go_to(fence, each, is_encrypted=is_encrypted) for each in numbers):
        raise CallFailed("inside")
    plain = _first_open(numbers[:MOST_NUMBERS], port, end)
    made = http.client.HTTPConnection(host, port, timeout=CONNECT_SECONDS)
    try:
        # The handshake too has no more than what is left.
        plain.settimeout(_left(end))
        made.sock = _encrypted(plain, host) if is_encrypted else plain
    except BaseException:
        plain.close()
        raise
    return made


def _looked_up(fence: Fence, host: str, port: int, end: float) -> list[str]:
    """A look-up cannot be broken off: who waits for it stops waiting. Raises OSError."""
    if not _look_ups.acquire(blocking=False):
        raise TimeoutError
    found: SimpleQueue[list[str] | Exception] = SimpleQueue()

    def look() -> None:
        try:
            found.put(fence.resolve(host, port))
        except (OSError, UnicodeError) as error:
            found.put(error)
        finally:
            _look_ups.release()

    threading.Thread(target=look, daemon=True).start()
    try:
        told = found.get(timeout=max(end - time.monotonic(), 0))
    except Empty:
        raise TimeoutError from None
    if isinstance(told, Exception):
        raise told
    return told


def _first_open(numbers: list[str], port: int, end: float) -> socket.socket:
    for number in numbers[:-1]:
        try:
            return socket.create_connection((number, port), _left(end))
        except OSError:
            continue
    return socket.create_connection((numbers[-1], port), _left(end))


def _left(end: float) -> float:
    """The seconds for one more connection. Raises OSError when there are none."""
    left = min(end - time.monotonic(), CONNECT_SECONDS)
    if left <= 0:
        raise TimeoutError
    return left


def _encrypted(plain: socket.socket, host: str) -> ssl.SSLSocket:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context.wrap_socket(plain, server_hostname=host)


def _ask(
    connection: http.client.HTTPConnection,
    parts: SplitResult,
    form: Mapping[str, str] | None,
    headers: dict[str, str],
) -> Answer:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers |= {"Accept": "application/json", "Accept-Encoding": "identity", "Connection": "close"}
    if form is None:
        connection.request("GET", path, headers=headers)
    else:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request("POST", path, urlencode(form).encode("ascii"), headers)
    with connection.getresponse() as answered:
        if 300 <= answered.status < 400:
            raise CallFailed("redirect")
        body = answered.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise CallFailed("too_large")
        if answered.length:
            raise CallFailed("broken_off")
        return Answer(answered.status, body)


def _hang_up(held: socket.socket | None) -> None:
    """The other side had its time: whatever waits for it is woken."""
    try:
        if held is not None:
            # Not the encrypted socket's own way, which lets what comes after it be read in plain.
            socket.socket.shutdown(held, socket.SHUT_RDWR)
    except OSError:
        pass
