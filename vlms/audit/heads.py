"""Signs how far each chain reaches, and keeps that in the database and outside it.

Who rewrites a whole chain and its head in the database cannot sign it; who removes the signed
heads there too is told by the file, or by a copy of it that lies elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from vlms.audit.models import AuditHead, SignedHead
from vlms.audit.rules.chain import NOBODYS, moment
from vlms.audit.rules.holding import Fault, Wrong
from vlms.audit.rules.timing import Head
from vlms.core.appending import insert_unless_there

FORM = "vlms-journal-head-1"


@dataclass(frozen=True)
class Signed:
    """A head as it was signed; `at` is written as in entries, `key` tells which key signed."""

    chain_id: UUID
    position: int
    digest: bytes
    at: str
    key: str
    signature: bytes

    @property
    def place(self) -> tuple[UUID, int, bytes]:
        """What it tells, whenever that was signed."""
        return self.chain_id, self.position, self.digest

    @property
    def message(self) -> bytes:
        """What is signed: one line of JSON."""
        fields = (FORM, str(self.chain_id), self.position, self.digest.hex(), self.at)
        return json.dumps(fields, separators=(",", ":")).encode("ascii")

    @property
    def line(self) -> str:
        """As it is kept outside."""
        return json.dumps(
            {
                "form": FORM,
                "chain": str(self.chain_id),
                "position": self.position,
                "digest": self.digest.hex(),
                "at": self.at,
                "key": self.key,
                "signature": self.signature.hex(),
            }
        )


def public_key(secret: bytes) -> bytes:
    """The 32 bytes with which anybody checks what the key ring's `audit` signs."""
    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def key_id(public: bytes) -> str:
    """16 hexadecimal digits by which people compare keys."""
    return hashlib.sha256(public).hexdigest()[:16]


def key_of(secret: bytes) -> str:
    """By which the secret's public key is told."""
    return key_id(public_key(secret))


def sign(secret: bytes, chain_id: UUID, head: Head, at: datetime) -> Signed:
    bare = Signed(chain_id, head.position, head.digest, moment(at), key_of(secret), b"")
    return replace(bare, signature=signature_of(secret, bare.message))


def signature_of(secret: bytes, message: bytes) -> bytes:
    """Also of what is no head: of a file that is given away, of a signing's last line."""
    return Ed25519PrivateKey.from_private_bytes(secret).sign(message)


class Vouched(Protocol):
    """What is kept with a signature."""

    @property
    def key(self) -> str: ...
    @property
    def signature(self) -> bytes: ...
    @property
    def message(self) -> bytes: ...


def is_genuine(public: bytes, signed: Vouched) -> bool:
    """Whether this key signed it."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signed.signature, signed.message)
    except InvalidSignature:
        return False
    return signed.key == key_id(public)


def sign_new_heads(session: Session, secret: bytes, now: datetime) -> list[Signed]:
    """Sign each head that is not signed yet; for a session that sees what is committed."""
    same = and_(
        SignedHead.chain_id == AuditHead.chain_id, SignedHead.position == AuditHead.position
    )
    columns = select(AuditHead.chain_id, AuditHead.position, AuditHead.digest)
    unsigned = columns.outerjoin(SignedHead, same).where(SignedHead.chain_id.is_(None))
    found = session.execute(unsigned.order_by(AuditHead.chain_id))
    return [sign(secret, chain, Head(position, digest), now) for chain, position, digest in found]


def keep(session: Session, signed: Sequence[Signed]) -> None:
    """In the database; of two who sign at one moment, the first one's stands."""
    if not signed:
        return
    rows = [
        {
            "chain_id": each.chain_id,
            "position": each.position,
            "digest": each.digest,
            "at": datetime.fromisoformat(each.at),
            "key_id": each.key,
            "signature": each.signature,
        }
        for each in signed
    ]
    insert_unless_there(session, SignedHead, rows)


def kept(session: Session) -> Iterator[Signed]:
    """All signed heads that the session's scope sees."""
    order = (SignedHead.chain_id, SignedHead.position)
    yield from map(_signed, session.scalars(select(SignedHead).order_by(*order)))


def kept_between(session: Session, chain_id: UUID, first: int, last: int) -> Iterator[Signed]:
    """One chain's signed heads at these places and between them, and the one before the first.

    What stands behind a head cannot be older than it: the first entries need one before them.
    """
    own = SignedHead.chain_id == chain_id
    before = select(func.max(SignedHead.position)).where(own, SignedHead.position <= first)
    first = session.scalar(before) or first
    some = select(SignedHead).where(own, SignedHead.position.between(first, last))
    yield from map(_signed, session.scalars(some.order_by(SignedHead.position)))


def _signed(row: SignedHead) -> Signed:
    return Signed(row.chain_id, row.position, row.digest, moment(row.at), row.key_id, row.signature)


def only_inside(outside: Iterable[Signed | None], inside: Iterable[Signed]) -> list[Fault]:
    """The first head of each chain that the database has and the file has not.

    Each is written outside first: the file is gone, is another one, or somebody signed past us.
    """
    return _lacking(Wrong.NOT_OUTSIDE, inside, (each for each in outside if each))


def only_outside(outside: Iterable[Signed], inside: Iterable[Signed]) -> list[Fault]:
    """The first head of each chain that a whole signing wrote and the database no longer has."""
    return _lacking(Wrong.NOT_INSIDE, outside, inside)


def _lacking(wrong: Wrong, these: Iterable[Signed], those: Iterable[Signed]) -> list[Fault]:
    known = {each.place for each in those}
    first: dict[UUID, int] = {}
    for each in these:
        if each.place not in known:
            first[each.chain_id] = min(each.position, first.get(each.chain_id, each.position))
    return [Fault(wrong, chain, place, None) for chain, place in first.items()]


def sort_heads(
    public: bytes, found: Iterable[Signed | None]
) -> tuple[dict[UUID, list[Head]], list[Fault]]:
    """The genuine ones by chain, and a fault for each that is not."""
    heads: dict[UUID, list[Head]] = {}
    faults = []
    for each in found:
        if each is None:
            faults.append(Fault(Wrong.FORGED_HEAD, NOBODYS, None, None))
        elif is_genuine(public, each):
            head = Head(each.position, each.digest, datetime.fromisoformat(each.at))
            heads.setdefault(each.chain_id, []).append(head)
        else:
            faults.append(Fault(Wrong.FORGED_HEAD, each.chain_id, each.position, None))
    return heads, faults
