"""Static files: each under an address that changes with it, compressed once, cached for good."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

from whitenoise import WhiteNoise
from whitenoise.responders import StaticFile

from vlms.resources import resource_path

FOLDER = "compressed"
_PREFIX = "/static/"
_COMPRESSED = frozenset({".css", ".js", ".svg", ".json", ".txt"})
_FINGERPRINTED = re.compile(r"\.[0-9a-f]{12}\.[a-z0-9]+$")
# Papers embed the fonts; no page loads them.
_NOT_SERVED = frozenset({".ttf"})

WsgiApp = Callable[..., Any]


@cache
def fingerprint(path: str) -> str:
    """Of the file static/<path> as it was when first asked for."""
    return hashlib.sha256(resource_path(f"static/{path}").read_bytes()).hexdigest()[:12]


def fingerprinted(path: str) -> str:
    """`app/vlms.css` → `app/vlms.0123456789ab.css`: another file has another name."""
    stem, dot, ending = path.rpartition(".")
    return f"{stem}.{fingerprint(path)}{dot}{ending}"


def serve_static(application: WsgiApp, instance: Path) -> WhiteNoise:
    """The application behind its static files, with their compressed twins in `instance`."""
    return StaticFiles(application, instance / FOLDER)


class StaticFiles(WhiteNoise):
    """WhiteNoise with fingerprinted names, and with compressed twins in a folder of their own."""

    def __init__(self, application: WsgiApp, twins: Path) -> None:
        super().__init__(
            application,
            immutable_file_test=_FINGERPRINTED.pattern,
            allow_all_origins=False,
            add_headers_function=_add_headers,
        )
        self.twins = twins
        root = resource_path("static")
        for file in sorted(path for path in root.rglob("*") if path.is_file()):
            if file.suffix not in _NOT_SERVED:
                name = file.relative_to(root).as_posix()
                self.add_file_to_dictionary(_PREFIX + name, str(file))
                self.add_file_to_dictionary(_PREFIX + fingerprinted(name), str(file))

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> StaticFile:
        if Path(path).suffix not in _COMPRESSED:
            return super().get_static_file(path, url, stat_cache)
        headers = Headers([])
        self.add_mime_headers(headers, path, url)
        self.add_cache_headers(headers, path, url)
        _add_headers(headers, path, url)
        return StaticFile(path, headers.items(), encodings={"gzip": str(self._twin(Path(path)))})

    def _twin(self, file: Path) -> Path:
        content = compressed(file)
        twin = self.twins / f"{hashlib.sha256(content).hexdigest()[:24]}.gz"
        if not twin.exists():
            _write_whole(twin, content)
        return twin


@cache
def compressed(file: Path) -> bytes:
    """The file as it goes over the wire, the same on every machine."""
    return gzip.compress(file.read_bytes(), 9, mtime=0)


def _write_whole(place: Path, content: bytes) -> None:
    """Under its name only when complete: several processes start at once."""
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_suffix(f".{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(place)


def _add_headers(headers: Headers, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    if headers.get("Content-Type") == "image/svg+xml":
        headers["Content-Type"] = "image/svg+xml; charset=utf-8"
