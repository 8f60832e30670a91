"""The keys that sign badges: Ed25519, derived from the installation's master keys.

A former master key's public half stays known, so that what it signed is verified for good.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from vlms.core.keys import KeyRing

_PURPOSE = b"vlms open badges|Ed25519"


@dataclass(frozen=True)
class BadgeKey:
    """A key pair; `kid` is the thumbprint of its public half (RFC 7638)."""

    private: Ed25519PrivateKey
    jwk: Mapping[str, str]

    @property
    def kid(self) -> str:
        return self.jwk["kid"]


def signing_key(ring: KeyRing) -> BadgeKey:
    """The key of today."""
    return _key(ring.master)


def public_keys(ring: KeyRing) -> list[Mapping[str, str]]:
    """The public JWKs of today's key and of former ones."""
    return [dict(_key(master).jwk) for master in (ring.master, *ring.former.values())]


def find_public_key(ring: KeyRing, kid: str) -> Mapping[str, str] | None:
    return next((jwk for jwk in public_keys(ring) if jwk["kid"] == kid), None)


def encode(raw: bytes) -> str:
    """base64url without padding, as JOSE writes it."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _key(master: bytes) -> BadgeKey:
    private = Ed25519PrivateKey.from_private_bytes(hmac.digest(master, _PURPOSE, "sha256"))
    point = encode(private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
    needed = {"crv": "Ed25519", "kty": "OKP", "x": point}
    told = json.dumps(needed, sort_keys=True, separators=(",", ":")).encode()
    kid = encode(hashlib.sha256(told).digest())
    return BadgeKey(private, {**needed, "alg": "EdDSA", "use": "sig", "kid": kid})
