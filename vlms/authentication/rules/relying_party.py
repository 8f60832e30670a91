"""For whom passkeys are made: the host of the installation's own address."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

NAME = "VLMS"


@dataclass(frozen=True)
class RelyingParty:
    """`id` is the host that a passkey is bound to, `origin` the address that browsers state."""

    id: str
    origin: str
    name: str = NAME


def relying_party(base_url: str) -> RelyingParty:
    """Of the address under which people reach the installation."""
    parts = urlsplit(base_url)
    host = parts.hostname or "localhost"
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    port = "" if parts.port in (None, usual) else f":{parts.port}"
    return RelyingParty(host, f"{parts.scheme}://{host}{port}")


def takes_passkeys(base_url: str) -> bool:
    """Whether browsers make passkeys there: under TLS, or at localhost."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    is_local = host == "localhost" or host.endswith(".localhost")
    is_number = host.replace(".", "").isdigit() or ":" in host
    return not is_number and (parts.scheme == "https" or is_local)
