"""Addresses that came with a request: only our own are followed, and only what they ask."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

# What an address's builder, or the gate, would take for its own.
_TAKEN = frozenset({"endpoint", "self", "organisation", "form"})


def local_address(address: str | None) -> str | None:
    """The address if it is a path of this site, else None."""
    if not address or not address.startswith("/") or "\\" in address:
        return None
    if any(sign < " " or sign == "\x7f" for sign in address):
        return None
    parts = urlsplit(address)
    return None if parts.scheme or parts.netloc or address.startswith("//") else address


def asked_here() -> dict[str, str]:
    """The arguments of this request's address that `url_for` may be given for another.

    Columns that were chosen one by one go along all of them.
    """
    return {
        name: ",".join(request.args.getlist(name)) if name == "columns" else value
        for name, value in request.args.items()
        if name not in _TAKEN and not name.startswith("_")
    }
