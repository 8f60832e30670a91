"""A sign-in provider on loopback that can misbehave in every way that is asked of it.

It speaks real HTTP on 127.0.0.1; its time is that of the test's clock. `claims`, `header`,
`metadata` and `answer` change what it says; `faults` name what it does wrong otherwise.
"""

from __future__ import annotations

import base64
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from vlms.core.clock import Clock

CLIENT, SECRET = "vlms at example", "a secret: 100% äöü/+?"
# Made once: keys of this size take their time.
RSA = RSAKey.generate_key(2048, {"kid": "rsa-1", "use": "sig"})
RSA_NEW = RSAKey.generate_key(2048, {"kid": "rsa-2", "use": "sig", "alg": "RS256"})
EC = ECKey.generate_key("P-256", {"kid": "ec-1", "use": "sig", "alg": "ES256"})
Key = RSAKey | ECKey | OctKey


@dataclass
class HostileProvider:
    """What it says; each test changes what it is about."""

    clock: Clock
    issuer: str
    # Whose browser it is.
    subject: str = "subject-of-ann"
    email: str = "ann@contoso.example"
    keys: list[RSAKey | ECKey] = field(default_factory=lambda: [RSA])
    signs_with: Key = field(default_factory=lambda: RSA)
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, str] = field(default_factory=dict)
    faults: set[str] = field(default_factory=set)
    # What it was asked, in this order: paths, and forms of the token's address.
    asked: list[str] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    # What a browser asked for, by the code that it got.
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def visit(self, address: str) -> str:
        """What a browser does there: signs in and is led back; returns the address it is led to."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["response_type"] == "code"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        said = {"code": code, "state": asked["state"], **self.answer}
        return f"{asked['redirect_uri']}?{urlencode(said)}"

    def token(self, code: str) -> str:
        """The ID token for a code."""
        asked, now = self.codes[code], int(self.clock().timestamp())
        told = {
            "iss": self.issuer,
            "aud": asked["client_id"],
            "sub": self.subject,
            "email": self.email,
            "email_verified": True,
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
            **self.claims,
        }
        told = {name: value for name, value in told.items() if value is not None}
        if "none" in self.faults:
            return _by_hand({"alg": "none"}, told)
        if "odd key" in self.faults:
            return _by_hand({"alg": "RS256", "kid": ["rsa-1"]}, told, b"x")
        if "public key as secret" in self.faults:
            shared = RSA.as_pem(private=False)
            return _by_hand({"alg": "HS256", "kid": "rsa-1"}, told, shared)
        named = "ES256" if isinstance(self.signs_with, ECKey) else "RS256"
        header = {"alg": named, "kid": self.signs_with.kid, **self.header}
        algorithms = ["RS256", "ES256", "HS256", "RS512", "PS256"]
        return jwt.encode(header, told, self.signs_with, algorithms=algorithms)

    def take(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """What the token's address answers; a code is good once, for who has its verifier."""
        self.forms.append({**form, "authorization": authorization})
        asked = self.codes.get(form.get("code", ""))
        challenge = create_s256_code_challenge(form.get("code_verifier", ""))
        is_right = (
            asked is not None
            and asked["code_challenge"] == challenge
            and asked["code_challenge_method"] == "S256"
            and asked["redirect_uri"] == form.get("redirect_uri")
        )
        if not is_right:
            return 400, {"error": "invalid_grant", "error_description": "<b>no</b>"}
        token = self.token(form["code"])
        if "codes twice" not in self.faults:
            del self.codes[form["code"]]
        self.tokens.append(token)
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": token}

    def told(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            **self.metadata,
        }


def _by_hand(header: dict[str, Any], told: dict[str, Any], secret: bytes | None = None) -> str:
    """A token that no library would make: unsigned, or signed with what everybody knows."""
    body = ".".join(_text(json.dumps(one).encode()) for one in (header, told))
    return f"{body}.{_text(hmac.digest(secret, body.encode(), 'sha256')) if secret else ''}"


def _text(plain: bytes) -> str:
    return base64.urlsafe_b64encode(plain).decode().rstrip("=")


class _Server(ThreadingHTTPServer):
    provider: HostileProvider


# What is answered to every reader, whatever was asked.
_BODIES = {
    "down": (503, b"{}"),
    "garbage": (200, b"<html>not JSON"),
    "endless": (200, b"[" * 300_000),
}


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        provider, path = self.server.provider, urlsplit(self.path).path
        provider.asked.append(path)
        wrong = sorted(provider.faults & _BODIES.keys())
        if wrong:
            self._send(*_BODIES[wrong[0]])
        elif path == "/authorize":
            # A real browser is sent straight back.
            self._lead(provider.visit(f"{provider.issuer}{self.path}"))
        elif "elsewhere" in provider.faults:
            self._lead(f"{provider.issuer}/other")
        elif path == "/keys":
            self._say(200, {"keys": [each.as_dict(private=False) for each in provider.keys]})
        else:
            self._say(200, provider.told())

    def do_POST(self) -> None:
        provider = self.server.provider
        body = self.rfile.read(int(self.headers["Content-Length"]))
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if "token down" in provider.faults:
            self._say(500, {})
        elif "token hangs up" in provider.faults:
            self.close_connection = True
        else:
            self._say(*provider.take(form, self.headers.get("Authorization", "")))

    def _lead(self, address: str) -> None:
        self.send_response(302)
        self.send_header("Location", address)
        self.end_headers()

    def _say(self, status: int, value: object) -> None:
        self._send(status, json.dumps(value).encode())

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Nothing is told."""


@contextmanager
def hostile_provider(clock: Clock) -> Iterator[HostileProvider]:
    """One that runs while the test does."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.provider = HostileProvider(clock, f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
