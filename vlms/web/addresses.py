"""Addresses that came with a request: only our own are followed."""

from __future__ import annotations

from urllib.parse import urlsplit


def local_address(address: str | None) -> str | None:
    """The address if it is a path of this site, else None."""
    if not address or not address.startswith("/") or "\\" in address:
        return None
    parts = urlsplit(address)
    return None if parts.scheme or parts.netloc or address.startswith("//") else address
