"""Whether a signed certificate, or a file of one, is what was signed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from sqlalchemy.orm import Session

from vlms.core.errors import BadInput
from vlms.core.keys import KeyRing
from vlms.core.sealing import unseal
from vlms.core.text import _
from vlms.planning.models.closings import Closing, ClosingPaper
from vlms.planning.queries.closings import find_closing, find_paper, get_closing
from vlms.planning.rules.closing import digest_of
from vlms.planning.service.closings import place_of, signature_of


class Proof(StrEnum):
    """`unsigned`: the content is whole, and nobody has signed it."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"
    CHANGED = "changed"


@dataclass(frozen=True)
class Verdict:
    closing: Closing
    proof: Proof


def prove_number(session: Session, keys: KeyRing, number: str) -> Verdict:
    """Reckon the hash again, and open the seals. Raises BadInput for an unknown number."""
    closing = find_closing(session, number)
    if closing is None:
        raise BadInput(
            None,
            _('There is no certificate with the number "%(number)s".', number=number[:40]),
            reason="unknown_closing",
            way_out=_("Check the number that is printed on it."),
        )
    return Verdict(closing, prove(keys, closing))


def prove_file(session: Session, keys: KeyRing, body: bytes) -> Verdict:
    """Find the signed certificate that a file is, to the byte. Raises BadInput for none."""
    paper = find_paper(session, hashlib.sha256(body).hexdigest())
    if paper is None:
        raise BadInput(
            None,
            _("This file is no signed certificate, or it was changed after signing."),
            reason="unknown_paper",
            way_out=_("Fetch the certificate again, and compare; or verify it by its number."),
        )
    closing = get_closing(session, paper.closing_id)
    return Verdict(closing, prove(keys, closing))


def open_paper(keys: KeyRing, closing: Closing, paper: ClosingPaper) -> bytes:
    """The file as it was made when it was signed. Raises InvalidTag when it was changed."""
    return unseal(keys, paper.sealed, place_of(closing, paper))


def prove(keys: KeyRing, closing: Closing) -> Proof:
    if digest_of(closing.content) != closing.digest:
        return Proof.CHANGED
    if not closing.is_signed:
        return Proof.UNSIGNED
    return Proof.SIGNED if _is_whole(keys, closing) else Proof.CHANGED


def _is_whole(keys: KeyRing, closing: Closing) -> bool:
    try:
        signed = unseal(keys, closing.seal or b"", place_of(closing))
        bodies = [(paper, open_paper(keys, closing, paper)) for paper in closing.papers]
    except (InvalidTag, KeyError, ValueError):
        return False
    return signed == signature_of(closing) and all(
        hashlib.sha256(body).hexdigest() == paper.digest for paper, body in bodies
    )
