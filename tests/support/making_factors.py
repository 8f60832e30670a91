"""Second factors for tests: an app that knows its secret, and an authenticator in software."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import cbor2
import pyotp
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Flask

from tests.support.making import make_user, making
from tests.support.making_foreign import CANARY
from vlms.app import equip_app
from vlms.authentication.factor_models import FactorKind, SecondFactor
from vlms.authentication.rules.one_time_passwords import STEP_SECONDS, step_at, written
from vlms.authentication.service.authenticators import (
    add_authenticator,
    new_secret,
    open_secret,
)
from vlms.core.work import Work

_PRESENT, _VERIFIED, _NEW_KEY = 0x01, 0x04, 0x40


@dataclass(frozen=True)
class App:
    """An authenticator app that was set up for somebody."""

    factor_id: UUID
    secret: bytes

    def code(self, now: datetime, off: int = 0) -> str:
        """What it shows then, or so many steps later."""
        return pyotp.HOTP(written(self.secret)).at(step_at(now) + off)


def make_app(user_id: UUID, now: datetime, name: str = "Telephone") -> App:
    """One that was set up long enough ago that its next code is not spent."""
    earlier = datetime.fromtimestamp(now.timestamp() - 10 * STEP_SECONDS, now.tzinfo)
    with making(earlier) as work:
        sealed = new_secret(work.keys, user_id, work.now)
        secret = open_secret(work.keys, user_id, sealed, work.now)
        shown = pyotp.HOTP(written(secret)).at(step_at(earlier))
        factor: SecondFactor = add_authenticator(work, user_id, sealed, shown, name)
        return App(factor.id, secret)


def make_foreign_factor(work: Work) -> dict[str, UUID]:
    """A second factor of somebody whom no stranger may know of."""
    user = make_user(work, "factor.owner@hongyuan.example")
    factor = SecondFactor(
        user_id=user.id,
        kind=FactorKind.AUTHENTICATOR,
        name=CANARY,
        sealed_secret=b"sealed",
        created_at=work.now,
    )
    work.session.add(factor)
    work.flush()
    return {"factor_id": factor.id, "user_id": user.id}


@contextmanager
def demanding(app: Flask) -> Iterator[None]:
    """The application demands what the roles demand, which the demo of most tests does not."""
    settings = app.config["SETTINGS"]
    equip_app(app, replace(settings, demo=False))
    try:
        yield
    finally:
        equip_app(app, settings)


@dataclass
class Authenticator:
    """Answers as a passkey does; `origin` is the page that it believes to be on."""

    origin: str
    rp_id: str = "localhost"
    count: int = 0
    is_verified: bool = True
    credential_id: bytes = b"a credential of tests"
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def create(self, asked: Mapping[str, Any]) -> str:
        """The answer to being asked to make a passkey."""
        told = self._client("webauthn.create", asked)
        statement = {"fmt": "none", "attStmt": {}, "authData": self._data(_NEW_KEY, self._made())}
        response = {
            "clientDataJSON": _text(told),
            "attestationObject": _text(cbor2.dumps(statement)),
        }
        return self._answer({**response, "transports": ["internal", "telepathy"]})

    def get(self, asked: Mapping[str, Any]) -> str:
        """The answer to being asked for a signature; the counter goes on."""
        self.count += 1
        told, data = self._client("webauthn.get", asked), self._data(0, b"")
        signed = self.key.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(SHA256()))
        response = {"clientDataJSON": _text(told), "authenticatorData": _text(data)}
        return self._answer({**response, "signature": _text(signed), "userHandle": None})

    def _client(self, kind: str, asked: Mapping[str, Any]) -> bytes:
        told = {"type": kind, "challenge": asked["challenge"], "origin": self.origin}
        return json.dumps({**told, "crossOrigin": False}).encode()

    def _data(self, flags: int, made: bytes) -> bytes:
        flags |= _PRESENT | (_VERIFIED if self.is_verified else 0)
        party = hashlib.sha256(self.rp_id.encode()).digest()
        return party + bytes([flags]) + self.count.to_bytes(4, "big") + made

    def _made(self) -> bytes:
        point = self.key.public_key().public_numbers()
        key = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        length = len(self.credential_id).to_bytes(2, "big")
        return bytes(16) + length + self.credential_id + cbor2.dumps(key)

    def _answer(self, response: dict[str, Any]) -> str:
        named = _text(self.credential_id)
        return json.dumps({"id": named, "rawId": named, "type": "public-key", "response": response})


def _text(plain: bytes) -> str:
    return base64.urlsafe_b64encode(plain).decode().rstrip("=")
