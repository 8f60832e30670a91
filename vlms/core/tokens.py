"""The only place that asks for randomness."""

from __future__ import annotations

import secrets
import threading
import time
from uuid import UUID


def random_bytes(count: int) -> bytes:
    """`count` bytes from the operating system's generator."""
    return secrets.token_bytes(count)


def random_text() -> str:
    """A URL-safe secret of 256 bits."""
    return secrets.token_urlsafe(32)


class _Ids:
    """Time-ordered UUIDs (RFC 9562 version 7); strictly rising within one process."""

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def next(self) -> UUID:
        with self._lock:
            # 48 bits of milliseconds and 12 of their fraction form the rising part.
            stamp = (time.time_ns() * 4096) // 1_000_000
            self._last = max(self._last + 1, stamp)
            rising = self._last
        milliseconds, fraction = divmod(rising, 4096)
        low = secrets.randbits(62)
        return UUID(int=milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0x2 << 62 | low)


_ids = _Ids()


def new_id() -> UUID:
    """A key for a new row: unique, and ordered by the moment it was made."""
    return _ids.next()
