"""Public pages: whether a certificate is genuine, and what verifiers of badges ask for.

A page shows no more than the paper does. Only guesses are counted: whoever reads the QR of a
certificate that exists is never kept waiting.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Blueprint, abort, current_app, jsonify, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from vlms.academy.models.benefits import CourseCertificate
from vlms.academy.queries.courses import find_by_digest
from vlms.academy.rules.certificate_token import TOKEN_LENGTH, token_digest
from vlms.academy.service.badge_keys import find_public_key, public_keys
from vlms.academy.service.badges import revocation_list
from vlms.accounts.queries import get_organisation
from vlms.codes.service.tries import CERTIFICATES, take_try
from vlms.core.clock import local_day
from vlms.core.db import reading
from vlms.core.errors import DomainError
from vlms.core.scope import System
from vlms.core.work import Actor, key_ring
from vlms.web.access import public
from vlms.web.errors import status_of
from vlms.web.unit_of_work import unit_of_work

verification = Blueprint("verification", __name__)

_SCOPE = System("verifying certificates")
_STRANGER = Actor("visitor")


@verification.get("/certificates/<token>")
@public
def certificate(token: str) -> Response:
    """Whether the certificate with this secret is genuine."""
    try:
        found = _find(token)
    except DomainError as refusal:
        page = render_template("verification/unknown.html", refusal=refusal)
        return _unlisted(page, status_of(refusal))
    if found is None:
        return _unlisted(render_template("verification/unknown.html", refusal=None), 404)
    certificate, revoked_on = found
    page = render_template(
        "verification/certificate.html", certificate=certificate, revoked_on=revoked_on
    )
    return _unlisted(page, 200)


def _find(token: str) -> tuple[CourseCertificate, date | None] | None:
    """With the day of the school on which it was revoked.

    Raises TooMany after too many guesses of one address within the hour."""
    who = f"source:{request.remote_addr}"
    with reading(_SCOPE) as session:
        found = find_by_digest(session, token_digest(token)) if _may_be(token) else None
        if found is not None:
            return found, _revoked_on(session, found)
    with unit_of_work(actor=_STRANGER, scope=_SCOPE) as work:
        take_try(work, CERTIFICATES, who)
    return None


def _may_be(token: str) -> bool:
    return len(token) == TOKEN_LENGTH and token.isascii()


def _revoked_on(session: Session, found: CourseCertificate) -> date | None:
    if found.revoked_at is None:
        return None
    owner = get_organisation(session, found.organisation_id)
    return local_day(found.revoked_at, found.school.time_zone or owner.time_zone)


def _unlisted(page: str, status: int) -> Response:
    """No search engine keeps it, no cache, and no page that it leads to learns its address."""
    response = current_app.response_class(page, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@verification.get("/.well-known/jwks.json")
@public
def keys() -> Response:
    """The public keys of badges (RFC 7517)."""
    return jsonify({"keys": public_keys(key_ring())})


@verification.get("/.well-known/badge-keys/<kid>")
@public
def key(kid: str) -> Response:
    """One of them: the address that a badge names as its `kid`."""
    found = find_public_key(key_ring(), kid)
    if found is None:
        abort(404)
    return jsonify(found)


@verification.get("/.well-known/badge-revocations/<uuid:school>")
@public
def revocations(school: UUID) -> Response:
    """Which badges of a school were revoked."""
    base_url = str(current_app.config["SETTINGS"].base_url).rstrip("/")
    with reading(_SCOPE) as session:
        return jsonify(revocation_list(session, school, base_url))
