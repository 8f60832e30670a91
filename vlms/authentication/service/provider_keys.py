"""Which of a provider's keys may sign tokens here: RSA of 2048 bits and more, and P-256."""

from __future__ import annotations

from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

Key = RSAKey | ECKey
# Its id, its algorithm, itself.
Known = tuple[str | None, str, Key]
_SMALLEST_RSA = 2048


def read_key(told: Any) -> Known | None:
    """A public key that may sign tokens here; None for any other kind, size or use."""
    if not isinstance(told, dict) or told.get("use", "sig") != "sig" or "d" in told:
        return None
    try:
        found: tuple[str, Key]
        if told.get("kty") == "RSA":
            if len(told["n"]) * 6 < _SMALLEST_RSA:
                return None
            named = {name: told[name] for name in ("kty", "n", "e")}
            found = "RS256", RSAKey.import_key(named)
        elif told.get("kty") == "EC" and told.get("crv") == "P-256":
            named = {name: told[name] for name in ("kty", "crv", "x", "y")}
            found = "ES256", ECKey.import_key(named)
        else:
            return None
    except (JoseError, ValueError, KeyError, TypeError):
        return None
    if told.get("alg", found[0]) != found[0]:
        return None
    key_id = told.get("kid")
    return key_id if isinstance(key_id, str) else None, *found
