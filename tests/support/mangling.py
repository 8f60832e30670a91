"""Requests that no browser makes, told by a seed: the same number gives the same request."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from tests.support.pages import CheckingClient

Item = TypeVar("Item")

PATHS = (
    "/",
    "/sign-in",
    "/language",
    "/code-help",
    "/claim-again",
    "/rules",
    "/hooks/bounces",
    "/claim/x",
    "/certificates/x",
    "/o/contoso/",
    "/o/contoso/codes/",
    "/o/contoso/search",
    "/my/codes/",
    "/static/app/vlms.css",
)
TYPES = (
    "application/x-www-form-urlencoded",
    "application/json",
    "application/problem+json",
    "multipart/form-data; boundary=b",
    "multipart/form-data",
    "multipart/form-data; boundary=\xff",
    "text/plain; charset=\xff",
    ";;;=",
    "",
)
HEADERS = (
    "Host",
    "Cookie",
    "Referer",
    "Origin",
    "Accept-Language",
    "Accept-Encoding",
    "Content-Length",
    "HX-Request",
    "HX-Current-URL",
    "Sec-Fetch-Site",
    "If-None-Match",
    "If-Modified-Since",
    "Range",
    "X-Forwarded-For",
    "Authorization",
)
PIECES = (
    b"\0",
    b"%00",
    b"%",
    b"%ff",
    b"%ED%A0%80",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"%EF%BF%BF",
    b"=",
    b"&",
    b";",
    b"[" * 50,
    b'{"a":' * 40,
    b"9" * 40,
    b"1e999",
    b"NaN",
    b'"\\ud800"',
    b'{"a":1,"a":2}',
    b"\r\n",
    b"\x1b[31m",
    b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--b--',
    b'--b\r\nContent-Disposition: form-data; name="f"; filename="\0"\r\n\r\nx\r\n--b--',
    b"--b\r\nContent-Disposition: \xff\r\n\r\n",
    b"email=a%40b.example&password=x",
    b"code=0000-0000-0000-0000-0000-0000-0000",
    b"csrf_token=x",
    b"en-US,en;q=\xb2",
    b"bytes=0-\xb2",
    b"//evil.example",
    "臺北".encode(),
    b"a" * 3_000,
)
METHODS = ("GET", "POST", "POST", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW")


class Chance:
    """Choices that a seed decides, one digest after the other."""

    def __init__(self, seed: int) -> None:
        self.seed, self.count = seed, 0

    def below(self, most: int) -> int:
        self.count += 1
        told = hashlib.sha256(f"{self.seed}:{self.count}".encode()).digest()
        return int.from_bytes(told[:8], "big") % most

    def one_of(self, items: Sequence[Item]) -> Item:
        return items[self.below(len(items))]

    def some_bytes(self) -> bytes:
        return b"".join(self.one_of(PIECES) for _each in range(self.below(4)))


def request_of(seed: int) -> dict[str, Any]:
    """What the seed's request is, as a server would hand it on."""
    chance = Chance(seed)
    path = chance.one_of(PATHS)
    body = chance.some_bytes()
    raw: dict[str, Any] = {"REQUEST_METHOD": chance.one_of(METHODS)}
    changes: Sequence[Callable[[], None]] = (
        lambda: raw.update(PATH_INFO=path + _plain(chance)),
        lambda: raw.update(QUERY_STRING=_plain(chance)),
        lambda: raw.update({_cgi(chance.one_of(HEADERS)): _plain(chance)}),
        lambda: raw.update(CONTENT_TYPE=chance.one_of(TYPES)),
    )
    for _each in range(1 + chance.below(3)):
        chance.one_of(changes)()
    return {
        "path": path,
        "method": raw.pop("REQUEST_METHOD"),
        "data": body,
        "content_type": raw.pop("CONTENT_TYPE", chance.one_of(TYPES[:4])),
        "environ_overrides": raw,
    }


def _plain(chance: Chance) -> str:
    return chance.some_bytes().decode("latin-1")


def _cgi(name: str) -> str:
    told = name.upper().replace("-", "_")
    return told if told == "CONTENT_LENGTH" else f"HTTP_{told}"


def status_of(client: CheckingClient, seed: int) -> int:
    """How the seed's request is answered; the whole answer is read."""
    asked = request_of(seed)
    answer = client.open(**asked, buffered=True)
    return answer.status_code
